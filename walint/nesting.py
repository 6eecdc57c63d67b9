"""Texts that nest more deeply than libyaml can read.

libyaml's composer calls itself for each level, and ends the process where the stack ends.
"""

from __future__ import annotations

import re
from typing import Final

_MAX_OPEN: Final = 1000

# Brackets are counted by so many characters at a time, and one by one only where they could be too many.
_CHUNK: Final = 4096
_BRACKET: Final = re.compile(r"[\[\]{}]")
_COMPACT: Final = re.compile(r"(?:[-?:][ \t]+){64,}")


def too_deep(text: str) -> int | None:
    """Where brackets or dashes nest so deeply that libyaml could not read them; None where they do not."""
    depth = 0
    for start in range(0, len(text), _CHUNK):
        chunk = text[start : start + _CHUNK]
        opened = chunk.count("[") + chunk.count("{")
        if depth + opened > _MAX_OPEN:
            deep = depth
            for match in _BRACKET.finditer(chunk):
                deep = deep + 1 if match[0] in "[{" else max(0, deep - 1)
                if deep > _MAX_OPEN:
                    return start + match.start()
        depth = max(0, depth + opened - chunk.count("]") - chunk.count("}"))
    if sum(map(text.count, ("- ", "-\t", "? ", "?\t", ": ", ":\t"))) <= _MAX_OPEN:
        return None
    for match in _COMPACT.finditer(text):
        if len(match[0].split()) > _MAX_OPEN:
            return match.start()
    return None
