"""CSV for spreadsheets and scripts: a line a finding, as RFC 4180 has it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from walint.policy.model import Finding, Report
from walint.policy.tally import by_file
from walint.report.fingerprints import fingerprints
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.terminal import harmless, log_safe

COLUMNS: Final = (
    "severity", "verdict", "rule", "pillar", "best_practice", "file", "line", "column", "address", "instances", "type",
    "property", "message", "when", "reason", "state", "suppressed", "fingerprint",
)  # fmt: skip
# A spreadsheet takes a cell that begins like this for a formula, and may ask another program for its result.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(report: Report, options: Options) -> Iterator[str]:
    """All findings, open and suppressed ones included: a table is there to be filtered."""
    paths = relative_paths(report, options)
    yield _rows([COLUMNS])
    for findings in by_file(report.findings):
        marks = fingerprints(findings, paths.__getitem__)
        path = paths[findings[0].span.file]
        rows = (map(_cell, _values(finding, path, mark)) for finding, mark in zip(findings, marks, strict=True))
        yield _rows(rows)


def _rows(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _values(finding: Finding, path: str, mark: str) -> list[str]:
    rule, span = finding.rule, finding.span
    suppressed = "" if finding.suppression is None else finding.suppression.reason or "no reason is given"
    return [
        rule.severity, finding.verdict, rule.id, rule.pillar, rule.best_practice, path, str(span.line),
        str(span.column), finding.addresses[0] if finding.addresses else "", str(len(finding.addresses)), finding.type,
        finding.path, finding.message, finding.when, finding.reason, finding.state, suppressed, mark,
    ]  # fmt: skip


def _cell(text: str) -> str:
    text = log_safe(harmless(text))
    return "'" + text if text.startswith(_FORMULA) else text
