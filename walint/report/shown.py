"""Which findings a reader is to act on, and what is said of one in a line."""

from __future__ import annotations

from walint.policy.model import SEVERITIES, Finding, Report
from walint.report.options import Options


def shown(report: Report, options: Options) -> list[Finding]:
    """The failures that are reported, and what is open where the options ask for it, in the report's order."""
    return [it for it in report.findings if acted_on(it, options)]


def acted_on(finding: Finding, options: Options) -> bool:
    """Whether a finding is shown."""
    return finding.reported and (finding.verdict == "fail" or options.show_open)


def most_severe_first(findings: list[Finding]) -> list[Finding]:
    """By severity, the open ones last; else in the order given."""
    return sorted(findings, key=lambda it: (it.verdict == "open", SEVERITIES.index(it.rule.severity)))


def headline(finding: Finding) -> str:
    """What is wrong; of an open finding what it depends on."""
    if finding.verdict == "fail":
        return finding.message
    about = finding.addresses[0] if finding.addresses else finding.type
    title = finding.rule.title.rstrip(".")
    return f"{title}: for {about} that depends on {finding.reason or 'what the template does not say'}."


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
