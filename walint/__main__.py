"""The `walint` command, also as `python -m walint`. Ctrl-C ends it cleanly from the first moment."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command and end without freeing what was made: object by object that takes a tenth of the time."""
    gc.disable()
    try:
        from walint import cli

        cli.main()
        code: object = 0
    except SystemExit as end:
        code = end.code
    except KeyboardInterrupt:
        code = 130
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (BrokenPipeError, ValueError):
        code = 2
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    main()
