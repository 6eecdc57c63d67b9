"""The review as Markdown, for a wiki or a job summary: the same content, shorter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from walint.report.markdown import code, escaped
from walint.review.boards import CATEGORIES
from walint.review.model import PRACTICE_STATES, Line, Pillar, Review
from walint.review.score import FORMULA
from walint.review.templating import shown

_MOST: Final = 50
_SIGNS: Final = {
    "fail": "🔴",
    "warn": "🟡",
    "open": "🔵",
    "pass": "🟢",
    "nothing": "⚪",
    "left-out": "⚪",
    "elsewhere": "⚪",
}
_WORDS: Final = {
    "fail": "fails",
    "warn": "to be looked at",
    "open": "open",
    "pass": "passes",
    "nothing": "nothing here",
    "left-out": "not judged in this run",
    "elsewhere": "needs a running account",
}


def render(review: Review) -> str:
    """The review as GitHub and most wikis show it."""
    parts = [
        "# Well-Architected review",
        _summary(review),
        "\n".join(_table(("pillar", "score", *PRACTICE_STATES.values()), _pillars(review))),
        f"{FORMULA}",
        *_changes(review),
        *_framework(review),
        "## AWS Config rules",
        "\n".join(_table(("rule", "state"), [(code(it.name), _config(it)) for it in _told(review.config)])),
        *_advisor(review),
        *_findings(review),
        *_problems(review),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(review: Review) -> str:
    if not review.stats["templates"]:
        return "**No template could be read.** There is nothing to judge."
    if not review.stats["resources"]:
        broken = any(problem.severity == "error" for problem in review.problems)
        told = "**No resource could be read.**" if broken else "**The templates hold no resources.**"
        some = review.stats["passed"] or review.items
        return (
            f"{told} {'Only variables, providers and the like were judged.' if some else 'There is nothing to judge.'}"
        )
    counts = review.counts
    return (
        f"{review.stats['resources']} resources in {review.stats['templates']} templates and root modules: "
        f"{counts['fail']} findings to be mended, {counts['known']} known before, {counts['open']} open, "
        f"{counts['accepted']} suppressed."
    )


def _pillars(review: Review) -> Iterator[Sequence[str]]:
    for pillar in review.pillars:
        score = "-" if pillar.score.value is None else f"**{pillar.score.value}**"
        if review.change is not None and pillar.id in review.change.scores:
            before = review.change.scores[pillar.id]
            score += f" (was {'-' if before is None else before})"
        yield pillar.name, score, *(str(pillar.counts[state]) for state in PRACTICE_STATES)


def _changes(review: Review) -> Iterator[str]:
    if review.change is None:
        return
    yield "## Since the earlier review"
    yield f"{len(review.change.mended)} mended, {len(review.change.came)} new."
    if review.change.mended:
        rows = [
            f"- mended: {code(rule)} at {_text(address)} ({_text(file)})"
            for rule, address, file, _ in review.change.mended
        ]
        yield "\n".join(_few(rows))


def _framework(review: Review) -> Iterator[str]:
    yield "## The framework"
    for pillar in review.pillars:
        rows = list(_practices(pillar))
        if rows:
            yield f"### {pillar.name}"
            yield "\n".join(_table(("practice", "state", "evidence"), rows))


def _practices(pillar: Pillar) -> Iterator[Sequence[str]]:
    """The practices that something here speaks of."""
    for question in pillar.questions:
        for practice in question.practices:
            if practice.state in ("not-met", "open", "met"):
                evidence = ", ".join(code(rule) for rule in practice.rules)
                note = f" {_text(practice.note)}" if practice.note else ""
                yield f"{practice.id} {practice.title}", PRACTICE_STATES[practice.state], evidence + note


def _told(lines: Sequence[Line]) -> list[Line]:
    """The lines of the talk, and those that say something."""
    return [line for line in lines if line.talk or line.state not in ("nothing", "left-out", "elsewhere")]


def _config(line: Line) -> str:
    if line.number:
        return f"{_SIGNS[line.state]} {line.number} noncompliant resource{'s' * (line.number != 1)}"
    words = {"pass": "compliant"} | {key: value for key, value in _WORDS.items() if key != "pass"}
    return f"{_SIGNS[line.state]} {words[line.state]}"


def _advisor(review: Review) -> Iterator[str]:
    yield "## Trusted Advisor"
    for category, title in CATEGORIES.items():
        lines = [line for line in review.advisor if line.group == category]
        yield f"### {title}"
        rows = [
            (line.name, f"{_SIGNS[line.state]} {_WORDS[line.state]}", str(line.number or ""), line.note)
            for line in lines
        ]
        yield "\n".join(_table(("check", "state", "resources", "what only an account tells"), rows))


def _findings(review: Review) -> Iterator[str]:
    yield "## Findings"
    rows = [
        (item.severity, item.state, code(item.rule), f"{_text(item.file)}:{item.line}", _text(item.message))
        for item in review.items
        if item.state in ("fail", "known")
    ]
    if not rows:
        yield "None to be mended."
        return
    yield "\n".join(_table(("severity", "state", "rule", "place", "what"), rows[:_MOST]))
    if len(rows) > _MOST:
        yield f"And {len(rows) - _MOST} more."


def _problems(review: Review) -> Iterator[str]:
    rows = [f"- {_text(notice)}" for notice in review.notices]
    rows += [f"- {_text(it.file)}:{it.line}: {_text(it.message)}" for it in review.problems]
    rows += [
        f"- {_text(file)}:{line}: {_text(address)} was not read: {_text(reason)}"
        for address, reason, file, line in review.not_read
    ]
    if rows:
        yield "## What could not be read or evaluated"
        yield "\n".join(_few(rows))


def _few(rows: list[str]) -> list[str]:
    return rows if len(rows) <= _MOST else [*rows[:_MOST], f"- and {len(rows) - _MOST} more"]


def _text(text: str) -> str:
    return escaped(shown(text))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
