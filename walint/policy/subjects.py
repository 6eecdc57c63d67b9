"""What a rule judges at once: a resource, or the items at a path of it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from walint.conditions import Condition, and_, negation
from walint.graph import Graph, Resource
from walint.values import Choice, Property, Unknown


class Subject(NamedTuple):
    """What a rule judges at once: a resource, or one item of a property of it."""

    of: Resource | Property
    presence: Condition | None


def subjects(graph: Graph, resource: Resource, path: str) -> Iterable[Subject]:
    """What `applies_to` names on a resource: the resource itself, or each item at a path (`A.B[*].C`)."""
    presence = None if isinstance(resource.presence, Unknown) else resource.presence
    if not path:
        return (Subject(resource, presence),)
    name, *rest = path.replace("[*]", ".[*]").split(".")
    first = graph.get(resource, name)
    return () if first is None else _items(first, rest, presence)


def _items(value: Property, steps: list[str], presence: Condition | None) -> Iterator[Subject]:
    if value.presence is not None and not isinstance(value.presence, Unknown):
        joined = value.presence if presence is None else and_(presence, value.presence)
        if joined is False:
            return
        presence = None if joined is True else joined
    inner = value.value
    if isinstance(inner, Choice):
        for branch, condition in ((inner.then, inner.condition), (inner.otherwise, negation(inner.condition))):
            joined = condition if presence is None else and_(presence, condition)
            if joined is False:
                continue
            item = branch if isinstance(branch, Property) else Property(value.place, branch, owner=value.owner)
            yield from _items(item, steps, None if joined is True else joined)
        return
    if inner is None:
        return
    if not steps:
        yield Subject(value, presence)
        return
    step, rest = steps[0], steps[1:]
    if isinstance(inner, Unknown):
        yield Subject(value, presence)
    elif step == "[*]":
        for item in inner if isinstance(inner, list) else [value] if isinstance(inner, dict) else []:
            yield from _items(item, rest, presence)
    elif isinstance(inner, dict) and step in inner:
        yield from _items(inner[step], rest, presence)
    elif isinstance(inner, list):
        for item in inner:
            yield from _items(item, steps, presence)


def holder_of(graph: Graph, resource: Resource, subject: Subject) -> Resource:
    """The resource in whose text the subject stands: the part that an item comes from, or the resource itself."""
    owner = subject.of.owner if isinstance(subject.of, Property) else None
    part = None if owner is None or owner == resource.address else graph.resources.get(owner)
    return resource if part is None or part.part_of is None else part
