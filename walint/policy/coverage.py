"""What walint covers, as docs/coverage.md: `python -m walint.policy.coverage` writes it.

The page says of each practice of the seed talk, and of each control of the peers, which rule covers it or why none
does. The facts are data beside this module; which rule covers what comes from the rules' aliases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from walint.policy.explain import UNDECIDABLE
from walint.policy.model import PILLARS, Rule

CONTROLS: Final = Path(__file__).with_name("controls.json")
SEED: Final = Path(__file__).with_name("seed.json")
PEERS: Final = {
    "config": "AWS Config managed rules",
    "securityhub": "Security Hub controls",
    "checkov": "checkov checks",
    "trivy": "trivy checks",
    "guard": "CloudFormation Guard rules registry",
}
KINDS: Final = {
    "practice": "Practices",
    "trusted-advisor": "Trusted Advisor checks",
    "config-rule": "AWS Config rules",
}
_STATIC: Final = {"yes": "yes", "partly": "in part", "no": "no"}
_INTRODUCTION: Final = """\
# What walint covers

This page is made by `python -m walint.policy.coverage`; a test fails where it is out of date. It says of each practice
of the talk that walint's rules began with, and of each control of other tools, which rule covers it, or why none does.
`walint explain ID` tells more of each.
"""


def facts(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def render(
    rules: Sequence[Rule],
    controls: Sequence[dict[str, Any]],
    undecidable: Sequence[dict[str, Any]],
    seed: Sequence[dict[str, Any]],
) -> str:
    """The page."""
    by_alias = {alias: rule.id for rule in rules for alias in rule.aliases}
    known = {rule.id for rule in rules}
    reasons = {(entry["peer"], entry["id"]): entry for entry in undecidable}
    parts = [_INTRODUCTION, "## Totals", _totals(controls, reasons, by_alias, seed, known)]
    parts.append("## The seed talk")
    for kind, title in KINDS.items():
        parts += [f"### {title}", _seed_table([entry for entry in seed if entry["kind"] == kind], known)]
    for peer, title in PEERS.items():
        listed = [entry for entry in controls if entry["peer"] == peer]
        more = [entry for entry in undecidable if entry["peer"] == peer]
        parts += [f"## {title}", _peer_table(listed, more, by_alias)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _totals(
    controls: Sequence[dict[str, Any]],
    reasons: dict[tuple[str, str], dict[str, Any]],
    by_alias: dict[str, str],
    seed: Sequence[dict[str, Any]],
    known: set[str],
) -> str:
    rows = []
    for peer, title in PEERS.items():
        listed = [entry for entry in controls if entry["peer"] == peer]
        covered = sum(f"{peer}:{entry['id']}" in by_alias for entry in listed)
        no_template = sum(1 for named, _ in reasons if named == peer)
        rows.append((title, len(listed) + no_template, covered, no_template, len(listed) - covered))
    told = sum(any(rule in known for rule in entry["rules"]) for entry in seed)
    silent = sum(not entry["rules"] for entry in seed)
    rows.append(("Items of the seed talk", len(seed), told, silent, len(seed) - told - silent))
    return _table(("", "all", "covered by a rule", "no template can decide", "not covered yet"), rows)


def _seed_table(entries: Iterable[dict[str, Any]], known: set[str]) -> str:
    rows = [
        (
            entry["item"],
            PILLARS[entry["pillar"]],
            _STATIC[entry["static"]],
            _names([rule for rule in entry["rules"] if rule in known]),
            entry["why_not"] or entry["how"],
        )
        for entry in entries
    ]
    return _table(("item", "pillar", "decided by a template", "rules", "how, or what decides instead"), rows)


def _peer_table(
    listed: Iterable[dict[str, Any]], undecidable: Iterable[dict[str, Any]], by_alias: dict[str, str]
) -> str:
    rows = []
    for entry in listed:
        rule = by_alias.get(f"{entry['peer']}:{entry['id']}")
        rows.append((f"`{entry['id']}`", entry["title"], f"`{rule}`" if rule else "not covered yet"))
    rows += [(f"`{entry['id']}`", entry["title"], f"no template: {entry['reason']}") for entry in undecidable]
    return _table(("control", "what it is about", "rule, or why there is none"), rows)


def _names(rules: Iterable[str]) -> str:
    return ", ".join(f"`{rule}`" for rule in rules)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def page() -> str:
    """The page as it must stand in docs/coverage.md."""
    from walint.policy.pack import load

    return render(load(), facts(CONTROLS), facts(UNDECIDABLE), facts(SEED))


if __name__ == "__main__":
    target = Path(__file__).parent.parent.parent / "docs" / "coverage.md"
    target.write_text(page(), encoding="utf-8")
