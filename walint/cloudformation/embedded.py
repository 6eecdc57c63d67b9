"""Templates that are written as text within a template, with their nodes where their text stands."""

from __future__ import annotations

from bisect import bisect_right

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.nodes import Mark
from walint.source import Source


def in_its_place(root: Node, body: Node, source: Source, text: str) -> Node:
    """A copy of the nodes of a text that stands in another one.

    Args:
        root: the text's nodes.
        body: the node that holds the text. A literal block keeps its lines, so that each place is exact; of any
            other form the place is the whole.
    """
    offsets = _Lines(body, source, text) if isinstance(body, ScalarNode) and body.style == "|" else None
    if offsets is not None and not offsets.fit:
        offsets = None
    return _moved(root, body, source, offsets)


class _Lines:
    """Where each line of a literal block stands in the text around it.

    Attributes:
        fit: whether the lines are the same on both sides.
    """

    def __init__(self, body: Node, source: Source, text: str) -> None:
        self._inner = _starts(text)
        outer = _starts(source.text)
        first = bisect_right(outer, body.start_mark.index)
        lines = text.removesuffix("\n").split("\n")
        self._outer: list[int] = []
        self.fit = True
        for number, line in enumerate(lines):
            if first + number >= len(outer):
                self.fit = False
                break
            start = outer[first + number]
            end = source.text.find("\n", start)
            whole = source.text[start : end if end >= 0 else None].rstrip("\r")
            if not whole.endswith(line) or whole.removesuffix(line).strip(" "):
                self.fit = False
                break
            self._outer.append(start + len(whole) - len(line))

    def offset(self, inner: int) -> int:
        line = min(bisect_right(self._inner, inner), len(self._outer)) - 1
        return self._outer[line] + inner - self._inner[line]


def _starts(text: str) -> list[int]:
    return [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]


def _moved(node: Node, body: Node, source: Source, offsets: _Lines | None) -> Node:
    if offsets is None:
        start, end = Mark(body.start_mark.index, source), Mark(body.end_mark.index, source)
    else:
        start = Mark(offsets.offset(node.start_mark.index), source)
        end = Mark(offsets.offset(node.end_mark.index), source)
    if isinstance(node, ScalarNode):
        return ScalarNode(node.tag, node.value, start, end, style=node.style)
    if isinstance(node, MappingNode):
        pairs = [
            (_moved(key, body, source, offsets), _moved(value, body, source, offsets)) for key, value in node.value
        ]
        return MappingNode(node.tag, pairs, start, end)
    if isinstance(node, SequenceNode):
        return SequenceNode(node.tag, [_moved(item, body, source, offsets) for item in node.value], start, end)
    return node
