"""GitLab's Code Quality report: findings in the merge request's widget and its changes."""

from __future__ import annotations

from typing import Any, Final

from walint.policy.model import Finding, Report, Severity
from walint.report.encode import dumps
from walint.report.fingerprints import fingerprints
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.shown import headline, shown
from walint.report.terminal import harmless

_SEVERITIES: Final[dict[Severity, str]] = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
}


def render(report: Report, options: Options) -> str:
    """The report as a JSON array of issues; GitLab knows each again by its fingerprint."""
    paths = relative_paths(report, options)
    # Of all findings, so that one which is suppressed meanwhile does not change the number of another.
    marks = dict(zip(map(id, report.findings), fingerprints(report.findings, paths.__getitem__), strict=True))
    return dumps(
        [_issue(finding, paths[finding.span.file], marks[id(finding)]) for finding in shown(report, options)], 1
    )


def _issue(finding: Finding, path: str, mark: str) -> dict[str, Any]:
    description = headline(finding) + (f" This holds when {finding.when}." if finding.when else "")
    return {
        "description": harmless(description),
        "check_name": finding.rule.id,
        "fingerprint": mark,
        "severity": "info" if finding.verdict == "open" else _SEVERITIES[finding.rule.severity],
        "location": {"path": path, "lines": {"begin": finding.span.line, "end": finding.span.end_line}},
    }
