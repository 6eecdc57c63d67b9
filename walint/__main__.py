"""The `walint` command, also as `python -m walint`. Ctrl-C ends it cleanly from the first moment."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from walint import cli
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main()


if __name__ == "__main__":
    main()
