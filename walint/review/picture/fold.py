"""Large scenes as several pictures that can be read: one of the whole with its boxes shut, and one of each box."""

from __future__ import annotations

from typing import Final

from walint.review.picture.shapes import WORST, Box, Node, Scene

MOST: Final = 60
_SMALL: Final = 4


def folded(scene: Scene) -> list[Scene]:
    """The scene as it is where it is small; else an overview first, then a picture of each box that was shut in it.

    A shut box is a node whose `opens` names the picture of what is in it.
    """
    first = next(iter(scene.box.walk()), None)
    return [scene] if first is None else _folded(scene, first.id)


def _folded(scene: Scene, name: str) -> list[Scene]:
    """As `folded`; `name` begins the ids of all that is made."""
    box = scene.box
    while not box.nodes and len(box.boxes) == 1:
        box = box.boxes[0]
    whole = _grouped(box) if len(box.nodes) > MOST // 2 else box
    if sum(1 for _ in scene.box.walk()) <= MOST or len(whole.boxes) < 2:
        return [scene]
    overview = Box(box.kind, box.title, list(whole.nodes))
    into: dict[str, str] = {}
    parts: list[Scene] = []
    for number, inner in enumerate(whole.boxes):
        members = list(inner.walk())
        if len(members) <= _SMALL:
            overview.boxes.append(inner)
            continue
        inside = {member.id for member in members}
        node = _shut(inner, members, f"{name}_{number}")
        overview.nodes.append(node)
        into.update(dict.fromkeys(inside, node.id))
        links = [link for link in scene.links if link[0] in inside and link[1] in inside]
        title = " › ".join(filter(None, (scene.title, f"{inner.kind} {inner.title}")))
        part = Scene(scene.name, Box("picture", "", boxes=[inner]), links, title=title)
        first, *more = _folded(part, node.id)
        first.id = node.opens
        parts += [first, *more]
    framed = overview if box.kind == "picture" else Box("picture", "", boxes=[overview])
    return [Scene(scene.name, framed, _links(scene, into), scene.id, scene.title), *parts]


def _shut(box: Box, members: list[Node], id_: str) -> Node:
    return Node(
        id=id_,
        title=box.title,
        service=box.kind,
        kind=f"{box.kind}, {sum(member.number + member.parts for member in members)} resources",
        opens=f"picture-{id_}",
        worst=min((member.worst for member in members), key=WORST.index),
        findings=sum(member.findings for member in members),
        shut=True,
    )


def _links(scene: Scene, into: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    """The links of the overview: several between two shut boxes are one."""
    found: dict[tuple[str, str], list[str]] = {}
    for source, target, names in scene.links:
        ends = (into.get(source, source), into.get(target, target))
        if ends[0] != ends[1]:
            known = found.setdefault(ends, [])
            known += [name for name in names if name not in known]
    return [(source, target, names) for (source, target), names in found.items()]


def _grouped(box: Box) -> Box:
    """The box with its loose nodes in boxes by service, or by type where they are all of one."""
    one = len({node.service for node in box.nodes}) == 1
    groups: dict[str, Box] = {}
    for node in box.nodes:
        name = node.kind if one else node.service
        groups.setdefault(name, Box("type" if one else "service", name)).nodes.append(node)
    return Box(box.kind, box.title, [], [*groups.values(), *box.boxes])
