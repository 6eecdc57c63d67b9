"""The resource graph as a Mermaid flowchart, which code hosts draw in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from walint.graph import Graph
from walint.report.picture import Group, picture
from walint.report.terminal import harmless
from walint.source import Problem

# Between quotes Mermaid reads these as they are; all others are given by their number.
_SPECIAL: Final = re.compile(r"[^A-Za-z0-9 _.,:/@=+()\[\]-]")
_INDENT: Final = "  "


def render(graphs: Sequence[Graph], problems: Sequence[Problem] = ()) -> str:
    """One or several graphs as a flowchart; `problems` have no place in it."""
    drawn = picture(graphs)
    lines = ["flowchart LR"]
    numbers = count()
    for group in drawn.groups:
        lines += _group(group, _INDENT, numbers)
    for link in drawn.links:
        label = "<br/>".join(map(_text, link.labels))
        lines.append(f'{_INDENT}{link.source} -->|"{label}"| {link.target}')
    if any(not node.read for group in drawn.groups for node in group.nodes):
        lines.append(f"{_INDENT}classDef unread stroke-dasharray: 4")
    return "\n".join(lines) + "\n"


def _group(group: Group, indent: str, numbers: Iterator[int]) -> Iterator[str]:
    inner = indent
    if group.title:
        yield f'{indent}subgraph g{next(numbers)}["{_text(group.title)}"]'
        inner = indent + _INDENT
    for node in group.nodes:
        style = "" if node.read else ":::unread"
        yield f'{inner}{node.id}["{_text(node.title)}<br/>{_text(node.subtitle)}"]{style}'
    for child in group.groups:
        yield from _group(child, inner, numbers)
    if group.title:
        yield f"{indent}end"


def _text(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", harmless(text))
