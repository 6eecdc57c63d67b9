"""The rules that judge suppressions themselves."""

from __future__ import annotations

from walint.discovery import TERRAFORM_SUFFIXES
from walint.graph import Language
from walint.policy.model import Finding, Rule
from walint.policy.suppressions.model import Declared


def _rule(id_: str, title: str, message: str, rationale: str, remediation: str) -> Rule:
    return Rule(
        id=id_,
        title=title,
        pillar="operational-excellence",
        best_practice="OPS05-BP07",
        severity="low",
        profile="strict",
        applies_to=(),
        message=message,
        rationale=rationale,
        remediation=remediation,
    )


UNUSED = _rule(
    "suppression-unused",
    "Suppressions silence something",
    "Suppression silences nothing.",
    "A suppression that outlived its finding hides the next one of its kind, which nobody has looked at.",
    "Delete it.",
)
REASONLESS = _rule(
    "suppression-without-reason",
    "Suppressions give a reason",
    "Suppression gives no reason.",
    "Without a reason nobody can tell later whether the risk is still accepted, and by whom.",
    "Write the reason behind the rule's name.",
)
RULES = (UNUSED, REASONLESS)

# Others have no place for a reason.
_REASONED = frozenset(("walint", "checkov", "cfn_nag"))


def judged(declared: Declared) -> list[Finding]:
    """What is wrong with a suppression."""
    directive = declared.directive
    called = f'"{directive.name}"' if directive.name else "a rule"
    if declared.state == "unused":
        why = declared.why or f"{called} has no finding here"
        why += "" if why.endswith("?") else "."
        return [_finding(UNUSED, declared, f"This {directive.syntax} suppression is of no use: {why}")]
    if declared.state == "in force" and not directive.reason and directive.syntax in _REASONED:
        return [_finding(REASONLESS, declared, f"The suppression of {called} gives no reason.")]
    return []


def _finding(rule: Rule, declared: Declared, message: str) -> Finding:
    span = declared.directive.span
    language: Language = "terraform" if span.file.endswith(TERRAFORM_SUFFIXES) else "cloudformation"
    return Finding(rule, "fail", message, span, (), "walint::suppression", "comment", language)
