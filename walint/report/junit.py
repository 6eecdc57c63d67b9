"""JUnit XML: what build servers show as test results.

A rule that found nothing is a test that passed; a finding is a failed one, in the suite of its file. What could not
be read is a test that ended in an error. The form is that of Jenkins' own schema, the strictest of those that build
servers publish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from walint.policy.model import Finding, Report
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.shown import headline, shown
from walint.report.terminal import harmless, log_safe
from walint.source import Problem

# What XML 1.0 cannot carry even as a reference, and `harmless` lets through.
_NO_XML: Final = re.compile("[\ufffe\uffff]")


class _Case:
    """One test: its name, its group, and the element that says how it ended ("" where it passed)."""

    __slots__ = ("group", "kind", "message", "name", "text", "type")

    def __init__(
        self, group: str, name: str, kind: str = "", type_: str = "", message: str = "", text: str = ""
    ) -> None:
        self.group, self.name, self.kind, self.type, self.message, self.text = group, name, kind, type_, message, text

    def lines(self) -> list[str]:
        opening = f"    <testcase classname={_attribute(self.group)} name={_attribute(self.name)}"
        if not self.kind:
            return [opening + "/>"]
        how = f"      <{self.kind} type={_attribute(self.type)} message={_attribute(self.message)}"
        how += f">{_text(self.text)}</{self.kind}>" if self.text else "/>"
        return [opening + ">", how, "    </testcase>"]


def render(report: Report, options: Options) -> str:
    """The report as a `testsuites` element."""
    paths = relative_paths(report, options)
    suites: list[tuple[str, list[_Case]]] = []
    passed = _passed(report, options)
    if passed:
        suites.append(("rules", passed))
    for file, group in groupby(shown(report, options), key=lambda it: it.span.file):
        suites.append((paths[file], [_case(finding, paths[file]) for finding in group]))
    errors = [problem for problem in report.problems if problem.severity == "error"]
    if errors:
        suites.append(("input", [_error(problem, paths[problem.file]) for problem in errors]))
    if not suites:
        # Build servers take a file without a test for a mistake.
        suites.append(("input", [_Case("walint", "nothing to judge")]))
    cases = [case for _, of in suites for case in of]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="walint"{_counts(cases)}>']
    for name, of in suites:
        skipped = sum(case.kind == "skipped" for case in of)
        lines.append(f'  <testsuite name={_attribute(name)}{_counts(of)} skipped="{skipped}">')
        for case in of:
            lines += case.lines()
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return log_safe("\n".join(lines) + "\n", _REFERENCE)


def _passed(report: Report, options: Options) -> list[_Case]:
    """The rules that applied somewhere and found nothing."""
    faulty = {finding.rule.id for finding in shown(report, options)}
    return [
        _Case(rule.pillar, f"{rule.id}: {rule.title}")
        for rule in report.rules
        if rule.id not in faulty and report.passed.get(rule.id)
    ]


def _case(finding: Finding, path: str) -> _Case:
    rule = finding.rule
    span = finding.span
    about = finding.addresses[0] if finding.addresses else finding.type
    lines = [f"{path}:{span.line}:{span.column}", headline(finding)]
    lines += [f"when {finding.when}"] if finding.when else []
    lines += [f"see {related.span.file}:{related.span.line} {related.message}" for related in finding.related]
    lines += [f"also {address}" for address in finding.addresses[1:]]
    lines += ["", f"why: {rule.rationale}", f"fix: {rule.remediation}"]
    kind = "failure" if finding.verdict == "fail" else "skipped"
    name = f"{rule.id}: {about} (line {span.line})"
    return _Case(path, name, kind, f"{rule.severity} {rule.best_practice}".strip(), headline(finding), _joined(lines))


def _error(problem: Problem, path: str) -> _Case:
    at = f"{path}:{problem.line}:{problem.column}"
    return _Case(path, f"can be read (line {problem.line})", "error", "unreadable", problem.message, harmless(at))


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(map(harmless, lines))


def _counts(cases: list[_Case]) -> str:
    numbers = [("tests", len(cases))]
    numbers += [(f"{kind}s", sum(case.kind == kind for case in cases)) for kind in ("failure", "error")]
    return "".join(f' {name}="{number}"' for name, number in numbers)


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", harmless(text)))


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


_REFERENCE: Final = "&#35;"
