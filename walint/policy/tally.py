"""How many findings there are of what kind: what sums and exit codes are made of, without a look at each finding."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from walint.policy.model import Finding, Report, Rule, State


class Kind(NamedTuple):
    """What findings are counted by."""

    rule: Rule
    verdict: Literal["fail", "open"]
    state: State
    suppressed: bool

    @property
    def reported(self) -> bool:
        """As `Finding.reported`."""
        return not self.suppressed and self.state in ("", "new")


class Tally:
    """The number of findings of each kind.

    Attributes:
        files: how many files have a failure that is reported.
    """

    __slots__ = ("_counts", "_rules", "files")

    def __init__(self) -> None:
        self._counts: Counter[Kind] = Counter()
        self._rules: dict[tuple[str, str, str], Rule] = {}
        self.files = 0

    def count(self, findings: Iterable[Finding], times: Literal[1, -1] = 1) -> None:
        """Count the findings of one file, or take them back."""
        kinds = Counter(Kind(it.rule, it.verdict, it.state, it.suppression is not None) for it in findings)
        self.files += times * any(kind.verdict == "fail" and kind.reported for kind in kinds)
        for kind, number in kinds.items():
            self._take(kind, times * number)

    def add(self, other: "Tally") -> None:
        """Take in what was counted in other files."""
        for kind, number in other._counts.items():
            self._take(kind, number)
        self.files += other.files

    def _take(self, kind: Kind, number: int) -> None:
        """Count by the same object for a rule, wherever it was given the severity that it has."""
        rule = kind.rule
        known = self._rules.setdefault((rule.engine, rule.id, rule.severity), rule)
        self._counts[kind if known is rule else kind._replace(rule=known)] += number

    def kinds(self) -> Iterator[tuple[Kind, int]]:
        return ((kind, number) for kind, number in self._counts.items() if number)

    def reported(self) -> Iterator[tuple[Kind, int]]:
        """Of the findings that somebody should act on."""
        return ((kind, number) for kind, number in self.kinds() if kind.reported)

    def total(self) -> int:
        return self._counts.total()

    def rules(self) -> list[Rule]:
        """The rules that found something, each with every severity that it has somewhere, in a fixed order."""
        found = {kind.rule for kind, _ in self.kinds()}
        return sorted(found, key=lambda rule: (rule.engine, rule.id, rule.severity))


class Drawing(NamedTuple):
    """How the findings of a file are drawn as text.

    Attributes:
        how: what tells this way from others.
        text: the text of one file's findings, given them and the file's lines.
    """

    how: object
    text: Callable[[list[Finding], Mapping[int, str]], str]


class Counted(Sequence[Finding]):
    """Findings that are counted already, and may be drawn as text.

    Attributes:
        names: the files that they name.
    """

    tally: Tally
    names: set[str]

    @abstractmethod
    def drawn(self, how: object) -> Iterator[str] | None:
        """The text of each file's findings in their order; None where it was not drawn in this way."""


def tally(report: Report) -> Tally:
    """How many findings a report has of each kind."""
    if isinstance(report.findings, Counted):
        return report.findings.tally
    out = Tally()
    for findings in by_file(report.findings):
        out.count(findings)
    return out


def by_file(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings of one file after the other; they are in the order of files."""
    group: list[Finding] = []
    for finding in findings:
        if group and group[0].span.file != finding.span.file:
            yield group
            group = []
        group.append(finding)
    if group:
        yield group


def names_in(findings: Iterable[Finding]) -> set[str]:
    """The files that findings name."""
    names: set[str] = set()
    for finding in findings:
        names.add(finding.span.file)
        names.update(related.span.file for related in finding.related)
        if finding.remedy is not None:
            names.update(edit.span.file for edit in finding.remedy.replacements)
        if finding.suppression is not None and finding.suppression.place is not None:
            names.add(finding.suppression.place.file)
    return names
