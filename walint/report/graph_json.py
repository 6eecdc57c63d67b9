"""The resource graph as JSON: the public contract of `walint graph --format json`, described in docs/json.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from walint.graph import Graph, Resource
from walint.report.conceal import Concealer
from walint.report.encode import dumps
from walint.report.links import MAX_DEPTH, edges
from walint.source import Problem
from walint.values import Choice, JsonText, Presence, Property, Reference, Unknown

# Python writes no integer with more digits.
_MAX_BITS: Final = 14_000
_SYMBOLS: Final = (
    frozenset(("$unknown",)),
    frozenset(("$unknown", "text")),
    frozenset(("$ref", "attribute")),
    frozenset(("$if", "then", "else")),
)


def render(graphs: Sequence[Graph], problems: Sequence[Problem] = ()) -> str:
    """One or several graphs as one JSON object; evaluates every property.

    Args:
        problems: those that belong to no graph.
    """
    resources: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    found = set(problems)
    for graph in graphs:
        written: list[dict[str, Any]] = []
        name = {"graph": graph.name} if len(graphs) > 1 else {}
        written += [{**name, **_resource(graph, resource)} for resource in graph.resources.values()]
        links += [{**name, "from": edge.source, "to": edge.target, "property": edge.property} for edge in edges(graph)]
        # After the properties: evaluating them is what brings problems to light.
        concealer = Concealer(graph.hidden)
        found.update(map(concealer.problem, graph.problems))
        for resource in written:
            called = resource["address"].rpartition(".")[2]
            for part in ("properties", "source_properties"):
                resource[part] = concealer.properties(resource[part], called)
        resources += written
    document = {"resources": resources, "edges": links, "diagnostics": [_diagnostic(it) for it in sorted(found)]}
    return dumps(document, 3, {"properties": 3, "source_properties": 3})


def _resource(graph: Graph, resource: Resource) -> dict[str, Any]:
    out: dict[str, Any] = {
        "address": resource.address,
        "type": resource.type,
        "source_type": resource.source_type,
        "language": resource.language,
        "file": resource.place.source.name,
        "line": resource.place.source.position(resource.place.start)[0],
    }
    if resource.presence is not None:
        out["presence"] = _presence(resource.presence)
    out["properties"] = {
        name: encode(given, structured=True)
        for name in graph.names(resource)
        if (given := graph.get(resource, name)) is not None
    }
    out["source_properties"] = encode(resource.source_properties)
    return out


def _presence(presence: Presence) -> Any:
    return encode(presence) if isinstance(presence, Unknown) else {"$if": str(presence), "then": True, "else": False}


def _diagnostic(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "message": problem.message,
    }


def encode(value: Any, structured: bool = False, depth: int = 0) -> Any:
    """A Value or Data as JSON data.

    Args:
        structured: give JSON text that was written as a structure as that structure.
    """
    if isinstance(value, Property):
        inner = encode(value.value, structured, depth)
        presence = value.presence
        if presence is None:
            return inner
        condition = f"depends on {presence.reason}" if isinstance(presence, Unknown) else str(presence)
        return {"$if": condition, "then": inner, "else": None}
    if value is None or isinstance(value, bool):
        return value
    if depth > MAX_DEPTH:
        return {"$unknown": f"values nested more than {MAX_DEPTH} deep"}
    match value:
        case JsonText() if structured:
            return encode(value.data, structured, depth + 1)
        case str():
            return value
        case int() | float() | Fraction():
            return _number(value)
        case Unknown():
            return _unknown(value)
        case Reference():
            return {"$ref": value.resource, "attribute": value.attribute}
        case Choice():
            return {
                "$if": str(value.condition),
                "then": encode(value.then, structured, depth + 1),
                "else": encode(value.otherwise, structured, depth + 1),
            }
        case dict():
            out = {str(key): encode(item, structured, depth + 1) for key, item in value.items()}
            return _unlike_symbols(out)
        case list() | tuple():
            return [encode(item, structured, depth + 1) for item in value]
        case _:
            return {"$unknown": f"a value of a kind that JSON lacks ({type(value).__name__})"}


def _number(value: int | float | Fraction) -> Any:
    if isinstance(value, Fraction):
        if value.denominator != 1:
            try:
                return float(value)
            except OverflowError:
                return {"$unknown": "a number too large to write"}
        value = value.numerator
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$unknown": "a number that is not finite"}
    return value if value.bit_length() <= _MAX_BITS else {"$unknown": "a number too large to write"}


def _unknown(value: Unknown) -> dict[str, Any]:
    out = {"$unknown": value.reason}
    if value.parts is not None and any(not isinstance(part, Unknown) for part in value.parts):
        out["text"] = "".join(map(part_text, value.parts))
    return out


def part_text(part: str | Unknown | Reference) -> str:
    """A stretch of a partly known string: as it is, or what it depends on between `${` and `}`."""
    if isinstance(part, str):
        return part
    if isinstance(part, Reference):
        return f"${{{part.resource}.{part.attribute}}}" if part.attribute else f"${{{part.resource}}}"
    if part.subject is None:
        return "${...}"
    # A dynamic reference is written as it is.
    return part.subject.name if part.subject.name.startswith("{{") else f"${{{part.subject.name}}}"


def _unlike_symbols(data: dict[str, Any]) -> dict[str, Any]:
    """A mapping that looks like a symbol has its dollar doubled, so that the two can be told apart."""
    if any(key.startswith("$") for key in data) and data.keys() in _SYMBOLS:
        return {f"${key}" if key.startswith("$") else key: item for key, item in data.items()}
    return data
