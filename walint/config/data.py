"""A configuration file's data with the places of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from walint.policy.marked import KEY, Marks
from walint.source import Problem


class Data:
    """A file's data with the places of its parts."""

    def __init__(self, name: str, data: Any, marks: Marks) -> None:
        self.name = name
        self.data = data
        self.marks = marks

    def problem(self, path: tuple[str | int, ...], message: str, key: bool = False) -> Problem:
        """A fault of a value, or of its key; where TOML does not tell the place of an item, that of its list."""
        at = self.marks.get((*path, KEY)) if key else None
        while at is None and path:
            at = self.marks.get(path)
            path = path[:-1]
        line, column = at or self.marks.get((), (1, 1))
        return Problem(self.name, line, column, "error", message)

    def parts(self) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        """The file's own settings and those of each override, with their paths."""
        yield (), self.data
        for at, override in enumerate(self.data.get("overrides", ())):
            yield ("overrides", at), override


def parameter_name(written: str) -> str:
    """A parameter's name; people may write dashes, as elsewhere in the file."""
    return written.replace("-", "_")
