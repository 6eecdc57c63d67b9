"""The pictures of a review: one for each template, several where it is large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from walint.review.model import Review
from walint.review.page import Picture
from walint.review.picture.boxes import scenes
from walint.review.picture.fold import folded
from walint.review.picture.layout import NoLayout
from walint.review.picture.shapes import Scene
from walint.review.picture.svg import Sheet, draw, stacked
from walint.review.sketch import Sketch


def scenes_of(review: Review, sketches: Sequence[Sketch], account: str = "", region: str = "") -> list[Scene]:
    """What there is to draw; arguments as for `scenes`."""
    return scenes(sketches, {resource.id: resource for resource in review.resources}, account, region)


def alone(found: Sequence[Scene]) -> str:
    """One SVG file of all scenes, large ones folded as on the page.

    Raises:
        NoLayout: there is no Graphviz, or it failed.
    """
    return stacked([Sheet(it.id, title, draw(it, title, linked=False)) for it, title in _parts(found)]) + "\n"


def drawn(found: Sequence[Scene]) -> tuple[list[Picture], str]:
    """The pictures for the page; where Graphviz is not there, none and the reason."""
    out: list[Picture] = []
    for scene, title in _parts(sorted(found, key=lambda it: -sum(1 for _ in it.box.walk()))):
        try:
            drawing, why = draw(scene, f"Resources of {title}"), ""
        except NoLayout as error:
            if not error.program:
                return [], str(error)
            drawing, why = None, str(error)
        out.append(Picture(scene.id, title, sum(1 for _ in scene.box.walk()), drawing, why))
    return out, ""


def _parts(found: Iterable[Scene]) -> Iterator[tuple[Scene, str]]:
    """What is drawn of the scenes, each with its title."""
    for whole in found:
        for scene in folded(whole):
            yield scene, f"{scene.name}: {scene.title}" if scene.title else scene.name
