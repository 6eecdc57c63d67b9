"""Checks the types and property paths that a rule names against CloudFormation's schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from walint.policy.expression import Node
from walint.policy.fix_paths import Path
from walint.policy.model import type_and_path
from walint.vocabulary import Shape, schema

# Attributes of a resource rather than properties of its type; Tags are offered for every type.
ATTRIBUTES: Final = frozenset(
    ("CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "Tags", "UpdatePolicy", "UpdateReplacePolicy")
)

Shapes = Sequence[Shape]
"""What a value may look like: one of these; empty where that is not known."""


class SchemaPaths:
    """The properties that a rule may name, by its `applies_to`.

    Types that CloudFormation does not have (Terraform's own, `terraform::provider`) are not checked.
    """

    def __init__(self, targets: Sequence[str]) -> None:
        self._faults: list[str] = []
        self._resources: list[Shape] = []
        self._items: list[Shape] = []
        self._known = True
        for target in targets:
            type_, path = type_and_path(target)
            shape = schema().type(type_)
            if shape is None:
                self._known = False
                if type_.startswith("AWS::"):
                    self._faults.append(f'CloudFormation has no type "{type_}"{_near(type_, schema().types())}')
                continue
            self._resources.append(shape)
            self._items += self._at(type_, shape, path)

    def target_faults(self) -> list[str]:
        """What is wrong with `applies_to`."""
        return self._faults

    def faults(self, node: Node) -> list[str]:
        """What is wrong with the properties that an expression names."""
        found: list[str] = []
        self._shapes(node, {}, found)
        return found

    def fix_fault(self, path: Path) -> str | None:
        """What is wrong with a property that a fix names."""
        shapes: Shapes = self._items if self._known else ()
        found: list[str] = []
        for step in path:
            if step in ATTRIBUTES:
                return None
            shapes = self._step(shapes, step, found) if isinstance(step, str) else _inner(shapes)
        return found[0] if found else None

    def _at(self, type_: str, shape: Shape, path: str) -> Iterator[Shape]:
        """The shape at a path below a type; lists on the way are passed through."""
        inner: Shape | None = shape
        steps = [step for step in path.replace("[*]", ".[*]").split(".") if step]
        if steps[:1] == ["terraform"]:
            self._known = False  # Terraform's own attributes are not in the schema.
            return
        for step in steps:
            if inner is None or inner.kind in ("json", "map"):
                return
            if step == "[*]":
                if inner.kind != "list":
                    self._faults.append(f"{type_}.{path}: [*] is for lists, and this is a {inner.kind}")
                    return
                inner = inner.item
                continue
            found = inner.get(step)
            if found is None:
                self._faults.append(f'{type_}.{path}: there is no "{step}"{_near(step, _fields(inner))}')
                return
            inner = found
        if inner is not None:
            yield inner

    def _shapes(self, node: Node, bound: dict[str, Shapes], faults: list[str]) -> Shapes:
        """The shapes that an expression's value may have; what it names and is not there goes to `faults`."""
        match node:
            case ["name", "resource"]:
                return self._resources if self._known else ()
            case ["name", "item"]:
                return self._items if self._known else ()
            case ["name", name]:
                if name in bound:
                    return bound[name]
                if not name[0].isupper() or name in ATTRIBUTES:
                    return ()
                return self._step(self._items if self._known else (), name, faults)
            case ["attr", of, name]:
                if of == ["name", "resource"] and (name in ATTRIBUTES or name == "terraform"):
                    return ()
                return self._step(self._shapes(of, bound, faults), name, faults)
            case ["index", of, key]:
                self._shapes(key, bound, faults)
                return _inner(self._shapes(of, bound, faults))
            case ["call", "incoming" | "resources" as function, [["const", str(type_)], *rest]]:
                for part in rest:
                    self._shapes(part, bound, faults)
                shape = schema().type(type_)
                if shape is None:
                    if type_.startswith("AWS::"):
                        faults.append(f'CloudFormation has no type "{type_}"{_near(type_, schema().types())}')
                    return ()
                if function == "incoming" and rest and rest[0][0] == "const":
                    inner = SchemaPaths((f"{type_}.{rest[0][1]}",))
                    faults += inner.target_faults()
                return (shape,)
            case ["call", "flatten", [of]]:
                return self._shapes(of, bound, faults)
            case ["each", result, variable, collection, conditions]:
                inside = {**bound, variable: _inner(self._shapes(collection, bound, faults))}
                for condition in conditions:
                    self._shapes(condition, inside, faults)
                return self._shapes(result, inside, faults)
            case ["const", _]:
                return ()
            case [_, *parts]:
                for part in parts:
                    if isinstance(part, list) and part:
                        for inner_node in [part] if isinstance(part[0], str) else part:
                            if isinstance(inner_node, list):
                                self._shapes(inner_node, bound, faults)
        return ()

    @staticmethod
    def _step(shapes: Shapes, name: str, faults: list[str]) -> Shapes:
        if not shapes or any(_open_ended(shape) for shape in shapes):
            return ()
        found = [inner for shape in shapes if (inner := shape.get(name)) is not None]
        if not found:
            names = [field for shape in shapes for field in _fields(shape)]
            faults.append(f'there is no property "{name}"{_near(name, names)}')
        return found


def _open_ended(shape: Shape) -> bool:
    inner: Shape | None = shape
    while inner is not None and inner.kind == "list":
        inner = inner.item
    return inner is None or inner.kind in ("json", "map")


def _inner(shapes: Shapes) -> Shapes:
    """What the items of a collection look like; a value that is no list is a list of itself."""
    return [shape.item if shape.kind in ("list", "map") and shape.item is not None else shape for shape in shapes]


def _fields(shape: Shape) -> list[str]:
    inner: Shape | None = shape
    while inner is not None and inner.kind == "list":
        inner = inner.item
    return [] if inner is None else list(inner.fields)


def _near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1, 0.5)
    return f'; did you mean "{near[0]}"?' if near else ""
