"""A rule in full, for people."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from walint.policy.framework import best_practices
from walint.policy.model import PILLARS, Rule
from walint.policy.selection import is_named

EXAMPLES: Final = Path(__file__).parent.parent / "data" / "examples.json"
UNDECIDABLE: Final = Path(__file__).with_name("undecidable.json")
LANGUAGES: Final = {"terraform": "Terraform", "cloudformation": "CloudFormation"}


def explain(name: str, rules: Sequence[Rule], width: int = 100) -> str | None:
    """The text for a rule's id, an earlier id, or the id of the same control elsewhere, with or without its prefix.

    A control that no template can decide is explained as well: what decides it instead. None where nothing is known
    by that name.
    """
    found = [rule for rule in rules if name in (rule.id, *rule.replaces)]
    found = found or [rule for rule in rules if is_named(rule, name)]
    if found:
        titles = {id_: practice.title for id_, practice in best_practices().items()}
        examples = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
        return "\n".join(_rule(rule, titles, examples.get(rule.id, {}), width) for rule in found)
    for entry in json.loads(UNDECIDABLE.read_text(encoding="utf-8")):
        if name in (entry["id"], f"{entry['peer']}:{entry['id']}"):
            return (
                _wrapped(f"{entry['id']} ({entry['peer']}): {entry['title']}", width)
                + "\n"
                + _wrapped(f"No template can decide this; there is no walint rule for it. {entry['reason']}", width)
            )
    return None


def _rule(rule: Rule, titles: dict[str, str], examples: dict[str, Any], width: int) -> str:
    lines = [
        f"{rule.id}: {rule.title}",
        "",
        f"{PILLARS[rule.pillar]}, {rule.best_practice} {titles.get(rule.best_practice, '')}".rstrip(),
        f"Severity {rule.severity}, profile {rule.profile}",
        "",
        "Why",
        _wrapped(rule.rationale, width, "  "),
        "How to fix",
        _wrapped(rule.remediation, width, "  "),
        *_parameters(rule, width),
        "Judges",
        *(f"  {target}" for target in rule.applies_to),
        "",
    ]
    for language, title in LANGUAGES.items():
        example = examples.get(language)
        if example:
            for kind, text in zip(("fails", "passes"), example, strict=True):
                if text:
                    lines += [f"{title} that {kind}", "", textwrap.indent(text, "  "), ""]
    if rule.parameters:
        lines += ["Parameters", *(f"  {name} = {json.dumps(value)}" for name, value in rule.parameters.items()), ""]
    if rule.aliases:
        lines += ["The same control elsewhere", *(f"  {alias}" for alias in rule.aliases), ""]
    if rule.references:
        lines += ["Read more", *(f"  {link}" for link in rule.references), ""]
    return "\n".join(lines)


def _parameters(rule: Rule, width: int) -> list[str]:
    """The rule's parameters with their defaults, as a configuration sets them."""
    if not rule.parameters:
        return []
    lines = ["Parameters (in .walint.yaml, below rules)"]
    for name, default in rule.parameters.items():
        lines.append(_wrapped(f"{rule.id}: {{{name}: {json.dumps(default)}}}", width, "  ").rstrip())
        lines.append(_wrapped(rule.descriptions.get(name, ""), width, "    ").rstrip())
    return [*lines, ""]


def _wrapped(text: str, width: int, indent: str = "") -> str:
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent) + "\n"
