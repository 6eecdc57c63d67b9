"""Passwords and secrets that are written into properties which hold one, wherever a property's name says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from walint.graph import Graph, Resource
from walint.policy.checks.credentials import Found, by_address, given, passed_on
from walint.policy.checks.inputs import is_secret
from walint.policy.checks.secrets import Secret, keys, literal, may_name_secrets, names_password, names_secret
from walint.policy.checks.texts import Text, texts
from walint.source import Place
from walint.values import Property

# Inputs and outputs have a rule of their own.
_ELSEWHERE: Final = frozenset(
    ("cloudformation::output", "cloudformation::parameter", "terraform::output", "terraform::variable")
)
# What is said about a resource rather than to it.
_ABOUT: Final = re.compile(
    r"(?:^|\.)(?:tags|tag|description|labels|annotations|keepers|triggers)(?:\.|$)", re.IGNORECASE
)
# A name that holds a password, and something behind it that could be one.
_TRACE: Final = re.compile(
    r"""(?i)(?:password|passwd|passphrase|passcode|pwd|pass|secret|token|key|credentials|value|string)\w*["']?\s*[:=]"""
    r"""\s*(?:jsonencode|[\[{|>*"'\w])"""
)
# An include, a loop, an alias: they bring names that are written elsewhere.
_BROUGHT: Final = ("Transform", "ForEach")
_ALIAS: Final = re.compile(r"\*(?<![^\s\[{,:]\*)\w")
_SHORTEST: Final = 4


def in_properties(graph: Graph, resource: Resource) -> list[Found]:
    """The passwords in a resource, but for those that a rule about their place finds."""
    return _found(graph).get(resource.address, [])


def nothing_in_properties(graph: Graph) -> bool:
    return not _found(graph)


def _found(graph: Graph) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] | None = graph.memo.get("passwords")
    if found is None:
        found = graph.memo["passwords"] = _by_address(graph)
    return found


def _by_address(graph: Graph) -> dict[str, list[Found]]:
    every: list[tuple[str, Found]] = []
    searched: dict[str, bool] = {}
    for resource in graph.resources.values():
        source = resource.place.source
        if source.name not in searched:
            # In CloudFormation each property is looked at by itself, so the text as a whole needs no second look.
            searched[source.name] = may_name_secrets(source.text) and (
                resource.language == "cloudformation" or _TRACE.search(source.text) is not None
            )
        if not searched[source.name] or resource.type in _ELSEWHERE or resource.source_type == "aws":
            continue
        every += [(resource.address, found) for found in _in(graph, resource)]
    return by_address(graph, every)


def _suspects(resource: Resource) -> Iterator[tuple[Property, str]]:
    """What of a resource may hold a secret, by the names in its text; each with its path.

    Names may also come from elsewhere: to all of it in Terraform and with SAM, to a part that includes something.
    """
    of = resource.source_properties
    if resource.language != "cloudformation" or resource.extent is None or "::Serverless::" in resource.source_type:
        yield of, ""
    elif _may_name(resource.extent):
        held = of.value
        # What pairs a name with a value names it elsewhere than at the value.
        if not isinstance(held, dict) or "Value" in held:
            yield of, ""
            return
        for key, part in held.items():
            # The place of an alias is that of its value alone.
            if part.place is None or names_password(key) or names_secret(key) or _may_name(part.place):
                yield part, key


def _may_name(place: Place) -> bool:
    text = place.text()
    return may_name_secrets(text) or any(word in text for word in _BROUGHT) or _ALIAS.search(text) is not None


def _in(graph: Graph, resource: Resource) -> Iterator[Found]:
    for text in (text for part, path in _suspects(resource) for text in texts(part, path)):
        path = text.path.removeprefix(".")
        for secret in _secrets(text.text, text.name):
            if _ABOUT.search(path) or next(keys(secret.text, text.name), None) is not None:
                continue  # what is a key by its form is a finding as such
            if not passed_on(text) and not given(graph, resource, text) and not _passed_down(graph, resource, text):
                yield Found(secret, text._replace(path=path))


def _secrets(text: str, name: str) -> Iterator[Secret]:
    """What a value holds: itself, or where it is JSON what stands in it under a name."""
    held = _json(text)
    if held is not None:
        for inner_name, inner in _pairs(held):
            yield from literal(inner, inner_name)
    elif len(text) >= _SHORTEST and not (text.isdigit() and len(text) < 6):
        yield from literal(text, name)


def _json(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _pairs(held: Any) -> Iterator[tuple[str, str]]:
    todo: list[tuple[str, Any]] = [("", held)]
    while todo:
        name, value = todo.pop()
        if isinstance(value, dict):
            todo += [(str(key), item) for key, item in value.items()]
        elif isinstance(value, list):
            todo += [(name, item) for item in value]
        elif isinstance(value, str) and len(value) >= _SHORTEST:
            yield name, value


_VARIABLE: Final = re.compile(r"\bvar\.([\w-]+)")


def _passed_down(graph: Graph, resource: Resource, text: Text) -> bool:
    """Whether a value is the default of a variable that is judged itself, handed on in Terraform.

    A parameter of CloudFormation is next to where it is used, and controls elsewhere name the resource.
    """
    place = text.of.place
    if resource.language == "cloudformation" or place is None:
        return False
    named = (graph.resources.get(f"var.{name}") for name in _VARIABLE.findall(place.text()))
    return any(declared is not None and is_secret(declared) for declared in named)
