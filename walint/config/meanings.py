"""What a configuration's names mean: selectors that fit no rule, parameters that no rule has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final

from walint.config.data import Data, parameter_name
from walint.config.model import SHORTHANDS
from walint.policy.model import Rule
from walint.policy.selection import fits, is_elsewhere, unknown
from walint.source import Problem


def meanings(data: Data, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Selectors that fit no rule, and parameters that no rule has or that are of another kind."""
    by_id = {name: rule for rule in rules for name in (rule.id, *rule.replaces)}
    for path, part in data.parts():
        for key in ("select", "ignore"):
            yield from _selectors(data, (*path, key), part.get(key, ()), rules)
        for selector in part.get("severities", {}):
            if not is_elsewhere(selector) and not any(fits(rule, selector) for rule in rules):
                yield data.problem((*path, "severities", selector), unknown(rules, selector), key=True)
        for id_, given in part.get("rules", {}).items():
            rule = by_id.get(id_)
            if rule is None:
                near = get_close_matches(id_, by_id, 1)
                hint = f'; did you mean "{near[0]}"?' if near else "; `walint rules` lists what there is"
                yield data.problem((*path, "rules", id_), f'there is no rule "{id_}"{hint}', key=True)
                continue
            for name, value in given.items():
                yield from _parameter(data, (*path, "rules", id_, name), [rule], value)
        for name, value in part.get("parameters", {}).items():
            yield from _parameter(data, (*path, "parameters", name), rules, value)
        for key, name in SHORTHANDS.items():
            known = [rule for rule in rules if name in rule.parameters]
            if key in part and known:
                yield from _parameter(data, (*path, key), known, part[key], name)
    yield from _selectors(
        data, ("suppressions", "protected"), data.data.get("suppressions", {}).get("protected", ()), rules
    )


def _selectors(
    data: Data, path: tuple[str | int, ...], selectors: Sequence[str], rules: Sequence[Rule]
) -> Iterator[Problem]:
    for at, selector in enumerate(selectors):
        if not is_elsewhere(selector) and not any(fits(rule, selector) for rule in rules):
            yield data.problem((*path, at), unknown(rules, selector))


def _parameter(
    data: Data, path: tuple[str | int, ...], rules: Sequence[Rule], value: Any, name: str = ""
) -> Iterator[Problem]:
    """What is wrong with a parameter: no rule has it, or its value is of another kind than the default."""
    name = name or parameter_name(str(path[-1]))
    defaults = [(rule.id, rule.parameters[name]) for rule in rules if name in rule.parameters]
    if not defaults:
        known = sorted({known for rule in rules for known in rule.parameters})
        near = get_close_matches(name, known, 1)
        whose = f"{rules[0].id} has" if len(rules) == 1 else "no rule has"
        no = "no parameter" if len(rules) == 1 else "a parameter"
        hint = f'; did you mean "{near[0]}"?' if near else f"; known are {', '.join(known)}" if known else ""
        yield data.problem(path, f'{whose} {no} "{name}"{hint}', key=True)
        return
    for rule, default in defaults:
        if not _alike(value, default):
            kind = _kind(default)
            yield data.problem(path, f"{rule}.{name}: expected {kind}, not {json.dumps(value, default=str)}")
            return


def _alike(value: Any, default: Any) -> bool:
    if isinstance(default, list):
        alike = isinstance(value, list)
        return alike and (not default or all(_alike(item, default[0]) for item in value))
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, (int, float)):
        return isinstance(value, (int, float))
    return isinstance(value, type(default))


def _kind(default: Any) -> str:
    if isinstance(default, list):
        return "a list" + (f" of {_PLURALS[type(default[0])]}" if default else "")
    return {bool: "true or false", int: "a number", float: "a number", str: "text"}[type(default)]


_PLURALS: Final[dict[type, str]] = {bool: "true and false", int: "numbers", float: "numbers", str: "texts"}
