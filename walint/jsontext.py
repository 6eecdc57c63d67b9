"""JSON text as data, with holes where the template leaves something open."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from walint.values import JsonText, Reference, Unknown, join_parts

# A hole in a JSON text is written as its number between two characters that Unicode keeps for private use.
_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_HOLE: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
MAX_TEXT: Final = 1_000_000
_TRAILING: Final = r'(?s)(?P<text>"(?:[^"\\]|\\.)*")|,(?=\s*[\]}])'


def decoded(value: Any) -> Any:
    """What a text of JSON says, partly known ones included; any other value as it is.

    A text that is no JSON is Unknown.
    """
    if isinstance(value, JsonText):
        return value.data
    if isinstance(value, str):
        return parse(value, ())
    if isinstance(value, Unknown) and value.data is not None and value.kind != "list":
        return value.data
    if isinstance(value, Unknown) and value.parts is not None:
        holes: list[Unknown | Reference] = []
        text: list[str] = []
        for part in value.parts:
            if isinstance(part, str):
                text.append(part)
            else:
                text.append(f"{_OPEN}{len(holes)}{_CLOSE}")
                holes.append(part)
        return parse("".join(text), tuple(holes))
    return value


def parse(text: str, holes: tuple[Unknown | Reference, ...]) -> Any:
    """Data out of JSON text; a hole is the symbol itself, or a part of the string that it stands in."""
    if len(text) > MAX_TEXT:
        return Unknown("a document of more than a million characters")
    if not text.strip():
        return None
    if holes:
        text = _quoted(text)
    try:
        data = _loaded(text)
    except (ValueError, RecursionError):
        return Unknown("a text that is not JSON")
    return _filled(data, holes) if holes else data


def _loaded(text: str) -> Any:
    """What JSON text says; a comma too many before a closing bracket hides nothing of what the author meant."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(re.sub(_TRAILING, lambda match: match["text"] or "", text), strict=False)


def _quoted(text: str) -> str:
    """The text with quotes around the holes that stand outside of strings."""
    out: list[str] = []
    inside = False
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and inside:
            out.append(text[at : at + 2])
            at += 2
            continue
        if char == '"':
            inside = not inside
        elif char == _OPEN and not inside:
            end = text.index(_CLOSE, at)
            out.append(f'"{text[at : end + 1]}"')
            at = end + 1
            continue
        out.append(char)
        at += 1
    return "".join(out)


def _filled(data: Any, holes: tuple[Unknown | Reference, ...]) -> Any:
    if isinstance(data, str):
        if _OPEN not in data:
            return data
        pieces = _HOLE.split(data)
        # `split` gives text and hole numbers in turn.
        return join_parts([holes[int(piece)] if at % 2 else piece for at, piece in enumerate(pieces)])
    if isinstance(data, list):
        return [_filled(item, holes) for item in data]
    if isinstance(data, dict):
        return {_HOLE.sub("${...}", key): _filled(item, holes) for key, item in data.items()}
    return data
