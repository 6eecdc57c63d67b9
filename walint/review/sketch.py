"""What a review keeps of a graph: plain data that outlives the run and travels between processes."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from walint.graph import Graph, Resource
from walint.report.links import Edge, edges
from walint.source import Place
from walint.values import plain

MAX_LINES: Final = 24
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):")


class Sketched(NamedTuple):
    """One resource.

    Attributes:
        lines: the first lines of its declaration, from `line` on; `more` says that it goes on.
        calls: the addresses of the modules or nested stacks that led to it, outermost first.
        part_of: the address of the resource that it configures a part of, or "".
        zone, region, account: where the text decides them, else "".
    """

    address: str
    type: str
    source_type: str
    file: str
    line: int
    lines: tuple[str, ...]
    more: bool
    calls: tuple[str, ...]
    part_of: str
    zone: str
    region: str
    account: str


class Sketch(NamedTuple):
    """One graph."""

    name: str
    language: str
    resources: tuple[Sketched, ...]
    edges: tuple[Edge, ...]


def sketch(graph: Graph) -> Sketch:
    """Take what the review shows of a graph. Evaluates the properties that hold references."""
    owners: dict[str, str] = {}
    for type_ in sorted(graph.owner_types()):
        for owner in graph.of_type(type_):
            for part in graph.parts(owner):
                owners.setdefault(part.resource.address, owner.address)
    shown = [resource for resource in graph.resources.values() if _is_deployed(resource)]
    known = {resource.address for resource in shown}
    return Sketch(
        graph.name,
        graph.language,
        tuple(_sketched(graph, resource, owners) for resource in shown),
        tuple(edge for edge in edges(graph) if edge.source in known and edge.target in known),
    )


def _is_deployed(resource: Resource) -> bool:
    """Whether it is a resource, and not a provider, a parameter or a data source that rules judge as one."""
    return not resource.type.startswith(("terraform::", "cloudformation::", "data."))


def _sketched(graph: Graph, resource: Resource, owners: dict[str, str]) -> Sketched:
    span = resource.place.span()
    lines, more = _lines(resource.extent or resource.place)
    provider = graph.resources.get(resource.provider)
    return Sketched(
        resource.address,
        resource.type,
        resource.source_type,
        span.file,
        span.line,
        lines,
        more,
        tuple(call.address for call in resource.calls),
        owners.get(resource.address, ""),
        _text(graph, resource, "AvailabilityZone"),
        _source_text(resource, "region") or ("" if provider is None else _source_text(provider, "region")),
        "" if provider is None else _account(provider),
    )


def _lines(extent: Place) -> tuple[tuple[str, ...], bool]:
    span = extent.span()
    # An extent that ends with a line break ends on the line before.
    last = span.end_line - (span.end_column == 1 and span.end_line > span.line)
    end = min(last, span.line + MAX_LINES - 1)
    return tuple(extent.source.line_text(line) for line in range(span.line, end + 1)), end < last


def _text(graph: Graph, resource: Resource, name: str) -> str:
    found = graph.get(resource, name)
    value = None if found is None else found.value
    return value if isinstance(value, str) else ""


def _source_text(resource: Resource, name: str) -> str:
    value = _source_value(resource, name)
    return value if isinstance(value, str) else ""


def _source_value(resource: Resource, name: str) -> Any:
    properties = resource.source_properties.value
    return plain(properties.get(name)) if isinstance(properties, dict) else None


def _account(provider: Resource) -> str:
    """The account that a provider works in: the one of the role that it takes on last, or the only one allowed."""
    allowed = _source_value(provider, "allowed_account_ids")
    if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str):
        return allowed[0]
    roles = _source_value(provider, "assume_role")
    role = roles[-1] if isinstance(roles, list) and roles else roles
    found = _ROLE.match(role["role_arn"]) if isinstance(role, dict) and isinstance(role.get("role_arn"), str) else None
    return found[1] if found else ""
