"""The literal texts of a template: every known stretch of a value, at its place."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from walint.graph import Graph, Resource
from walint.source import Place
from walint.values import Choice, JsonText, Property, Unknown

# Stands in a text for a stretch that the template leaves open.
HOLE: Final = "\ue000"
MAX_TEXT: Final = 1_000_000
_BASE64: Final = r"[A-Za-z0-9+/\s]{24,}={0,2}\s*"
_NAMES: Final = ("Name", "name", "Key", "key")
_VALUES: Final = ("Value", "value")


class Text(NamedTuple):
    """One text in a resource.

    Attributes:
        path: the dotted path from the resource.
        name: what the author calls it: its key, or the name that stands next to it (`{Name: ..., Value: ...}`).
        text: open stretches are holes.
        of: the property that holds it.
    """

    path: str
    name: str
    text: str
    of: Property


def texts(of: Property, path: str, name: str | None = None) -> Iterator[Text]:
    """All texts and numbers in a value, both sides of each choice: what is written is there on either side."""
    name = path.rpartition(".")[2] if name is None else name
    value: Any = of.value
    if isinstance(value, Choice):
        for branch in (value.then, value.otherwise):
            yield from texts(_property(branch, of), path, name)
    elif isinstance(value, dict):
        named = _name_beside(value)
        for key, item in value.items():
            called = named if named is not None and key in _VALUES else str(key)
            yield from texts(_property(item, of), f"{path}.{key}", called)
    elif isinstance(value, list):
        for item in value:
            yield from texts(_property(item, of), path, name)
    elif isinstance(value, JsonText):
        yield from texts(_property(value.data, of), path, name)
    elif isinstance(value, Unknown):
        if value.data is not None:
            yield from texts(_property(value.data, of), path, name)
        elif value.parts is not None:
            text = "".join(part if isinstance(part, str) else HOLE for part in value.parts)
            yield Text(path, name, text, of)
    elif isinstance(value, str) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        yield Text(path, name, str(value), of)


def texts_at(graph: Graph, resource: Resource, path: str) -> Iterator[Text]:
    """All texts below a property of a resource (a path as `Graph.follow` takes it)."""
    for found in graph.follow(resource, path):
        yield from texts(found, path)


def _property(value: Any, parent: Property) -> Property:
    return value if isinstance(value, Property) else Property(parent.place, value, owner=parent.owner)


def _name_beside(value: dict[str, Property]) -> str | None:
    """The name in an object that pairs a name with a value."""
    if not any(key in value for key in _VALUES):
        return None
    for key in _NAMES:
        found = value.get(key)
        name = found.value if isinstance(found, Property) else found
        if isinstance(name, str):
            return name
    return None


def readable(text: str) -> str:
    """What a text in base64 says, unpacked where it is compressed; any other text as it is."""
    if len(text) > MAX_TEXT or not re.fullmatch(_BASE64, text):
        return text
    import base64
    import binascii
    import zlib

    try:
        data = base64.b64decode("".join(text.split()), validate=True)
        if data.startswith(b"\x1f\x8b"):
            data = zlib.decompressobj(31).decompress(data, MAX_TEXT)
        return data.decode("utf-8")
    except (binascii.Error, zlib.error, ValueError):
        return text


def place_of(of: Property, context: str, at: int, length: int) -> Place | None:
    """The place of a stretch in a value of several lines, else the place of the value.

    Args:
        context: a part of one line of the text.
        at: where in it the stretch begins.
    """
    place = of.place
    if place is None:
        return None
    text = place.text()
    found = text.find(context)
    if found < 0 or "\n" not in text:
        return place
    start, end = found + at, found + at + length
    if place.source.offsets == "bytes":
        start, end = len(text[:start].encode()), len(text[:end].encode())
    return Place(place.source, place.start + start, place.start + end)
