"""How adapters read a block: what they are told to look at, block by block and choice by choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from walint.values import Choice, Presence, Property, choose, lift
from walint.vocabulary.table import Line
from walint.vocabulary.view import View, present, respelled


def attributes(view: View, line: Line) -> Iterator[tuple[str, Property]]:
    """The properties that `with.of` names and the block has, each with its key (or its path, where it has none)."""
    of = line.options["of"]
    for key, path in of.items() if isinstance(of, dict) else ((path, path) for path in of):
        found = view.walk(tuple(path.split(".")))
        if found is not None:
            yield key, found


def blocks(found: Property) -> list[Property]:
    value = found.value
    if isinstance(value, list):
        return list(value)
    return [] if value is None else [Property(found.place, value, owner=found.owner)]


def mapped(found: Property, line: Line) -> Property:
    return respelled(found, line.values) if line.values else found


def derived(found: Property, function: Any) -> Property:
    """A property whose value is made from another's, choice by choice."""
    return Property(
        found.place,
        compute=lambda: lift(function, unplaced(found.value)),
        presence=found.presence,
        owner=found.owner,
        references=lambda: found.references,
    )


def unplaced(value: Any) -> Any:
    if isinstance(value, Choice):
        return choose(value.condition, unplaced(value.then), unplaced(value.otherwise))
    return unplaced(value.value) if isinstance(value, Property) else value


def present_at(presence: Presence, found: Property) -> Property:
    return (
        found
        if presence is None
        else Property(found.place, compute=lambda: present(presence, found), owner=found.owner)
    )
