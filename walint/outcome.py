"""What judging brought, part by part and as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from walint.discovery import Discovery
from walint.graph import INPUTS, Graph
from walint.policy.judge import Judgement
from walint.policy.model import Finding, Report, Rule
from walint.policy.starring import starred
from walint.policy.suppressions import Declared, Ledger
from walint.policy.verdicts import merge
from walint.source import Problem, Source, Span

if TYPE_CHECKING:
    from walint.policy.archive import Archive
    from walint.policy.tally import Drawing


class Outcome:
    """The outcome of some units, while it grows that of a run.

    Attributes:
        findings, lines: those at hand. Where units are judged chunk by chunk, those of earlier ones are put away.
        archive: what was put away, if anything was.
    """

    def __init__(self, problems: list[Problem] | None = None) -> None:
        self.problems = [] if problems is None else problems
        self.findings: list[Finding] = []
        self.archive: Archive | None = None
        self.surprises: list[str] = []
        self.passed: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.stats: Counter[str] = Counter()
        self.opaque: dict[tuple[str, str, str, int], None] = {}
        self.lines: dict[str, dict[int, str]] = {}
        self.templates: dict[tuple[str, Literal["cloudformation", "terraform"]], None] = {}
        self.suppressions = Ledger()
        # The addresses of parameters and variables that templates declare.
        self.inputs: set[str] = set()
        # What `Options.look` took from each graph.
        self.seen: list[Any] = []
        # How many units it is of, where another process judged them.
        self.elsewhere = 0

    def leave(self, problem: Problem | None) -> None:
        """Count what was no template, and keep what there is to say of it."""
        self.stats["passed_by"] += 1
        if problem is not None:
            self.problems.append(problem)

    def take(self, graph: Graph, judged: Judgement, findings: Sequence[Finding]) -> None:
        """What judging a graph brought, with its findings as the suppressions leave them."""
        self.stats["templates"] += 1
        self.stats["resources"] += sum(
            "::" not in r.type or r.type.startswith("AWS::") for r in graph.resources.values()
        )
        self.templates[(graph.name, graph.language)] = None
        # Its nested stacks and modules are files of their own.
        self.templates.update(((it.place.source.name, graph.language), None) for it in graph.resources.values())
        self.inputs.update(r.address for r in graph.resources.values() if r.type in INPUTS)
        problems = [*graph.problems, *judged.problems]
        findings = [
            finding if (said := starred(finding.message)) == finding.message else finding._replace(message=said)
            for finding in findings
        ]
        if graph.hidden:
            from walint.report.conceal import Concealer

            concealer = Concealer(graph.hidden)
            findings = [concealer.finding(finding) for finding in findings]
            problems = [concealer.problem(problem) for problem in problems]
        self.findings += findings
        self.problems += problems
        self.surprises += judged.surprises
        self.passed.update(judged.passed)
        self.asked.update(judged.asked)
        for opaque in graph.opaque:
            span = opaque.place.span()
            self.opaque[(opaque.address, opaque.reason, span.file, span.line)] = None
        for finding in findings:
            for span in (finding.span, *(related.span for related in finding.related)):
                self.keep_lines(span, judged.sources)

    def put_away(self, drawing: Drawing | None) -> None:
        """Put the findings and lines at hand away."""
        from walint.policy.archive import Archive

        self.archive = self.archive or Archive()
        self.archive.put(self.findings, self.lines, drawing)
        self.findings, self.lines = [], {}

    def add(self, other: Outcome, drawing: Drawing | None) -> None:
        """Take in the outcome of other units; if there are several, their findings are put away one after the other."""
        if self.findings or self.lines:
            self.put_away(drawing)
        self.findings, self.lines = other.findings, other.lines
        if self.archive is None:
            self.archive = other.archive
        elif other.archive is not None:
            self.archive.add(other.archive)
        self.problems += other.problems
        self.surprises += other.surprises
        self.passed.update(other.passed)
        self.asked.update(other.asked)
        self.stats.update(other.stats)
        self.opaque.update(other.opaque)
        self.templates.update(other.templates)
        self.inputs |= other.inputs
        self.suppressions.add(other.suppressions)
        self.seen += other.seen

    def keep_lines(self, span: Span, sources: Mapping[str, Source]) -> None:
        """Keep the line of a place and its neighbours, for excerpts."""
        source = sources.get(span.file)
        if source is not None:
            kept = self.lines.setdefault(span.file, {})
            for line in range(max(1, span.line - 1), min(source.line_count(), span.line + 1) + 1):
                if line not in kept:
                    kept[line] = source.line_text(line)

    def rules(self) -> list[Rule]:
        """The rules that found something."""
        away = [] if self.archive is None else self.archive.tally.rules()
        return list(dict.fromkeys((*away, *(finding.rule for finding in self.findings))))

    def report(
        self,
        rules: Sequence[Rule],
        found: Discovery,
        cwd: Path,
        declared: Sequence[Declared],
        known: Sequence[Rule],
        drawing: Drawing | None,
    ) -> Report:
        """The report of the run.

        Args:
            rules: those that were judged.
            known: all that findings may be of.
            drawing: how findings were drawn that were put away.
        """
        findings, lines = self._gathered(known, drawing)
        self.stats["files"] = len(found.candidates) + len(found.modules) - self.stats["passed_by"]
        self.stats["passed_by"] += found.passed_by
        self.stats["ignored"] = found.ignored
        self.stats["passed"] = self.passed.total()
        return Report(
            findings=findings,
            problems=tuple(sorted(set(self.problems))),
            rules=tuple(rules),
            surprises=tuple(sorted(set(self.surprises))),
            root=str(cwd),
            lines=lines,
            stats=dict(self.stats),
            passed=dict(self.passed),
            asked=dict(self.asked),
            opaque=tuple(sorted(self.opaque)),
            suppressions=tuple(declared),
            templates=tuple(sorted(self.templates)),
            inputs=frozenset(self.inputs),
            seen=tuple(self.seen),
        )

    def _gathered(
        self, known: Sequence[Rule], drawing: Drawing | None
    ) -> tuple[Sequence[Finding], Mapping[str, dict[int, str]]]:
        """All findings, sorted, and all lines."""
        if self.archive is None:
            return tuple(merge(self.findings)), self.lines
        from walint.policy.archive import Kept, KeptLines
        from walint.policy.packing import Packer

        if self.findings or self.lines:
            self.put_away(drawing)
        packer = Packer(known)
        self.archive.settle(packer, drawing)
        return Kept(self.archive, packer, drawing), KeptLines(self.archive, packer)
