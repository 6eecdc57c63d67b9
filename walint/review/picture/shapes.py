"""What a picture is made of: nodes in boxes, and the links between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from walint.policy.model import SEVERITIES

Kind = Literal[
    "picture", "template", "account", "region", "vpc", "zone", "subnet", "module", "stack", "service", "type"
]
# The worse, the further in front.
WORST: Final = (*SEVERITIES, "open", "")


@dataclass(slots=True)
class Node:
    """One resource, or the instances of one, with the resources that configure parts of it.

    Attributes:
        opens: the anchor of its worst resource.
        number: how many instances there are; `parts` how many resources configure it.
        shut: whether it stands for a box; `opens` is then the picture of what is in it.
    """

    id: str
    title: str
    service: str
    kind: str
    opens: str
    worst: str
    number: int = 1
    parts: int = 0
    findings: int = 0
    shut: bool = False


@dataclass(slots=True)
class Box:
    """Boxes and nodes in a frame."""

    kind: Kind
    title: str
    nodes: list[Node] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """All nodes in it, at any depth."""
        yield from self.nodes
        for box in self.boxes:
            yield from box.walk()


@dataclass(slots=True)
class Scene:
    """A picture.

    Attributes:
        name: the template's or root module's.
        links: between nodes by their ids, with the properties that they come from.
        id: its anchor, where a shut box leads to it.
        title: which box of the whole it shows, from the outermost; "" where it is the whole.
    """

    name: str
    box: Box
    links: list[tuple[str, str, list[str]]]
    id: str = ""
    title: str = ""
