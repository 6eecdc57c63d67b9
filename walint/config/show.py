"""What is in force for a path, and where each value comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from walint.cloudformation.parameters import given_parameters
from walint.config.model import SHORTHANDS, Config, Layer, Scope
from walint.discovery import display_name
from walint.policy.model import Rule

DEFAULTS: dict[str, Any] = {
    "profile": "recommended",
    "select": [],
    "ignore": [],
    "severities": {},
    "scenarios": "given",
    "fail-on": "low",
    "suppressions.enabled": True,
    "suppressions.require-reason": False,
    "suppressions.protected": [],
    "suppressions.report-unused": False,
}


class Setting(NamedTuple):
    """One value that is in force.

    Attributes:
        origin: "FILE:LINE", "FILE:LINE and FILE:LINE" where several add up, or "default".
    """

    key: str
    value: Any
    origin: str


def settings(config: Config, path: str, rules: Sequence[Rule], every_parameter: bool = False) -> Iterator[Setting]:
    """Everything that is in force for a path, absolute, by its key in the file.

    Args:
        every_parameter: also the parameters of rules that nobody sets.
    """
    scope = config.scope(path)
    layers = config.layers(path)
    found = config.settings(layers)
    for key, value in (
        ("profile", found.profile),
        ("select", list(found.select)),
        ("ignore", list(found.ignore)),
        ("severities", dict(found.severities)),
        ("scenarios", found.inputs.scenarios),
    ):
        yield Setting(key, value, _origin(scope, layers, key, value != DEFAULTS[key]))
    inputs: tuple[tuple[str, str, Any], ...] = (
        ("terraform", "variables", found.inputs.variables),
        (
            "terraform",
            "variable-files",
            [_shown(file) for file in found.inputs.variable_files],
        ),
        ("terraform", "workspace", found.inputs.workspace if found.inputs.workspace != "default" else None),
        ("cloudformation", "parameters", given_parameters(found.inputs.parameters)),
        ("cloudformation", "region", found.inputs.region),
        ("cloudformation", "account-id", found.inputs.account_id),
        ("cloudformation", "partition", found.inputs.partition),
    )
    for section, name, given in inputs:
        if given:
            yield Setting(f"{section}.{name}", given, _origin(scope, layers, section, True))
    yield from _run_wide(config, scope)
    yield from _limits(config, path, scope)
    yield from _parameters(found.parameters_of, scope, layers, rules, every_parameter)


def _limits(config: Config, path: str, scope: Scope | None) -> Iterator[Setting]:
    origins = {} if scope is None else scope.origins
    for name, value in config.limits(path)._asdict().items():
        key = f"limits.{name.replace('_', '-')}"
        if key in origins:
            yield Setting(key, value, origins[key])


def _shown(file: Path) -> str:
    return display_name(str(file), str(Path.cwd()))


def _run_wide(config: Config, scope: Scope | None) -> Iterator[Setting]:
    policy = config.suppressions
    values: dict[str, Any] = {
        "fail-on": config.fail_on or DEFAULTS["fail-on"],
        "suppressions.enabled": policy.enabled,
        "suppressions.require-reason": policy.require_reason,
        "suppressions.protected": list(policy.protected),
        "suppressions.report-unused": policy.report_unused,
    }
    if scope is not None and scope.baseline is not None:
        values["baseline"] = _shown(scope.baseline)
    origins = {} if scope is None else scope.origins
    for key, value in values.items():
        yield Setting(key, value, origins.get(key, "default"))
    if scope is not None:
        for key in ("exclude", "rule-folders", "rule-packages"):
            if key in origins:
                yield Setting(key, list(scope.written[key]), origins[key])


def _parameters(
    given: Any, scope: Scope | None, layers: tuple[Layer, ...], rules: Sequence[Rule], every: bool
) -> Iterator[Setting]:
    words = {parameter: key for key, parameter in SHORTHANDS.items()}
    for rule in rules:
        chosen = given(rule)
        for name, default in rule.parameters.items():
            if name in chosen:
                keys = (f"rules.{rule.id}", "parameters", words.get(name, "parameters"))
                origin = next((at for key in keys if (at := _origin(scope, layers, key, True, name)) != _OVER), _OVER)
                yield Setting(f"rules.{rule.id}.{name}", chosen[name], origin)
            elif every:
                yield Setting(f"rules.{rule.id}.{name}", default, "default")


_OVER = "command line"


def _origin(scope: Scope | None, layers: tuple[Layer, ...], key: str, is_set: bool, name: str = "") -> str:
    """Where a setting of the file, or of the overrides that hold, is written."""
    if scope is not None:
        places = []
        for layer in layers:
            at = scope.layers.index(layer)
            prefix = f"overrides.{at - 1}." if at else ""
            for dotted in (f"{key}.{name.replace('_', '-')}", f"{key}.{name}", key):
                place = scope.origins.get(f"{prefix}{dotted}")
                if place is not None:
                    places.append(place)
                    break
        if places:
            return " and ".join(dict.fromkeys(places))
    return _OVER if is_set else "default"


def render(settings: Sequence[Setting]) -> str:
    """The settings as aligned lines: key, value, where from."""
    rows = [(setting.key, json.dumps(setting.value, ensure_ascii=False), setting.origin) for setting in settings]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return "".join(f"{key:{widths[0]}}  {value:{min(widths[1], 40)}}  # {origin}\n" for key, value, origin in rows)
