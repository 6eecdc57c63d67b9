"""The changes that mend a finding in Terraform: in the resource, in a part of it, or by a part of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from walint.fixing import documents, expressions, hcl
from walint.fixing.change import JSON_SUFFIX, BlockChange, Change, CompanionChange, DocumentChange
from walint.fixing.edits import Refused
from walint.fixing.words import Way, ways
from walint.graph import Graph, Resource
from walint.policy.fix_paths import Each, Path
from walint.policy.model import Finding
from walint.policy.recipe import Setting
from walint.source import Place, Source
from walint.terraform.schema import resource_tree
from walint.terraform.syntax import Block
from walint.vocabulary import schema
from walint.vocabulary.table import Entry, table

# The provider has taken these attributes out into resources of their own, and warns of them.
_SPLIT: Final = frozenset(("aws_s3_bucket",))
_KEPT: Final = {"Retain": True, "RetainExceptOnCreate": True, "Delete": False}
_DELETION: Final = ("DeletionPolicy", "UpdateReplacePolicy")

FileOf = Callable[[Source], str]


def changes(
    graph: Graph, resource: Resource, finding: Finding, item: Path, settings: Sequence[Setting], file_of: FileOf
) -> tuple[Change, ...]:
    """The changes that make the settings.

    Raises:
        Refused: where they can't be made.
    """
    out: dict[object, Change] = {}
    for setting in settings:
        change = _change(graph, resource, finding, item, setting, file_of)
        if change is None:
            continue
        key = (type(change), change.file, change.root if isinstance(change, DocumentChange) else change.labels)
        known = out.get(key)
        if known is not None:
            change = replace(known, settings=(*known.settings, *change.settings))
        out[key] = change
    if not out:
        raise Refused("Terraform has no such property")
    return tuple(out.values())


def _change(
    graph: Graph, resource: Resource, finding: Finding, item: Path, setting: Setting, file_of: FileOf
) -> Change | None:
    if setting.own:
        return _in_resource(resource, finding, [Way(setting.path, {})], setting, file_of)
    path = (*item, *setting.path)
    name = path[0]
    assert isinstance(name, str)
    if name in _DELETION:
        if name == "UpdateReplacePolicy":
            return None
        kept = setting._replace(value=_KEPT.get(setting.value))
        return _in_resource(resource, finding, [Way(("lifecycle", "prevent_destroy"), {})], kept, file_of)
    if resource.part_of is not None:
        found = _ways(resource.source_type, resource.part_of.type, path)
        return _in_resource(resource, finding, found, setting, file_of)
    for related in graph.parts(resource):
        part = related.resource
        if related.presence is None and part.part_of is not None and name in part.part_of.names:
            found = _ways(part.source_type, resource.type, path)
            if found:
                return _in_resource(part, finding, found, setting, file_of)
    own = _ways(resource.source_type, resource.type, path)
    if not own and setting.value is None:
        return None
    body = resource.source_properties.value
    written = {way.path[0] for way in own} & set(body if isinstance(body, dict) else ())
    if own and (written or resource.source_type not in _SPLIT):
        return _in_resource(resource, finding, own, setting, file_of)
    return _companion(graph, resource, path, setting, file_of)


def _ways(source_type: str, type_: str, path: Path) -> list[Way]:
    entry = table().get(source_type) or Entry(source_type, {})
    found = ways(entry.fields, schema().type(type_), resource_tree(source_type), path, folding=entry.part_of is None)
    # What Terraform spreads over the block itself has no place of its own.
    return [way for way in found if way.path]


def _in_resource(resource: Resource, finding: Finding, found: list[Way], setting: Setting, file_of: FileOf) -> Change:
    """The change in a resource that is written: by the first way that can be gone in its text."""
    source = resource.place.source
    if not found:
        raise Refused("Terraform has no such property")
    within = _same_resource(resource, finding)
    offset = source.offset(finding.span.line, finding.span.column) if within else -1
    file = file_of(source)
    refused: Refused | None = None
    if source.name.endswith(JSON_SUFFIX):
        root = ("resource", *_labels_of(resource))
        for way in found:
            try:
                path = _indexed(way.path, lambda head: documents.item_index(_characters(source), root, head, offset))
                return DocumentChange(file, root, (setting._replace(path=path, value=way.value(setting.value)),))
            except Refused as error:
                refused = refused or error
        assert refused is not None
        raise refused
    block = _block(resource)
    body = block.body
    there = [way for way in found if way.path[0] in body.arguments or any(b.type == way.path[0] for b in body.blocks)]
    for way in there + [way for way in found if way not in there]:
        try:
            path = _indexed(way.path, lambda head: expressions.item_index(block, head, offset))
            return BlockChange(file, block.labels, (setting._replace(path=path, value=way.value(setting.value)),))
        except Refused as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _same_resource(resource: Resource, finding: Finding) -> bool:
    extent = None if resource.extent is None else resource.extent.span()
    return extent is not None and extent.file == finding.span.file


def _characters(source: Source) -> Source:
    return Source(source.name, source.text)


def _indexed(path: Path, resolve: Callable[[Path], Path]) -> Path:
    last = max((at for at, step in enumerate(path) if isinstance(step, Each)), default=-1)
    return (*resolve(path[: last + 1]), *path[last + 1 :]) if last >= 0 else path


def _labels_of(resource: Resource) -> tuple[str, str]:
    """A resource's type and name: the last two of its address, without the instance's key."""
    from walint.graph import without_keys

    type_, name = without_keys(resource.address).split(".")[-2:]
    return type_, name


def _block(resource: Resource) -> Block:
    source = resource.place.source
    found = next((it for it in hcl.read(source).body.blocks if it.header.start == resource.place.start), None)
    if found is None or len(found.labels) != 2:
        raise Refused("it is not written in this file as such", Place(source, 0, 0))
    return found


def _companion(graph: Graph, resource: Resource, path: Path, setting: Setting, file_of: FileOf) -> Change:
    """The change that adds a resource of its own for the property."""
    for source_type, entry in _parts_of(resource.type):
        if path[0] not in entry.fields:
            continue
        found = _ways(source_type, resource.type, path)
        if not found or entry.part_of is None:
            continue
        source = resource.place.source
        if source.name.endswith(JSON_SUFFIX):
            raise Refused(f"it needs a resource {source_type}; add it by hand")
        block = _block(resource)
        owner = (block.labels[0], block.labels[1])
        through = entry.part_of[1]
        taken = {_labels_of(other) for other in graph.resources.values() if other.source_type == source_type}
        name = owner[1]
        if (source_type, name) in taken:
            name = f"{name}_{source_type.removeprefix(owner[0]).strip('_')}"
        labels = (source_type, name)
        settings = (setting._replace(path=found[0].path, value=found[0].value(setting.value)),)
        return CompanionChange(file_of(source), owner, labels, (through, _attribute(through)), settings)
    raise Refused("Terraform has no such property")


def _attribute(through: str) -> str:
    """The owner's attribute that a part names it by."""
    if through == "arn" or through.endswith("_arn"):
        return "arn"
    return "name" if through.endswith("_name") else "id"


@cache
def _parts_of(type_: str) -> tuple[tuple[str, Entry], ...]:
    """The Terraform types that configure a part of a type, by name."""

    def found() -> Iterator[tuple[str, Entry]]:
        for name in table().types():
            entry = table().get(name)
            if entry is not None and entry.part_of is not None and entry.part_of[0] == type_:
                yield name, entry

    return tuple(found())
