"""The command line: one module a command; heavy imports inside the commands."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from walint import __version__
from walint.cli import baseline, check, config, explain, graph, init, merge, rules, suppressions
from walint.cli.common import EXIT_UNUSABLE, UsageError
from walint.policy.selection import UnknownSelector

EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="walint",
    help="Lint CloudFormation and Terraform against the AWS Well-Architected Framework.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("check")(check.command)
app.command("baseline")(baseline.command)
app.command("merge")(merge.command)
app.command("rules")(rules.command)
app.command("explain")(explain.command)
app.command("graph")(graph.command)
app.command("suppressions")(suppressions.command)
app.command("config")(config.command)
app.command("init")(init.command)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"walint {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Lint CloudFormation and Terraform against the AWS Well-Architected Framework."""


def main() -> None:
    """The `walint` command. What a user can mend ends in one sentence and exit code 2, never in a traceback."""
    try:
        app()
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
