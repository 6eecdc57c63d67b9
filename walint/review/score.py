"""A pillar's score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from walint.policy.model import Severity
from walint.review.model import RuleResult, Score

WEIGHTS: Final[dict[Severity, int]] = {"critical": 10, "high": 6, "medium": 3, "low": 1, "info": 0}
FORMULA: Final = (
    "Each rule that judged something counts by its severity (critical 10, high 6, medium 3, low 1, info 0) and by the"
    " share of what it judged that passes. The score is the weighted mean of these shares, of 100. Findings in a"
    " baseline count as failing; what is open or suppressed counts neither way, nor does what other programs found,"
    " which do not say what passes."
)


def score(rules: Iterable[RuleResult]) -> Score:
    """The score by the rules of one pillar; see `FORMULA`."""
    decided = [rule for rule in rules if rule.passed + rule.failed and WEIGHTS[rule.severity] and not rule.engine]
    total = sum(WEIGHTS[rule.severity] for rule in decided)
    if not total:
        return Score(None, 0, ())
    lost = [
        (rule.id, 100 * WEIGHTS[rule.severity] / total * rule.failed / (rule.passed + rule.failed))
        for rule in decided
        if rule.failed
    ]
    lost.sort(key=lambda it: (-it[1], it[0]))
    value = 100 - sum(points for _, points in lost)
    # 100 is for those with nothing to mend.
    return Score(min(round(value), 99) if lost else 100, len(decided), tuple(lost))
