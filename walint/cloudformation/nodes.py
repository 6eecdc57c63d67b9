"""Nodes of a template: where they stand, what they hold, and which of them are functions.

Nodes are libyaml's own: their marks give character offsets. What a scalar means is decided here and not by YAML 1.1,
in which `on` is a boolean and `2012-10-17` a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.source import Place, Source

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z")
# Directives of `rain pkg`, which fills them in before a template is deployed: `!Rain::Embed script.sh`.
PACKAGED: Final = "Rain::"
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")


class Mark(yaml.Mark):
    """An offset in a text that says itself which one that is: a file that the template includes."""

    def __init__(self, index: int, source: Source) -> None:
        self.index = index
        self.source = source


def source_of(source: Source, node: Node) -> Source:
    """The text that a node stands in: the template's, or the one of an included file."""
    mark: Any = node.start_mark
    return mark.source if type(mark) is Mark else source


def place(source: Source, node: Node) -> Place:
    source = source_of(source, node)
    return Place(source, node.start_mark.index, _end(source, node))


def entry_place(source: Source, key: Node, value: Node) -> Place:
    """From a key to the end of its value: what an author edits.

    Where the two do not follow each other (a merged or generated entry), the value alone is what there is to edit.
    """
    source = source_of(source, value)
    start, end = key.start_mark.index, _end(source, value)
    if start > end or source_of(source, key) is not source:
        return Place(source, value.start_mark.index, end)
    return Place(source, start, max(end, key.end_mark.index))


def _end(source: Source, node: Node) -> int:
    """The end of a node's text; libyaml ends a block at the start of what follows it."""
    end: int = node.end_mark.index
    text = source.text
    while end > node.start_mark.index and text[end - 1 : end] in (" ", "\n", "\r", "\t"):
        end -= 1
    return end


def entries(node: Node) -> list[tuple[str, Node, Node]]:
    """A mapping's keys with both nodes; merge keys (`<<`) are merged, later entries win. Empty for other nodes."""
    if not isinstance(node, MappingNode):
        return []
    own: dict[str, tuple[str, Node, Node]] = {}
    found: dict[str, tuple[str, Node, Node]] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            continue
        name = key.value
        if name == "<<" and not key.style:
            for merged in value.value if isinstance(value, SequenceNode) else [value]:
                for other, key_node, value_node in entries(merged):
                    found.setdefault(other, (other, key_node, value_node))
        else:
            own[name] = (name, key, value)
    return list((found | own if found else own).values())


def child(node: Node | None, name: str) -> Node | None:
    """The value of a key, or None."""
    if isinstance(node, MappingNode):
        merges = False
        for key, value in reversed(node.value):
            if isinstance(key, ScalarNode):
                if key.value == name:
                    return value  # type: ignore[no-any-return]
                merges = merges or key.value == "<<"
        if merges:
            return next((value for key, _, value in entries(node) if key == name), None)
    return None


def text_of(node: Node | None) -> str | None:
    """A scalar's text as it is written; None for anything else, functions included."""
    return node.value if isinstance(node, ScalarNode) and node.tag[:1] != "!" else None


def scalar(node: ScalarNode) -> Any:
    """A scalar as CloudFormation takes it: quoted text is text; plain booleans, null and numbers are what they say."""
    text: str = node.value
    if node.style:
        return text
    match text:
        case "true" | "True" | "TRUE":
            return True
        case "false" | "False" | "FALSE":
            return False
        case "" | "null" | "Null" | "NULL" | "~":
            return None
    if _INTEGER.match(text) and len(text) < 19:
        return int(text)
    if _DECIMAL.match(text) and len(text) < 30:
        return float(text)
    return text


def written(node: Node) -> Any:
    """A node as plain data with every scalar as its text, functions not evaluated."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, MappingNode):
        return {key: written(value) for key, _, value in entries(node)}
    return [written(item) for item in node.value]


def function_of(node: Node) -> tuple[str, Node] | None:
    """An intrinsic function's name without "Fn::", and its argument; None for anything else."""
    tag: str = node.tag
    if tag and tag[0] == "!" and len(tag) > 1:
        return tag[1:], _untagged(node)
    if isinstance(node, MappingNode) and len(node.value) == 1:
        key, value = node.value[0]
        if isinstance(key, ScalarNode):
            name = key.value
            if name[:4] == "Fn::":
                return None if name[4:].startswith("ForEach::") else (name[4:], value)
            if (name == "Ref" and not isinstance(value, SequenceNode)) or name.startswith(PACKAGED):
                return name, value
    return None


def _untagged(node: Node) -> Node:
    """The argument of a short form: the same node without the tag, so that `!Sub` is not met again."""
    made = type(node)("", node.value, node.start_mark, node.end_mark)
    if isinstance(node, ScalarNode) and isinstance(made, ScalarNode):
        made.style = node.style
    return made


# --- making nodes -----------------------------------------------------------------------------------------------

Pair = tuple[str, Node]


def made_scalar(text: str, at: Node) -> ScalarNode:
    """A text that nobody wrote, at the place of a node that it comes from."""
    return ScalarNode("", text, at.start_mark, at.end_mark, style='"')


def made_mapping(pairs: Iterable[tuple[str, Node] | tuple[str, Node, Node]], at: Node) -> MappingNode:
    """A mapping that nobody wrote, of names and values, or of names, the keys that they were written as, and values."""
    out = [(_named(pair[0], pair[1]), pair[-1]) for pair in pairs]
    return MappingNode("", out, at.start_mark, at.end_mark)


def _named(name: str, at: Node) -> ScalarNode:
    if isinstance(at, ScalarNode) and at.value == name:
        return at
    return made_scalar(name, at)


def made_list(items: Iterable[Node], at: Node) -> SequenceNode:
    return SequenceNode("", list(items), at.start_mark, at.end_mark)


def made(data: Any, at: Node) -> Node:
    """Plain data as nodes at one place; nodes in it stay as they are."""
    if isinstance(data, Node):
        return data
    if isinstance(data, dict):
        return made_mapping([(name, made(value, at)) for name, value in data.items()], at)
    if isinstance(data, list):
        return made_list([made(item, at) for item in data], at)
    if isinstance(data, str):
        return made_scalar(data, at)
    text = "true" if data is True else "false" if data is False else "" if data is None else str(data)
    return ScalarNode("", text, at.start_mark, at.end_mark)
