"""What the pictures of some graphs show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walint.review.model import ShownResource
from walint.review.picture.placing import Placing
from walint.review.picture.shapes import Box, Node, Scene
from walint.review.sketch import Sketch


def scenes(
    sketches: Sequence[Sketch], shown: Mapping[str, ShownResource], account: str = "", region: str = ""
) -> list[Scene]:
    """What to draw: a scene for each graph that has resources.

    Args:
        shown: the resources by anchor, with their findings.
        account, region: what is deployed to, where it was said.
    """
    out = []
    count = 0
    for sketch in sketches:
        if not sketch.resources:
            continue
        placed = Placing(sketch, shown, count)
        count += len(placed.nodes)
        inner = placed.boxes(sketch.region or region)
        if account:
            inner = Box("account", account, *_contents(inner))
        links: dict[tuple[str, str], list[str]] = {}
        for edge in sketch.edges:
            source, target = placed.node_of[edge.source], placed.node_of[edge.target]
            if source != target:
                names = links.setdefault((source, target), [])
                if edge.property not in names:
                    names.append(edge.property)
        box = Box("picture", "", *_contents(inner))
        out.append(Scene(sketch.name, box, [(source, target, names) for (source, target), names in links.items()]))
    return out


def _contents(box: Box) -> tuple[list[Node], list[Box]]:
    """What a frame around it holds: the box, or what is in it where its own frame says nothing."""
    return (box.nodes, box.boxes) if box.kind == "picture" else ([], [box])


def joined(found: Sequence[Scene]) -> Scene:
    """Several scenes in one, each in a frame of its own; one alone as it is."""
    if len(found) == 1:
        return found[0]
    boxes = [Box("template", it.name, it.box.nodes, it.box.boxes) for it in found]
    return Scene("", Box("picture", "", boxes=boxes), [link for it in found for link in it.links])
