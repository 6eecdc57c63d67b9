"""Arguments read without typer, whose import and start take as long as judging a template.

Only what is plainly right is read here; what is not (a mistake, a call for help, an unusual way of writing) is left to
typer, which says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

from walint.cli.declare import REQUIRED, Argument, Declared, declared


class _Unclear(Exception):
    """The arguments are for typer to read."""


def arguments(command: Callable[..., Any], given: Sequence[str]) -> dict[str, Any] | None:
    """The values of a command's parameters by name; None where it takes more than this to read them."""
    try:
        return _read(declared(command), list(given))
    except _Unclear:
        return None


def _read(parameters: list[Declared], left: list[str]) -> dict[str, Any]:
    by_flag = {
        flag: parameter
        for parameter in parameters
        if not isinstance(parameter.how, Argument)
        for flag in parameter.flags
    }
    found: dict[str, Any] = {parameter.name: parameter.default for parameter in parameters}
    plain: list[str] = []
    while left:
        text = left.pop(0)
        if not text.startswith("-") or text == "-":
            plain.append(text)
            continue
        flag, equals, value = text.partition("=") if text.startswith("--") else (text, "", "")
        parameter = by_flag.get(flag)
        if parameter is None:
            raise _Unclear
        if parameter.type is bool:
            if equals:
                raise _Unclear
            found[parameter.name] = True
            continue
        if not equals:
            if not left or left[0].startswith("-"):
                raise _Unclear
            value = left.pop(0)
        _put(found, parameter, value)
    _put_plain(found, [parameter for parameter in parameters if isinstance(parameter.how, Argument)], plain)
    if any(value is REQUIRED for value in found.values()):
        raise _Unclear
    return found


def _put(found: dict[str, Any], parameter: Declared, text: str) -> None:
    value = _converted(parameter, text)
    if parameter.many:
        before = found[parameter.name]
        found[parameter.name] = [*before, value] if isinstance(before, list) else [value]
    else:
        found[parameter.name] = value


def _put_plain(found: dict[str, Any], arguments: list[Declared], texts: list[str]) -> None:
    for argument in arguments:
        if argument.many:
            for text in texts:
                _put(found, argument, text)
            texts = []
        elif texts:
            _put(found, argument, texts.pop(0))
    if texts:
        raise _Unclear


def _converted(parameter: Declared, text: str) -> Any:
    if issubclass(parameter.type, Enum):
        try:
            return parameter.type(text)
        except ValueError:
            raise _Unclear from None
    if parameter.type is int:
        least = parameter.how.settings.get("min", 0)
        if not (text.isascii() and text.isdigit() and int(text) >= least):
            raise _Unclear
        return int(text)
    return parameter.type(text)
