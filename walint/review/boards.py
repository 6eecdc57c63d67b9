"""The AWS Config pane and the Trusted Advisor board, as far as templates can fill them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from walint.policy.coverage import SEED, facts
from walint.policy.model import Rule
from walint.review.model import Item, Line, LineState, RuleResult

# Trusted Advisor's own names for its categories, in the order of its board, by the pillar that each belongs to.
CATEGORIES: Final = {
    "cost-optimization": "Cost optimization",
    "performance-efficiency": "Performance",
    "security": "Security",
    "reliability": "Fault tolerance",
}
_RED: Final = ("critical", "high")
_PREFIX: Final = "config:"


def config_pane(results: Mapping[str, RuleResult], items: Mapping[str, Item], known: Sequence[Rule]) -> list[Line]:
    """Each AWS Config rule that has a rule of walint's; those of the talk first, in its order."""
    names: dict[str, list[str]] = {}
    pillar: dict[str, str] = {}
    for rule in known:
        for alias in rule.aliases:
            if alias.startswith(_PREFIX):
                name = alias.removeprefix(_PREFIX)
                names.setdefault(name, []).append(rule.id)
                pillar.setdefault(name, rule.pillar)
    lines = []
    for entry in facts(SEED):
        if entry["kind"] == "config-rule":
            mine = list(dict.fromkeys([*entry["rules"], *names.pop(entry["item"], [])]))
            lines.append(_line("config", entry, mine, results, items))
    for name in sorted(names):
        entry = {"item": name, "pillar": pillar[name], "why_not": ""}
        lines.append(_line("config", entry, names[name], results, items, talk=False))
    return lines


def advisor_board(results: Mapping[str, RuleResult], items: Mapping[str, Item]) -> list[Line]:
    """Every line of the talk's Trusted Advisor board, category by category."""
    found = [entry for entry in facts(SEED) if entry["kind"] == "trusted-advisor"]
    return [
        _line("advisor", entry, entry["rules"], results, items)
        for category in CATEGORIES
        for entry in found
        if entry["pillar"] == category
    ]


def _line(
    board: str,
    entry: dict[str, Any],
    rules: Sequence[str],
    results: Mapping[str, RuleResult],
    items: Mapping[str, Item],
    talk: bool = True,
) -> Line:
    applied = [results[rule] for rule in rules if rule in results and (results[rule].passed or results[rule].items)]
    found = [items[id_] for result in applied for id_ in result.items]
    number = len(noncompliant(found))
    note: str = entry["why_not"]
    state: LineState
    if not rules:
        state = "elsewhere"
    elif number:
        state = "fail" if any(it.severity in _RED for it in found if it.state in ("fail", "known")) else "warn"
    elif any(it.state == "accepted" for it in found):
        state, note = "warn", "All that does not comply is suppressed."
    elif any(it.state == "open" for it in found):
        state = "open"
    elif applied:
        state = "pass"
    elif any(rule in results for rule in rules):
        state = "nothing"
    else:
        state = "left-out"
    slug = re.sub(r"[^a-z0-9]+", "-", entry["item"].lower()).strip("-")
    return Line(
        f"{board}-{slug}",
        entry["item"],
        entry["pillar"],
        state,
        number,
        tuple(result.id for result in applied),
        tuple(it.id for it in found),
        talk,
        note,
    )


def noncompliant(items: Iterable[Item]) -> set[tuple[str, str]]:
    """The resources that do not comply, those whose findings are in a baseline included: file and address."""
    return {
        (item.file, address)
        for item in items
        if item.state in ("fail", "known")
        for address in (item.addresses or (item.type,))
    }
