"""`walint check --watch`: lint again whenever a file is saved."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from walint.cli import common
from walint.discovery import PASSED_BY, TEMPLATE_SUFFIXES, TERRAFORM_SUFFIXES, VARIABLE_SUFFIXES, find_tree_root

if TYPE_CHECKING:
    from watchfiles import Change

    from walint.cli.judging import Asked

_CLEAR: Final = "\x1b[2J\x1b[3J\x1b[H"
_SUFFIXES: Final = (*TERRAFORM_SUFFIXES, *VARIABLE_SUFFIXES, *TEMPLATE_SUFFIXES, ".toml", ".tftpl", ".tpl")


def watch(asked: Asked, lint: Callable[[], object], written: Sequence[Path]) -> NoReturn:
    """Lint now and after each change, until Ctrl-C.

    Args:
        lint: one run; a mistake in a file that is being edited is said, and ends nothing.
        written: the files that the run itself writes.

    Raises:
        UsageError: the package that watches is not installed, or there is nothing to watch.
    """
    if asked.from_stdin:
        raise common.UsageError("--watch watches files; there is none where the text comes from standard input")
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise common.UsageError("--watch needs the package watchfiles: pip install 'walint[watch]'") from None
    own = {str(path.resolve()) for path in written}

    def matters(_: Change, path: str) -> bool:
        return path.endswith(_SUFFIXES) and path not in own and not PASSED_BY.intersection(Path(path).parts)

    # A cause may lie outside of the linted folder: a module beside it, a variable file.
    trees = {find_tree_root(path.resolve()) for path in asked.paths or (Path.cwd(),)}
    _run(lint)
    for _ in changes(*trees, watch_filter=matters, raise_interrupt=True):
        _run(lint)
    raise KeyboardInterrupt


def _run(lint: Callable[[], object]) -> None:
    if sys.stdout.isatty():
        common.write(_CLEAR)
    gc.collect()  # a command leaves that to its end, which is far away here
    try:
        lint()
    except common.UsageError as error:
        common.say(f"walint: {error}")
    common.say("walint: watching; Ctrl-C ends it")
