"""Terraform's resources in CloudFormation's words."""

from __future__ import annotations

from collections.abc import Iterable

from walint.graph import Call, PartOf, Resource
from walint.source import Place
from walint.values import Presence, Property, Reference, Unknown, Value, lift
from walint.vocabulary.fold import fold
from walint.vocabulary.schema import Schema, schema
from walint.vocabulary.table import Entry, Table, table
from walint.vocabulary.tags import tags
from walint.vocabulary.view import Body, View

_TAG_SOURCES = ("tags", "tag")


def terraform_resource(
    address: str,
    source_type: str,
    place: Place,
    source_properties: Property,
    *,
    presence: Presence = None,
    calls: tuple[Call, ...] = (),
    default_tags: Property | None = None,
    extent: Place | None = None,
    provider: str = "",
) -> Resource:
    """A resource of the graph out of one Terraform resource instance.

    Args:
        source_properties: a mapping of the attributes and blocks (as `Blocks`) by Terraform's names, `lifecycle`
            among them where it is written.
        default_tags: a mapping of the tags that the resource's provider adds.
        extent: the whole block.
        provider: the address of the provider's configuration.
    """
    entry = table().get(source_type) or _by_name(source_type)
    type_ = entry.type if entry.by is None else _by_value(entry, source_properties)
    seen = _Seen(address, entry, type_, source_properties, place, default_tags, schema())
    part_of = None
    if entry.part_of is not None:
        owner, attribute = entry.part_of
        part_of = PartOf(
            owner,
            Property(place, compute=lambda: seen.through(attribute), references=lambda: seen.references(attribute)),
            seen.owners,
            frozenset(entry.fields),
        )
    return Resource(
        address,
        type_,
        source_type,
        "terraform",
        place,
        seen.lookup,
        seen.names,
        source_properties,
        presence,
        calls,
        part_of,
        identities(type_),
        extent=extent,
        provider=provider,
    )


def identities(type_: str, known: Schema | None = None, words: Table | None = None) -> tuple[str, ...]:
    """The properties by whose value others may name a resource of the type, as `BucketName` names a bucket."""
    found = dict.fromkeys((known or schema()).identifiers(type_))
    found.update(dict.fromkeys((words or table()).identities(type_)))
    return tuple(found)


def _by_name(source_type: str) -> Entry:
    """A type without an entry: awscc's are CloudFormation's own, and aws's may be newer than the table."""
    prefix, _, rest = source_type.partition("_")
    found = table().type_named(fold(rest)) if prefix in ("aws", "awscc") else None
    return Entry(source_type, {} if found is None else {"type": found})


def _by_value(entry: Entry, source: Property) -> str:
    """The type that an attribute decides; the Terraform name where the attribute is not known."""
    assert entry.by is not None
    attribute, types = entry.by
    body = source.value
    found = body.get(attribute) if isinstance(body, dict) else None
    value = None if found is None else found.value
    return types.get(value, entry.type) if isinstance(value, str) else types.get("", entry.type)


class _Seen:
    """The answers of one resource; its body is read at the first question."""

    __slots__ = ("_address", "_default_tags", "_entry", "_owner", "_place", "_schema", "_source", "_type", "_view")

    def __init__(
        self,
        address: str,
        entry: Entry,
        type_: str,
        source: Property,
        place: Place,
        default_tags: Property | None,
        known: Schema,
    ) -> None:
        self._address = address
        self._entry = entry
        self._type = type_
        self._source = source
        self._place = place
        self._default_tags = default_tags
        self._schema = known
        self._view: View | None = None
        self._owner: View | None = None

    @property
    def _body(self) -> Body:
        body = self._source.value
        return body if isinstance(body, dict) else {}

    @property
    def _own(self) -> View:
        if self._view is None:
            part = self._entry.part_of is not None
            self._view = View(
                self._body,
                {} if part else self._entry.fields,
                self._schema.type(self._type),
                self._place,
                address=self._address,
            )
        return self._view

    def lookup(self, name: str) -> Property | None:
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self)
        return self._own.lookup(name)

    def names(self) -> Iterable[str]:
        tagged = self.tags() is not None
        for name in self._own.names():
            if name == "Tag" or name in _SPECIAL:
                continue
            yield name
        if tagged:
            yield "Tags"
        if self.deletion_policy() is not None:
            yield "DeletionPolicy"
            yield "UpdateReplacePolicy"

    def owners(self, name: str) -> Property | None:
        """What a part says of its owner."""
        if self._owner is None:
            type_ = self._entry.part_of[0] if self._entry.part_of is not None else ""
            self._owner = View(
                self._body,
                self._entry.fields,
                self._schema.type(type_),
                self._place,
                folding=False,
                address=self._address,
            )
        return self._owner.lookup(name)

    def through(self, attribute: str) -> Value:
        found = self._body.get(attribute)
        return None if found is None else found.value

    def references(self, attribute: str) -> tuple[Reference, ...]:
        found = self._body.get(attribute)
        return () if found is None else found.references

    def tags(self) -> Property | None:
        written = [found for name in _TAG_SOURCES if (found := self._body.get(name)) is not None]
        defaults = self._default_tags
        if defaults is not None and not written:
            taggable = self._entry.taggable
            if taggable is None:
                taggable = self._schema.tag_property(self._type) is not None
            if not taggable:
                defaults = None
        elif self._entry.taggable is False:
            defaults = None
        return tags(written, defaults)

    def terraform(self) -> Property | None:
        return self._source

    def deletion_policy(self) -> Property | None:
        """What becomes of the resource when it is taken away, where Terraform means what CloudFormation does.

        `prevent_destroy` keeps it, as "Retain" does; without `skip_final_snapshot` a database leaves a snapshot.
        """
        kept = self._own.walk(("lifecycle", "prevent_destroy"))
        if kept is not None and (kept.value is not False or "skip_final_snapshot" not in self._body):
            return _policy(kept, "Retain", "Delete")
        skipped = self._body.get("skip_final_snapshot")
        return None if skipped is None else _policy(skipped, "Delete", "Snapshot")


def _policy(found: Property, yes: str, no: str) -> Property:
    def told(value: object) -> Value:
        if isinstance(value, Unknown):
            return value
        return yes if value in (True, "true") else no if value in (False, "false") else None

    return Property(found.place, compute=lambda: lift(told, found.value), references=lambda: found.references)


_SPECIAL = {
    "Tags": _Seen.tags,
    "terraform": _Seen.terraform,
    "DeletionPolicy": _Seen.deletion_policy,
    "UpdateReplacePolicy": _Seen.deletion_policy,
}
