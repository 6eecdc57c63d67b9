"""JSON that libyaml refuses, read by JSON's own rules into the same nodes.

YAML takes nearly all JSON, and libyaml reads it faster than this. What it refuses is little: surrogate pairs, keys of
more than a thousand characters, control characters that JSON allows.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.nodes import Mark
from walint.limits import exceeded, limits
from walint.source import Source

# Line breaks and tabs within strings, which JSON forbids and CloudFormation takes.
_STRINGS: Final = JSONDecoder(strict=False)
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_ATOM: Final = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class NotJson(Exception):
    """The text is no JSON; `offset` says where that shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def compose(source: Source) -> Node:
    """The root node of a JSON text.

    Raises:
        NotJson: where the text is something else, or nested too deeply.
    """
    reader = _Reader(source)
    root = reader.value(reader.skip(0), 0)
    end = reader.skip(root.end_mark.index)
    if end < len(source.text):
        raise NotJson("more text follows after its end", end)
    return root


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text

    def skip(self, at: int) -> int:
        """The next offset that is no white space."""
        match = _SPACE.match(self._text, at)
        return at if match is None else match.end()

    def value(self, at: int, depth: int) -> Node:
        if depth > limits().nesting:
            raise NotJson(exceeded("nesting", "nested deeper than {} levels"), at)
        first = self._text[at : at + 1]
        if first == "{":
            return self._object(at, depth)
        if first == "[":
            return self._array(at, depth)
        if first == '"':
            return self._string(at)
        match = _ATOM.match(self._text, at)
        if match is None:
            raise NotJson("a value is missing" if first else "it ends too early", at)
        return ScalarNode("", match[0], *self._marks(at, match.end()))

    def _marks(self, start: int, end: int) -> tuple[Mark, Mark]:
        return Mark(start, self._source), Mark(end, self._source)

    def _string(self, at: int) -> ScalarNode:
        if self._text[at : at + 1] != '"':
            raise NotJson("a key in double quotes is missing", at)
        try:
            text, end = _STRINGS.raw_decode(self._text, at)
        except JSONDecodeError as error:
            raise NotJson(error.msg[:1].lower() + error.msg[1:], error.pos) from None
        return ScalarNode("", text, *self._marks(at, end), style='"')

    def _object(self, at: int, depth: int) -> MappingNode:
        pairs: list[tuple[Node, Node]] = []
        end = self.skip(at + 1)
        if self._text[end : end + 1] != "}":
            while True:
                key = self._string(end)
                colon = self.skip(key.end_mark.index)
                if self._text[colon : colon + 1] != ":":
                    raise NotJson("a colon is missing after the key", colon)
                value = self.value(self.skip(colon + 1), depth + 1)
                pairs.append((key, value))
                end, more = self._next(value, "}")
                if not more:
                    break
        return MappingNode("", pairs, *self._marks(at, end + 1))

    def _array(self, at: int, depth: int) -> SequenceNode:
        items: list[Node] = []
        end = self.skip(at + 1)
        if self._text[end : end + 1] != "]":
            while True:
                value = self.value(end, depth + 1)
                items.append(value)
                end, more = self._next(value, "]")
                if not more:
                    break
        return SequenceNode("", items, *self._marks(at, end + 1))

    def _next(self, value: Node, closing: str) -> tuple[int, bool]:
        """Where the next item begins after a value, or where the container closes."""
        at = self.skip(value.end_mark.index)
        char = self._text[at : at + 1]
        if char == closing:
            return at, False
        if char != ",":
            raise NotJson(f'"," or "{closing}" is missing', at)
        return self.skip(at + 1), True
