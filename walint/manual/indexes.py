"""The lists of all rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from walint.policy.framework import BestPractice
from walint.policy.model import PILLARS, SEVERITIES, Rule
from walint.policy.selection import service_of


def pillar_page(rules: Sequence[Rule], practices: Mapping[str, BestPractice]) -> str:
    """The rules by pillar and best practice."""
    counts = Counter(rule.pillar for rule in rules)
    strict = sum(rule.profile == "strict" for rule in rules)
    parts = [
        "# Rules by pillar",
        f"walint has {len(rules)} rules. {len(rules) - strict} of them are on by default; {strict} more are judged "
        "with `--profile strict`. Each belongs to a best practice of the AWS Well-Architected Framework. "
        "[The same by service](services.md).",
    ]
    for pillar, title in PILLARS.items():
        parts.append(f"## {title} {{ #{pillar} }}\n\n{_rules(counts[pillar])}.")
        there = [rule for rule in rules if rule.pillar == pillar]
        for practice in sorted({rule.best_practice for rule in there}, key=list(practices).index):
            parts += [
                f"### {practice} {practices[practice].title} {{ #{practice.lower()} }}",
                _listed([rule for rule in there if rule.best_practice == practice]),
            ]
    return "\n\n".join(parts) + "\n"


def service_page(rules: Sequence[Rule]) -> str:
    """The rules by service, which is the first word of their ids."""
    parts = ["# Rules by service", "`walint rules --service NAME` lists them as well. [The same by pillar](index.md)."]
    for service in sorted({service_of(rule) for rule in rules}):
        parts += [f"## {service} {{ #{service} }}", _listed([rule for rule in rules if service_of(rule) == service])]
    return "\n\n".join(parts) + "\n"


def _listed(rules: Sequence[Rule]) -> str:
    ordered = sorted(rules, key=lambda rule: (SEVERITIES.index(rule.severity), rule.id))
    rows = [
        f'| [{rule.id}]({rule.id}.md) | {rule.title} | <span class="severity {rule.severity}">{rule.severity}</span> '
        f"| {rule.profile} |"
        for rule in ordered
    ]
    return "\n".join(["| Rule | What holds | Severity | Profile |", "|---|---|---|---|", *rows])


def _rules(count: int) -> str:
    return f"{count} rule{'s' * (count != 1)}"
