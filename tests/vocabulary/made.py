"""Terraform resources made of plain data, each attribute on a line of its own."""

from __future__ import annotations

from typing import Any

from walint.graph import Resource
from walint.source import Place, Source
from walint.values import Blocks, Property, plain
from walint.vocabulary import terraform_resource


class Block(dict[str, Any]):
    """One nested block; a list of them is a repeated one."""


class Writer:
    """Gives out places, one line each, in a source of so many lines."""

    def __init__(self) -> None:
        self.source = Source("main.tf", "\n" * 400)
        self.line = 0

    def place(self) -> Place:
        self.line += 1
        return Place(self.source, self.line - 1, self.line - 1)

    def written(self, value: Any) -> Property:
        if isinstance(value, Property):
            return value
        place = self.place()
        if isinstance(value, Block):
            return Property(place, Blocks([Property(place, self.body(value))]))
        if isinstance(value, list) and value and isinstance(value[0], Block):
            blocks = [Property(place if at == 0 else self.place(), self.body(block)) for at, block in enumerate(value)]
            return Property(place, Blocks(blocks))
        return Property(place, value)

    def body(self, given: dict[str, Any]) -> dict[str, Property]:
        return {name: self.written(value) for name, value in given.items()}


def made(type_: str, attributes: dict[str, Any], default_tags: dict[str, Any] | None = None) -> Resource:
    """A resource whose header stands in line 1 and whose attributes in the lines below, depth first."""
    writer = Writer()
    header = writer.place()
    body = Property(header, writer.body(attributes))
    defaults = None if default_tags is None else Property(header, default_tags)
    return terraform_resource(f"{type_}.it", type_, header, body, default_tags=defaults)


def seen(resource: Resource) -> dict[str, Any]:
    """All properties in CloudFormation's words, as plain data."""
    return {name: plain(resource.lookup(name)) for name in resource.names()}


def given(resource: Resource) -> dict[str, Any]:
    """All that a part says of its owner, as plain data."""
    part = resource.part_of
    assert part is not None
    found = {name: part.lookup(name) for name in sorted(part.names)}
    return {name: plain(value) for name, value in found.items() if value is not None}


def line(property_: Property | None) -> int:
    assert property_ is not None and property_.place is not None
    return property_.place.span().line
