"""One instance of a module: the names of its expressions, its calls and its resources, each evaluated once."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from walint.conditions import Is, Subject, same_value
from walint.graph import Call, Opaque
from walint.limits import exceeded, limits
from walint.source import Place, Problem
from walint.terraform.bodies import body_properties
from walint.terraform.context import MISSING, Context, EvaluationError, Files, Scope
from walint.terraform.dispatch import truth
from walint.terraform.evaluate import evaluate
from walint.terraform.expansion import ALL, Instance, expand_count, expand_each, joined, suffix, unknown_names
from walint.terraform.folders import Disk, Folder
from walint.terraform.names import Calls, DataTypes, Locals, Resources, Variables
from walint.terraform.providers import provider_name
from walint.terraform.recording import Recorded, Recorder
from walint.terraform.resources import ResourceInstance
from walint.terraform.sources import called_folder
from walint.terraform.syntax import Block, Expression, Literal, Object
from walint.terraform.types import ANY, ConversionError, Type, convert, parse_type
from walint.terraform.validation import allowed
from walint.values import Presence, Property, Reference, Unknown, choose, texts_in


class Shared:
    """What all module instances of one root share.

    Args:
        explore: whether the root's variables may have other values than their defaults.
    """

    def __init__(
        self, disk: Disk, files: Files, root: Folder, workspace: str, cwd: str, *, explore: bool = False
    ) -> None:
        self.disk = disk
        self.files = files
        self.root = root
        self.workspace = workspace
        self.cwd = cwd
        self.explore = explore
        self.recorder = Recorder()
        self.problems: dict[Problem, None] = {}
        self.opaque: list[Opaque] = []
        self.resources: dict[str, ResourceInstance] = {}
        self.modules: dict[str, str] | None = None
        self.instances = 0
        # The texts of variables that are marked as sensitive, and those of the root's others, which are no secrets.
        self.hidden: set[str] = set()
        self.told: frozenset[str] = frozenset()

    def report(self, problem: Problem) -> None:
        self.problems[problem] = None


class PassedProvider(NamedTuple):
    """A provider that a call gives to a module: the caller's name for it, and which one it is of several."""

    name: str
    key: Callable[[], Any]


