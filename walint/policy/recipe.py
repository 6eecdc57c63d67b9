"""What a rule says of its fix, as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from walint.policy.fix_paths import BadPath, Path, parse_path
from walint.policy.paths import SchemaPaths

_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}\Z")
_OWN: Final = "terraform."


class Setting(NamedTuple):
    """A property and what it is to be.

    Attributes:
        value: None takes it away.
        own: whether the path is in Terraform's own names.
        absent: whether it is only set where nothing is.
    """

    path: Path
    value: Any
    own: bool = False
    absent: bool = False


class Recipe(NamedTuple):
    """What mends a finding.

    Attributes:
        ways: settings to make together; several where one of them mends it, by where the finding stands.
        needs: properties that must be there already.
        unsafe: why it may break a running system, or "".
    """

    ways: tuple[tuple[Setting, ...], ...]
    needs: tuple[str, ...]
    unsafe: str


def recipe(fix: Mapping[str, Any], parameters: Mapping[str, Any], language: str) -> Recipe:
    """The fix of a rule for one language, with the rule's parameters filled in."""
    given = fix.get("set", {})
    more = [Setting(parse_path(text), None) for text in fix.get("remove", ())]
    more += [
        Setting(parse_path(text), _filled(value, parameters), absent=True) for text, value in fix.get("add", {}).items()
    ]
    ways = (_settings(way, more, parameters, language) for way in (given if isinstance(given, list) else [given]))
    return Recipe(tuple(way for way in ways if way), tuple(fix.get("needs", ())), fix.get("unsafe", ""))


def fix_faults(fix: Mapping[str, Any], schema: SchemaPaths, parameters: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a rule's fix."""
    if fix and not ("set" in fix or "remove" in fix):
        yield "it neither sets nor removes anything"
    given = fix.get("set", {})
    settings = [*(it for way in (given if isinstance(given, list) else [given]) for it in way.items())]
    settings += [
        *fix.get("add", {}).items(),
        *((path, None) for path in (*fix.get("remove", ()), *fix.get("needs", ()))),
    ]
    for text, value in settings:
        match = _PARAMETER.match(value) if isinstance(value, str) else None
        if match is not None and match[1] not in parameters:
            yield f'"{match[1]}" is no parameter of this rule'
        try:
            path = parse_path(text.removeprefix(_OWN))
        except BadPath as error:
            yield str(error)
            continue
        fault = None if text.startswith(_OWN) else schema.fix_fault(path)
        if fault is not None:
            yield fault


def _settings(
    given: Mapping[str, Any], more: list[Setting], parameters: Mapping[str, Any], language: str
) -> tuple[Setting, ...]:
    ours: list[Setting] = []
    own: list[Setting] = []
    for text, value in given.items():
        if text.startswith(_OWN):
            own.append(Setting(parse_path(text.removeprefix(_OWN)), _filled(value, parameters), own=True))
        else:
            ours.append(Setting(parse_path(text), _filled(value, parameters)))
    # Where Terraform has names of its own for what is to change, those count, and not CloudFormation's.
    if own and not ours and language != "terraform":
        return ()
    return tuple(own if own and language == "terraform" else [*ours, *more])


def _filled(value: Any, parameters: Mapping[str, Any]) -> Any:
    """The value, in which `{name}` stands for a parameter's."""
    if isinstance(value, str):
        match = _PARAMETER.match(value)
        return parameters[match[1]] if match is not None else value
    if isinstance(value, list):
        return [_filled(item, parameters) for item in value]
    if isinstance(value, dict):
        return {key: _filled(inner, parameters) for key, inner in value.items()}
    return value
