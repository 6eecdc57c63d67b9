"""What the expansions of SAM's resources have in common: what the author wrote, and what is generated from it.

A generated resource is made of nodes, as if it had been written: its properties keep the places that their author
wrote them at, and what nobody wrote stands at the SAM resource's logical id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.evaluator import Evaluator
from walint.cloudformation.functions.arguments import as_text
from walint.cloudformation.nodes import child, entries, function_of, made, made_list, made_mapping, made_scalar, text_of
from walint.cloudformation.serverless.routes import Routes
from walint.cloudformation.template import Declared, Template
from walint.conditions import Condition

PREFIX: Final = "AWS::Serverless::"
# A property of a generated resource: its name, the key that it was written as, its value.
Entry = tuple[str, Node, Node]
# Properties of which those of Globals are not added to a resource's own.
_REPLACED: Final = frozenset(("Function.Architectures", "CapacityProvider.InstanceRequirements.Architectures"))
# What resources generated from one carry on.
_CARRIED: Final = ("Condition", "DeletionPolicy", "UpdateReplacePolicy")


class Part:
    """A mapping that an author wrote: a SAM resource, or one of its events.

    Attributes:
        name: the logical id, or the event's name.
        key: where it stands.
        type: "AWS::Serverless::Function", or "Api" for an event.
        properties: by name, each with its key and value.
        condition: where a loop makes it; None for everywhere.
        attributes: what stands beside Type and Properties, likewise.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        name: str,
        key: Node,
        node: Node,
        defaults: Node | None = None,
        condition: Condition | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self.node = node
        self.condition = condition
        self.type = text_of(child(node, "Type")) or ""
        written = child(node, "Properties")
        if defaults is not None:
            written = merged(defaults, written, self.type.removeprefix(PREFIX)) if written is not None else defaults
        found = [] if written is None else evaluator.entries(written)
        self.properties: dict[str, tuple[Node, Node]] = {it.name: (it.key, it.value) for it in found}
        self.attributes = {
            name: (key, value) for name, key, value in entries(node) if name not in ("Type", "Properties")
        }

    def get(self, name: str) -> Node | None:
        found = self.properties.get(name)
        return None if found is None else found[1]

    def at(self, name: str) -> Node:
        """Where a property stands, or the part itself where it is not written."""
        found = self.properties.get(name)
        return self.key if found is None else found[0]

    def entry(self, name: str, renamed: str | None = None) -> list[Entry]:
        """A property as it is, under the same name or another one; nothing where it is not written."""
        found = self.properties.get(name)
        return [] if found is None else [(renamed or name, *found)]

    def entries(self, names: Iterable[str]) -> list[Entry]:
        return [entry for name in names for entry in self.entry(name)]


