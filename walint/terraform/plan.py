"""`terraform show -json`, of a plan or a state, as a graph.

https://developer.hashicorp.com/terraform/internals/json-format tells what stands where. A finding is placed in the
sources where they stand beside the plan, else at the resource's address in the plan itself.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from walint.graph import Call, Graph, Resource
from walint.source import Place, Problem, Source
from walint.terraform.folders import Disk, Folder, is_local, literal
from walint.terraform.inputs import TreeFiles
from walint.terraform.plan_references import Configuration, call_names, module_steps
from walint.terraform.sources import installed_modules
from walint.terraform.syntax import Block, Literal
from walint.values import Blocks, Property, Reference, Unknown, texts_in
from walint.vocabulary import terraform_resource


class _Resource(NamedTuple):
    """One resource of a plan.

    Attributes:
        values: its attributes, as planned or as they are.
        unknown: the same shape with True where a value is known only after the deployment.
        sensitive: the same shape with True where a value is marked as sensitive.
    """

    address: str
    module: str
    type: str
    name: str
    key: Any
    values: dict[str, Any]
    unknown: dict[str, Any]
    sensitive: Any


def load_plan(source: Source, disk: Disk, folder: str) -> Graph | str:
    """The graph of a plan or state; a sentence where the text is neither.

    Args:
        folder: absolute, where the sources may stand.
    """
    try:
        data = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        return f"not valid JSON: {error}"
    values = data.get("planned_values") or data.get("values") if isinstance(data, dict) else None
    root = values.get("root_module") if isinstance(values, dict) else None
    if not isinstance(root, dict):
        return "no Terraform plan: it has no planned_values with a root_module; write it with terraform show -json"
    reader = _Reader(source, data, disk, folder)
    found = list(reader.resources(root, ""))
    reader.addresses.update(each.address for each in found)
    resources = [reader.resource(each) for each in found]
    graph = Graph(
        source.name,
        "terraform",
        [resource for resource in resources if resource is not None],
        hidden={text for each in found for text in _marked(each.values, each.sensitive)},
    )
    graph.problems = reader.problems
    return graph


class _Reader:
    def __init__(self, source: Source, data: dict[str, Any], disk: Disk, folder: str) -> None:
        self.source = source
        self.disk = disk
        self.folder = folder
        self.problems: list[Problem] = []
        self._places: dict[str, tuple[int, int]] | None = None
        self.modules: dict[str, str] | None = None
        configuration = data.get("configuration")
        self.addresses: set[str] = set()
        self.configuration = Configuration(configuration if isinstance(configuration, dict) else {}, self.addresses)
        self.unknown: dict[str, dict[str, Any]] = {}
        for change in data.get("resource_changes") or []:
            after = (change.get("change") or {}).get("after_unknown")
            if isinstance(after, dict):
                self.unknown[change.get("address", "")] = after

    def resources(self, module: dict[str, Any], address: str) -> Iterator[_Resource]:
        for item in module.get("resources") or []:
            if item.get("mode") == "managed":
                yield _Resource(
                    item["address"],
                    address,
                    item["type"],
                    item["name"],
                    item.get("index"),
                    item.get("values") or {},
                    self.unknown.get(item["address"], {}),
                    item.get("sensitive_values"),
                )
        for child in module.get("child_modules") or []:
            yield from self.resources(child, child.get("address", ""))

    def resource(self, found: _Resource) -> Resource | None:
        if not found.type.startswith(("aws_", "awscc_")):
            return None
        block = self._block(found)
        place = self._own_place(found.address) if block is None else block.header
        tags = _tags(found, place)
        return terraform_resource(
            found.address,
            found.type,
            place,
            Property(place, compute=lambda: self._properties(found, block, place), owner=found.address),
            calls=self._calls(found.module, place),
            default_tags=tags,
            extent=None if block is None else block.place,
        )

    def _properties(self, found: _Resource, block: Block | None, place: Place) -> dict[str, Property]:
        written = self.configuration.expressions(found.module, found.type, found.name)
        out: dict[str, Property] = {}
        for name in dict.fromkeys((*found.values, *found.unknown)):
            if written is not None and name not in written and found.unknown.get(name) is True:
                # AWS decides what nobody wrote: to rules it is absent, as in the sources.
                continue
            expression = None if written is None else written.get(name)
            value = self._data(found, found.values.get(name), found.unknown.get(name), expression)
            if value is None or (value == [] and (written is None or name not in written)):
                continue
            argument = None if block is None else block.body.arguments.get(name)
            inner = None if block is None else next((each for each in block.body.blocks if each.type == name), None)
            at = argument.place if argument is not None else inner.header if inner is not None else place
            references = self._references(found, expression)
            out[name] = Property(at, value, owner=found.address, references=tuple(references))
        lifecycle = _lifecycle(block, place)
        if lifecycle is not None:
            out["lifecycle"] = lifecycle
        return out

    def _data(self, found: _Resource, value: Any, unknown: Any, expression: Any) -> Any:
        """A planned value with symbols where it is not known."""
        if unknown is True:
            references = self._references(found, expression)
            return references[0] if len(references) == 1 else Unknown(_AFTER)
        if isinstance(value, dict):
            marks = unknown if isinstance(unknown, dict) else {}
            made = {
                name: self._data(found, value.get(name), marks.get(name), _inside(expression, name))
                for name in dict.fromkeys((*value, *marks))
            }
            return {name: item for name, item in made.items() if item is not None}
        if isinstance(value, list) or isinstance(unknown, list):
            count = max(len(part) for part in (value, unknown) if isinstance(part, list))
            items = [
                self._data(found, _at(value, at), _at(unknown, at), _inside(expression, at)) for at in range(count)
            ]
            return Blocks(items) if items and all(isinstance(item, dict) for item in items) else items
        return value

    def _references(self, found: _Resource, expression: Any) -> list[Reference]:
        return self.configuration.references(found.module, found.type, found.name, found.key, expression)

    def _own_place(self, address: str) -> Place:
        """The address in the plan's text, where it stands first."""
        if self._places is None:
            self._places = {}
            for match in _ADDRESS.finditer(self.source.text):
                self._places.setdefault(match[1], (match.start(), match.end()))
        return Place(self.source, *self._places.get(json.dumps(address), (0, 0)))

    def _module_folder(self, module: str) -> Folder | None:
        """The sources of a module, found by the calls that lead to it."""
        path = self.folder
        names = call_names(module)
        for depth, name in enumerate(names, 1):
            folder = self.disk.folder(path)
            block = None if folder is None else folder.calls.get(name)
            source = None if block is None else literal(block, "source")
            if source is None:
                return None
            if is_local(source):
                path = os.path.normpath(os.path.join(path, source))
            else:
                installed = self._installed().get(".".join(names[:depth]))
                if installed is None:
                    return None
                path = os.path.join(self.folder, installed)
        return self.disk.folder(path)

    def _installed(self) -> dict[str, str]:
        if self.modules is None:
            self.modules = installed_modules(TreeFiles(self.disk, self.folder))
        return self.modules

    def _block(self, found: _Resource) -> Block | None:
        folder = self._module_folder(found.module)
        return None if folder is None else folder.resources.get(("resource", found.type, found.name))

    def _calls(self, module: str, place: Place) -> tuple[Call, ...]:
        made = []
        steps = module_steps(module)
        for depth, step in enumerate(steps):
            folder = self._module_folder(".".join(steps[:depth]))
            block = None if folder is None else folder.calls.get(call_names(step)[0])
            address = ".".join(steps[: depth + 1])
            made.append(Call(address, place) if block is None else Call(address, block.header, block.place))
        return tuple(made)


