"""JSON: everything in a report, for programs. The format is described in docs/json.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from walint.policy.model import SEVERITIES, Finding, Report, Rule, Suppression
from walint.policy.tally import by_file, tally
from walint.report.encode import Encoded, encoded, pieces
from walint.report.fingerprints import fingerprints
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.source import Span

# Grows when a key changes its meaning or goes away; new keys may come at any time.
VERSION: Final = 1


def render(report: Report, options: Options) -> Iterator[str]:
    """The report as one JSON object."""
    rules = {(it.engine, it.id): it for it in (*tally(report).rules(), *report.rules)}
    document = {
        "version": VERSION,
        "tool": {"name": "walint", "version": options.version},
        "summary": summary(report),
        "findings": _findings(report, relative_paths(report, options)),
        "problems": [
            {
                "file": problem.file,
                "line": problem.line,
                "column": problem.column,
                "severity": problem.severity,
                "message": problem.message,
            }
            for problem in report.problems
        ],
        "not_read": [
            {"address": address, "reason": reason, "file": file, "line": line}
            for address, reason, file, line in report.opaque
        ],
        "gone": [{"file": file, "rule": rule, "address": address} for file, rule, address in report.gone],
        "surprises": report.surprises,
        "notices": report.notices,
        "rules": [
            _rule(rules[key], 0 if rules[key].engine else report.passed.get(rules[key].id, 0)) for key in sorted(rules)
        ],
        "stats": dict(sorted(report.stats.items())),
    }
    return pieces(document, 2)


def summary(report: Report) -> dict[str, Any]:
    """How many findings are reported, by severity and by pillar; those apart that are open or not reported."""
    severities = dict.fromkeys(SEVERITIES, 0)
    pillars: dict[str, int] = {}
    counts = dict.fromkeys(("fail", "open", "suppressed", "unchanged", "absent"), 0)
    for kind, number in tally(report).kinds():
        counts["suppressed"] += number * kind.suppressed
        counts["unchanged"] += number * (kind.state == "unchanged" and not kind.suppressed)
        counts["absent"] += number * (kind.state == "absent")
        counts[kind.verdict] += number * kind.reported
        if kind.reported and kind.verdict == "fail":
            severities[kind.rule.severity] += number
            pillars[kind.rule.pillar] = pillars.get(kind.rule.pillar, 0) + number
    return {**counts, "severities": severities, "pillars": dict(sorted(pillars.items()))}


def _findings(report: Report, paths: dict[str, str]) -> Iterator[Encoded]:
    for findings in by_file(report.findings):
        for finding, mark in zip(findings, fingerprints(findings, paths.__getitem__), strict=True):
            yield encoded(_finding(finding, mark))


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "rule": finding.rule.id,
        "engine": finding.rule.engine,
        "also": finding.also,
        "construct": finding.construct,
        "verdict": finding.verdict,
        "severity": finding.rule.severity,
        "pillar": finding.rule.pillar,
        "message": finding.message,
        "when": finding.when,
        "reason": finding.reason,
        "location": _location(finding.span),
        "addresses": finding.addresses,
        "type": finding.type,
        "source_type": finding.source_type,
        "language": finding.language,
        "property": finding.path,
        "related": [{"message": place.message, "location": _location(place.span)} for place in finding.related],
        "fingerprint": fingerprint,
        "state": finding.state,
        "suppression": None if finding.suppression is None else _suppression(finding.suppression),
    }


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        "kind": suppression.kind,
        "reason": suppression.reason,
        "until": None if suppression.until is None else suppression.until.isoformat(),
        "location": None if suppression.place is None else _location(suppression.place),
        "syntax": suppression.syntax,
    }


def _location(span: Span) -> dict[str, Any]:
    return span._asdict()


def _rule(rule: Rule, passed: int) -> dict[str, Any]:
    return {
        "id": rule.id,
        "engine": rule.engine,
        "title": rule.title,
        "pillar": rule.pillar,
        "best_practice": rule.best_practice,
        "severity": rule.severity,
        "profile": rule.profile,
        "rationale": rule.rationale,
        "remediation": rule.remediation,
        "aliases": rule.aliases,
        "references": rule.references,
        "passed": passed,
    }
