"""Fn::ForEach: a mapping whose entries are repeated for each item of a collection.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html

An item that is known is put into the entries' text, as the transform does. One that is open stays a variable: the
entry is there once, its name keeps `${Variable}`, and its values refer to the variable.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.includes import KEY as TRANSFORM
from walint.cloudformation.includes import included
from walint.cloudformation.nodes import entries, function_of, made_scalar, text_of
from walint.conditions import Condition, Subject, and_, negation, or_
from walint.limits import exceeded, limits
from walint.values import Choice, Reference, Unknown

if TYPE_CHECKING:
    from walint.cloudformation.evaluator import Evaluator

PREFIX: Final = "Fn::ForEach::"
# Snippets that include snippets.
_MAX_SNIPPETS: Final = 10
_PUNCTUATION: Final = re.compile(r"[^A-Za-z0-9]")


class Entry(NamedTuple):
    """An entry of a mapping, loops expanded.

    Attributes:
        condition: where it is there; None for everywhere.
    """

    name: str
    key: Node
    value: Node
    condition: Condition | None = None


class _Item(NamedTuple):
    """An item of a collection: its text, or an open value."""

    value: str | Unknown
    condition: Condition | None


def expanded(evaluator: "Evaluator", found: Iterable[tuple[str, Node, Node]], depth: int = 0) -> list[Entry]:
    """The entries of a mapping with its loops expanded, also those within loops, and with the snippets it includes.

    Args:
        depth: how many snippets include each other around it.
    """
    out: dict[str, Entry] = {}
    for name, key, value in found:
        if name == TRANSFORM:
            snippet = included(evaluator, value)
            if isinstance(snippet, MappingNode) and depth < _MAX_SNIPPETS:
                out.update((entry.name, entry) for entry in expanded(evaluator, entries(snippet), depth + 1))
                continue
        if name.startswith(PREFIX):
            for entry in _repeated(evaluator, name, key, value):
                if len(out) >= limits().loop_entries:
                    left = exceeded("loop_entries", "more than {} repetitions; the rest is left out")
                    evaluator.template.report(key, left)
                    return list(out.values())
                out[entry.name] = _once(out.get(entry.name), entry)
        else:
            out[name] = Entry(name, key, value)
    return list(out.values())


def _once(before: Entry | None, entry: Entry) -> Entry:
    """An entry that is there in more cases than one."""
    if before is None or before.condition is None or entry.condition is None:
        return entry
    either = or_(before.condition, entry.condition)
    return entry._replace(condition=None if isinstance(either, bool) else either)


def is_expanded(node: Node) -> bool:
    """Whether a mapping has a loop or a transform among its entries."""
    return isinstance(node, MappingNode) and any(
        isinstance(key, ScalarNode) and (key.value.startswith(PREFIX) or key.value == TRANSFORM)
        for key, _ in node.value
    )


def _repeated(evaluator: "Evaluator", name: str, key: Node, argument: Node) -> Iterator[Entry]:
    template = evaluator.template
    parts = argument.value if isinstance(argument, SequenceNode) else []
    if len(parts) != 3 or not isinstance(parts[2], MappingNode) or not text_of(parts[0]):
        template.report(key, "ForEach takes a variable, a collection and a mapping")
        return
    variable = str(text_of(parts[0]))
    collection = evaluator.data(parts[1])
    items = list(_items(collection, None))
    if not items and collection != []:
        template.report(parts[1], "ForEach takes a list")
        return
    for item in items:
        substitution = _Substitution(evaluator, variable, name, item.value)
        body = substitution.of_mapping(parts[2])
        for entry in expanded(evaluator, body):
            condition = _both(item.condition, entry.condition)
            if not isinstance(condition, bool):
                yield entry._replace(condition=condition)


def _items(collection: Any, condition: Condition | None) -> Iterator[_Item]:
    match collection:
        case Choice():
            yield from _items(collection.then, _certain(condition, collection.condition))
            yield from _items(collection.otherwise, _certain(condition, negation(collection.condition)))
        case list():
            for value in collection:
                yield from _items_of(value, condition)
        case Unknown() | Reference():
            yield _Item(_each(collection), condition)


def _items_of(value: Any, condition: Condition | None) -> Iterator[_Item]:
    match value:
        case Choice():
            yield from _items_of(value.then, _certain(condition, value.condition))
            yield from _items_of(value.otherwise, _certain(condition, negation(value.condition)))
        case Unknown():
            yield _Item(value, condition)
        case Reference():
            yield _Item(Unknown(f"{value.resource}, which is decided at deployment", "string"), condition)
        case str() | int() | float() if value is not None:
            yield _Item("true" if value is True else "false" if value is False else str(value), condition)


def _each(collection: Unknown | Reference) -> Unknown:
    """An open value that stands for every item of an open collection."""
    if isinstance(collection, Reference):
        return Unknown(f"{collection.resource}, which is decided at deployment", "string")
    subject = None if collection.subject is None else Subject(f"each of {collection.subject.name}")
    return Unknown(collection.reason, "string", subject)


def _certain(one: Condition | None, other: Condition) -> Condition | None:
    both = _both(one, other)
    return both if not isinstance(both, bool) else None


def _both(one: Condition | None, other: Condition | None) -> Condition | None | bool:
    if one is None or other is None:
        return other if one is None else one
    joined = and_(one, other)
    return None if joined is True else joined


class _Substitution:
    """One item in the place of the loop's variable."""

    def __init__(self, evaluator: "Evaluator", variable: str, loop: str, value: str | Unknown) -> None:
        self._evaluator = evaluator
        self._variable = variable
        self._value = value if isinstance(value, str) else None
        # What stands for an open variable: two loops may call theirs alike.
        self._name = f"{loop}::{variable}"
        self._count = 0
        if isinstance(value, Unknown):
            evaluator.template.loops[self._name] = value
            evaluator.template.loop_variables[self._name] = variable

    def of_mapping(self, node: Node) -> list[tuple[str, Node, Node]]:
        return [(made.value, made, self.of(value)) for _, key, value in entries(node) if (made := self._key(key))]

    def of(self, node: Node) -> Node:
        """A copy of a node with the item in it; the places stay."""
        self._count += 1
        if self._count > limits().values:
            return node
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        function = function_of(node)
        if function is not None and function[0] == "Ref" and text_of(function[1]) == self._variable:
            return self._reference(node)
        if isinstance(node, MappingNode):
            if function is not None and function[0] == "Sub" and self._value is None:
                return self._opened_sub(node, function[1])
            pairs = [(self._key(key), self.of(value)) for key, value in node.value]
            return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
        if node.tag == "!Sub" and self._value is None:
            return self._opened_sub(node, function[1] if function else node)
        return SequenceNode(node.tag, [self.of(item) for item in node.value], node.start_mark, node.end_mark)

    def _key(self, key: Node) -> ScalarNode:
        if not isinstance(key, ScalarNode):
            return made_scalar("", key)
        return _copy(key, key.tag, self._text(key.value))

    def _scalar(self, node: ScalarNode) -> Node:
        if node.tag == "!Ref" and node.value == self._variable:
            return self._reference(node)
        text = self._text(node.value)
        if self._value is None and f"${{{self._variable}}}" in text and not node.tag.startswith("!"):
            # A text that is none before the item is known is put together by Sub.
            literal = text.replace("${", "${!").replace(f"${{!{self._variable}}}", f"${{{self._name}}}")
            return _copy(node, "!Sub", literal)
        if self._value is None and node.tag == "!Sub":
            text = text.replace(f"${{{self._variable}}}", f"${{{self._name}}}")
        return node if text == node.value else _copy(node, node.tag, text)

    def _opened_sub(self, node: Node, argument: Node) -> Node:
        """Fn::Sub whose variables include one that is open."""
        if isinstance(argument, ScalarNode):
            text = argument.value.replace(f"${{{self._variable}}}", f"${{{self._name}}}")
            return _copy(argument, "!Sub", text)
        items = list(argument.value) if isinstance(argument, SequenceNode) else []
        if len(items) == 2 and isinstance(items[0], ScalarNode):
            text = items[0].value.replace(f"${{{self._variable}}}", f"${{{self._name}}}")
            made = [_copy(items[0], items[0].tag, text), self.of(items[1])]
            return SequenceNode("!Sub", made, node.start_mark, node.end_mark)
        return node

    def _reference(self, node: Node) -> Node:
        if self._value is not None:
            return made_scalar(self._value, node)
        return ScalarNode("!Ref", self._name, node.start_mark, node.end_mark)

    def _text(self, text: str) -> str:
        if self._value is None or self._variable not in text:
            return text
        bare = _PUNCTUATION.sub("", self._value)
        return text.replace(f"${{{self._variable}}}", self._value).replace(f"&{{{self._variable}}}", bare)


def _copy(node: ScalarNode, tag: str, text: str) -> ScalarNode:
    return ScalarNode(tag, text, node.start_mark, node.end_mark, style=node.style)
