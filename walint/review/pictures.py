"""The pictures of a review: one for each template, several where it is large."""

from __future__ import annotations

from collections.abc import Sequence

from walint.review.model import Review
from walint.review.page import Picture
from walint.review.picture.boxes import joined, scenes
from walint.review.picture.fold import folded
from walint.review.picture.layout import NoLayout
from walint.review.picture.shapes import WORST, Scene
from walint.review.picture.svg import draw
from walint.review.sketch import Sketch


def scenes_of(review: Review, sketches: Sequence[Sketch], account: str = "", region: str = "") -> list[Scene]:
    """What there is to draw; arguments as for `scenes`."""
    return scenes(sketches, {resource.id: resource for resource in review.resources}, account, region)


def alone(found: Sequence[Scene]) -> str:
    """One SVG file of all scenes.

    Raises:
        NoLayout: there is no Graphviz, or it failed.
    """
    return draw(joined(found), "Resources", linked=False) + "\n"


def drawn(found: Sequence[Scene]) -> tuple[list[Picture], str]:
    """The pictures for the page; where Graphviz is not there, none and the reason."""
    out: list[Picture] = []
    for scene in (part for whole in _largest_first(found) for part in folded(whole)):
        nodes = list(scene.box.walk())
        try:
            drawing, why = draw(scene, f"Resources of {scene.name}"), ""
        except NoLayout as error:
            if not error.program:
                return [], str(error)
            drawing, why = None, str(error)
        worst = min((node.worst for node in nodes), key=WORST.index)
        of = scene.name if not scene.id else f"{scene.name}, {scene.box.boxes[0].title}"
        out.append(Picture(scene.id, of, len(nodes), worst, drawing, why))
    return out, ""


def _largest_first(found: Sequence[Scene]) -> list[Scene]:
    return sorted(found, key=lambda it: -sum(1 for _ in it.box.walk()))
