"""Keeps secrets out of what reports show of the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from walint.policy.model import Finding, Report
from walint.policy.starring import starred, stars

Lines = Mapping[str, Mapping[int, str]]

# Of how many files the lines are kept: reports go file by file, and look at those that call them.
_KEPT: Final = 64
# "Store and use secrets securely": what findings of its rules point at may be a secret.
PRACTICE: Final = "SEC02-BP03"
# A name before `=` or `:`, which stays; else a literal, in quotes or bare.
_LITERAL: Final = (
    # A reference to where the value is, in either language.
    r"""!(?:Ref|GetAtt|ImportValue)\s+["']?[\w.:-]+["']?|!\w+(?=\s)"""
    r"""|["']?(?:Ref|Fn::GetAtt|Fn::ImportValue)["']?\s*:\s*(?:\[[^\]]*\]|["']?[\w.:-]+["']?)"""
    r"""|\b(?:var|local|data|module|each|self|path)\.[\w.\[\]"-]+|\b[a-z][a-z0-9]*_\w+\.[\w-]+\.[\w.\[\]"-]+"""
    r"""|(?:"[^"\\]*"|'[^']*'|[^\s"'\[\]{},=:]+)\s*[=:](?:\s+|(?=["'\[{]))"""
    r"""|"((?:[^"\\]|\\.)*)"?|'((?:[^']|'')*)'?|((?!<<)[^\s"'\[\]{},]{3,})"""
)
_GOES_ON: Final = r"(<<[-~]?\s*\w+|[|>][-+\d]*|[\[({\\])$"


def may_hold_secret(finding: Finding) -> bool:
    return finding.rule.best_practice == PRACTICE


def safe_lines(report: Report) -> Lines:
    """The report's lines with what may be a secret in them starred out, each line as long as it was."""
    secret = _secret(report.findings)
    changed = {}
    for file, lines in report.lines.items():
        shown = safe(lines, secret.get(file, ()))
        if shown is not lines:
            changed[file] = shown
    return {**report.lines, **changed} if changed else report.lines


class SafeLines:
    """The same, worked out for each file as it is asked for; only a few are kept."""

    def __init__(self, report: Report) -> None:
        self._lines = report.lines
        self._secret = _secret(report.findings)
        self.of = lru_cache(_KEPT)(self._of)

    def _of(self, file: str) -> Mapping[int, str]:
        return safe(self._lines.get(file, {}), self._secret.get(file, ()))


def _secret(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """By file the findings that may point at secrets."""
    out: dict[str, list[Finding]] = {}
    for finding in findings:
        if may_hold_secret(finding):
            out.setdefault(finding.span.file, []).append(finding)
    return out


def safe(lines: Mapping[int, str], findings: Iterable[Finding]) -> Mapping[int, str]:
    """A file's lines with what may be a secret in them starred out.

    Args:
        findings: the file's.
    """
    changed = {number: stars_ for number, line in lines.items() if (stars_ := starred(line)) != line}
    shown = {**lines, **changed} if changed else lines
    secret = [finding.span for finding in findings if may_hold_secret(finding)]
    if not secret:
        return shown
    kept = dict(shown)
    for span in secret:
        for line in range(span.line, span.end_line + 1):
            if line in kept:
                start = span.column - 1 if line == span.line else 0
                end = span.end_column - 1 if line == span.end_line else len(kept[line])
                text = kept[line]
                kept[line] = text[:start] + masked(text[start:end]) + text[end:]
        last = lines.get(span.end_line, "").rstrip()
        # The span may be the first line of a longer text.
        if re.search(_GOES_ON, last) and span.end_column > len(last) and span.end_line + 1 in kept:
            kept[span.end_line + 1] = masked(kept[span.end_line + 1])
    return kept


def masked(text: str) -> str:
    """The text with its literals starred out; names before them stay."""
    return re.sub(_LITERAL, _masked, text)


def _masked(found: re.Match[str]) -> str:
    group = found.lastindex
    if group is None:
        return found[0]
    text = found[group]
    whole = found[0]
    at = found.start(group) - found.start()
    return whole[:at] + stars(text) + whole[at + len(text) :]
