"""The resource graph in Graphviz's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from walint.graph import Graph
from walint.report.picture import Group, picture
from walint.report.terminal import harmless
from walint.source import Problem

_INDENT: Final = "  "


def render(graphs: Sequence[Graph], problems: Sequence[Problem] = ()) -> str:
    """One or several graphs as a digraph; `problems` have no place in it."""
    drawn = picture(graphs)
    lines = ["digraph walint {", f"{_INDENT}rankdir=LR", f'{_INDENT}node [shape=box, fontname="sans-serif"]']
    numbers = count()
    for group in drawn.groups:
        lines += _group(group, _INDENT, numbers)
    for link in drawn.links:
        label = "\\n".join(map(_text, link.labels))
        lines.append(f'{_INDENT}{link.source} -> {link.target} [label="{label}"]')
    return "\n".join([*lines, "}"]) + "\n"


def _group(group: Group, indent: str, numbers: Iterator[int]) -> Iterator[str]:
    inner = indent
    if group.title:
        # Graphviz draws a frame only around subgraphs whose names begin so.
        yield f"{indent}subgraph cluster_{next(numbers)} {{"
        inner = indent + _INDENT
        yield f'{inner}label="{_text(group.title)}"'
    for node in group.nodes:
        style = "" if node.read else ", style=dashed"
        yield f'{inner}{node.id} [label="{_text(node.title)}\\n{_text(node.subtitle)}"{style}]'
    for child in group.groups:
        yield from _group(child, inner, numbers)
    if group.title:
        yield f"{indent}}}"


def _text(text: str) -> str:
    """The text as it may stand between quotes; a label has backslashes and HTML's entities for escapes of its own."""
    return harmless(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
