"""Questions to the graph: what refers to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from walint.graph import Graph, Opaque, Resource
from walint.policy.runtime import Env, Item, Items, Surprise, Truth
from walint.values import Choice, JsonText, Property, Reference, Unknown, symbols

# What holds no symbols and no properties.
_PLAIN: Final = frozenset((str, bool, int, float, type(None)))


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


def type_of(env: Env, value: Any) -> Any:
    """The type of a resource, or of the one that a value points at; null where it points at none of this template."""
    held = env.peek(value)
    found = held if isinstance(held, Resource) else target(env, value)
    return _kind(found) if isinstance(found, Resource) else found


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


def mentions(env: Env, value: Any, type_: Any, attribute: Any = None) -> Items:
    """What a value certainly refers to, anywhere in it: the resources of a type, or attributes of data sources.

    `attribute` asks for that attribute only. What is not known of the value mentions nothing.
    """
    inner = env.peek(value)
    top = inner.source_properties if isinstance(inner, Resource) else value
    wanted, name = env.read(type_), env.read(attribute)
    if not isinstance(wanted, str):
        raise Surprise("mentions takes a value and a type")
    found: dict[str, Any] = {}
    for at, symbol in _mentioned(top):
        if isinstance(symbol, Reference):
            resource = env.graph.resources.get(symbol.resource)
            if resource is None or resource.type != wanted or name not in (None, symbol.attribute):
                continue
            if resource.address in found:
                continue
            found[resource.address] = resource
        elif symbol.subject is not None and f".{wanted}." in f".{symbol.subject.name}":
            of, _, asked = symbol.subject.name.rpartition(".")
            if name not in (None, asked):
                continue
            found[of] = of
        else:
            continue
        env.trace.append(at)
    return Items([Item(target, None) for target in found.values()], None, top if isinstance(top, Property) else None)


def _mentioned(value: Any) -> list[tuple[Property, Unknown | Reference]]:
    """The symbols in a value and the references by which its parts were given, each with the innermost property."""
    out: list[tuple[Property, Unknown | Reference]] = []
    if isinstance(value, Property):
        _collect(value, out)
    return out


def _collect(value: Property, out: list[tuple[Property, Unknown | Reference]]) -> None:
    inner: Any = value.value
    if type(inner) in _PLAIN:
        pass  # most values are
    elif isinstance(inner, (dict, list)):
        for item in inner.values() if isinstance(inner, dict) else inner:
            if isinstance(item, Property):
                _collect(item, out)
    elif isinstance(inner, Choice):
        for branch in (inner.then, inner.otherwise):
            _collect(branch if isinstance(branch, Property) else Property(value.place, branch), out)
    elif isinstance(inner, JsonText):
        _collect(Property(value.place, inner.data), out)
    else:
        out += [(value, symbol) for symbol in symbols(inner)]
    out += [(value, reference) for reference in value.references]


def referrers(env: Env, of: Any = None, types: Any = None) -> Items:
    """The resources that refer to this one (or to `of`) with any property. Of an output it is open who uses it.

    `types` asks for resources of some types only, which spares the others from being evaluated.
    """
    to = env.resource if of is None else env.peek(of)
    if isinstance(to, Unknown):
        return Items([], to)
    if not isinstance(to, Resource):
        return Items([])
    wanted = None if types is None else env.deep(types)
    edges = _edges(env.graph)
    out: list[Item] = []
    for resource, certain in edges.to(to, [wanted] if isinstance(wanted, str) else wanted):
        doubt = env.doubt(resource.presence)
        if doubt is False:
            continue
        if resource.type.endswith("::output"):
            doubt = Unknown(f"who uses {resource.address}")
        elif doubt is None and not certain:
            doubt = Unknown(f"which instance {resource.address} refers to")
        out.append(Item(resource, doubt if isinstance(doubt, Unknown) else None))
    return Items(out, _hidden(env, to))


def used(env: Env, besides: Any) -> Truth:
    """Whether anything refers to this resource, besides resources of some types."""
    no_use = frozenset(env.deep(besides))
    if _edges(env.graph).certainly_to(env.resource, no_use):
        return True
    found = referrers(env)
    open_: Unknown | None = None
    for resource, doubt in found.items:
        if _kind(resource) not in no_use:
            if doubt is None:
                return True
            open_ = open_ or doubt
    return open_ or found.more or False


class _Edges:
    """Who refers to whom in a graph; the resources of a type are evaluated when somebody asks for that type."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._places = {address: at for at, address in enumerate(graph.resources)}
        self._sources: dict[str, list[Resource]] = defaultdict(list)
        self._found: dict[str, dict[str, dict[str, bool]]] = {}
        self._orders: dict[str, list[str]] = {}
        for resource in graph.resources.values():
            if not resource.type.startswith(("terraform::", "cloudformation::")) or _is_output_of_root(resource):
                self._sources[_kind(resource)].append(resource)

    def to(self, aimed: Resource, types: Iterable[str] | None) -> list[tuple[Resource, bool]]:
        """The resources (of some types) that refer to one, and whether it is certain which instance they mean."""
        found: dict[str, bool] = {}
        for type_ in self._sources if types is None else types:
            found |= self._from(type_).get(aimed.address, {})
        return [(self._graph.resources[it], found[it]) for it in sorted(found, key=self._places.__getitem__)]

    def certainly_to(self, aimed: Resource, besides: frozenset[str]) -> bool:
        """Whether a resource that is there in any case refers to this one; no more types are looked at than needed."""
        return any(
            certain and self._graph.resources[source].presence is None
            for type_ in self._likely_first(aimed)
            if type_ not in besides and not type_.endswith("::output")
            for source, certain in self._from(type_).get(aimed.address, {}).items()
        )

    def _likely_first(self, aimed: Resource) -> list[str]:
        """The types of which a resource has the aimed one's type in its text, then the others."""
        word = _spelled(aimed.type.rpartition("::")[2])
        order = self._orders.get(word)
        if order is None:
            named = {
                type_: any(it.extent is not None and word in _spelled(it.extent.text()) for it in resources)
                for type_, resources in self._sources.items()
            }
            order = self._orders[word] = sorted(named, key=lambda type_: not named[type_])
        return order

    def _from(self, type_: str) -> dict[str, dict[str, bool]]:
        """By the address of each resource those of a type that refer to it."""
        found = self._found.get(type_)
        if found is None:
            found = defaultdict(dict)
            for resource in self._sources.get(type_, ()):
                for _, reference in _mentioned(resource.source_properties):
                    for aimed, presence in self._graph.meant(reference) if isinstance(reference, Reference) else ():
                        if aimed is not resource:
                            certain = found[aimed.address].get(resource.address, False)
                            found[aimed.address][resource.address] = certain or presence is None
            self._found[type_] = found
        return found


