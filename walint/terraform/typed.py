"""Terraform's types, and the collections that know theirs.

A tuple is a plain list (or PlacedList), an object a plain dict (or PlacedMap). What Terraform calls a list, set or
map is a `ListValue`, `SetValue` or `MapValue`: the difference decides equality, unification and what functions give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Any, Final

from walint.source import Place
from walint.terraform.numerals import number_text
from walint.values import Blocks, Choice, JsonText, PlacedList, PlacedMap, Reference, Unknown, is_known


class Type:
    """A type or type constraint.

    Attributes:
        kind: "any", "string", "number", "bool", "list", "set", "map", "object" or "tuple"; "null" for null's own.
        element: of a list, set or map.
        attributes: of an object, by name.
        optional: the optional attributes of an object with their defaults (None: null).
        items: of a tuple.
    """

    __slots__ = ("attributes", "element", "items", "kind", "optional")

    def __init__(
        self,
        kind: str,
        element: Type | None = None,
        attributes: dict[str, Type] | None = None,
        optional: dict[str, Any] | None = None,
        items: tuple[Type, ...] = (),
    ) -> None:
        self.kind = kind
        self.element = element
        self.attributes: dict[str, Type] = attributes or {}
        self.optional: dict[str, Any] = optional or {}
        self.items = items

    def __eq__(self, other: object) -> bool:
        """Whether both describe the same values; defaults don't count."""
        return self is other or (
            isinstance(other, Type)
            and self.kind == other.kind
            and self.element == other.element
            and self.items == other.items
            and self.attributes == other.attributes
        )

    def __hash__(self) -> int:
        return hash((self.kind, self.element, self.items, tuple(self.attributes)))

    def __str__(self) -> str:
        """As Terraform's messages call it: "list of string"."""
        if self.element is None:
            return _NAMES.get(self.kind, self.kind)
        return f"{self.kind} of {'any single type' if self.element.kind == 'any' else self.element}"


_NAMES: Final = {"any": "any type", "null": "null"}
ANY: Final = Type("any")
NULL: Final = Type("null")
STRING: Final = Type("string")
NUMBER: Final = Type("number")
BOOL: Final = Type("bool")
PRIMITIVES: Final = {"string": STRING, "number": NUMBER, "bool": BOOL}


class ListValue(PlacedList):
    """A list of one element type. `element` is None where it is not known."""

    __slots__ = ("element",)

    def __init__(
        self, items: Iterable[Any] = (), element: Type | None = None, places: Sequence[Place | None] = ()
    ) -> None:
        super().__init__(items, places)
        self.element = element


class SetValue(ListValue):
    """A set: unique items in Terraform's order of iteration, those that are not wholly known last."""

    __slots__ = ()


class MapValue(PlacedMap):
    """A map of one element type."""

    __slots__ = ("element",)

    def __init__(
        self,
        items: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        element: Type | None = None,
        places: dict[str, Place] | None = None,
    ) -> None:
        super().__init__(items.items() if isinstance(items, Mapping) else items, places)
        self.element = element


class BlockValue(PlacedMap):
    """What a nested block of a resource is to other expressions: an object of which the provider knows the rest.

    `reference` is the block itself; what it does not set is a reference to an attribute of it.
    """

    __slots__ = ("reference",)

    def __init__(self, items: Iterable[tuple[str, Any]], reference: Reference) -> None:
        super().__init__(items)
        self.reference = reference

    def rest(self, name: str) -> Reference:
        """An attribute that the block does not set."""
        return Reference(self.reference.resource, f"{self.reference.attribute}.{name}")


def kind_of(value: Any) -> str:
    """The kind of a value's type, "any" where it is not known."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, (Unknown, Reference)):
        return value.kind or "any"
    if isinstance(value, Choice):
        kinds = {kind_of(value.then), kind_of(value.otherwise)} - {"null"}
        return kinds.pop() if len(kinds) == 1 else "any"
    return "object" if isinstance(value, dict) else "tuple" if isinstance(value, list) else "any"


_KINDS: Final[dict[type, str]] = {
    str: "string",
    JsonText: "string",
    int: "number",
    Fraction: "number",
    float: "number",
    bool: "bool",
    type(None): "null",
    list: "tuple",
    PlacedList: "tuple",
    Blocks: "list",
    dict: "object",
    PlacedMap: "object",
    BlockValue: "object",
    ListValue: "list",
    SetValue: "set",
    MapValue: "map",
}


def type_of(value: Any) -> Type:
    """A value's type, "any" wherever it is not known."""
    return _type_of(value, {})


def _type_of(value: Any, seen: dict[int, Type]) -> Type:
    kind = kind_of(value)
    if kind in PRIMITIVES:
        return PRIMITIVES[kind]
    if kind == "null":
        return NULL
    # Locals can share structure many times over: each part is looked at once.
    found = seen.get(id(value))
    if found is None:
        found = seen[id(value)] = _structural(value, kind, seen)
    return found


def _structural(value: Any, kind: str, seen: dict[int, Type]) -> Type:
    if isinstance(value, MapValue):
        return Type(kind, value.element or _first(value.values(), seen))
    if isinstance(value, dict):
        return Type("object", attributes={name: _type_of(item, seen) for name, item in value.items()})
    if isinstance(value, ListValue):
        return Type(kind, value.element or _first(value, seen))
    if isinstance(value, list):
        return Type("tuple", items=tuple(_type_of(item, seen) for item in value))
    return ANY


def _first(items: Iterable[Any], seen: dict[int, Type]) -> Type:
    for item in items:
        found = _type_of(item, seen)
        if found is not NULL:
            return found
    return ANY


def make_set(items: Iterable[Any], element: Type | None = None, places: Sequence[Place | None] = ()) -> SetValue:
    """A set of the given items, which have one type already; an item that is there twice has the first one's place."""
    known: dict[Any, tuple[Any, Place | None]] = {}
    symbols: list[tuple[Any, Place | None]] = []
    for item, place in zip_longest(items, places):
        if type(item) is str or is_known(item):
            known.setdefault(item if type(item) is str else set_key(item), (item, place))
        elif all(item != other for other, _ in symbols):
            symbols.append((item, place))
    ordered = [*sorted(known.values(), key=lambda pair: _order(pair[0])), *symbols]
    return SetValue([item for item, _ in ordered], element, [place for _, place in ordered] if places else ())


def _order(item: Any) -> tuple[int, Any]:
    """Terraform's order of a set's items, which all have one type: null last, the rest by value or by its digest."""
    if item is None:
        return 1, 0
    if isinstance(item, str):
        return 0, item.encode("utf-8", "surrogatepass")
    if isinstance(item, (bool, int, float, Fraction)):
        return 0, item
    return 0, set_key(item).encode("utf-8", "surrogatepass")


def set_key(item: Any) -> str:
    """A text that tells the items of a set apart and puts collections in Terraform's order."""
    if item is None:
        return "~"
    if isinstance(item, bool):
        return "T" if item else "F"
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(item, MapValue):
        pairs = sorted(item.items(), key=lambda pair: pair[0].encode("utf-8", "surrogatepass"))
        return "{" + "".join(f'"{name}":{set_key(inner)};' for name, inner in pairs) + "}"
    if isinstance(item, dict):
        return "<" + "".join(set_key(item[name]) + ";" for name in sorted(item)) + ">"
    if isinstance(item, list):
        inner = "".join(set_key(one) + ";" for one in item)
        return f"[{inner}]" if isinstance(item, ListValue) else f"<{inner}>"
    return number_text(item)
