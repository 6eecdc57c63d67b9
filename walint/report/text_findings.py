"""The findings of one file as text for a terminal: what the page of a report is mostly made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from walint.policy.model import Finding, Rule
from walint.report.options import Options
from walint.report.secrets import may_hold_secret, safe
from walint.report.shown import acted_on, headline
from walint.report.terminal import Painter, cells, excerpt, harmless, log_safe, wrap
from walint.source import Span

MARGIN: Final = 10
INDENT: Final = " " * MARGIN
# Narrower than this nothing is readable; wider than this no line of prose is.
_NARROWEST: Final = 50
_PROSE: Final = 110
_LETTER_OR_DIGIT: Final = re.compile(r"[^\W_]")
_FEW: Final = 3
MANY: Final = 20


class Sheet:
    """The paper: how wide it is, and how to paint on it."""

    def __init__(self, options: Options) -> None:
        self.paint = Painter(options.color)
        self.width = max(options.width, _NARROWEST)
        self.prose = min(self.width, _PROSE) - MARGIN


def section(findings: Sequence[Finding], lines: Mapping[int, str], options: Options) -> str:
    """A heading and a block for each finding of one file that is to be shown; "" where none is.

    Args:
        lines: the file's.
    """
    found = [finding for finding in findings if acted_on(finding, options)]
    if not found:
        return ""
    if options.quiet:
        return log_safe("".join(map(_brief, found)))
    blocks = _Section(options, safe(lines, findings)).blocks(found)
    return "\n\n".join(log_safe("\n".join(block)) for block in blocks)


def _brief(finding: Finding) -> str:
    """A line for a finding, as editors and grep like it."""
    severity = "open" if finding.verdict == "open" else finding.rule.severity
    return f"{where(finding.span)}: {severity}: {harmless(headline(finding))} [{_id(finding.rule)}]\n"


def _id(rule: Rule) -> str:
    """A rule's id; that of another program with the program's name."""
    return f"{rule.engine}:{rule.id}" if rule.engine else rule.id


class _Section(Sheet):
    """Writes the findings of one file."""

    def __init__(self, options: Options, lines: Mapping[int, str]) -> None:
        super().__init__(options)
        self._lines = lines
        self._color = options.color
        self._verbose = options.verbose
        self._excerpts: dict[tuple[Span, str, bool], list[str]] = {}

    def blocks(self, findings: Sequence[Finding]) -> Iterator[list[str]]:
        yield [self.paint(harmless(findings[0].span.file), "bold")]
        explained: set[str] = set()
        for finding in findings:
            yield [*self._finding(finding), *self._explanation(finding, explained)]

    def _finding(self, finding: Finding) -> Iterator[str]:
        rule = finding.rule
        opened = finding.verdict == "open"
        style = "open" if opened else rule.severity
        lines = wrap(headline(finding), self.prose)
        yield f"{self.paint(f'{style:>8}', style)}  {self.paint(lines[0], 'bold')}"
        yield from (INDENT + self.paint(line, "bold") for line in lines[1:])
        at = where(finding.span)
        details = [_id(rule), rule.best_practice, f"{rule.severity} severity" if opened else ""]
        about = "  ".join(filter(None, details))
        if cells(at) + 2 + cells(about) <= self.width - MARGIN:
            yield f"{INDENT}{at}  {self.paint(about, 'dim')}"
        else:
            yield INDENT + at
            yield from (INDENT + self.paint(line, "dim") for line in wrap(about, self.width - MARGIN))
        yield from self._excerpt(finding.span, style, may_hold_secret(finding))
        if finding.when:
            yield from self._detail("when", finding.when)
        if finding.construct:
            yield from self._detail("cdk", harmless(finding.construct))
        places = finding.related if self._verbose else finding.related[:MANY]
        for related in places:
            yield from self._detail("see", f"{where(related.span)} {related.message}")
        others = finding.addresses[1:]
        if others:
            yield from self._detail("also", self._some(others))
        if finding.also:
            yield from self._detail("same", self._some(finding.also))

    def _excerpt(self, span: Span, style: str, alone: bool) -> list[str]:
        """The line of a place with one of its neighbours; many findings are about the same place."""
        key = (span, style, alone)
        if key not in self._excerpts:
            self._excerpts[key] = list(self._excerpted(*key))
        return self._excerpts[key]

    def _excerpted(self, span: Span, style: str, alone: bool) -> Iterator[str]:
        lines = self._lines
        text = lines.get(span.line)
        if text is None or not text.strip():
            return
        room = self.width - MARGIN - 2
        end = span.end_column - 1 if span.end_line == span.line else len(text)
        line, carets = excerpt(text, span.column - 1, end, room)
        rows = [(span.line, line)]
        before, after = ("", "") if alone else (lines.get(span.line - 1, ""), lines.get(span.line + 1, ""))
        if _says_something(before):
            rows.insert(0, (span.line - 1, excerpt(before, 0, 0, room)[0]))
        elif _says_something(after):
            rows.append((span.line + 1, excerpt(after, 0, 0, room)[0]))
        for number, row in rows:
            yield f"{self.paint(f'{number:>{MARGIN - 1}} |', 'dim')} {row}".rstrip()
            if number == span.line:
                yield f"{INDENT}{self.paint('|', 'dim')} {carets[: len(carets) - len(carets.lstrip())]}" + (
                    self.paint(carets.lstrip(), style)
                )

    def _explanation(self, finding: Finding, explained: set[str]) -> Iterator[str]:
        if finding.rule.id not in explained:
            explained.add(finding.rule.id)
            yield from _explanation(finding.rule, self.prose, self._color)

    def _detail(self, label: str, text: str) -> Iterator[str]:
        return _detail(label, text, self.prose, self.paint)

    def _some(self, names: tuple[str, ...]) -> str:
        if len(names) <= _FEW or self._verbose:
            return ", ".join(names)
        return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"


def _says_something(line: str) -> bool:
    return _LETTER_OR_DIGIT.search(line) is not None


def where(span: Span) -> str:
    return f"{harmless(span.file)}:{span.line}:{span.column}"


@lru_cache(1000)
def _explanation(rule: Rule, prose: int, color: bool) -> list[str]:
    """Why and how to fix, which is the same in each file."""
    paint = Painter(color)
    return [*_detail("why", rule.rationale, prose, paint), *_detail("fix", rule.remediation, prose, paint, "good")]


def _detail(label: str, text: str, prose: int, paint: Painter, style: str = "dim") -> Iterator[str]:
    first, *rest = wrap(text, prose - 6)
    yield f"{INDENT}{paint(label, style)}{' ' * (6 - len(label))}{first}"
    yield from (f"{INDENT}      {line}" for line in rest)
