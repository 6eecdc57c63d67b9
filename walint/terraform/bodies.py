"""Bodies of blocks as properties: arguments evaluated when they are asked for, blocks listed, dynamic ones expanded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from walint.source import Place
from walint.terraform.context import Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.expansion import dynamic_items
from walint.terraform.recording import Recorded
from walint.terraform.schema import Tree, attribute_type, block_tree
from walint.terraform.syntax import Block, Body, Expression, names_in
from walint.terraform.types import ConversionError, Type, convert
from walint.values import Blocks, Presence, Property, Reference

if TYPE_CHECKING:
    from walint.terraform.module import Module

# What tells Terraform how to make a resource. Inside of its blocks these are names like all others.
META_ARGUMENTS: Final = frozenset(("count", "for_each", "provider", "depends_on", "connection", "provisioner"))
# In a lifecycle block: names of attributes and resources, which are no expressions.
_NO_VALUES: Final = frozenset(("ignore_changes", "replace_triggered_by"))


def body_properties(
    body: Body, scope: Scope, module: Module, owner: str | None = None, tree: Tree | None = None
) -> dict[str, Property]:
    """A body's arguments and blocks as properties; blocks of one type are one list, dynamic ones expanded.

    Args:
        tree: the types that the provider gives the arguments; values are converted to them.
    """
    out: dict[str, Property] = {}
    for name, argument in body.arguments.items():
        if name not in _NO_VALUES:
            type_ = attribute_type(tree, name)
            out[name] = argument_property(argument.expression, argument.place, scope, module, owner, type_)
    blocks: dict[str, list[Property]] = {}
    for block in body.blocks:
        if block.type == "dynamic" and len(block.labels) == 1:
            inner = block_tree(tree, block.labels[0])
            blocks.setdefault(block.labels[0], []).extend(expand_dynamic(block, scope, module, owner, inner))
        else:
            inner = block_tree(tree, block.type)
            blocks.setdefault(block.type, []).append(block_property(block, scope, module, owner, tree=inner))
    for block_type, found in blocks.items():
        if found:
            out[block_type] = Property(found[0].place, Blocks(found), owner=owner)
    return out


def argument_property(
    expression: Expression, place: Place, scope: Scope, module: Module, owner: str | None, type_: Type | None = None
) -> Property:
    recorder = module.shared.recorder
    known: list[Recorded] = []

    def evaluated() -> Any:
        value = evaluate(expression, scope, module.context)
        return value if type_ is None else _fitted(value, type_)

    def compute() -> Any:
        if not known:
            known.append(recorder.run(evaluated))
        return known[0].value

    def references() -> tuple[Reference, ...]:
        compute()
        return known[0].references

    return Property(place, compute=compute, owner=owner, references=references)


def _fitted(value: Any, type_: Type) -> Any:
    """A value as the provider keeps it; as it is where it does not fit: other versions may declare another type."""
    try:
        return convert(value, type_)
    except ConversionError:
        return value


def block_property(
    block: Block,
    scope: Scope,
    module: Module,
    owner: str | None,
    presence: Presence = None,
    tree: Tree | None = None,
) -> Property:
    return Property(
        block.header,
        compute=lambda: body_properties(block.body, scope, module, owner, tree),
        presence=presence,
        owner=owner,
    )


def expand_dynamic(
    block: Block, scope: Scope, module: Module, owner: str | None, tree: Tree | None = None
) -> Iterator[Property]:
    """The blocks that a dynamic block makes; one for all where its collection is not known."""
    each = block.body.arguments.get("for_each")
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    if each is None or content is None:
        return
    iterator_argument = block.body.arguments.get("iterator")
    iterator = block.labels[0]
    if iterator_argument is not None:
        # A bare name, or a string in Terraform's JSON.
        named = next(iter(names_in(iterator_argument.expression)), None)
        iterator = named or str(getattr(iterator_argument.expression, "value", iterator))
    value = evaluate(each.expression, scope, module.context)
    for key, item, presence in dynamic_items(value, module.context, each.place):
        inner = Scope({iterator: {"key": key, "value": item}}, scope)
        made = Block(block.labels[0], (), content.body, content.place, content.header)
        yield block_property(made, inner, module, owner, presence, tree)
