"""The table of what other tools call the same controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from walint.policy.coverage import CONTROLS, PEERS, facts
from walint.policy.model import Rule

_INTRODUCTION: Final = """\
# The same control in other tools

This page is made by `python -m walint.manual`; a test fails where it is out of date.

Where walint wants a rule's name (`--select`, `ignore`, a suppression, `walint explain`) it takes the ids below as well,
with or without their prefix: `checkov:CKV_AWS_3`, `CKV_AWS_3`. An id may mean several rules, and a rule several ids.
What other tools check and walint does not, and why, is told by `walint explain ID`."""


def alias_page(rules: Sequence[Rule]) -> str:
    """What each id of another tool is here."""
    titles = {f"{entry['peer']}:{entry['id']}": entry["title"] for entry in facts(CONTROLS)}
    parts = [_INTRODUCTION]
    for peer, title in PEERS.items():
        named: dict[str, list[str]] = {}
        for rule in rules:
            for alias in rule.aliases:
                if alias.startswith(f"{peer}:"):
                    named.setdefault(alias, []).append(rule.id)
        rows = [
            f"| `{alias.partition(':')[2]}` | {_cell(titles.get(alias, ''))} | {', '.join(f'`{id_}`' for id_ in ids)} |"
            for alias, ids in sorted(named.items(), key=lambda item: _order(item[0]))
        ]
        parts.append(f"## {title}\n\nPrefix `{peer}:`, {len(rows)} ids.")
        parts.append("\n".join(["| id | what it asks | rule |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _order(alias: str) -> list[tuple[int, str]]:
    """Numbers in ids count as such: CKV_AWS_9 comes before CKV_AWS_10."""
    import re

    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", alias)]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
