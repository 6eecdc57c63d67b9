"""Workflow commands of GitHub Actions: findings as annotations of the lines of a pull request.

GitHub shows ten annotations of a kind for a step and drops the others without a word. So the most severe are
annotations, and the log names the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from walint.policy.model import Finding, Report, Severity
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.shown import count, headline, most_severe_first, shown
from walint.report.terminal import harmless, log_safe
from walint.source import Problem

LIMIT: Final = 10
_KINDS: Final[dict[Severity, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "info": "notice",
}
_DATA: Final = re.compile(r"[%\r\n]")
_PROPERTY: Final = re.compile(r"[%\r\n:,]")


def render(report: Report, options: Options) -> Iterator[str]:
    """A command a line, then the findings beyond GitHub's limit, then a line that sums up."""
    paths = relative_paths(report, options)
    found = shown(report, options)
    commands: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    left: list[str] = []
    for problem in report.problems:
        _take(commands, left, problem.severity, _of_problem(problem, paths), str(problem))
    for finding in most_severe_first(found):
        kind = "notice" if finding.verdict == "open" else _KINDS[finding.rule.severity]
        span = finding.span
        plain = f"{paths[span.file]}:{span.line}:{span.column}: {_message(finding)} [{finding.rule.id}]"
        _take(commands, left, kind, _of_finding(finding, paths), plain)
    lines = [line for group in commands.values() for line in group]
    if left:
        lines += [f"::group::{len(left)} more without an annotation: GitHub shows {LIMIT} of a kind"]
        # A word in front, for a line that begins with two colons is a command.
        lines += [log_safe(f"- {harmless(text)}") for text in left]
        lines += ["::endgroup::"]
    files = len({finding.span.file for finding in found})
    lines += [f"walint: {count(len(found), 'finding')}" + (f" in {count(files, 'file')}." if found else ".")]
    yield "\n".join(lines) + "\n"


def _take(commands: dict[str, list[str]], left: list[str], kind: str, properties: dict[str, str], plain: str) -> None:
    if len(commands[kind]) >= LIMIT:
        left.append(plain)
        return
    message = properties.pop("message")
    given = ",".join(f"{name}={_encoded(log_safe(value), _PROPERTY)}" for name, value in properties.items())
    commands[kind].append(f"::{kind} {given}::{_encoded(log_safe(message), _DATA)}")


def _of_problem(problem: Problem, paths: dict[str, str]) -> dict[str, str]:
    return {
        "file": harmless(paths[problem.file]),
        "line": str(problem.line),
        "col": str(problem.column),
        "title": "walint could not read this" if problem.severity == "error" else "walint could not evaluate this",
        "message": harmless(problem.message),
    }


def _of_finding(finding: Finding, paths: dict[str, str]) -> dict[str, str]:
    span = finding.span
    properties = {"file": harmless(paths[span.file]), "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        # Columns that span lines are refused.
        properties |= {"col": str(span.column), "endColumn": str(max(span.end_column, span.column))}
    lines = [_message(finding)]
    lines += [f"See {paths[related.span.file]}:{related.span.line} {related.message}" for related in finding.related]
    lines += [f"Fix: {finding.rule.remediation}"]
    title = f"{finding.rule.title} ({finding.rule.id})"
    return {**properties, "title": harmless(title), "message": "\n".join(map(harmless, lines))}


def _message(finding: Finding) -> str:
    return headline(finding) + (f" This holds when {finding.when}." if finding.when else "")


def _encoded(text: str, special: re.Pattern[str]) -> str:
    return special.sub(lambda found: f"%{ord(found[0]):02X}", text)
