"""Where the keys of a TOML text stand; the standard library reads values only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from walint.policy.marked import KEY, Marks

_TABLE: Final = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_NAME: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_ENTRY: Final = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_INLINE: Final = re.compile(rf"[{{}}]|({_NAME})\s*=")
_STEP: Final = re.compile(_NAME)


def places(text: str, prefix: tuple[str, ...]) -> Marks:
    """Line and column of every key below a table, as its header or its entry gives it, by path below the prefix."""
    marks: Marks = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _TABLE.match(line)
        if header is not None:
            names = tuple(_steps(header[2]))
            if header[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
            table = _numbered(names, counts)
            _mark(marks, prefix, table, number, line.index("[") + 1)
            continue
        entry = _ENTRY.match(line)
        if entry is not None:
            path = (*table, *_steps(entry[1]))
            _mark(marks, prefix, path, number, entry.start(1) + 1)
            for inner, column in _inline(line, entry.end()):
                _mark(marks, prefix, (*path, *inner), number, column)
    return marks


def _inline(line: str, start: int) -> Iterator[tuple[tuple[str, ...], int]]:
    """The keys of inline tables on a line, each with the keys around it and its column."""
    around: list[str] = []
    key = ""
    for found in _INLINE.finditer(line, start):
        if found[0] == "{":
            around.append(key)
        elif found[0] == "}":
            if around:
                around.pop()
        else:
            key = found[1].strip("\"'")
            yield (*around[1:], key), found.start(1) + 1


def _steps(text: str) -> list[str]:
    return [step.strip("\"'") for step in _STEP.findall(text)]


def _numbered(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:
    """The path of a table, with the numbers of the lists of tables that it stands in."""
    out: list[str | int] = []
    for end in range(1, len(names) + 1):
        out.append(names[end - 1])
        if names[:end] in counts:
            out.append(counts[names[:end]])
    return tuple(out)


def _mark(marks: Marks, prefix: tuple[str, ...], path: tuple[str | int, ...], line: int, column: int) -> None:
    if path[: len(prefix)] == prefix:
        below = path[len(prefix) :]
        marks.setdefault(below, (line, column))
        marks.setdefault((*below, KEY), (line, column))
