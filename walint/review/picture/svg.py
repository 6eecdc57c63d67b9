"""A laid out scene as SVG. Nothing of a template gets there but as text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import hypot
from typing import Final, NamedTuple

from markupsafe import Markup

from walint.review.picture.layout import HEIGHT, WIDTH, Curve, layout
from walint.review.picture.shapes import Node, Scene
from walint.review.templating import asset, environment, shown

_TITLE: Final = 21
_KIND: Final = 28
_PAD: Final = 8
_HEADING: Final = 40
_NAMED: Final = 3
_HALF: Final = 3


class Drawing(NamedTuple):
    """One SVG element, and its size."""

    svg: Markup
    width: int
    height: int


class Sheet(NamedTuple):
    """A drawing on a sheet: the anchor that leads to it, and what stands above it."""

    id: str
    title: str
    drawing: Drawing


def draw(scene: Scene, label: str, linked: bool = True) -> Drawing:
    """Draw a scene.

    Args:
        label: what a screen reader calls it.
        linked: whether nodes lead to their resources on the page.

    Raises:
        NoLayout: there is no Graphviz, or it failed.
    """
    made = layout(scene)
    titles = {node.id: node.title for node in scene.box.walk()}
    width, height = round(made.width + 2 * _PAD), round(made.height + 2 * _PAD)
    svg = (
        environment()
        .get_template("picture.svg")
        .render(
            label=label,
            width=width,
            height=height,
            pad=_PAD,
            frames=[(it, shown(it.box.title, max(8, int(it.width / 7)))) for it in made.frames],
            nodes=[
                (it.node, round(it.x - WIDTH / 2, 1), round(it.y - HEIGHT / 2, 1), *_texts(it.node))
                for it in made.nodes
            ],
            links=[(line(it), head(it), _told(it, titles)) for it in made.links],
            linked=linked,
            node_width=WIDTH,
            node_height=HEIGHT,
        )
    )
    return Drawing(Markup(svg), width, height)


def stacked(sheets: Sequence[Sheet]) -> str:
    """An SVG file of its own: the drawings one below the other, under their titles where there are several."""
    room = _HEADING if len(sheets) > 1 else 0
    tops = list(accumulate((it.drawing.height + room for it in sheets), initial=0))
    return (
        environment()
        .get_template("sheet.svg")
        .render(
            style=asset("picture.css"),
            width=max(it.drawing.width for it in sheets),
            height=tops.pop(),
            room=room,
            sheets=list(zip(tops, sheets, strict=True)),
        )
    )


def line(curve: Curve) -> str:
    """A link as the commands of an SVG path."""
    (x, y), *rest = curve.points
    return f"M{x:.1f},{y:.1f} C" + " ".join(f"{px:.1f},{py:.1f}" for px, py in rest)


def head(curve: Curve) -> str:
    """The arrow's head: a triangle from the end of the curve to its tip."""
    (x, y), (tx, ty) = curve.points[-1], curve.tip
    length = hypot(tx - x, ty - y) or 1
    dx, dy = (ty - y) / length * _HALF, (x - tx) / length * _HALF
    return f"M{tx:.1f},{ty:.1f} L{x + dx:.1f},{y + dy:.1f} L{x - dx:.1f},{y - dy:.1f} Z"


def _texts(node: Node) -> tuple[str, str, str]:
    """A node's two lines, each cut to its room, and what is told of it in full."""
    number = f" ×{node.number}" if node.number > 1 else ""
    kind = node.kind if node.shut else f"{node.service} {node.kind}"
    title = shown(node.title, _TITLE - len(number) - 3 * bool(node.findings)) + number
    full = f"{node.title}{number}, {kind}"
    if node.parts:
        full += f", with {node.parts} that configure{'s' * (node.parts == 1)} it"
    if node.findings:
        full += f": {node.findings} finding{'s' * (node.findings != 1)}, worst {node.worst}"
    return title, shown(kind, _KIND), full


def _told(curve: Curve, titles: dict[str, str]) -> str:
    names = ", ".join(curve.labels[:_NAMED]) + (
        f" and {len(curve.labels) - _NAMED} more" * (len(curve.labels) > _NAMED)
    )
    return f"{titles[curve.source]} to {titles[curve.target]}: {names}"
