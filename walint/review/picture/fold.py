"""Large scenes as several pictures that can be read: one of the whole with its boxes shut, and one of each box."""

from __future__ import annotations

from typing import Final

from walint.review.picture.boxes import WORST, Box, Node, Scene

MOST: Final = 60
_SMALL: Final = 4


def folded(scene: Scene) -> list[Scene]:
    """The scene as it is where it is small; else an overview first, then a picture of each box that was shut in it.

    A shut box is a node whose `opens` names the picture of what is in it.
    """
    if sum(1 for _ in scene.box.walk()) <= MOST:
        return [scene]
    box = scene.box
    while not box.nodes and len(box.boxes) == 1:
        box = box.boxes[0]
    whole = _by_service(box) if len(box.nodes) > MOST // 2 else box
    shut: list[tuple[Node, Box]] = []
    into: dict[str, str] = {}
    overview = Box(box.kind, box.title, list(whole.nodes))
    for number, inner in enumerate(whole.boxes):
        members = list(inner.walk())
        if len(members) <= _SMALL:
            overview.boxes.append(inner)
            continue
        node = _shut(scene.box, inner, members, number)
        shut.append((node, inner))
        overview.nodes.append(node)
        into.update((member.id, node.id) for member in members)
    if not shut:
        return [scene]
    out = [Scene(scene.name, Box("picture", "", boxes=[overview]) if overview.title else overview, _links(scene, into))]
    for node, inner in shut:
        inside = {member.id for member in inner.walk()}
        links = [link for link in scene.links if link[0] in inside and link[1] in inside]
        first, *more = folded(Scene(scene.name, Box("picture", "", boxes=[inner]), links))
        first.id = node.opens
        out += [first, *more]
    return out


def _shut(whole: Box, box: Box, members: list[Node], number: int) -> Node:
    first = next(iter(whole.walk())).id
    id_ = f"{members[0].id}-{number}" if members[0].id != first else f"{first}-all-{number}"
    return Node(
        id=f"b{id_.replace('-', '_')}",
        title=box.title,
        service=box.kind,
        kind=f"{sum(member.number + member.parts for member in members)} resources",
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


def _by_service(box: Box) -> Box:
    """The box with its loose nodes in a box for each service."""
    groups: dict[str, Box] = {}
    for node in box.nodes:
        groups.setdefault(node.service, Box("service", node.service)).nodes.append(node)
    return Box(box.kind, box.title, [], [*groups.values(), *box.boxes])
