"""The command line: one module a command; heavy imports inside the commands."""

from __future__ import annotations

import os
import sys
from typing import Final

from walint.cli import quick
from walint.cli.commands import COMMANDS, command_of
from walint.cli.common import EXIT_UNUSABLE, UsageError
from walint.policy.selection import UnknownSelector

EXIT_INTERRUPTED: Final = 130


def main() -> None:
    """The `walint` command. What a user can mend ends in one sentence and exit code 2, never in a traceback."""
    try:
        sys.exit(_run(sys.argv[1:]))
    except (UsageError, UnknownSelector) as error:
        print(f"walint: {error}", file=sys.stderr)
        sys.exit(EXIT_UNUSABLE)
    except KeyboardInterrupt:
        print("walint: interrupted", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has had enough (`walint check | head`).
        sys.stderr.close()
        sys.exit(EXIT_UNUSABLE)
    except Exception as error:
        if os.environ.get("WALINT_TRACEBACK"):
            raise
        print(
            f"walint: internal error: {type(error).__name__}: {error}\n"
            "This is a bug in walint; please report it with what the command prints when WALINT_TRACEBACK=1 is set.",
            file=sys.stderr,
        )
        sys.exit(EXIT_UNUSABLE)


def _run(given: list[str]) -> int:
    """Run what the arguments ask for; typer ends the process by itself."""
    name, *rest = given or [""]
    if name in COMMANDS and "_WALINT_COMPLETE" not in os.environ:
        command = command_of(name)
        arguments = quick.arguments(command, rest)
        if arguments is not None:
            return command(**arguments) or 0
    from walint.cli.app import app

    app()
    return 0
