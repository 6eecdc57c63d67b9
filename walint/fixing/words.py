"""CloudFormation's properties in Terraform's words: the vocabulary read from left to right."""

from __future__ import annotations

from typing import Any, NamedTuple

from walint.policy.fix_paths import Each, Path, Select, Step
from walint.terraform.schema import Tree, block_tree
from walint.vocabulary.fold import camel, fold
from walint.vocabulary.schema import Shape
from walint.vocabulary.table import Line

# Adapters that read the first of their attributes as it is.
_FIRST = ("bucket_acl", "first", "items", "single")


class Way(NamedTuple):
    """Where a property stands in Terraform.

    Attributes:
        path: attribute and block names, with `Each` and numbers for items.
        values: CloudFormation's spelling of values by Terraform's.
    """

    path: Path
    values: dict[str, Any]

    def value(self, wanted: Any) -> Any:
        """A value in Terraform's spelling."""
        for ours, theirs in self.values.items():
            if theirs == wanted:
                return {"true": True, "false": False}.get(ours, ours)
        return wanted


def ways(fields: dict[str, Line], shape: Shape | None, tree: Tree | None, path: Path, folding: bool) -> list[Way]:
    """The ways to a property of CloudFormation in a block of Terraform, the likeliest first; none where it has none.

    Args:
        fields: the vocabulary's lines for the block.
        shape: the CloudFormation object that the block is.
        tree: the attributes and blocks that the provider knows in it.
        folding: whether names without a line are matched by folding.
    """
    if not path:
        return [Way((), {})]
    name, rest = path[0], path[1:]
    assert isinstance(name, str)
    inner = None if shape is None else shape.get(name)
    line = fields.get(name)
    if line is None and name not in fields:
        found = _folded(name, shape, tree) if folding else None
        return [] if found is None else _below((found,), {}, {}, inner, tree, rest)
    if line is None or not line.mapped:
        return []
    if line.adapter is not None:
        return list(_adapted(line, inner, tree, rest))
    if not line.source and not line.was:
        rest = rest[1:] if rest and isinstance(rest[0], int) else rest
        return ways(line.fields, _item(inner), tree, rest, line.here)
    out: list[Way] = []
    for source in (line.source, line.was):
        if source and _known(tree, source):
            out += _below(source, line.values, line.fields, inner, tree, rest)
    return out


def _adapted(line: Line, inner: Shape | None, tree: Tree | None, rest: Path) -> list[Way]:
    of = line.options.get("of", ())
    match line.adapter:
        case "keyed" if rest and isinstance(rest[0], Select) and isinstance(of, dict):
            attribute = of.get(rest[0].value)
            return [] if attribute is None else [Way(tuple(attribute.split(".")), line.values)]
        case "concat":
            out: list[Way] = []
            for name in of:
                out += _below(tuple(name.split(".")), {}, line.fields, inner, tree, rest)
            return out
        case "mapping" if len(rest) == 1 and isinstance(rest[0], str):
            left, right = line.options.get("name", "name"), line.options.get("value", "value")
            return [Way((*of[0].split("."), Select(left, rest[0]), right), line.values)]
        case "by_name" if rest and isinstance(rest[0], str):
            start = tuple(of[0].split("."))
            shape = _item(None if inner is None else inner.item)
            below = ways(line.fields, shape, _inside(tree, start), rest[1:], folding=True)
            chosen = Select(line.options["name"], rest[0])
            return [Way((*start, chosen, *way.path), way.values) for way in below]
        case "method_settings":
            return _below(tuple(of[0].split(".")), {}, {}, inner, tree, tuple(it for it in rest if it != Each()))
        case "json":
            return _json(tuple(of[0].split(".")), _item(inner), rest)
        case adapter if adapter in _FIRST and of:
            attribute = tuple(of[0].split("."))
            rest = rest[1:] if rest and isinstance(rest[0], (int, Each)) else rest
            return [Way(attribute, line.values)] if not rest else []
    return []


def _json(start: Path, shape: Shape | None, rest: Path) -> list[Way]:
    """A way on through a text of JSON, whose names begin with a small letter."""
    steps: list[Step] = [*start]
    for step in rest:
        if isinstance(step, Select):
            return []
        steps.append(step[:1].lower() + step[1:] if isinstance(step, str) else step)
    return [Way(tuple(steps), {})]


def _below(
    start: tuple[str, ...],
    values: dict[str, Any],
    fields: dict[str, Line],
    shape: Shape | None,
    tree: Tree | None,
    rest: Path,
) -> list[Way]:
    """The ways on from an attribute or block that has been found."""
    head: list[Step] = [*start]
    inner = _inside(tree, start)
    while rest and isinstance(rest[0], (int, Each)):
        head += [rest[0]]
        rest = rest[1:]
        shape = _item(shape)
    if rest and isinstance(rest[0], Select):
        return []
    # A first item asked for by number is the one block that there is, or will be.
    while head and head[-1] == 0:
        head.pop()
    if not rest:
        return [Way(tuple(head), values)]
    return [Way((*head, *way.path), way.values) for way in ways(fields, _item(shape), inner, rest, folding=True)]


def _inside(tree: Tree | None, path: tuple[str, ...]) -> Tree | None:
    for name in path:
        tree = block_tree(tree, name)
    return tree


def _item(shape: Shape | None) -> Shape | None:
    while shape is not None and shape.kind == "list":
        shape = shape.item
    return shape


def _folded(name: str, shape: Shape | None, tree: Tree | None) -> str | None:
    """The provider's name that means a property, however it is spelled."""
    names = list(tree or ())
    same = [source for source in names if fold(source) == fold(name)]
    if same:
        return same[0]
    if shape is not None:
        return next((source for source in names if shape.named(fold(source)) == name), None)
    return next((source for source in names if camel(source) == name), None)


def _known(tree: Tree | None, source: tuple[str, ...]) -> bool:
    """Whether the provider still has what a line of the vocabulary names."""
    inner = tree
    for at, name in enumerate(source):
        if inner is None or name not in inner:
            return False
        if at + 1 < len(source):
            held = inner[name]
            if isinstance(held, str):
                return True
            inner = block_tree(inner, name)
    return True
