"""A template's resources, parameters and outputs as resources of the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

from yaml.nodes import MappingNode, Node, SequenceNode

from walint.cloudformation.evaluator import Evaluator, Mistake
from walint.cloudformation.functions.logic import named_condition
from walint.cloudformation.includes import KEY, TRANSFORM
from walint.cloudformation.nodes import PACKAGED, child, entries, entry_place, function_of, place, text_of
from walint.cloudformation.template import Declared, Template
from walint.conditions import and_
from walint.graph import Call, Resource
from walint.values import Presence, Property, Unknown
from walint.vocabulary import identities, schema
from walint.vocabulary.tags import tags

# What stands for a generated resource in its author's words.
_NOTHING: Final = MappingNode("", [])
# Attributes of a resource that rules may ask for like properties.
ATTRIBUTES: Final = (
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
    "CreationPolicy",
    "DependsOn",
    "Metadata",
)


def resources(
    template: Template, evaluator: Evaluator, calls: tuple[Call, ...] = (), within: Presence = None
) -> Iterator[Resource]:
    """Everything that a template declares, without its nested stacks.

    Args:
        within: where the stack itself is there.
    """
    for name, declared in template.resources.items():
        type_ = text_of(child(declared.node, "Type"))
        if not type_:
            if why_typeless(evaluator, declared.node) is None:
                what = "has no Type" if isinstance(declared.node, MappingNode) else "is no mapping"
                template.report(declared.key, f'resource "{name}" {what}')
            continue
        _check_order(template, declared.node)
        presence = both(within, presence_of(template, evaluator, declared))
        if presence is not False:
            yield _resource(template, evaluator, name, declared, type_, presence, calls)
    for name, (key, node) in template.parameters.items():
        yield _described(template, evaluator, f"Parameters.{name}", "cloudformation::parameter", key, node, calls)
    for name, (key, node) in template.outputs.items():
        if not name.startswith("Fn::"):
            yield _described(template, evaluator, f"Outputs.{name}", "cloudformation::output", key, node, calls)


def why_typeless(evaluator: Evaluator, node: Node) -> str | None:
    """Why deployment knows the type of a resource that is written without one; None where it does not either."""
    type_ = child(node, "Type")
    for made in (node, type_):
        call = None if made is None else function_of(made)
        if call is not None and call[0].startswith(PACKAGED):
            return f"{call[0]} is filled in by rain pkg, before deployment"
        if call is not None and call[0] == TRANSFORM:
            return evaluator.transformed(call[1])
    macro = child(node, KEY)
    return None if type_ is not None or macro is None else evaluator.transformed(macro)


def _check_order(template: Template, node: Node) -> None:
    """Report what DependsOn names and the template does not have."""
    written = child(node, "DependsOn")
    for item in written.value if isinstance(written, SequenceNode) else [] if written is None else [written]:
        name = text_of(item)
        if name and name not in template.resources and "." not in name and template.maker_of(name) is None:
            template.report(item, f'DependsOn: there is no resource "{name}"')


def both(one: Presence, other: Presence | bool) -> Presence | bool:
    """Where two things are there together."""
    if one is None or other is False or isinstance(other, Unknown):
        return other
    if other is None or other is True or isinstance(one, Unknown):
        return one
    found = and_(one, other)
    return None if found is True else found


def presence_of(template: Template, evaluator: Evaluator, declared: Declared) -> Presence | bool:
    """False, or the presence of a resource that may be created."""
    condition = child(declared.node, "Condition")
    if condition is None:
        return declared.condition
    try:
        found = named_condition(evaluator, condition)
    except Mistake as mistake:
        template.report(mistake.node, mistake.message)
        return Unknown(f"a mistake in the template: {mistake.message}")
    if declared.condition is not None and not isinstance(found, Unknown):
        found = and_(found, declared.condition)
    return None if found is True else found


def _resource(
    template: Template,
    evaluator: Evaluator,
    name: str,
    declared: Declared,
    type_: str,
    presence: Any,
    calls: tuple[Call, ...],
) -> Resource:
    """One resource, its properties evaluated when they are asked for."""
    address = template.prefix + name
    properties = written = _Properties(evaluator, declared.node, address)
    if declared.written is not None:
        written = _Properties(evaluator, declared.written, address)
    elif declared.generated is not None:
        written = _Properties(evaluator, _NOTHING, address)
    where = place(template.source, declared.key)
    construct = _construct(template, name, declared)
    written_at = None if construct is None or template.assembly is None else template.assembly.written_at(construct)
    if construct is not None and written_at is not None:
        calls = (*calls, Call(construct, written_at))
    return Resource(
        address,
        type_,
        declared.source_type or type_,
        "cloudformation",
        where,
        properties.lookup,
        properties.names,
        Property(where, compute=written.all, owner=address),
        presence,
        calls,
        identities=identities(type_),
        construct=construct,
        extent=None
        if declared.generated
        else entry_place(template.source, declared.key, declared.written or declared.node),
        written_as="" if declared.generated is None else template.prefix + declared.generated,
    )


def _construct(template: Template, name: str, declared: Declared) -> str | None:
    """The path of the CDK construct that a resource is, by its own metadata or by the manifest's."""
    path = text_of(child(child(declared.node, "Metadata"), "aws:cdk:path"))
    if path is None and template.assembly is not None and not template.prefix:
        return template.assembly.constructs.get(name)
    return path


