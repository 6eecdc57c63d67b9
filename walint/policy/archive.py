"""Findings put away file by file: packed, counted, and drawn as text where that is all that is wanted of them.

Of a large tree the findings would take more memory than all else. Whoever goes through them unpacks one file at a time.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, overload
from zlib import compress, decompress

from walint.policy.model import Finding
from walint.policy.packing import Packer, pack
from walint.policy.tally import Counted, Drawing, Tally, names_in
from walint.policy.verdicts import merge


class Record(NamedTuple):
    """What some units brought for one file, each piece packed, or empty where there is none.

    Attributes:
        findings: as they were found; those of several records are yet to be brought together.
        drawn: the text of the findings, brought together.
    """

    findings: bytes
    lines: bytes
    drawn: bytes


class Place(NamedTuple):
    """Where a record is: in which volume, where in it, and how long its pieces are."""

    volume: int
    start: int
    findings: int
    lines: int
    drawn: int


class Archive:
    """What was put away.

    The records of many files are one volume, since thousands of small pieces take up to twice their size in memory.

    Attributes:
        tally: counts the findings of each record, brought together.
        names: the files that they name.
    """

    __slots__ = ("_places", "_volumes", "names", "tally")

    def __init__(self) -> None:
        self._volumes: list[bytes] = []
        self._places: dict[str, list[Place]] = {}
        self.tally = Tally()
        self.names: set[str] = set()

    def put(self, findings: Iterable[Finding], lines: Mapping[str, Mapping[int, str]], drawing: Drawing | None) -> None:
        """Put away the findings of some units, and the lines that they point at."""
        by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            by_file.setdefault(finding.span.file, []).append(finding)
        records: dict[str, Record] = {}
        for file in {**by_file, **lines}:
            found, kept = by_file.get(file, []), lines.get(file, {})
            merged = merge(found)
            self.tally.count(merged)
            self.names |= names_in(merged)
            records[file] = _record(found, merged, kept, drawing)
        self._keep(records)

    def add(self, other: "Archive") -> None:
        """Take in what was put away elsewhere."""
        first = len(self._volumes)
        self._volumes += other._volumes
        for file, places in other._places.items():
            moved = (place._replace(volume=first + place.volume) for place in places)
            self._places.setdefault(file, []).extend(moved)
        self.tally.add(other.tally)
        self.names |= other.names

    def settle(self, packer: Packer, drawing: Drawing | None) -> None:
        """Bring together what several chunks of units brought for one file, such as a module that many call."""
        settled: dict[str, Record] = {}
        for file, places in self._places.items():
            if len(places) == 1:
                continue
            records = [self.record(place) for place in places]
            found = [packer.unpack(record.findings) for record in records if record.findings]
            lines: dict[int, str] = {}
            for record in records:
                lines |= packer.unpack(record.lines) if record.lines else {}
            for one in found:
                self.tally.count(merge(one), -1)
            together = [finding for one in found for finding in one]
            merged = merge(together)
            self.tally.count(merged)
            settled[file] = _record(together, merged, lines, drawing)
        for file in settled:
            del self._places[file]
        self._keep(settled)

    def places(self) -> dict[str, Place]:
        """Where the record of each file is, sorted by their names, once all is settled."""
        return {file: self._places[file][0] for file in sorted(self._places)}

    def record(self, place: Place) -> Record:
        volume = self._volumes[place.volume]
        lines = place.start + place.findings
        drawn = lines + place.lines
        return Record(volume[place.start : lines], volume[lines:drawn], volume[drawn : drawn + place.drawn])

    def _keep(self, records: Mapping[str, Record]) -> None:
        """Make a volume of some records."""
        start = 0
        for file, record in records.items():
            sizes = tuple(map(len, record))
            self._places.setdefault(file, []).append(Place(len(self._volumes), start, *sizes))
            start += sum(sizes)
        self._volumes.append(b"".join(piece for record in records.values() for piece in record))


def _record(found: list[Finding], merged: list[Finding], lines: Mapping[int, str], drawing: Drawing | None) -> Record:
    text = drawing.text(merged, lines) if drawing is not None and merged else ""
    return Record(
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
        self._archive = archive
        self._places = [place for place in archive.places().values() if place.findings]
        self._packer = packer
        self._drawing = drawing
        self.tally = archive.tally
        self.names = archive.names

    def __iter__(self) -> Iterator[Finding]:
        for place in self._places:
            yield from merge(self._packer.unpack(self._archive.record(place).findings))

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
        return (decompress(self._archive.record(place).drawn).decode() for place in self._places if place.drawn)


class KeptLines(Mapping[str, dict[int, str]]):
    """The lines of a settled archive."""

    def __init__(self, archive: Archive, packer: Packer) -> None:
        self._archive = archive
        self._places = {file: place for file, place in archive.places().items() if place.lines}
        self._packer = packer

    def __getitem__(self, file: str) -> dict[int, str]:
        lines: dict[int, str] = self._packer.unpack(self._archive.record(self._places[file]).lines)
        return lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
