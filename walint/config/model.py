"""The configuration of a run as frozen values, and what of it holds for a path."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from walint.gitignore import Pattern, read_pattern
from walint.limits import DEFAULTS, Limits
from walint.policy.model import SEVERITIES, Rule, Severity
from walint.policy.selection import fits
from walint.policy.suppressions import SuppressionPolicy
from walint.source import Problem

# Keys of their own for parameters that concern a whole repository.
SHORTHANDS: Final = {"account-baseline": "account_baseline", "required-tags": "required_tags"}


class ConfigError(Exception):
    """Configuration files have faults: all of them, one sentence each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class Inputs(NamedTuple):
    """What templates are evaluated with.

    Attributes:
        parameters: files of parameters and parameters by name; later ones win. The files are read where a template is
            evaluated, for the same configuration may be applied to an earlier revision's.
    """

    variables: Mapping[str, str] = MappingProxyType({})
    variable_files: tuple[Path, ...] = ()
    workspace: str = "default"
    parameters: tuple[Path | Mapping[str, Any], ...] = ()
    region: str | None = None
    account_id: str | None = None
    partition: str | None = None
    scenarios: Literal["given", "all"] = "given"


class Settings(NamedTuple):
    """What holds for some path.

    Attributes:
        select: none selects all.
        severities: selectors with the severity that they get; later ones count more.
        rules: parameters by rule id.
        parameters: parameters of every rule that has one of that name.
    """

    profile: Literal["recommended", "strict"] = "recommended"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    rules: Mapping[str, dict[str, Any]] = MappingProxyType({})
    parameters: Mapping[str, Any] = MappingProxyType({})
    inputs: Inputs = Inputs()

    def severity_of(self, rule: Rule) -> Severity:
        return next((given for selector, given in reversed(self.severities) if fits(rule, selector)), rule.severity)

    def parameters_of(self, rule: Rule) -> dict[str, Any]:
        """The parameters that are set for a rule; its own count more than those set for all."""
        common = {name: value for name, value in self.parameters.items() if name in rule.parameters}
        for name in (*rule.replaces, rule.id):
            common |= self.rules.get(name, {})
        return common


class Layer(NamedTuple):
    """Settings for some paths of a scope.

    Attributes:
        patterns: the paths that they are for; none for all.
        values: the settings that are given, by their keys in the file.
    """

    patterns: tuple[Pattern, ...]
    values: Mapping[str, Any]

    def covers(self, path: str) -> bool:
        """Whether a path, relative to the scope's folder, is meant, or lies in a folder that is."""
        return matches(self.patterns, path)


