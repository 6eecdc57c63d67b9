"""The compiled vocabulary: what each Terraform type is in CloudFormation's words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from walint.vocabulary.lines import LineFile

FILE: Final = Path(__file__).parent.parent / "data" / "vocabulary.txt"


class Line:
    """Where one CloudFormation property comes from.

    Attributes:
        source: the way to it from the block at hand, in Terraform's names; empty for an object that Terraform lacks.
        here: whether it is such an object and its names are matched by folding with those of the block at hand.
        was: the same way as earlier versions of the provider named it, or empty.
        fields: explicit lines for the properties inside it.
        values: values that CloudFormation spells otherwise.
        adapter: the name of the Python function that makes the value, if any, and what it is told.
        default: what Terraform's provider sets where nothing is written.
        mapped: False where the name is not to be matched at all.
    """

    __slots__ = (
        "_fields",
        "_raw_fields",
        "adapter",
        "default",
        "here",
        "mapped",
        "options",
        "source",
        "uses",
        "values",
        "was",
    )

    def __init__(self, raw: Any) -> None:
        self.mapped = raw is not None
        raw = {"from": raw} if isinstance(raw, str) else raw or {}
        self.here: bool = raw.get("from") == "."
        self.source: tuple[str, ...] = tuple(raw["from"].split(".")) if "from" in raw and not self.here else ()
        self.was: tuple[str, ...] = tuple(raw["was"].split(".")) if "was" in raw else ()
        self._raw_fields: dict[str, Any] = raw.get("p", {})
        self._fields: dict[str, Line] | None = None
        self.values: dict[str, Any] = raw.get("values", {})
        self.adapter: str | None = raw.get("adapter")
        self.options: dict[str, Any] = raw.get("with", {})
        self.default: Any = raw.get("default")
        # The attributes of the block at hand that it needs, in order.
        self.uses: tuple[str, ...] = tuple(raw.get("uses", self.source[:1]))

    @property
    def fields(self) -> dict[str, Line]:
        if self._fields is None:
            self._fields = {name: Line(inner) for name, inner in self._raw_fields.items()}
        return self._fields


class Entry:
    """One Terraform type.

    Attributes:
        type: in the common vocabulary; the Terraform name where CloudFormation has no such resource.
        by: the attribute that decides the type, and the types by its values; or None.
        fields: explicit lines.
        part_of: the owner's type and the attribute that names the owner, or None.
        taggable: whether the provider's default tags reach it; None where that is not known.
    """

    __slots__ = ("by", "fields", "part_of", "taggable", "type")

    def __init__(self, name: str, raw: dict[str, Any]) -> None:
        self.type: str = raw.get("type", name)
        self.by: tuple[str, dict[str, str]] | None = (raw["by"], raw["types"]) if "by" in raw else None
        self.fields: dict[str, Line] = {key: Line(inner) for key, inner in raw.get("p", {}).items()}
        self.part_of: tuple[str, str] | None = tuple(raw["part_of"]) if "part_of" in raw else None
        self.taggable: bool | None = raw.get("taggable")


class Table:
    """All types; each is decoded when it is asked for."""

    __slots__ = ("_entries", "_lines")

    def __init__(self, lines: LineFile) -> None:
        self._lines = lines
        self._entries: dict[str, Entry | None] = {}

    def get(self, source_type: str) -> Entry | None:
        if source_type not in self._entries:
            raw = self._lines.get(source_type)
            self._entries[source_type] = None if raw is None else Entry(source_type, raw)
        return self._entries[source_type]

    def identities(self, type_: str) -> tuple[str, ...]:
        """Names by which others refer to resources of a type, beyond those that CloudFormation's schema tells."""
        return tuple((self._lines.get("#identities") or {}).get(type_, ()))

    def type_named(self, folded: str) -> str | None:
        """CloudFormation's type that a folded `service_resource` means: "s3bucket" gives AWS::S3::Bucket."""
        found: str | None = (self._lines.get("#types") or {}).get(folded)
        return found

    def types(self) -> Iterator[str]:
        """The Terraform types that have an entry."""
        return (key for key in self._lines if not key.startswith("#"))


@cache
def table() -> Table:
    """The vocabulary as it ships."""
    return Table(LineFile(FILE))
