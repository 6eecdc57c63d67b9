"""Where everything stands: Graphviz decides it, on boxes of a size that we give."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from walint.review.picture.shapes import Box, Node, Scene

WIDTH: Final = 204
HEIGHT: Final = 44
_POINTS: Final = 72
# As many as fit beside each other on a page.
_COLUMNS: Final = 6
_SECONDS: Final = 60
_PROGRAMS: Final = ("graphviz-pure", "dot")


class NoLayout(Exception):
    """There is no picture; the message says why, and what helps.

    Attributes:
        program: whether there is a program to lay out others.
    """

    def __init__(self, message: str, program: bool = True) -> None:
        super().__init__(message)
        self.program = program


class Frame(NamedTuple):
    """A box at its place, from the upper left corner."""

    box: Box
    depth: int
    x: float
    y: float
    width: float
    height: float


class Placed(NamedTuple):
    """A node by its centre."""

    node: Node
    x: float
    y: float


class Curve(NamedTuple):
    """A link as a cubic curve; the last point is the arrow's."""

    source: str
    target: str
    labels: list[str]
    points: list[tuple[float, float]]
    tip: tuple[float, float]


class Layout(NamedTuple):
    """A picture's parts at their places."""

    width: float
    height: float
    frames: list[Frame]
    nodes: list[Placed]
    links: list[Curve]


def layout(scene: Scene) -> Layout:
    """Lay a scene out.

    Raises:
        NoLayout: there is no Graphviz, or it failed.
    """
    made = _run(_program(), "\n".join(_dot(scene)))
    return _read(made, scene)


def _program() -> str:
    """Graphviz's program: the one that was installed with walint, or the system's."""
    for name in _PROGRAMS:
        beside = Path(sys.executable).with_name(name)
        found = str(beside) if beside.is_file() else shutil.which(name)
        if found:
            return found
    raise NoLayout("the picture needs Graphviz to lay it out: pip install 'walint[picture]'", program=False)


def _run(program: str, text: str) -> dict[str, Any]:
    try:
        done = subprocess.run([program, "-Kdot", "-Tjson"], input=text.encode(), capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise NoLayout(f"Graphviz found no layout for the picture within {_SECONDS} seconds") from None
    except OSError as error:
        raise NoLayout(f"{program} cannot be run: {error.strerror or error}") from None
    if done.returncode:
        first = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"])[0]
        raise NoLayout(f"Graphviz failed to lay out the picture: {first}")
    made: dict[str, Any] = json.loads(done.stdout)
    return made


# --- what Graphviz is told --------------------------------------------------------------------------------------------


def _dot(scene: Scene) -> Iterator[str]:
    """Only sizes and links; no text of a template gets there."""
    size = f"width={WIDTH / _POINTS:.4f}, height={HEIGHT / _POINTS:.4f}, fixedsize=true"
    yield "digraph {"
    yield "rankdir=LR; compound=true; nodesep=0.16; ranksep=0.55;"
    yield f'node [shape=box, {size}, label=""]; edge [arrowsize=0.6];'
    numbers = iter(range(1, sys.maxsize))
    linked = {end for source, target, _ in scene.links for end in (source, target)}
    yield from _box(scene.box, numbers, linked)
    for source, target, _ in scene.links:
        yield f"{source} -> {target};"
    yield "}"


def _box(box: Box, numbers: Iterator[int], linked: set[str]) -> Iterator[str]:
    # Graphviz puts what comes first at the bottom.
    for node in reversed(box.nodes):
        yield f"{node.id};"
    # What nothing leads to would stand in one long column: several columns, tied by links that are not drawn.
    loose = [node.id for node in box.nodes if node.id not in linked]
    rows = max(4, -(-len(loose) // _COLUMNS))
    for at in range(rows, len(loose)):
        yield f"{loose[at - rows]} -> {loose[at]} [style=invis, weight=0];"
    for inner in box.boxes:
        # The label makes room for the title.
        yield f'subgraph cluster_{next(numbers)} {{ margin=14; labeljust=l; fontsize=15; label="M";'
        yield from _box(inner, numbers, linked)
        yield "}"


# --- what Graphviz answers --------------------------------------------------------------------------------------------


def _read(made: dict[str, Any], scene: Scene) -> Layout:
    left, bottom, right, top = _numbers(made["bb"])
    objects = made.get("objects", [])
    by_name = {it["name"]: it for it in objects}
    frames: list[Frame] = []
    numbers = iter(range(1, sys.maxsize))

    def visit(box: Box, depth: int) -> None:
        for inner in box.boxes:
            found = by_name[f"cluster_{next(numbers)}"]
            x0, y0, x1, y1 = _numbers(found["bb"])
            frames.append(Frame(inner, depth, x0, top - y1, x1 - x0, y1 - y0))
            visit(inner, depth + 1)

    visit(scene.box, 0)
    nodes = []
    for node in scene.box.walk():
        x, y = _numbers(by_name[node.id]["pos"])
        nodes.append(Placed(node, x, top - y))
    labels = {(source, target): names for source, target, names in scene.links}
    links = []
    for edge in made.get("edges", []):
        ends = (objects[edge["tail"]]["name"], objects[edge["head"]]["name"])
        if edge.get("style") != "invis":
            tip, points = _curve(edge["pos"], top)
            links.append(Curve(*ends, labels[ends], points, tip))
    return Layout(right - left, top - bottom, frames, nodes, links)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(it) for it in text.split(","))


def _curve(text: str, top: float) -> tuple[tuple[float, float], list[tuple[float, float]]]:
    """Graphviz's `e,x,y x,y ...`: the arrow's tip, then the curve's points."""
    tip: tuple[float, float] | None = None
    points = []
    for piece in text.split(" "):
        kind, _, rest = piece.partition(",")
        x, y = _numbers(rest if kind in ("e", "s") else piece)
        if kind == "e":
            tip = (x, top - y)
        elif kind != "s":
            points.append((x, top - y))
    return tip or points[-1], points
