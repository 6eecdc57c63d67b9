"""Keeps secrets out of what reports show of the source."""

from __future__ import annotations

import re
from typing import Final

from walint.policy.model import Finding, Report
from walint.policy.starring import starred, stars

Lines = dict[str, dict[int, str]]

# "Store and use secrets securely": what findings of its rules point at may be a secret.
PRACTICE: Final = "SEC02-BP03"
# A name before `=` or `:`, which stays; else a literal, in quotes or bare.
_LITERAL: Final = re.compile(
    # A reference to where the value is, in either language.
    r"""!(?:Ref|GetAtt|ImportValue)\s+["']?[\w.:-]+["']?|!\w+(?=\s)"""
    r"""|["']?(?:Ref|Fn::GetAtt|Fn::ImportValue)["']?\s*:\s*(?:\[[^\]]*\]|["']?[\w.:-]+["']?)"""
    r"""|\b(?:var|local|data|module|each|self|path)\.[\w.\[\]"-]+|\b[a-z][a-z0-9]*_\w+\.[\w-]+\.[\w.\[\]"-]+"""
    r"""|(?:"[^"\\]*"|'[^']*'|[^\s"'\[\]{},=:]+)\s*[=:](?:\s+|(?=["'\[{]))"""
    r"""|"((?:[^"\\]|\\.)*)"?|'((?:[^']|'')*)'?|((?!<<)[^\s"'\[\]{},]{3,})"""
)
_GOES_ON: Final = re.compile(r"(<<[-~]?\s*\w+|[|>][-+\d]*|[\[({\\])$")


def may_hold_secret(finding: Finding) -> bool:
    return finding.rule.best_practice == PRACTICE


def safe_lines(report: Report) -> Lines:
    """The report's lines with what may be a secret in them starred out, each line as long as it was."""
    out: Lines = report.lines
    for file, lines in report.lines.items():
        changed = {number: shown for number, line in lines.items() if (shown := starred(line)) is not line}
        if changed:
            if out is report.lines:
                out = {name: dict(kept) for name, kept in report.lines.items()}
            out[file].update(changed)
    for finding in report.findings:
        if not may_hold_secret(finding):
            continue
        span = finding.span
        kept = out.get(span.file)
        if kept is None:
            continue
        if out is report.lines:
            out = {file: dict(lines) for file, lines in out.items()}
            kept = out[span.file]
        for line in range(span.line, span.end_line + 1):
            if line in kept:
                start = span.column - 1 if line == span.line else 0
                end = span.end_column - 1 if line == span.end_line else len(kept[line])
                text = kept[line]
                kept[line] = text[:start] + masked(text[start:end]) + text[end:]
        last = report.lines[span.file].get(span.end_line, "").rstrip()
        # The span may be the first line of a longer text.
        if _GOES_ON.search(last) and span.end_column > len(last) and span.end_line + 1 in kept:
            following = kept[span.end_line + 1]
            kept[span.end_line + 1] = masked(following)
    return out


def masked(text: str) -> str:
    """The text with its literals starred out; names before them stay."""
    return _LITERAL.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    group = found.lastindex
    if group is None:
        return found[0]
    text = found[group]
    whole = found[0]
    at = found.start(group) - found.start()
    return whole[:at] + stars(text) + whole[at + len(text) :]
