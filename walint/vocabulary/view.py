"""Terraform's blocks seen as CloudFormation's objects, lazily.

Nothing is evaluated before it is asked for, and each value keeps the place where its author wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from walint.source import Place
from walint.values import Blocks, Choice, Presence, Property, Reference, Unknown, choose
from walint.vocabulary.fold import camel, fold
from walint.vocabulary.schema import Shape
from walint.vocabulary.table import Line

Body = dict[str, Property]
Adapter = Callable[["View", str, Line], Property | None]


class View:
    """One block, or a resource's whole body, in CloudFormation's names.

    Args:
        body: the block's attributes and inner blocks, by Terraform's names.
        fields: the vocabulary's explicit lines.
        shape: the CloudFormation object that it is; None where there is none: then names are only respelled.
        place: the block's header.
        folding: whether names without an explicit line are matched by folding.
        address: the resource's, where this is its whole body.
    """

    __slots__ = ("_names", "_spoken", "address", "body", "fields", "folding", "place", "shape")

    def __init__(
        self,
        body: Body,
        fields: dict[str, Line],
        shape: Shape | None,
        place: Place | None,
        folding: bool = True,
        address: str = "",
    ) -> None:
        self.body = body
        self.fields = fields
        self.shape = shape
        self.place = place
        self.folding = folding
        self.address = address
        self._names: dict[str, str] | None = None
        self._spoken: frozenset[str] | None = None

    def lookup(self, name: str) -> Property | None:
        line = self.fields.get(name)
        if line is not None:
            return self._explicit(name, line) if self._answers(name, line) else None
        source = self._folded().get(name)
        if source is None:
            return None
        return converted(self.body[source], self.shape_of(name), {})

    def names(self) -> Iterator[str]:
        """The names that are set, in source order; those that only a default sets last."""
        by_source: dict[str, list[str]] = {}
        rest = []
        for name, line in self.fields.items():
            if not self._answers(name, line):
                continue
            used = next((source for source in self.body if source in line.uses), None)
            if used is not None:
                by_source.setdefault(used, []).append(name)
            elif line.here or line.default is not None or (line.adapter is not None and not line.uses):
                rest.append(name)
        for name, source in self._folded().items():
            by_source.setdefault(source, []).append(name)
        for source in self.body:
            yield from by_source.get(source, ())
        yield from rest

    def mapping(self) -> Body:
        """All of it as an object's properties."""
        out: Body = {}
        for name in self.names():
            found = self.lookup(name)
            if found is not None:
                out[name] = found
        return out

    def walk(self, path: tuple[str, ...]) -> Property | None:
        """The property at a path of Terraform's names; the values of several blocks on the way as one list."""
        if not path:
            return Property(self.place, dict(self.body))
        found = self.body.get(path[0])
        for name in path[1:]:
            if found is None:
                return None
            found = _step(found, name)
        return found

    def _answers(self, name: str, line: Line) -> bool:
        """Whether the object has the property: where an attribute decides the type, a line may be for another one."""
        return line.mapped and (self.shape is None or name in self.shape.fields)

    def shape_of(self, name: str) -> Shape | None:
        return None if self.shape is None else self.shape.fields.get(name)

    def _explicit(self, name: str, line: Line) -> Property | None:
        if line.adapter is not None:
            from walint.vocabulary.adapters import ADAPTERS

            found = ADAPTERS[line.adapter](self, name, line)
        elif not line.source and not line.was:
            found = self._virtual(name, line)
        else:
            found = self.walk(line.source) if line.source else None
            if found is None and line.was:
                found = self.walk(line.was)
            if found is not None:
                if line.values:
                    found = respelled(found, line.values)
                found = converted(found, self.shape_of(name), line.fields)
        if line.default is None:
            return found
        return _with_default(found, line.default, self.place)

    def _virtual(self, name: str, line: Line) -> Property | None:
        """An object that CloudFormation has and Terraform has not: its properties stand in the block at hand."""
        shape = self.shape_of(name)
        listed = shape is not None and shape.kind == "list"
        inner = View(
            self.body,
            line.fields,
            shape.item if shape is not None and listed else shape,
            self.place,
            line.here,
            self.address,
        )
        at = next((found for each in inner.names() if (found := inner.lookup(each)) is not None), None)
        if at is None:
            return None
        # What a whole block is stands where the block does; a part of a resource where its first property does.
        place = self.place if line.here or listed or not self.address else at.place
        made = Property(place, compute=inner.mapping, presence=at.presence, owner=at.owner)
        return Property(place, [made], owner=at.owner) if listed else made

    def _folded(self) -> dict[str, str]:
        """The names that are matched by folding, each with the Terraform name it comes from."""
        if self._names is None:
            self._names = {}
            if self.folding:
                taken = {
                    source[0] for line in self.fields.values() for source in (line.source, line.was) if len(source) == 1
                }
                for source in self.body:
                    if source in taken:
                        continue
                    name = camel(source) if self.shape is None else self.shape.named(fold(source))
                    if name is not None and name not in self.fields:
                        self._names.setdefault(name, source)
        return self._names


def converted(found: Property, shape: Shape | None, fields: dict[str, Line], block: bool = False) -> Property:
    """A property's value in CloudFormation's names at every depth, evaluated no sooner than it is asked for.

    Without a shape only blocks are respelled: the keys of any other mapping may be the author's own.
    """
    if not fields and shape is not None and shape.kind not in _CONTAINERS:
        return found
    return Property(
        found.place,
        compute=lambda: _converted(found.value, shape, fields, found.place, block),
        presence=found.presence,
        owner=found.owner,
        references=lambda: found.references,
    )


