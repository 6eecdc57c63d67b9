"""GitLab's Code Quality report: findings in the merge request's widget and its changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from walint.policy.model import Finding, Report, Severity
from walint.policy.tally import by_file
from walint.report.encode import Encoded, encoded, pieces
from walint.report.fingerprints import fingerprints
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.shown import acted_on, headline
from walint.report.terminal import harmless

_SEVERITIES: Final[dict[Severity, str]] = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
}


def render(report: Report, options: Options) -> Iterator[str]:
    """The report as a JSON array of issues; GitLab knows each again by its fingerprint."""
    return pieces(_issues(report, options, relative_paths(report, options)), 1)


def _issues(report: Report, options: Options, paths: dict[str, str]) -> Iterator[Encoded]:
    for findings in by_file(report.findings):
        # Of all findings, so that one which is suppressed meanwhile does not change the number of another.
        marks = fingerprints(findings, paths.__getitem__)
        for finding, mark in zip(findings, marks, strict=True):
            if acted_on(finding, options):
                yield encoded(_issue(finding, paths[finding.span.file], mark))


def _issue(finding: Finding, path: str, mark: str) -> dict[str, Any]:
    description = headline(finding) + (f" This holds when {finding.when}." if finding.when else "")
    return {
        "description": harmless(description),
        "check_name": finding.rule.id,
        "fingerprint": mark,
        "severity": "info" if finding.verdict == "open" else _SEVERITIES[finding.rule.severity],
        "location": {"path": path, "lines": {"begin": finding.span.line, "end": finding.span.end_line}},
    }
