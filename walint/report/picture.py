"""What the drawings of a graph have in common: numbered nodes, in groups, and edges with short labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from walint.graph import Graph
from walint.report.links import edges

_LABELS: Final = 3
_LONGEST: Final = 150


@dataclass(slots=True)
class Node:
    """Attributes:
    read: False for a module or stack that was called but could not be read.
    """

    id: str
    title: str
    subtitle: str
    read: bool = True


@dataclass(slots=True)
class Group:
    """The nodes of one graph, or of one module or nested stack in it."""

    title: str
    nodes: list[Node] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)


@dataclass(slots=True)
class Link:
    source: str
    target: str
    labels: list[str]


@dataclass(slots=True)
class Picture:
    """The outermost groups: one for each graph, without a title where there is only one."""

    groups: list[Group]
    links: list[Link]


def picture(graphs: Sequence[Graph]) -> Picture:
    """What to draw. Several edges between two resources become one, with a few of their properties as labels."""
    groups: list[Group] = []
    links: list[Link] = []
    count = 0
    for graph in graphs:
        outermost = Group(graph.name if len(graphs) > 1 else "")
        inner: dict[tuple[str, ...], Group] = {(): outermost}
        ids: dict[str, str] = {}
        for resource in graph.resources.values():
            ids[resource.address] = f"n{count}"
            count += 1
            group = _group(inner, tuple(call.address for call in resource.calls))
            group.nodes.append(Node(ids[resource.address], _short(resource.address), _short(resource.type)))
        for opaque in graph.opaque:
            outermost.nodes.append(Node(f"n{count}", _short(opaque.address), "not read", read=False))
            count += 1
        groups.append(outermost)
        labels: dict[tuple[str, str], list[str]] = {}
        for edge in edges(graph):
            labels.setdefault((ids[edge.source], ids[edge.target]), []).append(edge.property)
        links += [Link(source, target, _few(names)) for (source, target), names in labels.items()]
    return Picture(groups, links)


def _group(groups: dict[tuple[str, ...], Group], calls: tuple[str, ...]) -> Group:
    found = groups.get(calls)
    if found is None:
        found = groups[calls] = Group(_short(calls[-1]))
        _group(groups, calls[:-1]).groups.append(found)
    return found


def _few(names: list[str]) -> list[str]:
    shown = [_short(name) for name in names[:_LABELS]]
    return shown if len(names) <= _LABELS else [*shown[:-1], f"and {len(names) - _LABELS + 1} more"]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
