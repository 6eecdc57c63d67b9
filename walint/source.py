"""Texts and places in them.

A `Place` is two offsets into a `Source`; lines and columns are worked out only where somebody reads
them, which for most places is never.
"""

from bisect import bisect_right
from itertools import accumulate
from typing import Literal, NamedTuple


class Span(NamedTuple):
    """A stretch of one file as people count it: lines and columns from 1, columns in characters.

    The end is exclusive: `end_column` is the column after the last character.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Source:
    """One file's text.

    Args:
        name: how reports call the file: relative to the working directory, with forward slashes.
        text: the whole text, decoded, without a byte order mark.
        offsets: what the offsets of this source's places count: tree-sitter counts UTF-8 bytes, libyaml characters.
    """

    __slots__ = ("_encoded", "_starts", "name", "offsets", "text")

    def __init__(self, name: str, text: str, offsets: Literal["characters", "bytes"] = "characters") -> None:
        self.name = name
        self.text = text
        # In plain ASCII both units are the same, and the cheaper one serves.
        self.offsets = "characters" if offsets == "characters" or text.isascii() else "bytes"
        self._starts: list[int] | None = None
        self._encoded: bytes | None = None

    @property
    def encoded(self) -> bytes:
        """The text as UTF-8, kept for places that count bytes."""
        if self._encoded is None:
            self._encoded = self.text.encode("utf-8", "surrogatepass")
        return self._encoded

    def line_text(self, line: int) -> str:
        """The text of a line (from 1), without its line break; empty past the end."""
        starts = self._line_starts()
        if not 1 <= line <= len(starts):
            return ""
        start = starts[line - 1]
        end = starts[line] if line < len(starts) else None
        if self.offsets == "bytes":
            return self.encoded[start:end].decode("utf-8", "replace").rstrip("\r\n")
        return self.text[start:end].rstrip("\r\n")

    def line_count(self) -> int:
        return len(self._line_starts())

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        start = starts[line - 1]
        if self.offsets == "bytes":
            return line, len(self.encoded[start:offset].decode("utf-8", "replace")) + 1
        return line, offset - start + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, both from 1; the end of the text past its last line."""
        starts = self._line_starts()
        if line > len(starts):
            return len(self.encoded) if self.offsets == "bytes" else len(self.text)
        before = self.line_text(line)[: column - 1]
        return starts[line - 1] + (len(before.encode()) if self.offsets == "bytes" else len(before))

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            lines = self.encoded.split(b"\n") if self.offsets == "bytes" else self.text.split("\n")
            self._starts = [at + before for at, before in enumerate(accumulate(map(len, lines[:-1]), initial=0))]
        return self._starts


class Place:
    """Where something stands: a source and two offsets in that source's unit, the end exclusive."""

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end

    def span(self) -> Span:
        line, column = self.source.position(self.start)
        end_line, end_column = self.source.position(self.end)
        return Span(self.source.name, line, column, end_line, end_column)

    def text(self) -> str:
        """What stands there."""
        if self.source.offsets == "bytes":
            return self.source.encoded[self.start : self.end].decode("utf-8", "replace")
        return self.source.text[self.start : self.end]

    def __repr__(self) -> str:
        return f"Place({self.source.name}:{self.start}-{self.end})"


class Problem(NamedTuple):
    """A diagnostic: what could not be read or evaluated, and where.

    An `error` means that part of the input was not read (exit 2); a `warning` that a value could not be
    evaluated although the text should decide it (a failing function, an unknown Ref).
    """

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    message: str

    @classmethod
    def at(cls, place: Place, message: str, severity: Literal["error", "warning"] = "warning") -> "Problem":
        line, column = place.source.position(place.start)
        return cls(place.source.name, line, column, severity, message)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"
