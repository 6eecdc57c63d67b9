"""The provider that a resource is made by, and the tags that it adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from walint.terraform.bodies import body_properties
from walint.terraform.context import Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.expansion import unknown_names
from walint.terraform.folders import literal
from walint.terraform.resources import ResourceInstance
from walint.terraform.syntax import Attribute, Block, Expression, Index, Literal, Variable
from walint.values import Property, Unknown, plain

if TYPE_CHECKING:
    from walint.terraform.module import Module


def default_tags(resource: ResourceInstance) -> Property | None:
    """The tags that the resource's provider adds to it."""
    if not resource.type.startswith("aws_"):
        return None
    argument = resource.block.body.arguments.get("provider")
    key = None
    wanted = "aws"
    if argument is not None:
        wanted, index = provider_name(argument.expression)
        if index is not None:
            key = evaluate(index, Scope(resource.instance.names, resource.module), resource.module.context.quiet())
    found = _configuration(resource.module, wanted, key)
    if found is None:
        return None
    scope, owner, provider = found
    tags = _inner(scope, owner, provider, "default_tags").get("tags")
    ignored = _inner(scope, owner, provider, "ignore_tags")
    if tags is None or not ignored:
        return tags
    return Property(
        tags.place, compute=lambda: _without_ignored(tags.value, ignored), references=lambda: tags.references
    )


def provider_name(expression: Expression) -> tuple[str, Expression | None]:
    """What names a provider: `aws` or `aws.alias`, and the key of one of several (`aws.alias[each.key]`)."""
    match expression:
        case Literal(value=str() as value):
            return value, None
        case Variable(name=value):
            return value, None
        case Attribute(of=Variable(name=of), name=value):
            return f"{of}.{value}", None
        case Index(of=of_several, key=key):
            return provider_name(of_several)[0], key
        case _:
            return "", None


def _configuration(module: Module, name: str, key: Any) -> tuple[Scope, Module, Block] | None:
    """A provider's configuration as a module knows it: its own, or what its caller passes or has."""
    for block in module.folder.providers:
        alias = literal(block, "alias")
        if name == block.labels[0] + (f".{alias}" if alias else ""):
            return provider_scope(module, block, key), module, block
    if module.parent_module is None:
        return None
    if name in module.providers:
        passed = module.providers[name]
        return _configuration(module.parent_module, passed.name, passed.key())
    return _configuration(module.parent_module, name, key) if "." not in name else None


def provider_scope(module: Module, block: Block, key: Any = None) -> Scope:
    """The names in a provider block, which OpenTofu repeats by `for_each`; without a key in the first of them."""
    if "for_each" not in block.body.arguments:
        return module
    instances = module.instances(block, f"provider.{block.labels[0]}")
    for instance in instances:
        if key is None or instance.key == key:
            return Scope(instance.names, module)
    return Scope(unknown_names(Unknown("which of several providers it is")), module)


def _inner(scope: Scope, module: Module, block: Block, type_: str) -> dict[str, Property]:
    inner = next((inner for inner in block.body.blocks if inner.type == type_), None)
    return {} if inner is None else body_properties(inner.body, scope, module)


def _without_ignored(tags: Any, ignored: dict[str, Property]) -> Any:
    """The tags without those that the provider is told to leave to others."""
    keys, prefixes = (
        [item for item in plain(ignored[name].value) or () if isinstance(item, str)] if name in ignored else []
        for name in ("keys", "key_prefixes")
    )
    if not isinstance(tags, dict):
        return tags
    return {name: item for name, item in tags.items() if name not in keys and not name.startswith(tuple(prefixes))}