class _Properties:
    """A resource's properties and attributes by name."""

    __slots__ = ("_address", "_evaluator", "_found", "_hider", "_items", "_node", "_nodes")

    def __init__(self, evaluator: Evaluator, node: Node, address: str) -> None:
        self._evaluator = evaluator
        self._node = node
        self._address = address
        self._nodes: dict[str, tuple[Node, Node]] | None = None
        # What may stand for properties that are not written; False as long as nobody asked.
        self._hider: tuple[Node, Node] | None | Literal[False] = False
        self._found: dict[str, Property | None] = {}
        # As they are written, by the names that the template gives them.
        self._items: dict[str, Property | None] = {}

    def _entries(self) -> dict[str, tuple[Node, Node]]:
        if self._nodes is None:
            section = child(self._node, "Properties")
            found = [] if section is None else self._evaluator.entries(section)
            self._nodes = {name: (key, value) for name, key, value, _ in found}
            for key, key_node, value in entries(self._node):
                if key in ATTRIBUTES:
                    self._nodes.setdefault(key, (key_node, value))
        return self._nodes

    def lookup(self, name: str) -> Property | None:
        if name not in self._found:
            self._found[name] = None
            self._found[name] = self._lookup(name)
        return self._found[name]

    def _lookup(self, name: str) -> Property | None:
        entries = self._entries()
        written = self._own_tags() if name == "Tags" and name not in entries else name
        if written not in entries:
            return self._hidden() if name not in ATTRIBUTES else None
        made = self._item(written)
        if made is None or name != "Tags":
            return made
        return tags([made], None)

    def _item(self, name: str) -> Property | None:
        """What is written under a name, evaluated once for all who ask."""
        if name not in self._items:
            self._items[name] = self._evaluator.item(*self._entries()[name], self._address)
        return self._items[name]

    def _own_tags(self) -> str:
        """The type's own name for its tags ("HostedZoneTags"); rules know them by one name for all."""
        if not any("Tags" in name for name in self._entries()):
            return "Tags"
        return schema().tag_property(text_of(child(self._node, "Type")) or "") or "Tags"

    def _hidden(self) -> Property | None:
        """What may stand among the properties that are not written here: a transform makes it at deployment."""
        if self._hider is False:
            body = {name: (key, value) for name, key, value in entries(self._node)}
            hider = self._entries().get(KEY) or body.get(KEY) or body.get("Properties")
            plain = hider is not None and hider[0].value != KEY and function_of(hider[1]) is None
            self._hider = None if plain else hider
        if self._hider is None:
            return None
        key, value = self._hider
        source = self._evaluator.template.source
        if key.value == KEY:
            return Property(
                entry_place(source, key, value), Unknown(self._evaluator.transformed(value)), owner=self._address
            )
        found = self._evaluator.property(key, value, self._address)
        return found if isinstance(found.value, Unknown) else None

    def names(self) -> list[str]:
        return [name for name in self._entries() if self.lookup(name) is not None]

    def all(self) -> dict[str, Any]:
        """The properties as the template names them, Tags as they are written."""
        return {
            name: made for name in self._entries() if name not in ATTRIBUTES and (made := self._item(name)) is not None
        }


def _described(
    template: Template,
    evaluator: Evaluator,
    address: str,
    type_: str,
    key: Node,
    node: Node,
    calls: tuple[Call, ...],
) -> Resource:
    """A parameter or output as a resource of its own kind, so that rules can judge it."""
    owner = template.prefix + address
    where = place(template.source, key)
    made: dict[str, Property] = {
        name: evaluator.property(key_node, value, owner) for name, key_node, value in entries(node)
    }
    lookup: Callable[[str], Property | None] = made.get
    return Resource(
        owner, type_, type_, "cloudformation", where, lookup, made.keys, Property(where, dict(made)), calls=calls
    )
