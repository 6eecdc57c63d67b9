"""A file of sorted lines, each a key, a space and JSON: found by bisection, and decoded only when asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class LineFile:
    """Read-only mapping over such a file; the text is read on the first question.

    Raises:
        FileNotFoundError: on first use, where the file was never compiled (`python -m walint.policy.build`).
    """

    __slots__ = ("_decoded", "_path", "_text")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text: bytes | None = None
        self._decoded: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The decoded entry, or None."""
        if key in self._decoded:
            return self._decoded[key]
        found = self._find(key.encode())
        entry = self._decoded[key] = None if found is None else json.loads(found)
        return entry

    def __iter__(self) -> Iterator[str]:
        """All keys, in the order of the file."""
        for line in self._bytes().splitlines():
            yield line[: line.index(b" ")].decode()

    def _bytes(self) -> bytes:
        if self._text is None:
            self._text = self._path.read_bytes()
        return self._text

    def _find(self, key: bytes) -> bytes | None:
        text = self._bytes()
        low, high = 0, len(text)  # both at the start of a line
        while low < high:
            start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            start = max(start, low)
            end = text.index(b"\n", start)
            space = text.index(b" ", start)
            found = text[start:space]
            if found == key:
                return text[space + 1 : end]
            if found < key:
                low = end + 1
            else:
                high = start
        return None


def dump(entries: dict[str, Any]) -> str:
    """The text of such a file. Keys hold no space."""
    lines = sorted((key.encode(), json.dumps(entry, separators=(",", ":"))) for key, entry in entries.items())
    return "".join(f"{key.decode()} {text}\n" for key, text in lines)