class Sam:
    """One template's transform while it goes on.

    Attributes:
        resources: what the template has when it is done.
        domains: logical ids of what APIs share, by kind and name: domain names, groups of records.
        routes: of its APIs, as far as the events of functions have been read.
    """

    def __init__(self, template: Template, evaluator: Evaluator) -> None:
        self.template = template
        self.evaluator = evaluator
        self.resources: dict[str, Declared] = {}
        self.routes = Routes()
        self.domains: dict[tuple[str, str], str] = {}

    # --- reading ------------------------------------------------------------------------------------------------

    def text(self, node: Node | None) -> str | None:
        """A value as text, where the template decides it."""
        if node is None:
            return None
        found = as_text(self.evaluator.data(node))
        return found if isinstance(found, str) and found else None

    def is_true(self, node: Node | None) -> bool:
        return (self.text(node) or "").lower() == "true"

    def referred(self, node: Node | None) -> str | None:
        """The logical id that a Ref or Fn::GetAtt names; None for anything else."""
        function = None if node is None else function_of(node)
        if function is None or function[0] not in ("Ref", "GetAtt"):
            return None
        argument = function[1]
        if isinstance(argument, ScalarNode):
            return str(argument.value).partition(".")[0] if function[0] == "GetAtt" else str(argument.value)
        return text_of(argument.value[0]) if argument.value else None

    # --- writing ------------------------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        type_: str,
        properties: Iterable[Entry] | Mapping[str, Any],
        of: Part,
        attributes: Iterable[str] = _CARRIED,
        more: Mapping[str, Any] | None = None,
        written: bool = False,
        at: Node | None = None,
    ) -> None:
        """Generate a resource.

        Args:
            properties: entries, or plain data with nodes in it.
            of: the SAM resource that it comes from.
            attributes: which of its attributes the generated one carries on.
            more: further attributes, as plain data.
            at: where it stands, if not at that resource.
            written: whether it is what the author wrote, rather than something beside it.
        """
        if isinstance(properties, Mapping):
            properties = [
                entry(name, value, value if isinstance(value, Node) else of.key) for name, value in properties.items()
            ]
        body: list[Entry] = [
            ("Type", of.key, made_scalar(type_, of.key)),
            ("Properties", of.key, made_mapping(properties, of.key)),
        ]
        body += [(key, *of.attributes[key]) for key in attributes if key in of.attributes]
        body += [entry(key, value, of.key) for key, value in (more or {}).items()]
        self.resources[name] = Declared(
            at or of.key,
            made_mapping(body, of.key),
            of.type,
            of.condition,
            of.node if written else None,
            None if written else of.name,
        )

    def put(self, name: str, path: tuple[str, ...], value: Node, at: Node, replace: bool = False) -> None:
        """Set a property of a resource of the template; nothing if there is no such resource.

        Args:
            replace: whether also where it is set already.
        """
        self._change(name, path, at, lambda before: value if before is None or replace else before)

    def extend(
        self, name: str, path: tuple[str, ...], items: Sequence[Node], at: Node, depends_on: str | None = None
    ) -> None:
        """Add items to a list among a resource's properties, and a resource to those that it waits for."""

        def extended(before: Node | None) -> Node:
            if before is not None and (not isinstance(before, SequenceNode) or function_of(before) is not None):
                return before
            return made_list([*([] if before is None else before.value), *items], at if before is None else before)

        self._change(name, path, at, extended)
        if depends_on is not None:
            self.wait(name, depends_on, at)

    def _change(self, name: str, path: tuple[str, ...], at: Node, change: Callable[[Node | None], Node]) -> None:
        declared = self.resources.get(name) or self.template.resources.get(name)
        if declared is not None:
            node = _changed(declared.node, ("Properties", *path), at, change)
            self.resources[name] = self.template.resources[name] = declared._replace(node=node)

    def wait(self, name: str, other: str, at: Node) -> None:
        """Let a resource wait for another one."""
        declared = self.resources.get(name)
        if declared is None:
            return

        def waiting(before: Node | None) -> Node:
            listed = [] if before is None else before.value if isinstance(before, SequenceNode) else [before]
            return made_list([*listed, made(other, at)], at if before is None else before)

        node = _changed(declared.node, ("DependsOn",), at, waiting)
        self.resources[name] = self.template.resources[name] = declared._replace(node=node)

    def alias(self, called: str, name: str) -> None:
        """Let the author call a generated resource as SAM allows: `Function.Version`."""
        self.template.aliases[called] = name


def _changed(node: Node | None, path: tuple[str, ...], at: Node, change: Callable[[Node | None], Node]) -> Node:
    """A copy of a mapping with the value at a path changed."""
    if not path:
        return change(node)
    if node is not None and not _is_plain_mapping(node):
        return node
    found: dict[str, Entry] = {} if node is None else {name: (name, key, value) for name, key, value in entries(node)}
    before = found.get(path[0])
    inner = _changed(None if before is None else before[2], path[1:], at, change)
    found[path[0]] = (path[0], at if before is None else before[1], inner)
    return made_mapping(found.values(), at if node is None else node)


def entry(name: str, value: Any, at: Node) -> Entry:
    """A property that nobody wrote in this form, at the place of what it comes from."""
    return (name, at, made(value, at))


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def attribute(name: str, wanted: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, wanted]}


def arn(name: str) -> dict[str, list[str]]:
    return attribute(name, "Arn")


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def merged(one: Node, other: Node, path: str = "") -> Node:
    """Two values as SAM merges Globals: mappings key by key, lists one after the other, else the second."""
    if _is_plain_mapping(one) and _is_plain_mapping(other):
        found: dict[str, Entry] = {name: (name, key, value) for name, key, value in entries(one)}
        if path == "CapacityProvider.ManagedResourceTags":
            found = {name: found[name] for name, _, _ in entries(other) if name in found}
        for name, key, value in entries(other):
            before = found.get(name)
            found[name] = (name, key, value if before is None else merged(before[2], value, f"{path}.{name}"))
        return made_mapping(found.values(), other)
    if _is_plain_list(one) and _is_plain_list(other) and path not in _REPLACED:
        return made([*one.value, *other.value], other)
    return other


def _is_plain_list(node: Node) -> bool:
    return isinstance(node, SequenceNode) and function_of(node) is None


def _is_plain_mapping(node: Node) -> bool:
    return isinstance(node, MappingNode) and function_of(node) is None
