"""Findings put away file by file: packed, counted, and drawn as text where that is all that is wanted of them.

Of a large tree the findings would take more memory than all else. Whoever goes through them unpacks one file at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, overload
from zlib import compress, decompress

from walint.policy.model import Finding
from walint.policy.packing import Packer, pack
from walint.policy.tally import Counted, Tally, names_in
from walint.policy.verdicts import merge


class Drawing(NamedTuple):
    """How the findings of a file are drawn as text.

    Attributes:
        how: what tells this way from others.
        text: the text of one file's findings, given them and the file's lines.
    """

    how: object
    text: Callable[[list[Finding], Mapping[int, str]], str]


class Part(NamedTuple):
    """What some units brought for one file, each piece packed, or empty where there is none.

    Attributes:
        findings: as they were found; those of several parts are yet to be brought together.
        drawn: the text of the findings, brought together.
    """

    findings: bytes
    lines: bytes
    drawn: bytes


class Archive:
    """What was put away.

    Attributes:
        tally: counts the findings of each part, brought together.
        names: the files that they name.
    """

    __slots__ = ("_parts", "names", "tally")

    def __init__(self) -> None:
        self._parts: dict[str, list[Part]] = {}
        self.tally = Tally()
        self.names: set[str] = set()

    def put(self, findings: Iterable[Finding], lines: Mapping[str, Mapping[int, str]], drawing: Drawing | None) -> None:
        """Put away the findings of some units, and the lines that they point at."""
        by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            by_file.setdefault(finding.span.file, []).append(finding)
        for file in {**by_file, **lines}:
            found, kept = by_file.get(file, []), lines.get(file, {})
            merged = merge(found)
            self.tally.count(merged)
            self.names |= names_in(merged)
            self._parts.setdefault(file, []).append(_part(found, merged, kept, drawing))

    def add(self, other: Archive) -> None:
        for file, parts in other._parts.items():
            self._parts.setdefault(file, []).extend(parts)
        self.tally.add(other.tally)
        self.names |= other.names

    def settle(self, packer: Packer, drawing: Drawing | None) -> None:
        """Bring together what several chunks of units brought for one file, such as a module that many call."""
        for file, parts in self._parts.items():
            if len(parts) == 1:
                continue
            found = [packer.unpack(part.findings) for part in parts if part.findings]
            lines: dict[int, str] = {}
            for part in parts:
                lines |= packer.unpack(part.lines) if part.lines else {}
            for one in found:
                self.tally.count(merge(one), -1)
            together = [finding for one in found for finding in one]
            merged = merge(together)
            self.tally.count(merged)
            self._parts[file] = [_part(together, merged, lines, drawing)]

    def parts(self) -> dict[str, Part]:
        """What there is of each file, sorted by their names, once it is settled."""
        return {file: self._parts[file][0] for file in sorted(self._parts)}


def _part(found: list[Finding], merged: list[Finding], lines: Mapping[int, str], drawing: Drawing | None) -> Part:
    text = drawing.text(merged, lines) if drawing is not None and merged else ""
    return Part(
        pack(found) if found else b"",
        pack(lines) if lines else b"",
        compress(text.encode("utf-8", "backslashreplace"), 1) if text else b"",
    )


class Kept(Counted):
    """The findings of a settled archive, sorted by place.

    Args:
        drawing: how they are drawn, if they are.
    """

    def __init__(self, archive: Archive, packer: Packer, drawing: Drawing | None) -> None:
        self._parts = [part for part in archive.parts().values() if part.findings]
        self._packer = packer
        self._drawing = drawing
        self.tally = archive.tally
        self.names = archive.names

    def __iter__(self) -> Iterator[Finding]:
        for part in self._parts:
            yield from merge(self._packer.unpack(part.findings))

    def __len__(self) -> int:
        return self.tally.total()

    @overload
    def __getitem__(self, at: int) -> Finding: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, at: Any) -> Any:
        return tuple(self)[at]

    def drawn(self, how: object) -> Iterator[str] | None:
        if self._drawing is None or self._drawing.how != how:
            return None
        return (decompress(part.drawn).decode() for part in self._parts if part.drawn)


class KeptLines(Mapping[str, dict[int, str]]):
    """The lines of a settled archive."""

    def __init__(self, archive: Archive, packer: Packer) -> None:
        self._parts = {file: part.lines for file, part in archive.parts().items() if part.lines}
        self._packer = packer

    def __getitem__(self, file: str) -> dict[int, str]:
        lines: dict[int, str] = self._packer.unpack(self._parts[file])
        return lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)
