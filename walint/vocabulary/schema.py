"""CloudFormation's types and the properties that a template may set, from the index that ships with walint."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from walint.vocabulary.fold import fold
from walint.vocabulary.lines import LineFile

Kind = Literal["object", "list", "map", "string", "boolean", "number", "json"]

FILE: Final = Path(__file__).parent.parent / "data" / "cloudformation.txt"
_SCALARS: Final[dict[str, Kind]] = {"s": "string", "b": "boolean", "n": "number", "j": "json"}


class Shape:
    """What a property may hold.

    Attributes:
        kind: "map" has free keys, "json" any content that the schema leaves open.
        fields: of an object: its properties by name. Empty for other kinds.
        item: what a list's items or a map's values are; None for other kinds.
    """

    __slots__ = ("_definitions", "_fields", "_folded", "_item", "_raw", "kind")

    def __init__(self, raw: Any, definitions: dict[str, Any]) -> None:
        self._raw = raw
        self._definitions = definitions
        self._fields: dict[str, Shape] | None = None
        self._folded: dict[str, str] | None = None
        self._item: Shape | None = None
        self.kind: Kind
        if isinstance(raw, str):
            self.kind = _SCALARS[raw]
        elif isinstance(raw, list):
            self.kind = "list"
        else:
            self.kind = "map" if "*" in raw else "object"

    @property
    def fields(self) -> dict[str, Shape]:
        if self._fields is None:
            raw = self._raw if self.kind == "object" else {}
            self._fields = {name: self._shape(inner) for name, inner in raw.items()}
        return self._fields

    @property
    def item(self) -> Shape | None:
        if self._item is None and self.kind in ("list", "map"):
            self._item = self._shape(self._raw[0] if self.kind == "list" else self._raw["*"])
        return self._item

    def get(self, name: str) -> Shape | None:
        """An object's property; through lists, since one item stands for the list that it is in."""
        inner: Shape | None = self
        while inner is not None and inner.kind == "list":
            inner = inner.item
        return None if inner is None else inner.fields.get(name)

    def named(self, folded: str) -> str | None:
        """The name of the property that a folded name means; a block's singular means a list of objects."""
        if self._folded is None:
            index: dict[str, str] = {}
            for name, inner in self.fields.items():
                if inner.kind == "list" and inner.item is not None and inner.item.kind == "object":
                    index.setdefault(_singular(fold(name)), name)
            index.update((fold(name), name) for name in self.fields)
            self._folded = index
        return self._folded.get(folded)

    def _shape(self, raw: Any) -> Shape:
        if isinstance(raw, str) and raw.startswith("#"):
            found = self._definitions[raw]
            if not isinstance(found, Shape):
                found = self._definitions[raw] = Shape(found, self._definitions)
            return found
        return Shape(raw, self._definitions)


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") else name


class Schema:
    """The index of all types; each is decoded when it is asked for."""

    __slots__ = ("_lines", "_types")

    def __init__(self, lines: LineFile) -> None:
        self._lines = lines
        self._types: dict[str, Shape | None] = {}

    def type(self, name: str) -> Shape | None:
        """The properties of a type as one object; None where CloudFormation has no such type."""
        if name not in self._types:
            entry = self._lines.get(name) if "::" in name else None
            if entry is None:
                self._types[name] = None
            else:
                definitions = {f"#{key}": raw for key, raw in entry.get("d", {}).items()}
                # An object without properties of its own (a wait handle) is still an object.
                self._types[name] = Shape(entry["p"], definitions)
        return self._types[name]

    def types(self) -> list[str]:
        """The names of all types, sorted."""
        return list(self._lines)

    def identifiers(self, type_: str) -> tuple[str, ...]:
        """The properties that identify a resource of the type and that a template may set."""
        entry = self._lines.get(type_)
        return tuple(entry.get("i", ())) if entry else ()

    def tag_property(self, type_: str) -> str | None:
        """The property that holds the type's tags: "Tags", or the type's own name for it ("HostedZoneTags")."""
        entry = self._lines.get(type_)
        if entry is None:
            return None
        name: str = entry.get("t", "Tags")
        return name if name in entry["p"] else None


@cache
def schema() -> Schema:
    """CloudFormation's schema as it ships."""
    return Schema(LineFile(FILE))
