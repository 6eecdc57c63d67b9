"""Which rules a run judges by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final

from walint.policy.model import PILLARS, SEVERITIES, Rule

# The names of programs that `--with` asks, and of what they find, patterns included: cfn-lint's E3012, CKV_AWS_3.
_ELSEWHERE: Final = MappingProxyType(
    {
        "cfn-lint": r"cfn-lint(?::.*)?|[EWI][\d*?]+",
        "checkov": r"checkov(?::.*)?|CKV2?_[\w*?]+",
    }
)


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
        if not is_elsewhere(selector) and not any(fits(rule, selector) for rule in rules):
            raise UnknownSelector(unknown(rules, selector))
    return [
        rule
        for rule in rules
        if (profile == "strict" or rule.profile == profile or any(is_named(rule, selector) for selector in select))
        and (not select or any(fits(rule, selector) for selector in select))
        and not any(fits(rule, selector) for selector in ignore)
    ]


def unknown(rules: Iterable[Rule], selector: str) -> str:
    """A sentence that says that a selector means nothing, and what is nearest."""
    rules = list(rules)
    known = dict.fromkeys([*(rule.id for rule in rules), *PILLARS, *SEVERITIES])
    known |= dict.fromkeys(name for rule in rules for name in (*tags(rule), *own_names(rule)))
    from difflib import get_close_matches

    near = get_close_matches(selector, known, 1)
    hint = f'; did you mean "{near[0]}"?' if near else "; `walint rules` lists what there is"
    return f'"{selector}" is no rule, service, pillar or severity{hint}'


def is_elsewhere(name: str, engine: str = "") -> bool:
    """Whether a name may be that of a program which is asked besides (or of this one), or of what it finds."""
    return any(re.fullmatch(form, name) for of, form in _ELSEWHERE.items() if not engine or of == engine)


def own_names(rule: Rule) -> tuple[str, ...]:
    """All that a rule is called: its id, earlier ids, and the same control's elsewhere, with and without prefix."""
    elsewhere = [*rule.aliases]
    # As trivy wrote its ids for long, and people still do.
    elsewhere += [alias.replace(":AWS-", ":AVD-AWS-") for alias in rule.aliases if alias.startswith("trivy:AWS-")]
    return (rule.id, *rule.replaces, *elsewhere, *(alias.partition(":")[2] for alias in elsewhere))


def tags(rule: Rule) -> tuple[str, ...]:
    """What a rule shares with others: service, pillar, severity, best practice and its question (SEC08), program."""
    return (
        service_of(rule),
        rule.pillar,
        rule.severity,
        rule.best_practice,
        rule.best_practice.partition("-")[0],
        *((rule.engine, *(twin.partition("-")[0] for twin in twins(rule))) if rule.engine else ()),
    )


def twins(rule: Rule) -> tuple[str, ...]:
    """Of another program's rule the rules of walint's own that are about the same, by id."""
    return tuple(alias.partition(":")[2] for alias in rule.aliases if alias.startswith("walint:"))


def is_named(rule: Rule, name: str) -> bool:
    """Whether a name is one of the rule's own."""
    return name in own_names(rule)


def fits(rule: Rule, selector: str) -> bool:
    """Whether a selector means a rule: by a name of its own, one of its tags, or a pattern of names (`s3-*`)."""
    if "*" in selector or "?" in selector:
        from fnmatch import fnmatchcase

        return any(fnmatchcase(known, selector) for known in own_names(rule))
    return selector in tags(rule) or is_named(rule, selector)
