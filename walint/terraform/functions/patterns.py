"""`regex` and `regexall`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from walint.terraform.context import EvaluationError
from walint.terraform.functions.model import Function
from walint.terraform.functions.regexp_errors import Malformed, TooMuchWork, Unsupported
from walint.terraform.typed import STRING, ListValue, Type
from walint.values import Unknown

if TYPE_CHECKING:
    from walint.terraform.functions.regexp import Pattern, Spans


def honestly(kind: str | None, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of regular expressions that is Unknown where an expression is beyond walint."""

    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Malformed as error:
            raise EvaluationError(f"invalid regexp pattern: {error}") from None
        except Unsupported as error:
            return Unknown(f"a regular expression that walint does not understand: {error}", kind)
        except TooMuchWork:
            return Unknown("a regular expression that it would take too long to match", kind)

    return call


def compiled(expression: str) -> Pattern:
    """An expression, ready to match; what reads it is loaded for the first one."""
    from walint.terraform.functions.regexp import compiled

    return compiled(expression)


# --- regex ----------------------------------------------------------------------------------------------------------


def _regex(expression: str, text: str) -> Any:
    pattern = compiled(expression)
    _result_type(pattern)
    found = pattern.search(text)
    if found is None:
        raise EvaluationError("pattern did not match any part of the given string")
    return _captures(pattern, text, found)


def _regex_all(expression: str, text: str) -> Any:
    pattern = compiled(expression)
    element = _result_type(pattern)
    return ListValue([_captures(pattern, text, found) for found in pattern.matches(text)], element)


def _result_type(pattern: Pattern) -> Type:
    """A string for a pattern without groups, a tuple of strings, or an object where the groups have names."""
    groups = pattern.names[1:]
    if not groups:
        return STRING
    if not any(groups):
        return Type("tuple", items=(STRING,) * len(groups))
    if not all(groups):
        raise Malformed("cannot mix both named and unnamed capture groups")
    return Type("object", attributes=dict.fromkeys(groups, STRING))


def _captures(pattern: Pattern, text: str, found: Spans) -> Any:
    groups: list[str | None] = [
        None if start < 0 else text[start:end] for start, end in zip(found[::2], found[1::2], strict=True)
    ]
    if len(groups) == 1:
        return groups[0]
    return dict(zip(pattern.names[1:], groups[1:], strict=True)) if pattern.names[1] else groups[1:]


FUNCTIONS: Final[dict[str, Function]] = {
    "regex": Function(honestly(None, _regex), (STRING, STRING)),
    "regexall": Function(honestly("list", _regex_all), (STRING, STRING), result="list"),
}