def _spelled(text: str) -> str:
    """A text as both languages write its names: `security_group` and `SecurityGroup` are one."""
    return text.replace("_", "").lower()


def _edges(graph: Graph) -> _Edges:
    found: _Edges | None = graph.memo.get("edges")
    if found is None:
        found = graph.memo["edges"] = _Edges(graph)
    return found


def _kind(resource: Resource) -> str:
    """The type of a resource, or of the one that it is a part of."""
    return resource.type if resource.part_of is None else resource.part_of.type


def _is_output_of_root(resource: Resource) -> bool:
    return resource.type.endswith("::output") and not resource.calls


def _hidden(env: Env, resource: Resource) -> Unknown | None:
    if env.graph.resources.get(resource.address) is not resource:
        return Unknown("what is not in this template")
    base = _base(resource.address)
    for opaque, known in _told(env.graph):
        if known is None or base in known:
            return _unread(opaque)
    return None


def _told(graph: Graph) -> list[tuple[Opaque, frozenset[str] | None]]:
    """What could not be read, with the resources that it was told of; None where it may know any."""
    found: list[tuple[Opaque, frozenset[str] | None]] | None = graph.memo.get("told")
    if found is None:
        found = graph.memo["told"] = []
        for opaque in graph.opaque:
            known = None if opaque.arguments is None else [*symbols(opaque.arguments), *_recorded(opaque.arguments)]
            if known is None or any(isinstance(symbol, Unknown) for symbol in known):
                found.append((opaque, None))
            else:
                bases = frozenset(_base(symbol.resource) for symbol in known if isinstance(symbol, Reference))
                found.append((opaque, bases))
    return found


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