class Module(Scope):
    """One instance of a module: the scope of its expressions.

    Args:
        address: "" for the root, else `module.a["k"].module.b`.
        arguments: what the caller gives, by variable; evaluated in the caller's scope when asked for.
    """

    __slots__ = (
        "address", "arguments", "calls", "context", "folder", "given", "memo", "parent_module", "presence", "providers",
        "shared",
    )  # fmt: skip

    def __init__(
        self,
        shared: Shared,
        folder: Folder,
        address: str = "",
        *,
        arguments: dict[str, Callable[[], Any]] | None = None,
        given: dict[str, Any] | None = None,
        calls: tuple[Call, ...] = (),
        presence: Presence = None,
        parent: "Module | None" = None,
        providers: dict[str, PassedProvider] | None = None,
    ) -> None:
        super().__init__({}, None)
        self.shared = shared
        self.folder = folder
        self.address = address
        self.arguments = arguments
        self.given = given or {}
        self.calls = calls
        self.presence = presence
        self.parent_module = parent
        self.providers = providers or {}
        self.memo: dict[Any, Recorded | None] = {}
        self.context = Context(shared.report, shared.files, cwd=shared.root.path, label=address, follow=self.follow)

    # --- names ----------------------------------------------------------------------------------------------------

    def resolve(self, name: str, place: Place) -> Any:
        match name:
            case "var":
                return Variables(self)
            case "local":
                return Locals(self)
            case "module":
                return Calls(self)
            case "data":
                return DataTypes(self)
            case "path":
                return self._path()
            case "terraform":
                return {"workspace": self.shared.workspace}
            case "each" | "count" | "self":
                return MISSING
            case _:
                if name in self.folder.types() or "_" in name:
                    return Resources(self, "resource", name)
                return MISSING

    def _path(self) -> dict[str, Any]:
        root = os.path.relpath(self.folder.path, self.shared.root.path).replace(os.sep, "/")
        return {"module": root, "root": ".", "cwd": self.shared.root.path}

    def kept(self, key: Any, compute: Callable[[], Any], circular: Callable[[], Any]) -> Any:
        """A value that is computed once; its references are noted each time it is asked for."""
        if key in self.memo:
            known = self.memo[key]
            if known is None:
                return circular()
        else:
            self.memo[key] = None
            self.memo[key] = known = self.shared.recorder.run(compute)
        self.shared.recorder.note(*known.references)
        return known.value

    def _circular(self, place: Place, what: str) -> Callable[[], Any]:
        def report() -> Any:
            self.shared.report(Problem.at(place, f"{what} needs itself"))
            return Unknown(f"{what}, which needs itself")

        return report

    def variable(self, name: str, place: Place) -> Any:
        block = self.folder.variables.get(name)
        if block is None:
            # A mistake, but it is plain what is meant: a value that is given from outside.
            self.shared.report(Problem.at(place, f'There is no variable "{name}" in this module.'))
            return self._open_variable(f'variable "{name}", which is not declared', name, ANY)
        return self.kept(
            ("var", name), lambda: self._variable(name, block), self._circular(block.header, f"var.{name}")
        )

    def _variable(self, name: str, block: Block) -> Any:
        value = self._value_of(name, block)
        if hides(block):
            self.shared.hidden.update(set(texts_in(value)) - self.shared.told)
        return value

    def _value_of(self, name: str, block: Block) -> Any:
        type_ = self.variable_type(name)
        default = block.body.arguments.get("default")
        nullable = literal_bool(block, "nullable", True)
        value: Any
        if self.arguments is not None and name in self.arguments:
            value = self.arguments[name]()
        elif self.arguments is None and name in self.given:
            value = self.given[name]
        elif default is not None:
            value = evaluate(default.expression, self, self.context)
            if self.shared.explore and self.parent_module is None and isinstance(value, (bool, int, str)):
                return self._explored(name, value, type_)
        else:
            made = self._open_variable(f'variable "{name}", which has no value', name, type_)
            subject = made.subject
            if self.shared.explore and type_.kind == "string" and subject is not None and subject.domain:
                return _by_domain(subject, subject.domain[-1])
            return made
        if value is None and not nullable and default is not None:
            value = evaluate(default.expression, self, self.context)
        try:
            return value if type_.kind == "any" else convert(value, type_)
        except ConversionError as error:
            self.shared.report(
                Problem.at(block.header, f'The value of variable "{name}" does not fit its type: {error.sentence}')
            )
            return Unknown(f'variable "{name}", whose value does not fit its type')

    def _open_variable(self, reason: str, name: str, type_: Type) -> Unknown:
        domain: tuple[str | bool, ...] | None = (True, False) if type_.kind == "bool" else None
        block = self.folder.variables.get(name)
        if type_.kind in ("string", "any") and block is not None:
            domain = allowed(block, name)
        label = f"{self.address}.var.{name}" if self.address else f"var.{name}"
        return Unknown(reason, None if type_.kind in ("any", "tuple") else type_.kind, Subject(label, domain))

    def _explored(self, name: str, default: bool | int | str, type_: Type) -> Any:
        """A variable with a default where other values are explored too."""
        value = default if type_.kind == "any" else convert(default, type_)
        other = self._open_variable(f'variable "{name}", which may be given another value', name, type_)
        if other.subject is None or not isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, bool) and type_.kind == "bool":
            return choose(Is(other.subject, value), value, not value)
        if other.subject.domain is None:
            return choose(Is(other.subject, value), value, other)
        return _by_domain(other.subject, value)

    def variable_type(self, name: str) -> Type:
        """The type that a variable declares: the same for all instances of the module."""
        types = self.folder.variable_types
        if name not in types:
            types[name] = self._declared_type(name)
        return types[name]

    def _declared_type(self, name: str) -> Type:
        argument = self.folder.variables[name].body.arguments.get("type")
        if argument is None:
            return ANY
        expression = argument.expression
        try:
            # Before 0.12 types were quoted.
            if isinstance(expression, Literal) and isinstance(expression.value, str):
                return {"string": Type("string"), "list": Type("list", ANY), "map": Type("map", ANY)}.get(
                    expression.value, ANY
                )
            return parse_type(expression)
        except EvaluationError as error:
            self.shared.report(Problem.at(error.place or argument.place, error.sentence))
            return ANY

    def local(self, name: str, place: Place) -> Any:
        argument = self.folder.locals.get(name)
        if argument is None:
            raise EvaluationError(f'There is no local value "{name}" in this module.', place)
        return self.kept(
            ("local", name),
            lambda: evaluate(argument.expression, self, self.context),
            self._circular(argument.name_place, f"local.{name}"),
        )

    def output(self, name: str, place: Place) -> Any:
        block = self.folder.outputs.get(name)
        if block is None:
            raise EvaluationError(f'The module has no output "{name}".', place)
        value = block.body.arguments.get("value")
        if value is None:
            return None
        return self.kept(
            ("output", name),
            lambda: evaluate(value.expression, self, self.context),
            self._circular(block.header, f"output.{name}"),
        )

    # --- resources and module calls ---------------------------------------------------------------------------------

    def addressed(self, rest: str) -> str:
        return f"{self.address}.{rest}" if self.address else rest

    def instances(self, block: Block, what: str) -> list[Instance]:
        """The instances of a resource, data source or module call, as its count or for_each says."""
        return self.kept(  # type: ignore[no-any-return]
            ("instances", id(block)),
            lambda: list(self._instances(block, what)),
            lambda: [Instance(ALL, unknown_names(Unknown(f"the number of {what}, which needs itself")), None)],
        )

    def _instances(self, block: Block, what: str) -> Iterator[Instance]:
        count, each = block.body.arguments.get("count"), block.body.arguments.get("for_each")
        if count is not None:
            yield from expand_count(evaluate(count.expression, self, self.context), self.context, count.place)
        elif each is not None:
            yield from expand_each(evaluate(each.expression, self, self.context), self.context, each.place)
        else:
            yield from self._single(block)

    def _single(self, block: Block) -> Iterator[Instance]:
        """The one instance of what is not repeated; OpenTofu can turn it off (`enabled` in its lifecycle)."""
        lifecycle = next((inner for inner in block.body.blocks if inner.type == "lifecycle"), None)
        enabled = None if lifecycle is None else lifecycle.body.arguments.get("enabled")
        there: Any = True
        if enabled is not None:
            try:
                there = truth(evaluate(enabled.expression, self, self.context))
            except EvaluationError as error:
                self.shared.report(Problem.at(enabled.place, error.sentence))
        if there is not False:
            yield Instance(None, {}, None if there is True else there)

    def resource_instances(self, mode: str, type_: str, name: str) -> list[ResourceInstance]:
        block = self.folder.resources[mode, type_, name]
        base = self.addressed(f"{'data.' if mode == 'data' else ''}{type_}.{name}")
        out = []
        for instance in self.instances(block, base):
            address = base + suffix(instance.key)
            made = self.shared.resources.get(address)
            if made is None:
                made = ResourceInstance(self, block, mode, type_, address, instance)
                self.shared.resources[address] = made
            out.append(made)
        return out

    def follow(self, reference: Reference, step: str | int, place: Place) -> Any:
        """An attribute of a resource instance: what its configuration sets, else a reference to it."""
        if reference.attribute == "" and isinstance(step, str):
            found = self.shared.resources.get(reference.resource)
            if found is not None:
                return found.attribute(step, place)
        shown = f"[{step}]" if isinstance(step, int) else f".{step}" if reference.attribute else step
        made = Reference(reference.resource, reference.attribute + shown)
        self.shared.recorder.note(made)
        return made

    def child_modules(self, name: str) -> "list[tuple[Instance, Module | None]]":
        """The instances of a module call; None for a module that could not be read."""
        block = self.folder.calls[name]
        out: list[tuple[Instance, Module | None]] = []
        for instance in self.instances(block, f"module.{name}"):
            key = ("module", name, repr(instance.key))
            if key not in self.memo:
                self.memo[key] = Recorded(self._child(name, block, instance), ())
            known = self.memo[key]
            out.append((instance, None if known is None else known.value))
        return out

    def _child(self, name: str, block: Block, instance: Instance) -> "Module | None":
        address = self.addressed(f"module.{name}") + suffix(instance.key)
        self.shared.instances += 1
        if self.shared.instances > limits().modules:
            folder, reason = None, exceeded("modules", "there are more than {} instances of modules")
            self.shared.report(Problem.at(block.header, f"not judged: {reason}", "error"))
            if ("too many", name) in self.memo:
                return None
            self.memo["too many", name] = None
        else:
            folder, reason = called_folder(self, name, block)
        if folder is None:
            arguments = Property(block.header, compute=lambda: self.call_arguments(block, instance))
            self.shared.opaque.append(Opaque(self.addressed(f"module.{name}"), reason, block.header, arguments))
            return None
        passed = [argument for argument in block.body.arguments.values() if argument.name not in _CALL_ARGUMENTS]
        self._check_arguments(name, block, folder, [argument.name for argument in passed])
        return Module(
            self.shared,
            folder,
            address,
            arguments={argument.name: self._argument(argument.expression, instance) for argument in passed},
            calls=(*self.calls, Call(address, block.header, block.place)),
            presence=joined(self.presence, instance.presence),
            parent=self,
            providers=_provider_map(block, Scope(instance.names, self), self.context.quiet()),
        )

    def _check_arguments(self, name: str, block: Block, folder: Folder, given: list[str]) -> None:
        """Report what Terraform refuses in a call: a variable that is not there, or one that has no value."""
        if not folder.complete:
            return
        for argument in given:
            if argument not in folder.variables:
                place = block.body.arguments[argument].name_place
                self.shared.report(Problem.at(place, f'module "{name}" has no variable "{argument}"'))
        for variable, declared in folder.variables.items():
            if "default" not in declared.body.arguments and variable not in given:
                sentence = f'module "{name}" needs a value for its variable "{variable}"'
                self.shared.report(Problem.at(block.header, sentence))

    def call_arguments(self, block: Block, instance: Instance) -> dict[str, Any]:
        """What a module is called with, as properties."""
        scope = Scope(instance.names, self) if instance.names else self
        return {
            name: found
            for name, found in body_properties(block.body, scope, self).items()
            if name not in _CALL_ARGUMENTS
        }

    def _argument(self, expression: Expression, instance: Instance) -> Callable[[], Any]:
        scope = Scope(instance.names, self) if instance.names else self
        return lambda: evaluate(expression, scope, self.context)


