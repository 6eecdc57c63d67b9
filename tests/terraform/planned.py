"""Compares what walint says of a resource with what Terraform planned for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from walint.graph import Graph, Resource
from walint.terraform.numerals import number_text
from walint.terraform.schema import resource_tree
from walint.values import Choice, Property, Reference, Unknown, plain


class Planned(NamedTuple):
    """A resource of a plan.

    Attributes:
        values: what Terraform knows, by attribute.
        unknown: the same structure with True for what it does not know yet; attributes that it knows are left out.
    """

    values: dict[str, Any]
    unknown: dict[str, Any]


class Verdict(NamedTuple):
    """How one value compares.

    Attributes:
        path: the address, a blank, and the names and indexes down to the value.
        kind: "equal"; "different"; "open": Terraform knows it and walint does not; "data": the same, but a data
            source decides; "default": the same, but it is the provider that says what an attribute is that nobody
            sets; "ahead": walint knows what Terraform does not know yet.
    """

    path: str
    kind: str
    ours: str
    theirs: str


def resources_of(graph: Graph) -> dict[str, Resource]:
    """What Terraform would manage, by address."""
    return {
        address: resource
        for address, resource in graph.resources.items()
        if resource.language == "terraform"
        and not resource.type.startswith("terraform::")
        and not resource.source_type.startswith("data.")
        and "terraform_data.put_off" not in address
    }


def compare_resource(address: str, resource: Resource, planned: Planned) -> Iterator[Verdict]:
    """A verdict for each value that the configuration sets."""
    properties = resource.source_properties.value
    assert isinstance(properties, dict)
    for name, item in properties.items():
        # What is only written ("password_wo") is in no plan.
        if name in ("lifecycle", "timeouts") or name.endswith("_wo"):
            continue
        yield from compare(item, planned.values.get(name), planned.unknown.get(name, False), f"{address} {name}")
    settable = resource_tree(resource.source_type)
    for name, theirs in planned.values.items():
        if settable is not None and name not in settable:
            continue
        if name not in properties and name != "timeouts" and theirs not in (None, [], {}):
            yield Verdict(f"{address} {name}", "different", "(not there)", _shown(theirs))


def compare(ours: Any, theirs: Any, unknown: Any, path: str) -> Iterator[Verdict]:
    if isinstance(ours, Property):
        if ours.presence is not None:
            kind = "equal" if unknown is True or _any(unknown) else _openness(ours.presence)
            yield Verdict(path, kind, f"present: {ours.presence}", _shown(theirs))
            return
        ours = ours.value
    if unknown is True:
        ahead = not isinstance(ours, (Unknown, Reference, Choice, dict, list)) and ours is not None
        yield Verdict(path, "ahead" if ahead else "equal", _shown(ours), "(known after apply)")
        return
    if isinstance(ours, (Unknown, Reference, Choice)):
        kind = "equal" if _any(unknown) else _openness(ours)
        yield Verdict(path, kind, _shown(ours), _shown(theirs))
        return
    if isinstance(ours, list):
        yield from _compare_list(ours, theirs, unknown, path)
    elif isinstance(ours, dict):
        yield from _compare_dict(ours, theirs, unknown, path)
    else:
        kind = "equal" if _same(ours, theirs) else "different"
        yield Verdict(path, kind, _shown(ours), _shown(theirs))


def _compare_dict(ours: dict[str, Any], theirs: Any, unknown: Any, path: str) -> Iterator[Verdict]:
    if isinstance(theirs, list) and len(theirs) == 1:
        # An attribute that the provider keeps as a list of one object.
        theirs, unknown = theirs[0], unknown[0] if isinstance(unknown, list) and unknown else {}
    if not isinstance(theirs, dict):
        kind = "equal" if theirs is None and not ours else "different"
        yield Verdict(path, kind, _shown(ours), _shown(theirs))
        return
    inner = unknown if isinstance(unknown, dict) else {}
    for name, item in ours.items():
        yield from compare(item, theirs.get(name), inner.get(name, False), f"{path}.{name}")


def _compare_list(ours: list[Any], theirs: Any, unknown: Any, path: str) -> Iterator[Verdict]:
    if isinstance(theirs, dict) and len(ours) == 1:
        yield from compare(ours[0], theirs, unknown, f"{path}[0]")
        return
    if theirs is None:
        theirs = []
    if not isinstance(theirs, list):
        yield Verdict(path, "different", _shown(ours), _shown(theirs))
        return
    marks = list(unknown) if isinstance(unknown, list) else []
    marks += [{}] * (len(theirs) - len(marks))
    if len(ours) == len(theirs):
        verdicts = _paired(ours, theirs, marks, path)
        if all(verdict.kind != "different" for verdict in verdicts):
            yield from verdicts
            return
    yield from _compare_set(ours, theirs, marks, path)


def _paired(ours: list[Any], theirs: list[Any], marks: list[Any], path: str) -> list[Verdict]:
    return [
        verdict
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True))
        for verdict in compare(one, other, marks[at], f"{path}[{at}]")
    ]


def _compare_set(ours: list[Any], theirs: list[Any], marks: list[Any], path: str) -> Iterator[Verdict]:
    """Lists of which the order does not count: each of our items with the first of theirs that equals it."""
    left = list(range(len(theirs)))
    failed = []
    for at, one in enumerate(ours):
        best: tuple[int, int, list[Verdict]] | None = None
        for other in left:
            verdicts = list(compare(one, theirs[other], marks[other], f"{path}[{at}]"))
            wrong = sum(verdict.kind != "equal" for verdict in verdicts)
            if best is None or wrong < best[0]:
                best = wrong, other, verdicts
        if best is None:
            # An item twice in a set is there once.
            if not any(all(v.kind == "equal" for v in compare(one, other, {}, path)) for other in theirs):
                failed.append(Verdict(f"{path}[{at}]", "different", _shown(one), "(not there)"))
            continue
        left.remove(best[1])
        yield from best[2]
    yield from failed
    for other in left:
        yield Verdict(f"{path}[]", "different", "(not there)", _shown(theirs[other]))


def _any(unknown: Any) -> bool:
    """Whether anything inside is not known."""
    if isinstance(unknown, dict):
        return any(_any(item) for item in unknown.values())
    if isinstance(unknown, list):
        return any(_any(item) for item in unknown)
    return bool(unknown)


def _openness(ours: Any) -> str:
    if isinstance(ours, Reference):
        return "data" if "data." in ours.resource else "default"
    text = repr(ours)
    if "data source" in text or "data." in text:
        return "data"
    return "default" if "which does not exist yet" in text or "Reference(" in text else "open"


def _same(ours: Any, theirs: Any) -> bool:
    if ours is None or theirs is None:
        # The provider drops what is empty, and fills in what is null.
        return ours is None or (theirs is None and ours in ("", [], False, 0))
    if isinstance(theirs, list) and len(theirs) == 1:
        return _same(ours, theirs[0])
    one, other = _text(ours), _text(theirs)
    if one == other or _contained(_json(other), _json(one)):
        return True
    # The provider keeps some texts as their digests.
    return hashlib.sha1(one.encode()).hexdigest() == other


def _contained(theirs: Any, ours: Any) -> bool:
    """Whether two documents of JSON are the same; the provider drops the names that it does not know."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return all(name in ours and _contained(item, ours[name]) for name, item in theirs.items())
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return all(_contained(item, other) for item, other in zip(theirs, ours, strict=True))
    return theirs is not None and bool(theirs == ours)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Fraction)):
        return number_text(value)
    return str(value)


def _json(text: str) -> Any:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except ValueError:
            return None
    return None


def _shown(value: Any) -> str:
    text = repr(plain(value))
    return text if len(text) < 300 else text[:297] + "..."
