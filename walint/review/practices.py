"""The framework: each best practice with its state and its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from walint.policy.framework import DATA
from walint.policy.model import SEVERITIES, Rule
from walint.review.model import PRACTICE_STATES, Item, Pillar, Practice, PracticeState, Question, RuleResult
from walint.review.score import score

ELSEWHERE: Final = Path(__file__).with_name("elsewhere.json")
_UNTOLD: Final = "No rule of walint speaks of it; decided in a review."


def edition() -> str:
    """The framework's edition."""
    found: str = json.loads(DATA.read_bytes())["edition"]
    return found


def pillars(results: Sequence[RuleResult], items: Mapping[str, Item], known: Sequence[Rule]) -> tuple[Pillar, ...]:
    """The six pillars.

    Args:
        results: the rules that were judged.
        items: the findings by id.
        known: all rules that there are, judged or not.
    """
    by_practice: dict[str, list[RuleResult]] = {}
    for result in results:
        by_practice.setdefault(result.practice, []).append(result)
    judged = {result.id for result in results}
    left_out: dict[str, list[Rule]] = {}
    for rule in known:
        if rule.id not in judged:
            left_out.setdefault(rule.best_practice, []).append(rule)
    reasons = json.loads(ELSEWHERE.read_text(encoding="utf-8"))
    out = []
    for pillar in json.loads(DATA.read_bytes())["pillars"]:
        questions = []
        for question in pillar["questions"]:
            practices = []
            for id_, title, risk in question["best_practices"]:
                mine, others = by_practice.get(id_, []), left_out.get(id_, [])
                reason = reasons.get(id_) or reasons.get(question["id"], _UNTOLD)
                practices.append(_practice(id_, title, risk or "", mine, others, items, reason))
            questions.append(Question(question["id"], question["title"], tuple(practices)))
        out.append(_pillar(pillar, questions, [it for it in results if it.pillar == pillar["id"]], items))
    return tuple(out)


def _pillar(
    data: dict[str, Any], questions: list[Question], results: list[RuleResult], items: Mapping[str, Item]
) -> Pillar:
    counts = dict.fromkeys(PRACTICE_STATES, 0)
    for question in questions:
        for practice in question.practices:
            counts[practice.state] += 1
    findings = dict.fromkeys(SEVERITIES, 0)
    for result in results:
        for id_ in result.items:
            if items[id_].state in ("fail", "known"):
                findings[items[id_].severity] += 1
    return Pillar(
        data["id"],
        data["name"],
        tuple(questions),
        score(results),
        {str(state): number for state, number in counts.items()},
        {str(severity): number for severity, number in findings.items()},
    )


def _practice(
    id_: str,
    title: str,
    risk: str,
    results: list[RuleResult],
    left_out: list[Rule],
    items: Mapping[str, Item],
    reason: str,
) -> Practice:
    applied = [it for it in results if it.passed or it.items]
    found = tuple(item for result in applied for item in result.items)
    state = state_of(applied, bool(results or left_out))
    note = ""
    if state == "elsewhere":
        note = reason
    elif state == "open":
        note = "Depends on " + _joined(list(dict.fromkeys(items[it].why for it in found if items[it].state == "open")))
    elif state == "nothing":
        note = _absent(results, left_out)
    elif state == "not-met" and not any(it.failed for it in applied):
        note = "All that fails is suppressed."
    return Practice(id_, title, risk, state, tuple(it.id for it in applied), found, note)


def state_of(applied: Sequence[RuleResult], decidable: bool) -> PracticeState:
    """The state of a practice by the rules about it that applied to something.

    What is suppressed does not meet a practice. Nothing is met because nothing was judged.

    Args:
        decidable: whether there is any rule about it.
    """
    if not applied:
        return "nothing" if decidable else "elsewhere"
    if any(it.failed or it.accepted for it in applied):
        return "not-met"
    return "open" if any(it.open for it in applied) else "met"


def _absent(results: Sequence[RuleResult], left_out: Sequence[Rule]) -> str:
    told = []
    if results:
        told.append(f"{_count(len(results), 'rule')} about it found nothing to judge.")
    strict = sum(rule.profile == "strict" for rule in left_out)
    if strict:
        told.append(f"{_count(strict, 'rule')} of the profile strict can say more.")
    elif left_out:
        told.append(f"This run leaves out {_count(len(left_out), 'rule')} about it.")
    return " ".join(told)


def _joined(reasons: list[str]) -> str:
    shown = [reason or "what the template does not say" for reason in reasons]
    return "; ".join(shown[:3]) + (f"; and {len(shown) - 3} more" if len(shown) > 3 else "") + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
