"""Markdown for a comment on a pull request or a job's summary, as GitHub and GitLab render it.

No line begins with what a template says, and everything that it says is escaped: a name is no link, mentions nobody,
and breaks no table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from walint.policy.model import PILLARS, SEVERITIES, Finding, Report, Rule
from walint.policy.tally import tally
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.shown import count, headline, most_severe_first, shown
from walint.report.structured import summary
from walint.report.terminal import harmless, log_safe

# GitHub takes comments of 65,536 characters; some room is left for what a workflow puts around the report.
MAX_LENGTH: Final = 60_000
_LONGEST: Final = 600
# Emphasis, code, links, HTML, formulas, a table's cells; a link that is none yet: https://, www.
_SPECIAL: Final = re.compile(r"[\\`*\[\]<>|~&$]|(?<!\w)_|_(?!\w)|:(?=//)|(?<=www)\.", re.IGNORECASE)
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Code hosts look for people and issues in the text that is already rendered, where no backslash helps.
_REFERENCE: Final = re.compile(r"(?<!\w)[@#!](?=\w)")
_BREAK: Final = "\u200b"


def render(report: Report, options: Options) -> Iterator[str]:
    """A heading that sums up, a table of the findings, the most severe first, and how to mend each kind."""
    found = most_severe_first(shown(report, options))
    paths = relative_paths(report, options)
    head = [f"### walint: {_title(report, found)}", "", *_counts(report), *_problems(report, paths)]
    rows = [_row(finding, paths) for finding in found]
    advice = [_advice(rule) for rule in {finding.rule.id: finding.rule for finding in found}.values()]
    tail = [_closing(report)]
    room = MAX_LENGTH - sum(len(line) + 1 for line in (*head, *tail)) - 400
    kept, room = _fitting(rows, room)
    out = head
    if kept:
        out += ["| | Where | What | Rule |", "|---|---|---|---|", *kept, ""]
    if len(kept) < len(rows):
        out += [f"and {count(len(rows) - len(kept), 'more finding')} that had no room here.", ""]
    explained, _ = _fitting(advice, room)
    if explained:
        out += ["<details><summary>Why, and how to fix</summary>", "", *explained, "", "</details>", ""]
    yield log_safe("\n".join([*out, *tail]) + "\n", "&#35;")


def _title(report: Report, found: list[Finding]) -> str:
    if any(problem.severity == "error" for problem in report.problems) and not found:
        return "no findings in what could be read"
    if not found:
        return "nothing to report"
    files = len({finding.span.file for finding in found})
    return f"{count(len(found), 'finding')} in {count(files, 'file')}"


def _counts(report: Report) -> list[str]:
    """How many findings each pillar has of each severity."""
    table: dict[tuple[str, str], int] = {}
    for kind, number in tally(report).reported():
        if kind.verdict == "fail":
            key = (kind.rule.pillar, kind.rule.severity)
            table[key] = table.get(key, 0) + number
    if not table:
        return []
    columns = [severity for severity in SEVERITIES if any(column == severity for _, column in table)]
    rows = [pillar for pillar in (*PILLARS, *_others(table)) if any(row == pillar for row, _ in table)]
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'--:|' * len(columns)}"]
    for row in rows:
        numbers = " | ".join(str(table.get((row, column), "")) for column in columns)
        lines.append(f"| {escaped(PILLARS.get(row, row))} | {numbers} |")
    return [*lines, ""]


def _others(table: Iterable[tuple[str, str]]) -> list[str]:
    """Pillars of users' own."""
    return sorted({pillar for pillar, _ in table} - PILLARS.keys())


def _problems(report: Report, paths: dict[str, str]) -> list[str]:
    errors = [problem for problem in report.problems if problem.severity == "error"]
    lines = [f"- {code(f'{paths[it.file]}:{it.line}')} {escaped(it.message)}" for it in errors[:20]]
    if len(errors) > len(lines):
        lines.append(f"- and {len(errors) - len(lines)} more")
    return ["**Could not be read**", "", *lines, ""] if lines else []


def _row(finding: Finding, paths: dict[str, str]) -> str:
    rule, span = finding.rule, finding.span
    what = escaped(headline(finding))
    if finding.when:
        what += f" When {code(finding.when)}."
    if finding.related:
        what += f" See {code(f'{paths[finding.related[0].span.file]}:{finding.related[0].span.line}')}."
    if len(finding.addresses) > 1:
        what += f" The same holds for {count(len(finding.addresses) - 1, 'other instance')}."
    severity = "open" if finding.verdict == "open" else rule.severity
    return f"| {severity} | {code(f'{paths[span.file]}:{span.line}')} | {what} | {code(rule.id)} |"


def _advice(rule: Rule) -> str:
    return f"- {code(rule.id)} {escaped(rule.rationale)} **Fix:** {escaped(rule.remediation)}"


def _closing(report: Report) -> str:
    counts = summary(report)
    judged = [count(report.stats[key], key[:-1]) for key in ("templates", "resources") if report.stats.get(key)]
    others = [f"{counts[key]} {key}" for key in ("open", "suppressed", "unchanged", "absent") if counts[key]]
    return f"<sub>{'; '.join(filter(None, ('Judged by walint', ', '.join(judged), ', '.join(others))))}.</sub>"


def _fitting(lines: Iterable[str], room: int) -> tuple[list[str], int]:
    """The first lines that there is room for, and the room that is left."""
    out: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return out, 0
        out.append(line)
    return out, room


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = harmless(text)
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    text = _REFERENCE.sub(lambda found: found[0] + _BREAK, text)
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), text)


def code(text: str) -> str:
    """Text as a code span, also in a table's cell."""
    text = harmless(text)
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")
