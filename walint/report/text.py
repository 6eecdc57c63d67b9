"""Text for people at a terminal.

What the eye should meet, in this order: how bad and what, where, the line itself, why it matters and what to do.
The severity hangs in the left margin and all the rest begins at one column, so the margin can be read by itself.
Why and how to fix are said once for a rule in each file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from walint.policy.model import PILLARS, SEVERITIES, Finding, Report, Rule, Suppression
from walint.report.options import Options
from walint.report.secrets import may_hold_secret, safe_lines
from walint.report.shown import count, headline, shown
from walint.report.terminal import Painter, cells, excerpt, harmless, log_safe, wrap
from walint.source import Span

_MARGIN: Final = 10
_INDENT: Final = " " * _MARGIN
# Narrower than this nothing is readable; wider than this no line of prose is.
_NARROWEST: Final = 50
_PROSE: Final = 110
_LETTER_OR_DIGIT: Final = re.compile(r"[^\W_]")
_FEW: Final = 3
_MANY: Final = 20
_SUPPRESSED_BY: Final = {
    "inline": "comment",
    "metadata": "metadata entry",
    "file": "comment for the file",
    "foreign": "suppression",
    "call": "suppression of the call",
}


def render(report: Report, options: Options) -> str:
    """The report as text for a terminal of the given width."""
    found = shown(report, options)
    if options.quiet:
        return _brief(report, found)
    # Of a large report each line by itself would take more memory than all else.
    return "\n\n".join(log_safe("\n".join(block)) for block in _blocks(report, options, found) if block) + "\n"


def _blocks(report: Report, options: Options, found: Sequence[Finding]) -> Iterator[list[str]]:
    page = _Page(report, options)
    for file, group in groupby(found, key=lambda finding: finding.span.file):
        yield from page.file(file, list(group))
    yield page.problems()
    yield page.opaque()
    yield page.gone()
    if options.show_suppressed:
        yield page.suppressed()
    if options.verbose:
        yield page.surprises()
        yield page.stats()
    if found:
        yield page.table(found)
    yield page.closing()


def _brief(report: Report, found: Iterable[Finding]) -> str:
    """A line for each finding and each error, as editors and grep like it."""
    lines = []
    for finding in found:
        severity = "open" if finding.verdict == "open" else finding.rule.severity
        lines.append(f"{_at(finding.span)}: {severity}: {harmless(headline(finding))} [{_id(finding.rule)}]")
    for problem in report.problems:
        if problem.severity == "error":
            at = f"{harmless(problem.file)}:{problem.line}:{problem.column}"
            lines.append(f"{at}: error: {harmless(problem.message)}")
    return log_safe("".join(f"{line}\n" for line in lines))


def _id(rule: Rule) -> str:
    """A rule's id; that of another program with the program's name."""
    return f"{rule.engine}:{rule.id}" if rule.engine else rule.id


class _Page:
    """Writes the parts of one report."""

    __slots__ = ("_lines", "_options", "_paint", "_prose", "_report", "_width")

    def __init__(self, report: Report, options: Options) -> None:
        self._report = report
        self._lines = safe_lines(report)
        self._options = options
        self._paint = Painter(options.color)
        self._width = max(options.width, _NARROWEST)
        self._prose = min(self._width, _PROSE) - _MARGIN

    # --- findings -------------------------------------------------------------------------------------------------

    def file(self, name: str, findings: list[Finding]) -> Iterator[list[str]]:
        """A heading and a block for each finding of one file."""
        yield [self._paint(harmless(name), "bold")]
        explained: set[str] = set()
        for finding in findings:
            yield [*self._finding(finding), *self._explanation(finding, explained)]

    def _finding(self, finding: Finding) -> Iterator[str]:
        rule = finding.rule
        opened = finding.verdict == "open"
        style = "open" if opened else rule.severity
        lines = wrap(headline(finding), self._prose)
        yield f"{self._paint(f'{style:>8}', style)}  {self._paint(lines[0], 'bold')}"
        yield from (_INDENT + self._paint(line, "bold") for line in lines[1:])
        at = _at(finding.span)
        details = [_id(rule), rule.best_practice, f"{rule.severity} severity" if opened else ""]
        about = "  ".join(filter(None, details))
        if cells(at) + 2 + cells(about) <= self._width - _MARGIN:
            yield f"{_INDENT}{at}  {self._paint(about, 'dim')}"
        else:
            yield _INDENT + at
            yield from (_INDENT + self._paint(line, "dim") for line in wrap(about, self._width - _MARGIN))
        yield from self._excerpt(finding.span, style, alone=may_hold_secret(finding))
        if finding.when:
            yield from self._detail("when", finding.when)
        if finding.construct:
            yield from self._detail("cdk", harmless(finding.construct))
        places = finding.related if self._options.verbose else finding.related[:_MANY]
        for related in places:
            yield from self._detail("see", f"{_at(related.span)} {related.message}")
        others = finding.addresses[1:]
        if others:
            yield from self._detail("also", self._some(others))
        if finding.also:
            yield from self._detail("same", self._some(finding.also))

    def _excerpt(self, span: Span, style: str, alone: bool) -> Iterator[str]:
        lines = self._lines.get(span.file, {})
        text = lines.get(span.line)
        if text is None or not text.strip():
            return
        room = self._width - _MARGIN - 2
        end = span.end_column - 1 if span.end_line == span.line else len(text)
        line, carets = excerpt(text, span.column - 1, end, room)
        rows = [(span.line, line)]
        before, after = ("", "") if alone else (lines.get(span.line - 1, ""), lines.get(span.line + 1, ""))
        if _says_something(before):
            rows.insert(0, (span.line - 1, excerpt(before, 0, 0, room)[0]))
        elif _says_something(after):
            rows.append((span.line + 1, excerpt(after, 0, 0, room)[0]))
        for number, row in rows:
            yield f"{self._paint(f'{number:>{_MARGIN - 1}} |', 'dim')} {row}".rstrip()
            if number == span.line:
                yield f"{_INDENT}{self._paint('|', 'dim')} {carets[: len(carets) - len(carets.lstrip())]}" + (
                    self._paint(carets.lstrip(), style)
                )

    def _explanation(self, finding: Finding, explained: set[str]) -> Iterator[str]:
        if finding.rule.id not in explained:
            explained.add(finding.rule.id)
            yield from self._detail("why", finding.rule.rationale)
            yield from self._detail("fix", finding.rule.remediation, "good")

    def _detail(self, label: str, text: str, style: str = "dim") -> Iterator[str]:
        first, *rest = wrap(text, self._prose - 6)
        yield f"{_INDENT}{self._paint(label, style)}{' ' * (6 - len(label))}{first}"
        yield from (f"{_INDENT}      {line}" for line in rest)

    def _some(self, names: tuple[str, ...]) -> str:
        if len(names) <= _FEW or self._options.verbose:
            return ", ".join(names)
        return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"

    # --- what could not be read or evaluated -------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """Every error; of the warnings the first ones."""
        problems = self._report.problems
        if not problems:
            return []
        out = [self._paint("Could not be read or evaluated", "bold")]
        left = 0
        warnings = 0
        for problem in problems:
            warnings += problem.severity == "warning"
            if problem.severity == "warning" and warnings > _MANY and not self._options.verbose:
                left += 1
                continue
            first, *rest = wrap(str(problem), self._prose)
            out.append(f"{self._paint(f'{problem.severity:>8}', problem.severity)}  {first}")
            out += [_INDENT + line for line in rest]
        if left:
            out.append(f"{_INDENT}{count(left, 'more warning')}, listed with --verbose")
        return out

    def opaque(self) -> list[str]:
        """Each module or stack that was called and not read, once, with the reason, which says what to do."""
        if not self._report.opaque:
            return []
        out = [self._paint("Not judged", "bold")]
        unique = {(address, reason): f"{file}:{line}" for address, reason, file, line in reversed(self._report.opaque)}
        items = list(reversed(unique.items()))
        shown = items if self._options.verbose else items[:_MANY]
        for (address, reason), place in shown:
            out += [_INDENT + line for line in wrap(f"{address} ({place}): {reason}", self._prose)]
        if len(items) > len(shown):
            out.append(f"{_INDENT}and {len(items) - len(shown)} more, listed with --verbose")
        return out

    def gone(self) -> list[str]:
        """What is mended: the baseline's entries without a finding, and on request the findings that are gone."""
        report = self._report
        entries = [f"{file}: {rule} {address}".rstrip() for file, rule, address in report.gone]
        heading = "No longer found; `walint baseline` takes them out of the baseline"
        if self._options.verbose and not entries:
            mended = [it for it in report.findings if it.state == "absent"]
            entries = [f"{_at(it.span)}: {it.rule.id} {', '.join(it.addresses)}" for it in mended]
            heading = "No longer found"
        if not entries:
            return []
        shown = entries if self._options.verbose else entries[:_MANY]
        out = [self._paint(heading, "bold")]
        for entry in shown:
            out += [_INDENT + line for line in wrap(entry, self._prose)]
        if len(entries) > len(shown):
            out.append(f"{_INDENT}and {len(entries) - len(shown)} more, listed with --verbose")
        return out

    def suppressed(self) -> list[str]:
        """Each suppressed finding with the reason and the place of what silences it."""
        out = []
        for finding in self._report.findings:
            suppression = finding.suppression
            if suppression is None:
                continue
            out.append(
                f"{_INDENT}{_at(finding.span)}  {finding.rule.id}  {', '.join(map(harmless, finding.addresses))}"
            )
            for text in (f"{finding.verdict}: {headline(finding)}", _why_not(suppression)):
                out += [f"{_INDENT}  {self._paint(line, 'dim')}" for line in wrap(text, self._prose - 2)]
        return [self._paint("Suppressed", "bold"), *out] if out else []

    def surprises(self) -> list[str]:
        if not self._report.surprises:
            return []
        out = [self._paint("Internal surprises", "bold"), f"{_INDENT}Please report them."]
        for surprise in self._report.surprises:
            out += [_INDENT + line for line in wrap(surprise, self._prose)]
        return out

    def stats(self) -> list[str]:
        if not self._report.stats:
            return []
        names = {name: name.replace("_", " ") for name in sorted(self._report.stats)}
        longest = max(map(len, names.values()))
        return [
            self._paint("Counts", "bold"),
            *(f"{_INDENT}{harmless(shown):<{longest}}  {self._report.stats[name]}" for name, shown in names.items()),
        ]

    # --- summary --------------------------------------------------------------------------------------------------

    def table(self, findings: Iterable[Finding]) -> list[str]:
        """How many findings each pillar has of each severity."""
        counts: dict[tuple[str, str], int] = {}
        for finding in findings:
            key = (finding.rule.pillar, "open" if finding.verdict == "open" else finding.rule.severity)
            counts[key] = counts.get(key, 0) + 1
        columns = [name for name in (*SEVERITIES, "open") if any(column == name for _, column in counts)]
        pillars = [*PILLARS, *sorted({pillar for pillar, _ in counts} - PILLARS.keys())]
        rows = [pillar for pillar in pillars if any(row == pillar for row, _ in counts)]
        names = {row: harmless(PILLARS.get(row, row)) for row in rows}
        longest = max(cells(name) for name in names.values()) + 2
        if longest + 10 * len(columns) > self._width:
            return [
                f"{names[row]}: {', '.join(f'{counts[row, name]} {name}' for name in columns if (row, name) in counts)}"
                for row in rows
            ]
        head = "  ".join(self._paint(f"{name:>8}", name) for name in columns)
        out = [f"{' ' * longest}{head}"]
        for row in rows:
            numbers = "  ".join(f"{counts.get((row, name), 0) or '-':>8}" for name in columns)
            out.append(f"{names[row]}{' ' * (longest - cells(names[row]))}{numbers}")
        return out

    def closing(self) -> list[str]:
        """The last lines, which a terminal shows for sure."""
        report = self._report
        stats = report.stats
        reported = [finding for finding in report.findings if finding.reported]
        fails = [finding for finding in reported if finding.verdict == "fail"]
        opened = len(reported) - len(fails)
        suppressed = sum(finding.suppression is not None for finding in report.findings)
        parts = []
        compared = any(finding.state for finding in report.findings if finding.suppression is None)
        if fails:
            files = len({finding.span.file for finding in fails})
            found = count(len(fails), "new finding" if compared else "finding")
            parts.append(self._paint(f"{found} in {count(files, 'file')}", "bold"))
        elif any(problem.severity == "error" for problem in report.problems):
            parts.append(self._paint("No findings in what could be read", "bold"))
        elif stats.get("templates") == 0:
            parts.append("Nothing to report: there is no template here")
        else:
            parts.append(self._paint("Nothing new to report" if compared else "Nothing to report", "good"))
        if opened:
            hint = "" if self._options.show_open else " (--show-open lists them)"
            parts.append(f"{opened} open{hint}")
        if suppressed:
            hint = "" if self._options.show_suppressed else " (--show-suppressed lists them)"
            parts.append(f"{suppressed} suppressed{hint}")
        before = sum(it.state == "unchanged" and it.suppression is None for it in report.findings)
        mended = len(report.gone) + sum(finding.state == "absent" for finding in report.findings)
        parts += [f"{before} there before"] if before else []
        parts += [f"{mended} no longer there"] if mended else []
        errors = sum(problem.severity == "error" for problem in report.problems)
        if errors:
            parts.append(self._paint(count(errors, "error"), "error"))
        judged = [count(stats[key], key[:-1]) for key in ("templates", "resources") if stats.get(key)]
        judged += [count(len(report.rules), "rule")] if report.rules and judged else []
        return ["; ".join(parts) + ".", *([self._paint(f"Judged: {', '.join(judged)}.", "dim")] if judged else [])]


def _why_not(suppression: Suppression) -> str:
    """`suppressed by a checkov comment at main.tf:3:5: the reason`"""
    syntax = "" if suppression.syntax == "walint" else f"{suppression.syntax} "
    by = f"suppressed by a {syntax}{_SUPPRESSED_BY[suppression.kind]}"
    if suppression.place is not None:
        by += f" at {_at(suppression.place)}"
    if suppression.until is not None:
        by += f" until {suppression.until.isoformat()}"
    return f"{by}: {suppression.reason or 'no reason is given'}"


def _says_something(line: str) -> bool:
    return _LETTER_OR_DIGIT.search(line) is not None


def _at(span: Span) -> str:
    return f"{harmless(span.file)}:{span.line}:{span.column}"
