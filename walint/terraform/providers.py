"""The provider that a resource is made by, and the tags that it adds."""

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


class Provider:
    """A provider's configuration.

    Attributes:
        owner: the module that it is written in.
        scope: the names that hold in its block.
    """

    __slots__ = ("block", "owner", "scope")

    def __init__(self, scope: Scope, owner: "Module", block: Block) -> None:
        self.scope = scope
        self.owner = owner
        self.block = block

    @property
    def address(self) -> str:
        return self.owner.addressed(provider_address(self.block))


def provider_address(block: Block) -> str:
    """The address of a provider's configuration in its module; Terraform itself has none."""
    alias = literal(block, "alias")
    return f"provider.{block.labels[0]}" + (f".{alias}" if alias else "")


def provider_of(resource: ResourceInstance) -> Provider | None:
    """The configuration of the AWS provider that makes a resource, where it is written in the files at hand."""
    wanted = resource.type.partition("_")[0]
    if wanted not in ("aws", "awscc"):
        return None
    argument = resource.block.body.arguments.get("provider")
    key = None
    if argument is not None:
        wanted, index = provider_name(argument.expression)
        if index is not None:
            key = evaluate(index, Scope(resource.instance.names, resource.module), resource.module.context.quiet())
    return _configuration(resource.module, wanted, key)


def default_tags(provider: Provider) -> Property | None:
    """The tags that a provider adds to what it makes."""
    tags = _inner(provider, "default_tags").get("tags")
    ignored = _inner(provider, "ignore_tags")
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


def _configuration(module: "Module", name: str, key: Any) -> Provider | None:
    """A provider's configuration as a module knows it: its own, or what its caller passes or has."""
    for block in module.folder.providers:
        alias = literal(block, "alias")
        if name == block.labels[0] + (f".{alias}" if alias else ""):
            return Provider(provider_scope(module, block, key), module, block)
    if module.parent_module is None:
        return None
    if name in module.providers:
        passed = module.providers[name]
        return _configuration(module.parent_module, passed.name, passed.key())
    return _configuration(module.parent_module, name, key) if "." not in name else None


def provider_scope(module: "Module", block: Block, key: Any = None) -> Scope:
    """The names in a provider block, which OpenTofu repeats by `for_each`; without a key in the first of them."""
    if "for_each" not in block.body.arguments:
        return module
    instances = module.instances(block, f"provider.{block.labels[0]}")
    for instance in instances:
        if key is None or instance.key == key:
            return Scope(instance.names, module)
    return Scope(unknown_names(Unknown("which of several providers it is")), module)


def _inner(provider: Provider, type_: str) -> dict[str, Property]:
    inner = next((inner for inner in provider.block.body.blocks if inner.type == type_), None)
    return {} if inner is None else body_properties(inner.body, provider.scope, provider.owner)


def _without_ignored(tags: Any, ignored: dict[str, Property]) -> Any:
    """The tags without those that the provider is told to leave to others."""
    keys, prefixes = (
        [item for item in plain(ignored[name].value) or () if isinstance(item, str)] if name in ignored else []
        for name in ("keys", "key_prefixes")
    )
    if not isinstance(tags, dict):
        return tags
    return {name: item for name, item in tags.items() if name not in keys and not name.startswith(tuple(prefixes))}
