"""Questions to the graph: what refers to what."""

from __future__ import annotations

from typing import Any

from walint.graph import Opaque, Resource
from walint.policy.runtime import Env, Item, Items, Surprise
from walint.values import Property, Reference, Unknown, symbols


def target(env: Env, value: Any) -> Any:
    """The resource that a value points at; null where it certainly points at none of this template."""
    resolved = env.resolve(value)
    env.read(resolved)
    if not isinstance(resolved, Property):
        return resolved if isinstance(resolved, Resource) else None
    return env.graph.target(resolved)


def targets(env: Env, collection: Any) -> Items:
    """The resources that the items of a list point at; items that point elsewhere are open."""
    found = env.items(collection)
    out: list[Item] = []
    more = found.more
    for value, doubt in found.items:
        aim = env.graph.target(value) if isinstance(value, Property) else None
        if isinstance(aim, Resource):
            out.append(Item(aim, doubt))
        else:
            more = more or (aim if isinstance(aim, Unknown) else Unknown("a resource that is not in this template"))
    return Items(out, more, found.origin)


def incoming(env: Env, type_: Any, path: Any, of: Any = None) -> Items:
    """The resources of a type that point, by the property at a path, at this resource (or at `of`).

    What is called but could not be read may hold more of them.
    """
    to = env.resource if of is None else env.peek(of)
    if isinstance(to, Unknown):
        return Items([], to)
    if not isinstance(to, Resource):
        return Items([])
    name, through = env.read(type_), env.read(path)
    if not isinstance(name, str) or not isinstance(through, str):
        raise Surprise("incoming takes a type and a property path")
    out: list[Item] = []
    for related in env.graph.incoming(to, name, through):
        doubt = env.doubt(related.presence)
        if doubt is not False:
            out.append(Item(related.resource, None if doubt is True else doubt))
    return Items(out, _hidden(env, to))


def resources(env: Env, type_: Any) -> Items:
    """All resources of a type in this template; what could not be read may hold more."""
    out: list[Item] = []
    for resource in env.graph.of_type(env.read(type_)):
        doubt = env.doubt(resource.presence)
        if doubt is not False:
            out.append(Item(resource, None if doubt is True else doubt))
    more = next((_unread(opaque) for opaque in env.graph.opaque), None)
    return Items(out, more)


def _hidden(env: Env, resource: Resource) -> Unknown | None:
    if env.graph.resources.get(resource.address) is not resource:
        return Unknown("what is not in this template")
    for opaque in env.graph.opaque:
        if opaque.arguments is None or any(
            isinstance(symbol, Unknown) or _base(symbol.resource) == _base(resource.address)
            for symbol in [*symbols(opaque.arguments), *_recorded(opaque.arguments)]
        ):
            return _unread(opaque)
    return None


def _recorded(arguments: Property) -> list[Reference]:
    inner = arguments.value
    found = list(arguments.references)
    if isinstance(inner, dict):
        for item in inner.values():
            found += item.references
    return found


def _base(address: str) -> str:
    return address.partition("[")[0]


def _unread(opaque: Opaque) -> Unknown:
    return Unknown(f"{opaque.address}, which was not read: {opaque.reason}")
