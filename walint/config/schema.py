"""The JSON Schema of configuration files, with the names of the rules in it for editors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from walint.policy.model import PILLARS, SEVERITIES, Rule
from walint.policy.selection import service_of

SCHEMA: Final = Path(__file__).with_name("walint.schema.json")


def schema() -> dict[str, Any]:
    """The schema that files are checked against."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def with_rules(rules: Sequence[Rule]) -> dict[str, Any]:
    """The schema with what editors can complete besides: rules, services, each rule's parameters."""
    out = schema()
    names = [rule.id for rule in rules] + sorted({service_of(rule) for rule in rules}) + [*PILLARS, *SEVERITIES]
    out["$defs"]["selectors"]["items"] = {"anyOf": [{"enum": names}, {"type": "string", "minLength": 1}]}
    out["$defs"]["severities"]["propertyNames"] = {"anyOf": [{"enum": names}, {"type": "string"}]}
    out["$defs"]["rules"]["properties"] = {rule.id: _of_rule(rule) for rule in rules if rule.parameters}
    return out


def _of_rule(rule: Rule) -> dict[str, Any]:
    return {
        "type": "object",
        "description": rule.title,
        "additionalProperties": False,
        "properties": {
            name: {"description": rule.descriptions.get(name, ""), "default": default, **_type(default)}
            for name, default in rule.parameters.items()
        },
    }


def _type(default: Any) -> dict[str, Any]:
    if isinstance(default, list):
        return {"type": "array", **({"items": _type(default[0])} if default else {})}
    if isinstance(default, bool):
        return {"type": "boolean"}
    return {"type": "string" if isinstance(default, str) else "number"}
