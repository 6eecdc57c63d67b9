"""Which rules a run judges by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from walint.policy.model import PILLARS, SEVERITIES, Rule


class UnknownSelector(Exception):
    """A selector names no rule, service or pillar; the message says so and names the nearest."""


def service_of(rule: Rule) -> str:
    """The service that a rule is about: the first word of its id."""
    return rule.id.partition("-")[0]


def chosen(
    rules: Iterable[Rule], profile: str = "recommended", select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> list[Rule]:
    """The rules of a profile, cut down to what is selected.

    A rule that `select` calls by a name of its own is taken whatever its profile.

    Raises:
        UnknownSelector: for a selector that fits no rule at all.
    """
    rules = list(rules)
    for selector in (*select, *ignore):
        if not any(fits(rule, selector) for rule in rules):
            known = [rule.id for rule in rules] + [*PILLARS, *SEVERITIES] + sorted({service_of(rule) for rule in rules})
            near = get_close_matches(selector, known, 1)
            hint = f'; did you mean "{near[0]}"?' if near else "; `walint rules` lists what there is"
            raise UnknownSelector(f'"{selector}" is no rule, service, pillar or severity{hint}')
    return [
        rule
        for rule in rules
        if (profile == "strict" or rule.profile == profile or any(is_named(rule, selector) for selector in select))
        and (not select or any(fits(rule, selector) for selector in select))
        and not any(fits(rule, selector) for selector in ignore)
    ]


def is_named(rule: Rule, name: str) -> bool:
    """Whether a name is the rule's id, an earlier id, or the same control's elsewhere, with or without its prefix."""
    return name in (rule.id, *rule.replaces) or any(name in (alias, alias.partition(":")[2]) for alias in rule.aliases)


def fits(rule: Rule, selector: str) -> bool:
    """Whether a selector means a rule: by a name of its own, or by its service, pillar or severity."""
    return selector in (service_of(rule), rule.pillar, rule.severity) or is_named(rule, selector)
