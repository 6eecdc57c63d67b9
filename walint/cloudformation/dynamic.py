"""Dynamic references: `{{resolve:ssm:name}}`, which CloudFormation reads from a service at deployment.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from walint.conditions import Subject
from walint.values import Reference, Unknown, join_parts

_START: Final = "{{resolve:"
# A reference to a resource inside of one is written as its number between two private characters.
_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_REFERENCE: Final = r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]*)\}\}"
_HOLE: Final = f"{_OPEN}([0-9]+){_CLOSE}"
_WHAT: Final = {
    "ssm": "SSM parameter",
    "ssm-secure": "secure SSM parameter",
    "secretsmanager": "secret",
}


def with_dynamic_references(value: Any) -> Any:
    """A value in which each dynamic reference is open; its subject is the reference's own text."""
    if isinstance(value, str):
        return _split(value, ()) if is_dynamic(value) else value
    if isinstance(value, Unknown) and value.parts is not None and any(map(is_dynamic, value.parts)):
        holes = tuple(part for part in value.parts if not isinstance(part, str))
        numbers = iter(range(len(holes)))
        text = "".join(part if isinstance(part, str) else f"{_OPEN}{next(numbers)}{_CLOSE}" for part in value.parts)
        return _split(text, holes)
    return value


def is_dynamic(value: object) -> bool:
    """Whether a value is a text with a dynamic reference in it."""
    return isinstance(value, str) and _START in value


def _split(text: str, holes: tuple[Unknown | Reference, ...]) -> Any:
    """The text with its dynamic references as open parts."""
    parts: list[Any] = []
    at = 0
    for match in re.finditer(_REFERENCE, text):
        parts += _filled(text[at : match.start()], holes)
        at = match.end()
        shown = re.sub(_HOLE, lambda hole: _name_of(holes[int(hole[1])]), match[0])
        name = re.sub(_HOLE, lambda hole: _name_of(holes[int(hole[1])]), match[2])
        subject = Subject(shown) if shown == match[0] else None
        parts.append(Unknown(f'{_WHAT[match[1]]} "{name}", which is read at deployment', "string", subject))
    if not parts:
        return text if not holes else join_parts(_filled(text, holes))
    parts += _filled(text[at:], holes)
    known = [part for part in parts if part != ""]
    return known[0] if len(known) == 1 else join_parts(known)


def _name_of(symbol: Unknown | Reference) -> str:
    """A symbol within a dynamic reference as an author reads it."""
    if isinstance(symbol, Reference):
        return f"${{{symbol.resource}}}" if symbol.attribute == "Ref" else f"${{{symbol.resource}.{symbol.attribute}}}"
    return "${...}" if symbol.subject is None else f"${{{symbol.subject.name}}}"


def _filled(text: str, holes: tuple[Unknown | Reference, ...]) -> list[Any]:
    pieces = re.split(_HOLE, text)
    return [holes[int(piece)] if at % 2 else piece for at, piece in enumerate(pieces)]
