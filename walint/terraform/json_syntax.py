"""Terraform's JSON syntax (`.tf.json`, `.tofu.json`), read into the tree that native syntax gives.

What is a block is known at the top level and for the few blocks that Terraform itself defines. Below that a schema
decides: nested objects and lists are Arguments, and `bodies` turns one into block bodies where it turns out to be one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from walint.source import Place, Problem, Source
from walint.terraform.grammar_tokens import Refused
from walint.terraform.json_text import Member, Node, read
from walint.terraform.parse import Parsed
from walint.terraform.syntax import Argument, Block, Body, Expression, Invalid, Literal, Object, Tuple, Variable
from walint.terraform.templates import normalised

if TYPE_CHECKING:
    from walint.terraform.embedded import Embedding

# The number of labels of each top-level block.
_LABELS: Final = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "module": 1,
    "variable": 1,
    "output": 1,
    "provider": 1,
    "check": 1,
    "terraform": 0,
    "locals": 0,
    "moved": 0,
    "import": 0,
    "removed": 0,
}
_RESOURCE: Final = {"lifecycle": 0, "connection": 0, "provisioner": 1, "dynamic": 1}
# The blocks that Terraform itself defines within another, with their number of labels.
_INNER: Final[dict[str, dict[str, int]]] = {
    "resource": _RESOURCE,
    "data": _RESOURCE,
    "ephemeral": _RESOURCE,
    "lifecycle": {"precondition": 0, "postcondition": 0},
    "output": {"precondition": 0},
    "variable": {"validation": 0},
    "check": {"data": 2, "assert": 0},
    "terraform": {"backend": 1, "cloud": 0, "required_providers": 0, "provider_meta": 1},
    "cloud": {"workspaces": 0},
    "removed": {"lifecycle": 0, "connection": 0, "provisioner": 1},
    "provisioner": {"connection": 0},
    "dynamic": {"content": 0},
    "content": {"dynamic": 1},
    "provider": {"dynamic": 1},
}
# Strings that stand for what native syntax writes bare: a reference, a type.
_BARE: Final[dict[str, frozenset[str]]] = {
    "resource": frozenset({"depends_on", "provider"}),
    "data": frozenset({"depends_on", "provider"}),
    "ephemeral": frozenset({"depends_on", "provider"}),
    "module": frozenset({"depends_on", "providers"}),
    "output": frozenset({"depends_on"}),
    "variable": frozenset({"type"}),
    "lifecycle": frozenset({"ignore_changes", "replace_triggered_by"}),
    "moved": frozenset({"from", "to"}),
    "removed": frozenset({"from"}),
    "import": frozenset({"to", "provider"}),
    "provisioner": frozenset({"when", "on_failure"}),
    "dynamic": frozenset({"iterator"}),
}
# Blocks whose strings are never templates: Terraform reads them before there is anything to refer to.
_LITERAL: Final = frozenset({"variable", "terraform", "backend", "cloud", "required_providers"})


def parse_json(source: Source) -> Parsed:
    """Read one file of JSON syntax; what cannot be read comes back as problems.

    Args:
        source: made with offsets="bytes".
    """
    return _parsed(source, "", _LABELS)


def parse_json_values(source: Source) -> Parsed:
    """Read a file of values (`terraform.tfvars.json`): an argument for each key, its strings taken literally."""
    return _parsed(source, "variable", {})


def _parsed(source: Source, type_: str, known: dict[str, int]) -> Parsed:
    file = _File(source)
    root, fault = read(source.encoded)
    if fault is not None:
        file.refuse(fault.offset, fault.message)
    body = file.body(root, type_, known)
    return Parsed(body, tuple(sorted(file.problems)), fault is None)


def bodies(expression: Expression) -> list[Body] | None:
    """The bodies of the blocks that an argument of JSON syntax holds, where a schema says that it is a block.

    None where it is no object and no list of objects. `dynamic` in such a body is a block again.
    """
    if isinstance(expression, Tuple):
        found: list[Body] = []
        for item in expression.items:
            inner = bodies(item)
            if inner is None:
                return None
            found += inner
        return found
    if isinstance(expression, Literal) and expression.value is None:
        return []
    if not isinstance(expression, Object):
        return None
    body = Body({}, [], expression.place)
    for key, value in expression.items:
        if not isinstance(key, Literal) or not isinstance(key.value, str):
            body.complete = False
        elif key.value == "dynamic" and isinstance(value, Object):
            body.blocks += _dynamic(value)
        elif key.value != "//":
            whole = Place(key.place.source, key.place.start, value.place.end)
            body.arguments[key.value] = Argument(key.value, value, whole, key.place)
    return [body]


def _dynamic(labels: Object) -> list[Block]:
    blocks: list[Block] = []
    for label, value in labels.items:
        for body in bodies(value) or ():
            iterator = body.arguments.get("iterator")
            if iterator is not None and isinstance(iterator.expression, Literal):
                name = Variable(str(iterator.expression.value), iterator.expression.place)
                body.arguments["iterator"] = Argument("iterator", name, iterator.place, iterator.name_place)
            content = body.arguments.pop("content", None)
            if content is not None:
                for inner in bodies(content.expression) or ():
                    body.blocks.append(Block("content", (), inner, content.place, content.name_place))
            place = Place(label.place.source, label.place.start, value.place.end)
            name_ = label.value if isinstance(label, Literal) else ""
            blocks.append(Block("dynamic", (str(name_),), body, place, label.place))
    return blocks


class _File:
    __slots__ = ("problems", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def place(self, node: Node) -> Place:
        return Place(self.source, node.start, node.end)

    def refuse(self, offset: int, message: str) -> None:
        message = message[0].upper() + message[1:]
        self.problems.append(Problem.at(Place(self.source, offset, offset), message, "error"))

    # --- bodies ---------------------------------------------------------------------------------------------------

    def body(self, node: Node, type_: str, known: dict[str, int]) -> Body:
        """A body of a block of that type ("" for the file), in which these blocks are known, with their labels."""
        body = Body({}, [], self.place(node), node.complete)
        for member in self.members(node):
            if member.name in known:
                self.block(member.name, (), member, known[member.name], body.blocks)
            elif member.name != "//":
                self.argument(member, type_, body)
        return body

    def members(self, node: Node) -> list[Member]:
        """The members of an object, or of all objects in a list."""
        if node.kind == "object":
            return list(node.members)
        if node.kind == "array":
            return [member for item in node.members for member in self.members(item.node)]
        if node.kind != "word" or node.value is not None:
            self.refuse(node.start, "expected an object or a list of objects")
        return []

    def block(self, type_: str, labels: tuple[str, ...], member: Member, missing: int, into: list[Block]) -> None:
        """The blocks that a value describes: labels are the keys of objects in each other, a list holds several."""
        key, node = member.key, member.node
        if missing:
            for labelled in self.members(node):
                self.block(type_, (*labels, labelled.name), labelled, missing - 1, into)
        elif node.kind == "array":
            for item in node.members:
                self.block(type_, labels, Member(key, item.node), 0, into)
        elif node.kind == "object":
            header = self.place(key or node)
            body = self.body(node, type_, _INNER.get(type_, {}))
            into.append(Block(type_, labels, body, Place(self.source, header.start, node.end), header))
        elif node.kind != "word" or node.value is not None:
            self.refuse(node.start, f"expected the {type_} block as an object or a list of objects")

    def argument(self, member: Member, type_: str, body: Body) -> None:
        key = self.place(member.key or member.node)
        whole = Place(self.source, key.start, member.node.end)
        if member.name in body.arguments:
            line, _ = self.source.position(body.arguments[member.name].name_place.start)
            self.refuse(key.start, f"the argument {member.name} was already set on line {line}; each is set only once")
            return
        if member.name in _BARE.get(type_, ()):
            expression = self.bare(member.node)
        else:
            expression = self.expression(member.node, type_ in _LITERAL)
        body.arguments[member.name] = Argument(member.name, expression, whole, key)

    # --- expressions ------------------------------------------------------------------------------------------------

    def expression(self, node: Node, literal: bool) -> Expression:
        place = self.place(node)
        if node.kind == "object":
            items: list[tuple[Expression, Expression]] = []
            seen: set[str] = set()
            for key, value in node.members:
                assert key is not None
                name = str(key.value)
                if name in seen:
                    self.refuse(key.start, f"the key {name} stands in this object twice")
                    continue
                seen.add(name)
                items.append((self.string(key, literal), self.expression(value, literal)))
            return Object(items, place)
        if node.kind == "array":
            return Tuple([self.expression(item.node, literal) for item in node.members], place)
        if node.kind == "string":
            return self.string(node, literal)
        return Literal(node.value, place)

    def string(self, node: Node, literal: bool) -> Expression:
        """A string: a template where it holds an interpolation or directive."""
        text = str(node.value)
        if literal or ("${" not in text and "%{" not in text):
            return Literal(normalised(text), self.place(node))
        from walint.terraform.embedded import read_template

        return self.embedded(read_template, node, text)

    def bare(self, node: Node) -> Expression:
        """What native syntax writes without quotation marks: a reference, a type, or several of them."""
        if node.kind == "array":
            return Tuple([self.bare(item.node) for item in node.members], self.place(node))
        if node.kind == "object":
            items: list[tuple[Expression, Expression]] = []
            for key, value in node.members:
                assert key is not None
                name = self.bare(key)
                if isinstance(name, Variable):
                    name = Literal(name.name, name.place)
                items.append((name, self.bare(value)))
            return Object(items, self.place(node))
        if node.kind != "string":
            return Literal(node.value, self.place(node))
        from walint.terraform.embedded import read_expression

        text = str(node.value)
        if text.startswith("${") and text.endswith("}"):
            # Terraform takes both ways of writing a reference.
            return self.string(node, False)
        return self.embedded(read_expression, node, text)

    def embedded(self, reader: Callable[[str, Embedding], Expression], node: Node, text: str) -> Expression:
        from walint.terraform.embedded import Embedding

        place = self.place(node)
        try:
            return reader(text, Embedding(place, node.plain))
        except Refused as fault:
            self.refuse(fault.offset, fault.message)
            return Invalid(place)
