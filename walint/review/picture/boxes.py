"""What the pictures of some graphs show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walint.review.model import ShownResource
from walint.review.picture.placing import Placing
from walint.review.picture.shapes import Scene
from walint.review.sketch import Sketch


def scenes(
    sketches: Sequence[Sketch], shown: Mapping[str, ShownResource], account: str = "", region: str = ""
) -> list[Scene]:
    """What to draw: a scene for each graph that has resources.

    Args:
        shown: the resources by anchor, with their findings.
        account, region: what is deployed to, where the template itself does not say.
    """
    out = []
    count = 0
    for sketch in sketches:
        if not sketch.resources:
            continue
        placed = Placing(sketch, shown, count)
        count += len(placed.nodes)
        links: dict[tuple[str, str], list[str]] = {}
        for edge in sketch.edges:
            source, target = placed.node_of[edge.source], placed.node_of[edge.target]
            if source != target:
                names = links.setdefault((source, target), [])
                if edge.property not in names:
                    names.append(edge.property)
        out.append(
            Scene(
                sketch.name,
                placed.boxes(account, region),
                [(source, target, names) for (source, target), names in links.items()],
            )
        )
    return out
