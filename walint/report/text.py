"""Text for people at a terminal.

What the eye should meet, in this order: how bad and what, where, the line itself, why it matters and what to do.
The severity hangs in the left margin and all the rest begins at one column, so the margin can be read by itself.
Why and how to fix are said once for a rule in each file.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from walint.policy.model import PILLARS, SEVERITIES, Report, Suppression
from walint.policy.tally import Counted, by_file, tally
from walint.report.options import Options
from walint.report.shown import count, headline
from walint.report.terminal import cells, harmless, log_safe, wrap
from walint.report.text_findings import INDENT, MANY, Sheet, section, where

__all__ = ["render", "section"]

_SUPPRESSED_BY: Final = {
    "inline": "comment",
    "metadata": "metadata entry",
    "file": "comment for the file",
    "foreign": "suppression",
    "call": "suppression of the call",
}


def render(report: Report, options: Options) -> Iterator[str]:
    """The report as text for a terminal of the given width."""
    sections = drawn(report, options)
    if options.quiet:
        yield from sections
        yield _errors(report)
        return
    between = ""
    blocks = (log_safe("\n".join(block)) for block in _Page(report, options).blocks() if block)
    for text in chain(sections, blocks):
        yield between + text
        between = "\n\n"
    yield "\n"


def drawn(report: Report, options: Options) -> Iterator[str]:
    """The findings that are to be shown, file by file; they may have been drawn where they were found."""
    if isinstance(report.findings, Counted):
        made = report.findings.drawn(options)
        if made is not None:
            yield from made
            return
    for findings in by_file(report.findings):
        text = section(findings, report.lines.get(findings[0].span.file, {}), options)
        if text:
            yield text


def _errors(report: Report) -> str:
    """A line for each error, as editors and grep like it."""
    lines = []
    for problem in report.problems:
        if problem.severity == "error":
            at = f"{harmless(problem.file)}:{problem.line}:{problem.column}"
            lines.append(f"{at}: error: {harmless(problem.message)}\n")
    return log_safe("".join(lines))


class _Page(Sheet):
    """Writes the parts of a report that are not about one file."""

    def __init__(self, report: Report, options: Options) -> None:
        super().__init__(options)
        self._report = report
        self._options = options
        self._tally = tally(report)

    def blocks(self) -> Iterator[list[str]]:
        yield self.problems()
        yield self.opaque()
        yield self.gone()
        if self._options.show_suppressed:
            yield self.suppressed()
        if self._options.verbose:
            yield self.surprises()
            yield self.stats()
        yield self.table()
        yield self.closing()

    # --- what could not be read or evaluated -------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """Every error; of the warnings the first ones."""
        problems = self._report.problems
        if not problems:
            return []
        out = [self.paint("Could not be read or evaluated", "bold")]
        left = 0
        warnings = 0
        for problem in problems:
            warnings += problem.severity == "warning"
            if problem.severity == "warning" and warnings > MANY and not self._options.verbose:
                left += 1
                continue
            first, *rest = wrap(str(problem), self.prose)
            out.append(f"{self.paint(f'{problem.severity:>8}', problem.severity)}  {first}")
            out += [INDENT + line for line in rest]
        if left:
            out.append(f"{INDENT}{count(left, 'more warning')}, listed with --verbose")
        return out

    def opaque(self) -> list[str]:
        """Each module or stack that was called and not read, once, with the reason, which says what to do."""
        if not self._report.opaque:
            return []
        out = [self.paint("Not judged", "bold")]
        unique = {(address, reason): f"{file}:{line}" for address, reason, file, line in reversed(self._report.opaque)}
        items = list(reversed(unique.items()))
        shown = items if self._options.verbose else items[:MANY]
        for (address, reason), place in shown:
            out += [INDENT + line for line in wrap(f"{address} ({place}): {reason}", self.prose)]
        if len(items) > len(shown):
            out.append(f"{INDENT}and {len(items) - len(shown)} more, listed with --verbose")
        return out

    def gone(self) -> list[str]:
        """What is mended: the baseline's entries without a finding, and on request the findings that are gone."""
        report = self._report
        entries = [f"{file}: {rule} {address}".rstrip() for file, rule, address in report.gone]
        heading = "No longer found; `walint baseline` takes them out of the baseline"
        if self._options.verbose and not entries:
            mended = [it for it in report.findings if it.state == "absent"]
            entries = [f"{where(it.span)}: {it.rule.id} {', '.join(it.addresses)}" for it in mended]
            heading = "No longer found"
        if not entries:
            return []
        shown = entries if self._options.verbose else entries[:MANY]
        out = [self.paint(heading, "bold")]
        for entry in shown:
            out += [INDENT + line for line in wrap(entry, self.prose)]
        if len(entries) > len(shown):
            out.append(f"{INDENT}and {len(entries) - len(shown)} more, listed with --verbose")
        return out

    def suppressed(self) -> list[str]:
        """Each suppressed finding with the reason and the place of what silences it."""
        out = []
        if not any(kind.suppressed for kind, _ in self._tally.kinds()):
            return []
        for finding in self._report.findings:
            suppression = finding.suppression
            if suppression is None:
                continue
            out.append(
                f"{INDENT}{where(finding.span)}  {finding.rule.id}  {', '.join(map(harmless, finding.addresses))}"
            )
            for text in (f"{finding.verdict}: {headline(finding)}", _why_not(suppression)):
                out += [f"{INDENT}  {self.paint(line, 'dim')}" for line in wrap(text, self.prose - 2)]
        return [self.paint("Suppressed", "bold"), *out] if out else []

    def surprises(self) -> list[str]:
        if not self._report.surprises:
            return []
        out = [self.paint("Internal surprises", "bold"), f"{INDENT}Please report them."]
        for surprise in self._report.surprises:
            out += [INDENT + line for line in wrap(surprise, self.prose)]
        return out

    def stats(self) -> list[str]:
        if not self._report.stats:
            return []
        names = {name: name.replace("_", " ") for name in sorted(self._report.stats)}
        longest = max(map(len, names.values()))
        return [
            self.paint("Counts", "bold"),
            *(f"{INDENT}{harmless(shown):<{longest}}  {self._report.stats[name]}" for name, shown in names.items()),
        ]

    # --- summary --------------------------------------------------------------------------------------------------

    def table(self) -> list[str]:
        """How many of the findings that are shown each pillar has of each severity."""
        counts: dict[tuple[str, str], int] = {}
        for kind, number in self._tally.reported():
            if kind.verdict == "fail" or self._options.show_open:
                key = (kind.rule.pillar, "open" if kind.verdict == "open" else kind.rule.severity)
                counts[key] = counts.get(key, 0) + number
        if not counts:
            return []
        columns = [name for name in (*SEVERITIES, "open") if any(column == name for _, column in counts)]
        pillars = [*PILLARS, *sorted({pillar for pillar, _ in counts} - PILLARS.keys())]
        rows = [pillar for pillar in pillars if any(row == pillar for row, _ in counts)]
        names = {row: harmless(PILLARS.get(row, row)) for row in rows}
        longest = max(cells(name) for name in names.values()) + 2
        if longest + 10 * len(columns) > self.width:
            return [
                f"{names[row]}: {', '.join(f'{counts[row, name]} {name}' for name in columns if (row, name) in counts)}"
                for row in rows
            ]
        head = "  ".join(self.paint(f"{name:>8}", name) for name in columns)
        out = [f"{' ' * longest}{head}"]
        for row in rows:
            numbers = "  ".join(f"{counts.get((row, name), 0) or '-':>8}" for name in columns)
            out.append(f"{names[row]}{' ' * (longest - cells(names[row]))}{numbers}")
        return out

    def closing(self) -> list[str]:
        """The last lines, which a terminal shows for sure."""
        report, tally_ = self._report, self._tally
        stats = report.stats
        fails = sum(number for kind, number in tally_.reported() if kind.verdict == "fail")
        opened = sum(number for kind, number in tally_.reported() if kind.verdict == "open")
        suppressed = sum(number for kind, number in tally_.kinds() if kind.suppressed)
        parts = []
        compared = any(kind.state for kind, _ in tally_.kinds() if not kind.suppressed)
        if fails:
            found = count(fails, "new finding" if compared else "finding")
            parts.append(self.paint(f"{found} in {count(tally_.files, 'file')}", "bold"))
        elif any(problem.severity == "error" for problem in report.problems):
            parts.append(self.paint("No findings in what could be read", "bold"))
        elif stats.get("templates") == 0:
            parts.append("Nothing to report: there is no template here")
        else:
            parts.append(self.paint("Nothing new to report" if compared else "Nothing to report", "good"))
        if opened:
            hint = "" if self._options.show_open else " (--show-open lists them)"
            parts.append(f"{opened} open{hint}")
        if suppressed:
            hint = "" if self._options.show_suppressed else " (--show-suppressed lists them)"
            parts.append(f"{suppressed} suppressed{hint}")
        before = sum(number for kind, number in tally_.kinds() if kind.state == "unchanged" and not kind.suppressed)
        mended = len(report.gone) + sum(number for kind, number in tally_.kinds() if kind.state == "absent")
        parts += [f"{before} there before"] if before else []
        parts += [f"{mended} no longer there"] if mended else []
        errors = sum(problem.severity == "error" for problem in report.problems)
        if errors:
            parts.append(self.paint(count(errors, "error"), "error"))
        judged = [count(stats[key], key[:-1]) for key in ("templates", "resources") if stats.get(key)]
        judged += [count(len(report.rules), "rule")] if report.rules and judged else []
        return ["; ".join(parts) + ".", *([self.paint(f"Judged: {', '.join(judged)}.", "dim")] if judged else [])]


def _why_not(suppression: Suppression) -> str:
    """`suppressed by a checkov comment at main.tf:3:5: the reason`"""
    syntax = "" if suppression.syntax == "walint" else f"{suppression.syntax} "
    by = f"suppressed by a {syntax}{_SUPPRESSED_BY[suppression.kind]}"
    if suppression.place is not None:
        by += f" at {where(suppression.place)}"
    if suppression.until is not None:
        by += f" until {suppression.until.isoformat()}"
    return f"{by}: {suppression.reason or 'no reason is given'}"
