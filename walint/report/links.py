"""The edges of a graph, with the property that each comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from walint.graph import Graph, Resource
from walint.values import Choice, JsonText, Property

_PLAIN_KEY: Final = re.compile(r"[\w:-]+")
# No template nests its values this deep on purpose; a hostile one may.
MAX_DEPTH: Final = 100


class Edge(NamedTuple):
    """A resource refers to another one.

    Attributes:
        property: the path of the value that refers: `VpcConfig.SubnetIds[0]`; in the source's words where the
            common vocabulary has none.
    """

    source: str
    target: str
    property: str


def edges(graph: Graph) -> list[Edge]:
    """Every edge, in the order of the resources and their properties, each once."""
    found: dict[Edge, None] = {}
    for resource in graph.resources.values():
        for edge in _of(graph, resource):
            found[edge] = None
    return list(found)


def step(path: str, key: str) -> str:
    """The path of an item of a mapping."""
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def _of(graph: Graph, resource: Resource) -> Iterator[Edge]:
    """A resource's edges; an expression that both vocabularies have counts for the common one."""
    seen: set[tuple[str, int, str]] = set()
    for name in graph.names(resource):
        given = graph.get(resource, name)
        if given is not None:
            for path, value, target in _targets(graph, given, step("", name), 0):
                seen.add(_written(value, target))
                if target != resource.address:
                    yield Edge(resource.address, target, path)
    for path, value, target in _targets(graph, resource.source_properties, "", 0):
        if target != resource.address and _written(value, target) not in seen:
            yield Edge(resource.address, target, path)


def _written(value: Property, target: str) -> tuple[str, int, str]:
    place = value.place
    return ("", 0, target) if place is None else (place.source.name, place.start, target)


def _targets(graph: Graph, value: Property, path: str, depth: int) -> Iterator[tuple[str, Property, str]]:
    """The resources that a value refers to at any depth: path, the property there, address."""
    if depth > MAX_DEPTH:
        return
    below: set[str] = set()
    for inner_path, inner in _items(value, path):
        for found in _targets(graph, inner, inner_path, depth + 1):
            below.add(found[2])
            yield found
    whole = value if not _has_items(value.value) else Property(value.place, None, references=value.references)
    for resource, _ in graph.matches(whole, None):
        if resource.address not in below:
            yield path, value, resource.address


def _has_items(value: Any) -> bool:
    return isinstance(value, (dict, list, Choice, JsonText))


def _items(owner: Property, path: str) -> Iterator[tuple[str, Property]]:
    value: Any = owner.value
    if isinstance(value, JsonText):
        value = Property(owner.place, value.data).value
    if isinstance(value, dict):
        for key, item in value.items():
            yield step(path, str(key)), item
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield f"{path}[{at}]", item
    elif isinstance(value, Choice):
        for branch in (value.then, value.otherwise):
            yield path, branch if isinstance(branch, Property) else Property(owner.place, branch)
