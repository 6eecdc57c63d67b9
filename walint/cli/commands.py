"""The commands, in the order of the help; the module of each is imported when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Final

COMMANDS: Final = (
    "check",
    "fix",
    "review",
    "baseline",
    "merge",
    "rules",
    "test",
    "explain",
    "graph",
    "suppressions",
    "config",
    "init",
)


def command_of(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = importlib.import_module(f"walint.cli.{name}").command
    return found
