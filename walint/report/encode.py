"""JSON as all reports write it: plain ASCII, readable from above, compact below."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from walint.report.terminal import MARKER

_NESTED: Final = (dict, list, tuple)
# What fits on a line this long, and holds nothing but scalars, stays on one.
_SHORT: Final = 110
_ENCODER: Final = json.JSONEncoder(allow_nan=False)
# Half of a surrogate pair is no character, and strict readers refuse it; a backslash pair and a whole pair stay.
_LONE: Final = re.compile(r"(\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}")


class Encoded(str):
    """A piece of JSON that is written as it is."""


def pieces(value: Any, levels: int, deeper: dict[str, int] | None = None) -> Iterator[str]:
    """JSON text, piece by piece: the uppermost levels with an item a line, everything below on that line.

    Unlike `json.dumps(indent=2)` this stays with the encoder in C, which is ten times as fast.

    Args:
        value: lists in its uppermost levels may be iterators, whose items are asked for as they are written.
        deeper: how many levels more to spread below these keys.
    """
    yield from _spread(value, levels, deeper or {}, "")
    yield "\n"


def encoded(value: Any) -> Encoded:
    """A value on one line."""
    text = _ENCODER.encode(value)
    if "\\ud" in text:
        text = _LONE.sub(lambda found: found[1] or "\\ufffd", text)
    # Printed into a build server's log, `##[...]` in a name would be carried out.
    if "##" in text:
        text = MARKER.sub(r"\\u0023", text)
    return Encoded(text)


def dumps(value: Any, levels: int, deeper: dict[str, int] | None = None) -> str:
    """The same as one text."""
    return "".join(pieces(value, levels, deeper))


def _spread(value: Any, levels: int, deeper: dict[str, int], indent: str) -> Iterator[str]:
    if isinstance(value, Encoded):
        yield value
        return
    if levels <= 0 or not value or not isinstance(value, (*_NESTED, Iterator)):
        yield encoded(value)
        return
    if _is_flat(value) and len(line := _ENCODER.encode(value)) <= _SHORT:
        yield encoded(value) if "\\ud" in line or "##" in line else line
        return
    inner = f"\n{indent}  "
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    between = opening + inner
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{between}{encoded(key)}: "
            yield from _spread(item, levels - 1 + deeper.get(key, 0), deeper, indent + "  ")
            between = "," + inner
    else:
        for item in value:
            yield between
            yield from _spread(item, levels - 1, deeper, indent + "  ")
            between = "," + inner
    # An iterator may turn out to be empty.
    yield opening + closing if between.startswith(opening) else f"\n{indent}{closing}"


def _is_flat(value: Any) -> bool:
    """Whether it is small, and holds nothing but scalars."""
    if isinstance(value, Iterator) or len(value) >= 6:
        return False
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(it, (*_NESTED, Iterator, Encoded)) for it in items)
