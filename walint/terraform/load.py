"""A root module as a graph."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from walint.graph import Graph, Opaque, Resource
from walint.source import Place, Problem
from walint.terraform import syntax
from walint.terraform.bodies import body_properties
from walint.terraform.context import Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.folders import Disk, Folder
from walint.terraform.inputs import TreeFiles, given_values
from walint.terraform.module import Module, Shared, hides
from walint.terraform.providers import default_tags, provider_address, provider_of, provider_scope
from walint.terraform.resources import ResourceInstance
from walint.terraform.syntax import Argument, Block
from walint.values import Property, texts_in
from walint.vocabulary import terraform_resource


class TerraformOptions(NamedTuple):
    """How a root module is evaluated.

    Attributes:
        variables: as `--var` takes them.
        var_files: absolute paths; later ones win.
        root: the folder that reads never leave.
        cwd: what names in reports are relative to.
        scenarios: "all" leaves open what only a default decides.
    """

    variables: Mapping[str, str] = MappingProxyType({})
    var_files: tuple[str, ...] = ()
    workspace: str = "default"
    root: str = ""
    cwd: str = ""
    scenarios: Literal["given", "all"] = "given"


def load(disk: Disk, path: str, options: TerraformOptions) -> Graph | None:
    """The graph of a root module with all modules that it calls; None where the folder holds no Terraform."""
    folder = disk.folder(path)
    if folder is None:
        return None
    explore = options.scenarios == "all"
    shared = Shared(disk, TreeFiles(disk, folder.path), folder, options.workspace, options.cwd, explore=explore)
    given, problems = given_values(disk, folder, options.variables, options.var_files)
    for problem in problems:
        shared.report(problem)
    shared.told = _told(folder, given)
    root = Module(shared, folder, given=given)
    modules = list(_modules(root))
    resources = [resource for module in modules for resource in _resources(module)]
    opaque = list(shared.opaque)
    seen: set[int] = set()
    for module in modules:
        if id(module.folder) in seen:
            continue
        seen.add(id(module.folder))
        for problem in module.folder.problems:
            shared.report(problem)
        if not module.folder.complete and module.folder.place is not None:
            opaque.append(Opaque(f"a file in {module.folder.name}", "it has a syntax error", module.folder.place))
    graph = Graph(folder.name, "terraform", resources, opaque=tuple(opaque), hidden=shared.hidden)
    graph.problems = _Problems(shared)
    return graph


def _told(root: Folder, given: Mapping[str, Any]) -> frozenset[str]:
    """What inputs say that hide nothing."""
    out: set[str] = set()
    for name, variable in root.variables.items():
        default = variable.body.arguments.get("default")
        if hides(variable):
            continue
        if name in given:
            out.update(texts_in(given[name]))
        elif default is not None and isinstance(default.expression, syntax.Literal):
            out.update(texts_in(default.expression.value))
    return frozenset(out)


class _Problems(list[Problem]):
    """The problems of a root; they grow while properties are evaluated."""

    def __init__(self, shared: Shared) -> None:
        super().__init__()
        self._shared = shared

    def __iter__(self) -> Iterator[Problem]:
        return iter(list(self._shared.problems))

    def __len__(self) -> int:
        return len(self._shared.problems)


def _modules(module: Module) -> Iterator[Module]:
    yield module
    for name in module.folder.calls:
        for _, child in module.child_modules(name):
            if child is not None:
                yield from _modules(child)


def _resources(module: Module) -> Iterator[Resource]:
    folder = module.folder
    for mode, type_, name in folder.resources:
        if mode == "resource":
            for made in module.resource_instances(mode, type_, name):
                yield _resource(made)
        elif type_ in _DATA_SOURCES:
            for made in module.resource_instances(mode, type_, name):
                yield _data_source(made)
    for block in folder.providers:
        yield _described(module, block, "terraform::provider", block.labels[0], provider_address(block))
    for block in folder.others:
        if block.type == "terraform":
            for inner in block.body.blocks:
                if inner.type in ("backend", "cloud"):
                    kind = inner.labels[0] if inner.labels else inner.type
                    yield _described(module, inner, "terraform::backend", kind, f"terraform.backend.{kind}")
                elif inner.type == "required_providers":
                    yield from _required_providers(module, inner)
    for name, block in folder.calls.items():
        yield _described(module, block, "terraform::module", "module", f"module.{name}")
    for name, block in folder.variables.items():
        yield _described(module, block, "terraform::variable", "variable", f"var.{name}")
    for name, block in folder.outputs.items():
        yield _described(module, block, "terraform::output", "output", f"output.{name}")


def _resource(made: ResourceInstance) -> Resource:
    module = made.module
    source = Property(made.block.header, compute=lambda: made.properties, owner=made.address)
    provider = provider_of(made)
    return terraform_resource(
        made.address,
        made.type,
        made.block.header,
        source,
        presence=made.presence,
        calls=module.calls,
        default_tags=None if provider is None else default_tags(provider),
        provider="" if provider is None else provider.address,
        extent=made.block.place,
    )


# The data sources that rules judge: what they say is the author's, not what a provider finds.
_DATA_SOURCES: Final = frozenset(("aws_ami", "aws_iam_policy", "aws_iam_policy_document", "aws_vpc", "http"))


def _data_source(made: ResourceInstance) -> Resource:
    place = made.block.header
    source = Property(place, compute=lambda: made.properties, owner=made.address)
    properties = {"terraform": source}
    if made.type == "aws_iam_policy_document":
        properties["json"] = Property(place, compute=lambda: made.attribute("json", place), owner=made.address)
    type_ = f"data.{made.type}"
    return Resource(
        made.address,
        type_,
        type_,
        "terraform",
        place,
        properties.get,
        lambda: [name for name in properties if name != "terraform"],
        source,
        made.presence,
        made.module.calls,
        extent=made.block.place,
    )


def _described(module: Module, block: Block, type_: str, source_type: str, address: str) -> Resource:
    """A block that is no resource, so that rules can judge what is written in it."""
    owner = module.addressed(address)
    kept: dict[str, Any] = {}

    def body() -> "dict[str, Any]":
        if "body" not in kept:
            body = block.body
            if type_ in ("terraform::variable", "terraform::module"):
                found = {
                    name: Property(argument.place, compute=_evaluated(module, block, argument), owner=owner)
                    for name, argument in body.arguments.items()
                    if name not in ("type", "providers", "depends_on", "count", "for_each")
                }
                kept["body"] = found
            else:
                scope = provider_scope(module, block) if type_ == "terraform::provider" else module
                kept["body"] = body_properties(body, scope, module, owner)
        return kept["body"]  # type: ignore[no-any-return]

    source = Property(block.header, compute=body, owner=owner)
    return _written(module, source, type_, source_type, owner, block.header, block.place)


def _written(
    module: Module, source: Property, type_: str, source_type: str, address: str, place: Place, extent: Place
) -> Resource:
    """What is no resource, as one."""

    def said() -> "dict[str, Property]":
        value = source.value
        return value if isinstance(value, dict) else {}

    def lookup(name: str) -> "Property | None":
        return source if name == "terraform" else said().get(name)

    return Resource(
        address,
        type_,
        source_type,
        "terraform",
        place,
        lookup,
        lambda: said().keys(),
        source,
        module.presence,
        module.calls,
        extent=extent,
    )


def _required_providers(module: Module, block: Block) -> Iterator[Resource]:
    """What `required_providers` says, provider by provider."""
    for name, argument in block.body.arguments.items():
        owner = module.addressed(f"terraform.required_providers.{name}")
        source = Property(argument.name_place, compute=_requirement(module, argument), owner=owner)
        at = argument.name_place
        yield _written(module, source, "terraform::required_provider", name, owner, at, argument.place)


def _requirement(module: Module, argument: Argument) -> Callable[[], Any]:
    def compute() -> Any:
        # Quietly: `configuration_aliases` names what is nothing anywhere else.
        said = evaluate(argument.expression, module, module.context.quiet())
        # Before 0.13 it was the version alone.
        found = said if isinstance(said, dict) else {"version": said}
        return {
            name: item if isinstance(item, Property) else Property(argument.place, item) for name, item in found.items()
        }

    return compute


def _evaluated(module: Module, block: Block, argument: Argument) -> Callable[[], Any]:
    """A module call's argument in its first instance, which stands for the others."""

    def compute() -> Any:
        instances = module.instances(block, f"module.{block.labels[0]}") if block.type == "module" else []
        scope = Scope(instances[0].names if instances else {}, module)
        # Mistakes are reported where the module uses its arguments.
        return evaluate(argument.expression, scope, module.context.quiet())

    return compute
