"""Which resources a value was computed from."""

from collections.abc import Callable
from typing import Any, NamedTuple

from walint.values import Reference


class Recorded(NamedTuple):
    """A value and the resources that it was computed from."""

    value: Any
    references: tuple[Reference, ...]


class Recorder:
    """Notes the references that an evaluation meets; nested evaluations that are kept carry their own notes."""

    def __init__(self) -> None:
        self._current: list[Reference] | None = None

    def note(self, *references: Reference) -> None:
        if self._current is not None:
            self._current.extend(references)

    def run(self, compute: Callable[[], Any]) -> Recorded:
        outer, self._current = self._current, []
        try:
            value = compute()
            return Recorded(value, tuple(dict.fromkeys(self._current)))
        finally:
            self._current = outer
