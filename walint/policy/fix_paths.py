"""Paths to properties as fixes name them: `A.B[0].C`, `A[*]`, `A[Key=name].Value`, `A["a.name"]`."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias, Union

_STEP: Final = re.compile(r'([A-Za-z_]\w*)|\[(\d+)\]|\[(\*)\]|\[(\w+)=([^\]]+)\]|\["([^"]+)"\]|(\.)')


class Each(NamedTuple):
    """The one item of a list that a finding is about."""


class Select(NamedTuple):
    """The item of a list whose property `key` is `value`; there is one such item, or it is added."""

    key: str
    value: str


Step: TypeAlias = Union[str, int, Each, Select]
Path: TypeAlias = tuple[Step, ...]


class BadPath(ValueError):
    """What is written is no path; the message says so."""


def parse_path(text: str) -> Path:
    """The steps of a path.

    Raises:
        BadPath: where it is none.
    """
    steps: list[Step] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or (at == 0 and match[1] is None):
            raise BadPath(f'"{text}" is no path to a property; it looks like A.B[0].C or A[Key=name].Value')
        name, number, each, key, value, quoted, _dot = match.groups()
        if name is not None:
            steps.append(name)
        elif number is not None:
            steps.append(int(number))
        elif each is not None:
            steps.append(Each())
        elif key is not None:
            steps.append(Select(key, value))
        elif quoted is not None:
            steps.append(quoted)
        at = match.end()
    return tuple(steps)


def nested(path: Path, value: object) -> object:
    """The value at the end of a path as the structure that holds it."""
    for step in reversed(path):
        match step:
            case str():
                value = {step: value}
            case int():
                value = [value]
            case Select(key, chosen):
                value = [{key: chosen, **(value if isinstance(value, dict) else {})}]
            case Each():
                raise BadPath("an item that is not there")
    return value
