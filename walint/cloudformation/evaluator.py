"""The value of a node: plain data, or what a function of CloudFormation makes of its argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode

from walint.cloudformation.dynamic import is_dynamic, with_dynamic_references
from walint.cloudformation.includes import INCLUDE, carried_out, included, is_transform
from walint.cloudformation.includes import KEY as TRANSFORM
from walint.cloudformation.loops import Entry, expanded, is_expanded
from walint.cloudformation.nodes import PACKAGED, entries, entry_place, function_of, made_mapping, place, scalar
from walint.cloudformation.template import Template
from walint.limits import OverLimit
from walint.source import Place
from walint.values import Choice, Property, Reference, Unknown, plain

# Functions within functions: as deep as every version of Python has room for on its stack.
_MAX_DEPTH: Final = 64
Function = Callable[["Evaluator", Node, str | None], Any]


class Mistake(Exception):
    """Something that CloudFormation would refuse; the message becomes a diagnostic at the node."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node
        self.message = message


class Evaluator:
    """Evaluates the nodes of one template.

    Attributes:
        functions: by name without "Fn::"; each takes the evaluator, its argument, and the resource it stands in.
        in_condition: whether what is evaluated decides a condition.
        reading: the properties that are being read back through Fn::GetAtt; one of them may not ask for itself.
    """

    def __init__(self, template: Template, functions: Mapping[str, Function]) -> None:
        self.template = template
        self.functions = functions
        self.in_condition = False
        self.reading: set[tuple[str, str]] = set()
        self._depth = 0
        # Most templates have neither loops nor transforms, and need not be searched for them.
        self._expands = any(word in template.source.text for word in ("Fn::ForEach", TRANSFORM, "!Transform", INCLUDE))
        self._met: list[Reference] = []

    def property(self, key: Node | None, node: Node, owner: str | None = None) -> Property:
        """A node as a property, evaluated when it is asked for; its place begins at its key."""
        return self._property(key, node, function_of(node), owner)

    def _property(self, key: Node | None, node: Node, function: tuple[str, Node] | None, owner: str | None) -> Property:
        source = self.template.source
        where = place(source, node) if key is None else entry_place(source, key, node)
        if function is None and isinstance(node, ScalarNode):
            written = scalar(node)
            if is_dynamic(written):
                return Property(where, compute=lambda: with_dynamic_references(written), owner=owner)
            return Property(where, written, owner=owner)
        return self.lazy(where, lambda: self._value(node, function, owner), owner)

    def lazy(self, where: Place, value: Callable[[], Any], owner: str | None = None) -> Property:
        """A property that remembers the references it was computed from, also where they vanish in its value."""
        met: list[Reference] = []

        def compute() -> Any:
            outer, self._met = self._met, met
            try:
                found = value()
                if isinstance(found, Property):
                    found.value  # noqa: B018 (evaluated here, so that what it refers to is met)
                return found
            finally:
                outer += met
                self._met = outer

        made = Property(where, compute=compute, owner=owner, references=lambda: (made.value, tuple(met))[1])
        return made

    def refer(self, address: str, attribute: str) -> Reference:
        """A reference to a resource of the graph."""
        made = Reference(address, attribute)
        self._met.append(made)
        return made

    def value(self, node: Node, owner: str | None = None) -> Any:
        """The value of a node: plain mappings and lists hold properties, functions are evaluated."""
        return self._value(node, function_of(node), owner)

    def _value(self, node: Node, function: tuple[str, Node] | None, owner: str | None) -> Any:
        if function is not None:
            return with_dynamic_references(self.call(node, *function, owner))
        if isinstance(node, ScalarNode):
            return with_dynamic_references(scalar(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, owner)
        return [item for value in node.value if (item := self.item(None, value, owner)) is not None]

    def mapping(self, node: Node, owner: str | None) -> Any:
        out: dict[str, Property] = {}
        for name, key, value, condition in self.entries(node):
            if name == TRANSFORM:
                return Unknown(self.transformed(value))
            item = self.item(key, value, owner)
            if item is not None:
                out[name] = item if condition is None else Property(item.place, Choice(condition, item, None))
        return out

    def transformed(self, argument: Node) -> str:
        """Why what a transform makes of a mapping is open."""
        found = included(self, argument)
        if isinstance(found, str):
            return found
        return f"a snippet that {'includes itself' if isinstance(found, MappingNode) else 'is no mapping'}"

    def entries(self, node: Node) -> list[Entry]:
        """A mapping's entries, loops and included snippets expanded."""
        if self._expands:
            node = carried_out(self, node)
            if is_expanded(node):
                return expanded(self, entries(node))
        return [Entry(*entry) for entry in entries(node)]

    def body(self, node: Node) -> Node:
        """A mapping with its loops and snippets in their places; any other node as it is."""
        if self._expands and (is_expanded(node) or is_transform(node)):
            return made_mapping([(entry.name, entry.key, entry.value) for entry in self.entries(node)], node)
        return node

    def item(self, key: Node | None, node: Node, owner: str | None) -> Property | None:
        """An item of a mapping or list; None where AWS::NoValue certainly takes it away."""
        function = function_of(node)
        made = self._property(key, node, function, owner)
        if function is not None and function[0] in ("Ref", "If") and made.value is None:
            return None
        return made

    def data(self, node: Node) -> Any:
        """The value of a node as Data, evaluated through and through."""
        return plain(self.value(node))

    def call(self, node: Node, name: str, argument: Node, owner: str | None) -> Any:
        function = self.functions.get(name)
        if function is None:
            return self._unheard(node, name)
        if self._depth > _MAX_DEPTH:
            return self._too_deep(node)
        self._depth += 1
        try:
            if is_transform(argument):
                argument = carried_out(self, argument)
                if is_expanded(argument):
                    return Unknown(self.transformed(entries(argument)[0][2]))
            return function(self, argument, owner)
        except Mistake as mistake:
            self.template.report(mistake.node, mistake.message)
            return Unknown(f"a mistake in the template: {mistake.message}")
        except OverLimit as limit:
            self.template.report(node, str(limit))
            return Unknown(str(limit))
        except RecursionError:
            # Some functions take more of the stack than others; a level or two further out there is room again.
            return self._too_deep(node)
        finally:
            self._depth -= 1

    def _too_deep(self, node: Node) -> Unknown:
        self.template.report(node, "functions are nested too deeply here")
        return Unknown("functions nested too deeply")

    def _unheard(self, node: Node, name: str) -> Unknown:
        if name.startswith(PACKAGED):
            self.template.report_unpackaged(node, name)
            return Unknown(f"{name}, which is filled in before deployment")
        self.template.report(node, f"there is no function {name}")
        return Unknown(f"Fn::{name}, which walint does not know")

    def missing(self, node: Node, name: str, message: str) -> Unknown:
        """What a name stands for that the template does not have.

        Raises:
            Mistake: where nothing makes it at deployment.
        """
        maker = self.template.maker_of(name)
        if maker is None:
            raise Mistake(node, message)
        return Unknown(f'"{name}", which {maker} may make')
