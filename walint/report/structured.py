"""JSON: everything in a report, for programs. The format is described in docs/json.md."""

from __future__ import annotations

from typing import Any, Final

from walint.policy.model import SEVERITIES, Finding, Report, Rule, Suppression
from walint.report.encode import dumps
from walint.report.fingerprints import fingerprints
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.source import Span

# Grows when a key changes its meaning or goes away; new keys may come at any time.
VERSION: Final = 1


def render(report: Report, options: Options) -> str:
    """The report as one JSON object."""
    prints = fingerprints(report.findings, relative_paths(report, options).__getitem__)
    rules = {(it.engine, it.id): it for it in (*(finding.rule for finding in report.findings), *report.rules)}
    document = {
        "version": VERSION,
        "tool": {"name": "walint", "version": options.version},
        "summary": summary(report),
        "findings": [_finding(finding, mark) for finding, mark in zip(report.findings, prints, strict=True)],
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
    return dumps(document, 2)


def summary(report: Report) -> dict[str, Any]:
    """How many findings are reported, by severity and by pillar; those apart that are open or not reported."""
    severities = dict.fromkeys(SEVERITIES, 0)
    pillars: dict[str, int] = {}
    opened = 0
    reported = [finding for finding in report.findings if finding.reported]
    suppressed = sum(finding.suppression is not None for finding in report.findings)
    for finding in reported:
        if finding.verdict == "open":
            opened += 1
        else:
            severities[finding.rule.severity] += 1
            pillars[finding.rule.pillar] = pillars.get(finding.rule.pillar, 0) + 1
    return {
        "fail": len(reported) - opened,
        "open": opened,
        "suppressed": suppressed,
        "unchanged": sum(it.suppression is None and it.state == "unchanged" for it in report.findings),
        "absent": sum(it.state == "absent" for it in report.findings),
        "severities": severities,
        "pillars": dict(sorted(pillars.items())),
    }


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
