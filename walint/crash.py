"""Faults of walint itself: what is said of one, so that it costs what it concerns and nothing else."""

from __future__ import annotations

import os
import sys

# What to do about one, for whoever meets it.
REPORT_IT = "please report this bug with what walint prints when WALINT_TRACEBACK=1 is set"


def described(error: BaseException, what: str) -> str:
    """A sentence about a fault; its place in our code tells more than its message, which may quote a template.

    With WALINT_TRACEBACK set the whole traceback goes to stderr.

    Args:
        what: what is lost by it.
    """
    if os.environ.get("WALINT_TRACEBACK"):
        sys.excepthook(type(error), error, error.__traceback__)
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = "" if at is None else f" in {_ours(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}"
    return f"internal error, {what}: {type(error).__name__}{where}; {REPORT_IT}"


def _ours(file: str) -> str:
    """A file of our code without where it is installed."""
    return "/".join(file.replace(os.sep, "/").rsplit("/", 2)[1:])
