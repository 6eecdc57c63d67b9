"""Texts that nest more deeply than libyaml can read.

libyaml's composer calls itself for each level, and ends the process where the stack ends.
"""

from __future__ import annotations

import re
from typing import Final

_MAX_OPEN: Final = 1000

# So many characters without a line break there are in every line that is twice as long.
_STRETCH: Final = 1000
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
    # Dashes nest within a line, and each takes two characters.
    if all(text.find("\n", start, start + _STRETCH) >= 0 for start in range(0, len(text) - _STRETCH, _STRETCH)):
        return None
    for match in _COMPACT.finditer(text):
        if len(match[0].split()) > _MAX_OPEN:
            return match.start()
    return None
