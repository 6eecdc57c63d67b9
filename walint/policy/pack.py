"""The compiled rule pack: one file that loads in milliseconds."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from walint.policy.model import Rule

PACK = Path(__file__).parent.parent / "data" / "rules.json"
FORMAT = 1

_TUPLES = {"applies_to", "message_parts", "languages", "aliases", "references", "replaces"}


def dump(rules: list[Rule]) -> str:
    """The pack's text: rules sorted by id."""
    rows = [tuple(rule) for rule in sorted(rules, key=lambda rule: rule.id)]
    return json.dumps({"format": FORMAT, "fields": Rule._fields, "rules": rows}, separators=(",", ":"))


@cache
def load(path: Path = PACK) -> tuple[Rule, ...]:
    """The rules that ship with walint, sorted by id; read once, and left to the end of the process to free.

    Raises:
        FileNotFoundError: in a checkout where the pack was never built (`make pack`).
    """
    data: dict[str, Any] = json.loads(path.read_bytes())
    names: list[str] = data["fields"]
    tuples = [at for at, name in enumerate(names) if name in _TUPLES]
    rules = []
    for row in data["rules"]:
        for at in tuples:
            row[at] = tuple(row[at])
        rules.append(Rule(**dict(zip(names, row, strict=True))))
    return tuple(rules)