class Scope(NamedTuple):
    """One configuration file and what it governs.

    Attributes:
        file: as messages call it; "" for none.
        folder: what its paths are relative to, absolute.
        everywhere: whether it governs all paths, and not only those in its folder.
        layers: the file's own settings, then its overrides.
        origins: the place of each setting, "FILE:LINE", by its dotted key.
        written: the lists of paths as they are written, by key.
    """

    file: str
    folder: str
    everywhere: bool
    layers: tuple[Layer, ...]
    exclude: tuple[Pattern, ...] = ()
    rule_folders: tuple[Path, ...] = ()
    fail_on: Severity | None = None
    baseline: Path | None = None
    suppressions: Mapping[str, Any] = MappingProxyType({})
    limits: Mapping[str, int] = MappingProxyType({})
    origins: Mapping[str, str] = MappingProxyType({})
    written: Mapping[str, Sequence[str]] = MappingProxyType({})

    def relative(self, path: str) -> str | None:
        """A path below the scope's folder, with forward slashes; None for one outside of it."""
        if path == self.folder:
            return ""
        inside = path.startswith(self.folder.rstrip(os.sep) + os.sep)
        return path[len(self.folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/") if inside else None


class Config(NamedTuple):
    """All configuration of a run: the scopes of the files that were found, and what the command line says.

    Attributes:
        scopes: the nearest one above a path governs it.
        given: what the command line sets, over everything else.
    """

    scopes: tuple[Scope, ...] = ()
    given: Mapping[str, Any] = MappingProxyType({})

    def over(self, given: Mapping[str, Any]) -> "Config":
        """This configuration with something over everything in it, by the keys of the file."""
        return Config(self.scopes, {**self.given, **given})

    def moved(self, folder: Callable[[Path], Path], file: Callable[[Path], Path]) -> "Config":
        """This configuration for a copy of the tree elsewhere.

        Args:
            folder: where a folder is in the copy.
            file: where a file of variables or parameters is.
        """

        def values(of: "Mapping[str, Any]") -> "Mapping[str, Any]":
            inputs = of.get("inputs", {})
            moved = {
                key: tuple(file(it) if isinstance(it, Path) else it for it in inputs[key])
                for key in ("variable_files", "parameters")
                if key in inputs
            }
            return {**of, "inputs": {**inputs, **moved}} if moved else of

        scopes = (
            scope._replace(
                folder=str(folder(Path(scope.folder))),
                layers=tuple(layer._replace(values=values(layer.values)) for layer in scope.layers),
            )
            for scope in self.scopes
        )
        return Config(tuple(scopes), values(self.given))

    def scope(self, path: str) -> Scope | None:
        """The scope that governs an absolute path."""
        found = [scope for scope in self.scopes if scope.everywhere or scope.relative(path) is not None]
        return max(found, key=lambda scope: (scope.everywhere, len(scope.folder)), default=None)

    def layers(self, root: str, file: str | None = None) -> tuple[Layer, ...]:
        """The layers that hold for what is judged as part of a root module or template.

        Args:
            root: the absolute path of the root module's folder, or the template's.
            file: the absolute path of the file that a finding stands in.
        """
        scope = self.scope(root)
        if scope is None:
            return ()
        paths = [scope.relative(path) for path in (root, file) if path is not None]
        return tuple(
            layer
            for layer in scope.layers
            if not layer.patterns or any(layer.covers(path) for path in paths if path is not None)
        )

    def settings(self, layers: tuple[Layer, ...]) -> Settings:
        """What the layers amount to, the command line included."""
        return folded([*(layer.values for layer in layers), self.given])

    def inputs(self, root: str) -> Inputs:
        """What a root module or template, by its absolute path, is evaluated with."""
        return self.settings(self.layers(root)).inputs

    def limits(self, root: str) -> Limits:
        """How much a root module or template, by its absolute path, may ask for."""
        scope = self.scope(root)
        said = {**({} if scope is None else scope.limits), **self.given.get("limits", {})}
        return DEFAULTS._replace(**{name.replace("-", "_"): value for name, value in said.items()})

    def excludes(self, path: str) -> bool:
        """Whether a root module or template is not to be judged."""
        scope = self.scope(path)
        below = None if scope is None else scope.relative(path)
        return scope is not None and below is not None and matches(scope.exclude, below)

    @property
    def rule_folders(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(folder for scope in self.scopes for folder in scope.rule_folders))

    @property
    def fail_on(self) -> Severity | None:
        """The least severity that fails: the command line's, else the strictest of the files'."""
        given: Severity | None = self.given.get("fail-on")
        found = [scope.fail_on for scope in self.scopes if scope.fail_on is not None]
        return given or max(found, key=SEVERITIES.index, default=None)

    @property
    def baselines(self) -> tuple[Path, ...]:
        """The files with what was there before, one of each configuration file that names one."""
        return tuple(dict.fromkeys(scope.baseline for scope in self.scopes if scope.baseline is not None))

    @property
    def suppressions(self) -> SuppressionPolicy:
        """What suppressions may do: where several files say so, the strictest of them."""
        said = [*(scope.suppressions for scope in self.scopes), self.given.get("suppressions", {})]
        return SuppressionPolicy(
            enabled=all(one.get("enabled", True) for one in said),
            require_reason=any(one.get("require-reason", False) for one in said),
            protected=tuple(dict.fromkeys(name for one in said for name in one.get("protected", ()))),
            report_unused=any(one.get("report-unused", False) for one in said),
        )


def matches(patterns: Iterable[Pattern], path: str) -> bool:
    """Whether patterns, as in a .gitignore, mean a path or a folder above it; the last one that matches decides."""
    # The scope's own folder is ".".
    steps = path.split("/") if path else ["."]
    for end in range(1, len(steps) + 1):
        below, name, whole = "/".join(steps[:end]), steps[end - 1], end == len(steps)
        for pattern in reversed(tuple(patterns)):
            # What the last step is, a file or a folder, makes no difference: people write `prod/` for both.
            if pattern.matches(name if pattern.by_name else below):
                if pattern.ignore:
                    return True
                if whole:
                    return False
                break
    return False


def read_patterns(lines: Iterable[str]) -> tuple[Pattern, ...]:
    written = (line if line in (".", "./") else line.removeprefix("./") for line in lines)
    return tuple(pattern for line in written if (pattern := read_pattern(line)) is not None)


def folded(values: Iterable[Mapping[str, Any]]) -> Settings:
    """Settings out of layers, later ones over earlier ones: lists of what to ignore and mappings add up."""
    settings: dict[str, Any] = {}
    inputs: dict[str, Any] = {}
    ignore: list[str] = []
    severities: list[tuple[str, Severity]] = []
    rules: dict[str, dict[str, Any]] = {}
    parameters: dict[str, Any] = {}
    for layer in values:
        for key in ("profile", "select"):
            if key in layer:
                settings[key] = tuple(layer[key]) if key == "select" else layer[key]
        ignore += layer.get("ignore", ())
        severities += layer.get("severities", {}).items()
        for rule, given in layer.get("rules", {}).items():
            rules[rule] = {**rules.get(rule, {}), **given}
        parameters |= layer.get("parameters", {})
        parameters |= {name: layer[key] for key, name in SHORTHANDS.items() if key in layer}
        if "scenarios" in layer:
            inputs["scenarios"] = layer["scenarios"]
        for name, value in layer.get("inputs", {}).items():
            before = inputs.get(name)
            if isinstance(value, dict):
                value = {**(before or {}), **value}
            elif isinstance(value, tuple):
                value = (*(before or ()), *value)
            inputs[name] = value
    return Settings(
        **settings,
        ignore=tuple(dict.fromkeys(ignore)),
        severities=tuple(severities),
        rules=rules,
        parameters=parameters,
        inputs=Inputs(**inputs),
    )
