"""Instances of resources and data sources, and what their attributes are to other expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from walint.conditions import Subject
from walint.source import Place
from walint.terraform.bodies import META_ARGUMENTS, body_properties
from walint.terraform.context import Scope
from walint.terraform.expansion import Instance, joined
from walint.terraform.schema import DATA_TREES, resource_tree
from walint.terraform.syntax import Block
from walint.terraform.typed import BlockValue, ListValue
from walint.values import Blocks, Presence, Property, Reference, Unknown, plain

if TYPE_CHECKING:
    from walint.terraform.module import Module


class ResourceInstance:
    """One instance of a resource or data source; its arguments are evaluated when they are asked for."""

    __slots__ = ("_properties", "address", "block", "instance", "mode", "module", "type")

    def __init__(self, module: Module, block: Block, mode: str, type_: str, address: str, instance: Instance) -> None:
        self.module = module
        self.block = block
        self.mode = mode
        self.type = type_
        self.address = address
        self.instance = instance
        self._properties: dict[str, Property] | None = None

    @property
    def presence(self) -> Presence:
        return joined(self.module.presence, self.instance.presence)

    @property
    def properties(self) -> dict[str, Property]:
        """The arguments and blocks by name, without those that tell Terraform how to make the resource."""
        if self._properties is None:
            names = self.instance.names
            scope = Scope(names, self.module) if names else self.module
            tree = resource_tree(self.type) if self.mode == "resource" else DATA_TREES.get(self.type)
            found = body_properties(self.block.body, scope, self.module, self.address, tree)
            self._properties = {name: item for name, item in found.items() if name not in META_ARGUMENTS}
        return self._properties

    def attribute(self, name: str, place: Place) -> Any:
        """What `aws_x.y.name` gives elsewhere."""
        recorder = self.module.shared.recorder
        if self.mode == "data":
            return self._data_attribute(name)
        recorder.note(Reference(self.address, name))
        found = self.properties.get(name)
        if found is None or name == "id":
            return Reference(self.address, name)
        recorder.note(*found.references)
        value = _referred(found, Reference(self.address, name))
        return Reference(self.address, name) if value is None else value

    def _data_attribute(self, name: str) -> Any:
        if self.type == "aws_iam_policy_document":
            from walint.terraform.policy_documents import render

            if name == "json":
                self.module.shared.recorder.note(Reference(self.address, name))
                return self.module.kept(
                    ("json", self.address), lambda: render(self), lambda: Unknown("a circular policy document")
                )
        found = self.properties.get(name)
        value = None if found is None else plain(found.value)
        if value is not None:
            return value
        kind = "string" if name in _IDENTIFIERS else None
        return Unknown(f"data source {self.address}", kind, Subject(f"{self.address}.{name}"))


# Of every data source that has them, these are text.
_IDENTIFIERS: Final = frozenset(("account_id", "arn", "id", "partition", "user_id"))


def _referred(found: Property, reference: Reference) -> Any:
    """What an argument or the blocks of a type are to other expressions."""
    value = found.value
    if not isinstance(value, Blocks):
        return plain(value)
    items: list[Any] = []
    for at, block in enumerate(value):
        if block.presence is not None:
            reason = block.presence.reason if isinstance(block.presence, Unknown) else str(block.presence)
            return Unknown(f"which blocks {reference.resource} has: {reason}", "list")
        body = block.value
        if not isinstance(body, dict):
            items.append(plain(body))
            continue
        inner = Reference(reference.resource, f"{reference.attribute}[{at}]")
        pairs = [
            (name, _referred(item, Reference(inner.resource, f"{inner.attribute}.{name}")))
            for name, item in body.items()
        ]
        items.append(BlockValue([(name, item) for name, item in pairs if item is not None], inner))
    return ListValue(items)
