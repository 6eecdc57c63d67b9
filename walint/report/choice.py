"""Which findings stand in a report that has no room for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from walint.policy.model import SEVERITIES, Finding, Report
from walint.policy.tally import Kind, Tally, by_file, tally
from walint.report.fingerprints import fingerprints

# GitHub refuses a run with more results.
MAX_RESULTS: Final = 25_000

Rank = tuple[bool, bool, int]


def chosen(
    report: Report, paths: dict[str, str], most: int, wanted: Callable[[Finding], bool] | None
) -> Iterator[tuple[Finding, str]]:
    """The findings to write, each with its fingerprint and followed by the other instances of its fault.

    It is one fault still, so they share what is said of it. There are as many as there is room for.

    Args:
        most: the instances of one fault.
        wanted: leaves some out of those that there is room for.
    """
    choice = _Choice(tally(report))
    room = MAX_RESULTS - choice.number
    for findings in by_file(report.findings):
        found = [at for at, it in enumerate(findings) if choice.takes(it) and (wanted is None or wanted(it))]
        marks = fingerprints(findings, paths.__getitem__) if found else []
        for at in found:
            finding = findings[at]
            yield finding, marks[at]
            others = finding.others[: min(most - 1, room)]
            room -= len(others)
            for it in others:
                yield it._replace(state=finding.state, also=finding.also, suppression=finding.suppression), marks[at]


def left_out(report: Report) -> int:
    """How many findings there is no room for."""
    return max(0, len(report.findings) - MAX_RESULTS)


class _Choice:
    """The most severe findings, where there are too many.

    Attributes:
        number: how many it is.
    """

    def __init__(self, counts: Tally) -> None:
        self.number = 0
        # The room for each rank; of the least severe that is not left out the first ones have it.
        self._left: dict[Rank, int] = {}
        ranks: dict[Rank, int] = {}
        for kind, number in counts.kinds():
            rank = _rank(kind)
            ranks[rank] = ranks.get(rank, 0) + number
        for rank in sorted(ranks):
            self._left[rank] = min(ranks[rank], MAX_RESULTS - self.number)
            self.number += self._left[rank]

    def takes(self, finding: Finding) -> bool:
        """Whether it is one of them; asked of each finding in order."""
        rank = _rank(finding)
        self._left[rank] -= 1
        return self._left[rank] >= 0


def _rank(of: Finding | Kind) -> Rank:
    return not of.reported, of.verdict == "open", SEVERITIES.index(of.rule.severity)