_CONTAINERS: Final = ("object", "list", "map", "json")


def _converted(
    value: Any, shape: Shape | None, fields: dict[str, Line], place: Place | None, block: bool = False
) -> Any:
    if isinstance(value, Choice):
        return Choice(
            value.condition,
            _branch(value.then, shape, fields, place),
            _branch(value.otherwise, shape, fields, place),
        )
    kind = None if shape is None else shape.kind
    if isinstance(value, Blocks) and kind == "json":
        # What the schema leaves open is an object far more often than a list.
        shape, kind = None, "object"
    if isinstance(value, list):
        if kind == "object" and len(value) < 2:
            return _only(value[0], shape, fields, isinstance(value, Blocks)) if value else None
        item = shape.item if shape is not None and kind == "list" else shape
        if shape is None and not isinstance(value, Blocks):
            return value
        items = [converted(inner, item, fields, isinstance(value, Blocks)) for inner in value]
        return Blocks(items) if isinstance(value, Blocks) and kind != "list" else items
    if isinstance(value, dict):
        if kind == "list":
            assert shape is not None
            return [Property(place, compute=lambda: _converted(value, shape.item, fields, place))]
        if kind == "map":
            assert shape is not None
            return {key: converted(inner, shape.item, {}) for key, inner in value.items()}
        if kind == "object" or (kind is None and (block or fields)):
            return View(value, fields, shape, place).mapping()
    return value


def _branch(branch: Any, shape: Shape | None, fields: dict[str, Line], place: Place | None) -> Any:
    return converted(branch if isinstance(branch, Property) else Property(place, branch), shape, fields)


def _only(found: Property, shape: Shape | None, fields: dict[str, Line], block: bool) -> Any:
    """The one block that stands for an object, with whether it is there."""
    return present(found.presence, converted(found, shape, fields, block))


def present(presence: Presence, found: Property) -> Any:
    """A value that may not be there: null where it is not."""
    if presence is None:
        return found.value
    if isinstance(presence, Unknown):
        return presence
    return choose(presence, found, None)


def _step(found: Property, name: str) -> Property | None:
    """The property of that name in a block, or in each of several blocks, as one property."""
    value = found.value
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        inner = [(block, _step(block, name)) for block in value]
        there = [(block, item) for block, item in inner if item is not None]
        if len(there) < 2:
            return None if not there else _conditional(*there[0])
        items: list[Property] = []
        blocks = False
        for block, item in there:
            held = item.value
            if isinstance(held, list):
                blocks = blocks or isinstance(held, Blocks)
                items += [_held(block, each) for each in held]
            else:
                items.append(_held(block, item))
        return Property(there[0][1].place, Blocks(items) if blocks else items, owner=found.owner)
    if isinstance(value, Choice):
        sides = [
            _step(side if isinstance(side, Property) else Property(found.place, side), name)
            for side in (value.then, value.otherwise)
        ]
        if sides[0] is None and sides[1] is None:
            return None
        at = sides[0] or sides[1]
        return Property(None if at is None else at.place, Choice(value.condition, sides[0], sides[1]))
    if isinstance(value, (Unknown, Reference)):
        return Property(found.place, _open(value), owner=found.owner)
    return None


def _open(value: Unknown | Reference) -> Unknown:
    """What is inside an open value."""
    return Unknown(value.reason if isinstance(value, Unknown) else f"{value.resource}, which is decided at deployment")


def _conditional(block: Property, item: Property) -> Property:
    if block.presence is None:
        return item
    return Property(
        item.place,
        compute=lambda: present(block.presence, item),
        owner=item.owner,
        references=lambda: item.references,
    )


def _held(block: Property, item: Property) -> Property:
    """An item of a list, there only where its block is."""
    if block.presence is None or item.presence is not None:
        return item
    return Property(
        item.place,
        compute=lambda: item.value,
        presence=block.presence,
        owner=item.owner,
        references=lambda: item.references,
    )


def respelled(found: Property, values: dict[str, Any]) -> Property:
    """A property whose value is in CloudFormation's spelling."""
    return Property(
        found.place,
        compute=lambda: respell(found.value, values),
        presence=found.presence,
        owner=found.owner,
        references=lambda: found.references,
    )


def respell(value: Any, values: dict[str, Any]) -> Any:
    """A value in CloudFormation's spelling; what is open stays so."""
    if isinstance(value, Property):
        return respelled(value, values)
    if isinstance(value, Choice):
        return choose(value.condition, respell(value.then, values), respell(value.otherwise, values))
    if isinstance(value, list):
        return [respell(item, values) for item in value]
    if isinstance(value, Unknown) and value.subject is not None:
        # What the input is known by is Terraform's spelling.
        return Unknown(value.reason)
    if isinstance(value, bool):
        return values.get("true" if value else "false", value)
    return values.get(value, value) if isinstance(value, str) else value


def _with_default(found: Property | None, default: Any, place: Place | None) -> Property:
    if found is None:
        return Property(place, default)

    def compute() -> Any:
        value = found.value
        if isinstance(value, Choice):
            return choose(
                value.condition, *(default if side is None else side for side in (value.then, value.otherwise))
            )
        return default if value is None else value

    return Property(found.place, compute=compute, references=lambda: found.references)