_CALL_ARGUMENTS: Final = frozenset(("source", "version", "count", "for_each", "providers", "depends_on"))


def _provider_map(block: Block, scope: Scope, context: Context) -> dict[str, PassedProvider]:
    """What a call passes as providers, by the names that the module knows them by."""
    argument = block.body.arguments.get("providers")
    if argument is None or not isinstance(argument.expression, Object):
        return {}

    def passed(expression: Expression) -> PassedProvider:
        name, key = provider_name(expression)
        return PassedProvider(name, lambda: None if key is None else evaluate(key, scope, context))

    return {provider_name(key)[0]: passed(value) for key, value in argument.expression.items}


def _by_domain(subject: Subject, last: Any) -> Any:
    """Each value that an input can have, where it has that one."""
    value = last
    for other in subject.domain or ():
        if not same_value(other, last):
            value = choose(Is(subject, other), other, value)
    return value


def hides(variable: Block) -> bool:
    """Whether a variable is one whose value must not be shown."""
    return literal_bool(variable, "sensitive", False) or literal_bool(variable, "ephemeral", False)


def literal_bool(block: Block, name: str, default: bool) -> bool:
    argument = block.body.arguments.get(name)
    if (
        argument is not None
        and isinstance(argument.expression, Literal)
        and isinstance(argument.expression.value, bool)
    ):
        return argument.expression.value
    return default