def _tags(found: _Resource, place: Place) -> Property | None:
    """All tags, the provider's included; what the resource's own tags say again is the same."""
    tags = found.values.get("tags_all")
    if isinstance(tags, dict):
        return Property(place, tags)
    return None


def _lifecycle(block: Block | None, place: Place) -> Property | None:
    """What only the sources say; Terraform allows nothing but plain values there that rules ask for."""
    if block is None:
        return Property(place, Unknown("the lifecycle block, which a plan does not hold"))
    for inner in block.body.blocks:
        if inner.type == "lifecycle":
            made = {
                name: Property(argument.place, argument.expression.value)
                for name, argument in inner.body.arguments.items()
                if isinstance(argument.expression, Literal)
            }
            return Property(inner.header, Blocks([Property(inner.header, made)]))
    return None


_AFTER: Final = "what AWS gives at deployment"
# As JSON writes it, with its quotation marks.
_ADDRESS: Final = re.compile(r'"address":\s?("(?:[^"\\]|\\.)*+")')


def _inside(expression: Any, step: str | int) -> Any:
    """What the configuration says of a part: blocks are spelled out, the parts of an expression are not."""
    if isinstance(expression, list):
        return expression[step] if isinstance(step, int) and step < len(expression) else expression
    if isinstance(expression, dict) and isinstance(step, str) and "references" not in expression:
        return expression.get(step)
    return expression


def _at(items: Any, at: int) -> Any:
    return items[at] if isinstance(items, list) and at < len(items) else None


def _marked(value: Any, marks: Any) -> Iterator[str]:
    """The texts in a value where the marks, which have its shape, say True."""
    if marks is True:
        yield from texts_in(value)
    elif isinstance(marks, dict) and isinstance(value, dict):
        for key, mark in marks.items():
            yield from _marked(value.get(key), mark)
    elif isinstance(marks, list) and isinstance(value, list):
        for item, mark in zip(value, marks, strict=False):
            yield from _marked(item, mark)
