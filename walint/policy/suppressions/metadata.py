"""Suppressions in CloudFormation's Metadata, of a resource or of a whole template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from walint.policy.suppressions.comments import day
from walint.policy.suppressions.model import Directive, Reach
from walint.policy.verdicts import narrow
from walint.source import Span
from walint.values import Property, plain

if TYPE_CHECKING:
    from datetime import date


def read_metadata(metadata: Property, reach: Reach) -> Iterator[Directive]:
    """The directives in a Metadata mapping, each tool's in its own shape."""
    value = metadata.value
    if not isinstance(value, dict):
        return
    for entry in _items(value, "walint", "ignore"):
        yield from _own(entry, reach)
    for tool in ("checkov", "bridgecrew"):
        for entry in _items(value, tool, "skip"):
            yield from _named(entry, "checkov", "id", "comment", reach)
    for entry in _items(value, "cfn_nag", "rules_to_suppress"):
        yield from _named(entry, "cfn_nag", "id", "reason", reach)
    for entry in _items(value, "guard", "SuppressedRules"):
        yield from _plain(entry, "guard", reach)
    for entry in _items(value, "cfn-lint", "config", "ignore_checks"):
        yield from _plain(entry, "cfn-lint", reach)


def _items(value: dict[str, Property], *path: str) -> list[Property]:
    """The entries of the list at a path; one entry alone counts as a list."""
    found: Any = value
    for step in path:
        inner = found.value if isinstance(found, Property) else found
        if not isinstance(inner, dict) or step not in inner:
            return []
        found = inner[step]
    items = found.value
    if isinstance(items, list):
        return items
    return [found] if isinstance(items, (dict, str)) else []


def _own(entry: Property, reach: Reach) -> Iterator[Directive]:
    given = plain(entry)
    if isinstance(given, str):
        given = {"rule": given}
    if not isinstance(given, dict):
        return
    until, fault = _until(given.get("until"))
    names = given.get("rule")
    for name in names if isinstance(names, list) else [names]:
        if not isinstance(name, str) or not name:
            name, fault = "", "it names no rule"
        yield Directive(
            "walint", name, _text(given.get("reason")), until, _span(entry), reach, metadata=True, fault=fault
        )


def _until(given: Any) -> tuple[date | None, str]:
    return (None, "") if given is None else day(str(given))


def _named(entry: Property, syntax: str, key: str, reason: str, reach: Reach) -> Iterator[Directive]:
    given = plain(entry)
    if isinstance(given, dict) and isinstance(given.get(key), str):
        yield Directive(syntax, given[key], _text(given.get(reason)), None, _span(entry), reach, metadata=True)


def _plain(entry: Property, syntax: str, reach: Reach) -> Iterator[Directive]:
    given = plain(entry)
    if isinstance(given, str):
        yield Directive(syntax, given, "", None, _span(entry), reach, metadata=True)


def _text(given: Any) -> str:
    return " ".join(given.split()) if isinstance(given, str) else ""


def _span(entry: Property) -> Span:
    return Span("", 1, 1, 1, 1) if entry.place is None else narrow(entry.place)
