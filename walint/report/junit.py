"""JUnit XML: what build servers show as test results.

A rule that found nothing is a test that passed; a finding is a failed one, in the suite of its file. What could not
be read is a test that ended in an error. The form is that of Jenkins' own schema, the strictest of those that build
servers publish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from walint.policy.model import Finding, Report
from walint.policy.tally import by_file, tally
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.shown import acted_on, headline
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


def render(report: Report, options: Options) -> Iterator[str]:
    """The report as a `testsuites` element."""
    counts = {"fail": 0, "open": 0}
    faulty = set()
    for kind, number in tally(report).reported():
        if kind.verdict == "fail" or options.show_open:
            counts[kind.verdict] += number
            faulty.add(kind.rule.id)
    # The rules that applied somewhere and found nothing.
    passed = [
        _Case(rule.pillar, f"{rule.id}: {rule.title}")
        for rule in report.rules
        if rule.id not in faulty and report.passed.get(rule.id)
    ]
    errors = [problem for problem in report.problems if problem.severity == "error"]
    # Build servers take a file without a test for a mistake.
    tests = len(passed) + sum(counts.values()) + len(errors) or 1
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="walint"{_counts(tests, counts["fail"], len(errors))}>\n'
    for name, cases in _suites(report, options, passed, errors):
        kinds = Counter(case.kind for case in cases)
        opening = f"  <testsuite name={_attribute(name)}{_counts(len(cases), kinds['failure'], kinds['error'])}"
        lines = [f'{opening} skipped="{kinds["skipped"]}">', *(line for case in cases for line in case.lines())]
        yield log_safe("\n".join([*lines, "  </testsuite>\n"]), _REFERENCE)
    yield "</testsuites>\n"


def _suites(
    report: Report, options: Options, passed: list[_Case], errors: list[Problem]
) -> Iterator[tuple[str, list[_Case]]]:
    paths = relative_paths(report, options)
    if passed:
        yield "rules", passed
    several = False
    for findings in by_file(it for it in report.findings if acted_on(it, options)):
        path = paths[findings[0].span.file]
        yield path, [_case(finding, path) for finding in findings]
        several = True
    if errors:
        yield "input", [_error(problem, paths[problem.file]) for problem in errors]
    elif not passed and not several:
        yield "input", [_Case("walint", "nothing to judge")]


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


def _counts(tests: int, failures: int, errors: int) -> str:
    return f' tests="{tests}" failures="{failures}" errors="{errors}"'


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", harmless(text)))


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


_REFERENCE: Final = "&#35;"
