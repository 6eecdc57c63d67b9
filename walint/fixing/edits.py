"""Edits of a text: what stands in a stretch of it is replaced, all else stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from walint.policy.model import Replacement
from walint.source import Place, Source, Span


class Edit(NamedTuple):
    """`text` stands for what is between two offsets, in the unit of the source; the end is exclusive."""

    start: int
    end: int
    text: str


class Refused(Exception):
    """A fix that is not made; the message completes "not fixed: ", `place` is where its author must edit."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


class Conditional(Refused):
    """The value stands under a condition; the change has to say which side it means."""


class FromInput(Refused):
    """The value is that of a variable or parameter, whose name this is."""

    def __init__(self, name: str, message: str, place: Place | None) -> None:
        super().__init__(message, place)
        self.name = name


def applied(source: Source, edits: Iterable[Edit]) -> str:
    """The text with the edits made; no two of them may overlap."""
    ordered = sorted(edits)
    if source.offsets == "bytes":
        data = source.encoded
        out: list[bytes] = []
        at = 0
        for edit in ordered:
            out += [data[at : edit.start], edit.text.encode()]
            at = edit.end
        return b"".join((*out, data[at:])).decode("utf-8", "surrogatepass")
    text = source.text
    parts: list[str] = []
    at = 0
    for edit in ordered:
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join((*parts, text[at:]))


def newline_of(text: str) -> str:
    """How the text ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def lines_of(text: str) -> list[str]:
    """The lines with their breaks, broken at line feeds alone."""
    *lines, last = text.split("\n")
    return [*(line + "\n" for line in lines), *([last] if last else [])]


def replacements(name: str, before: str, after: str) -> Iterator[Replacement]:
    """What turns one text into the other: whole lines, from the start of the first to the start of the one behind."""
    old, new = lines_of(before), lines_of(after)
    # Most changes are one place of a long file; the comparison of lines need not see the rest.
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    changed = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    for tag, start, end, new_start, new_end in changed.get_opcodes():
        if tag != "equal":
            lines = new[head + new_start : head + new_end]
            yield Replacement(_lines(name, old, head + start, head + end), "".join(lines))


def _lines(name: str, lines: list[str], start: int, end: int) -> Span:
    if end == len(lines) and lines and not lines[-1].endswith("\n"):
        # No line begins behind a last one without a line break.
        return Span(name, start + 1, 1, end, len(lines[-1]) + 1)
    return Span(name, start + 1, 1, end + 1, 1)
