"""`format` and `formatlist`. Symbols stay between the known stretches of the text."""

from __future__ import annotations

import re
from typing import Any, Final

from walint.limits import check_text
from walint.terraform.context import Context, EvaluationError
from walint.terraform.functions.encoding import json_text
from walint.terraform.functions.graphemes import graphemes
from walint.terraform.functions.items import (
    first_symbol,
    is_identifier,
    is_open,
    is_text_attribute,
    joined,
    uncertain_set,
)
from walint.terraform.functions.model import Function
from walint.terraform.functions.number_format import formatted_number, general
from walint.terraform.operators import open_result
from walint.terraform.steps import spread
from walint.terraform.typed import ANY, BOOL, NUMBER, PRIMITIVES, STRING, ListValue, Type, kind_of
from walint.terraform.types import ConversionError, convert
from walint.values import Choice, is_known

_VERB: Final = (
    r"(?as)%(?P<flags>[ +#0-]*)(?P<width>[1-9]\d*)?(?:\.(?P<precision>\d*))?(?:\[(?P<index>\d+)\])?(?P<verb>.)?"
)
_SCALAR_VERBS: Final[dict[str, Type]] = {"s": STRING, "q": STRING, "t": BOOL, **dict.fromkeys("bdoxXeEfgG", NUMBER)}
# Verbs that write an open value as a template would.
_PLAIN_VERBS: Final = frozenset("std")


def _format(template: Any, *arguments: Any) -> Any:
    """Go's formatting with Terraform's types."""
    if not isinstance(template, str):
        return open_result("string", template)
    parts: list[Any] = []
    at = used = highest = 0
    for match in re.finditer(_VERB, template):
        parts.append(template[at : match.start()])
        at = match.end()
        shown = f'"{match[0]}" at {match.start()}'
        verb = match["verb"]
        if verb is None:
            raise EvaluationError(f"unterminated format verb {shown}")
        if verb == "%":
            parts.append("%")
            continue
        if verb != "v" and verb not in _SCALAR_VERBS:
            raise EvaluationError(f"unsupported format verb {shown}")
        used = int(match["index"]) if match["index"] else used + 1
        highest = max(highest, used)
        if not 0 < used <= len(arguments):
            raise EvaluationError(f"not enough arguments for {shown}: need index {used} but have {len(arguments)}")
        parts.append(_formatted(match, arguments[used - 1], shown))
    if highest < len(arguments):
        raise EvaluationError(f"too many arguments; only {highest} used by format string")
    return joined([*parts, template[at:]])


def _formatted(match: re.Match[str], value: Any, shown: str) -> Any:
    verb = match["verb"]
    check_text(max(_number(match["width"]), _number(match["precision"])))
    if verb == "v":
        if is_known(value):
            return _padded(_as_it_is(value, "#" in match["flags"]), match)
        wanted = STRING
    else:
        if value is None:
            raise EvaluationError(f"unsupported value for {shown}: null value cannot be formatted")
        wanted = _SCALAR_VERBS[verb]
        try:
            value = convert(value, wanted)
        except ConversionError as error:
            raise EvaluationError(f"unsupported value for {shown}: {error.sentence}") from None
    if not is_known(value):
        return _symbol(match, value)
    if wanted is BOOL:
        return "true" if value else "false"
    if wanted is NUMBER:
        text = formatted_number(value, verb, match["flags"], match["width"], match["precision"])
        if text is None:
            raise EvaluationError(f"unsupported value for {shown}: an integer is required")
        return text
    precision = int(match["precision"] or 0)
    text = "".join(graphemes(value)[:precision]) if precision else value
    return _padded(json_text(text) if verb == "q" else text, match)


def _number(digits: str | None) -> int:
    """A width or precision; of one with more digits than any string has characters only that it is large."""
    return int((digits or "0")[:18])


def _symbol(match: re.Match[str], value: Any) -> Any:
    """What an open value adds to the text: itself, where it is written as it is."""
    bare = not (match["flags"] or match["width"] or match["precision"] is not None)
    verb = match["verb"]
    # By %v null is a text as well, and lists are JSON.
    if bare and is_open(value) and (verb in _PLAIN_VERBS or is_identifier(value)):
        return convert(value, STRING)
    return open_result("string", first_symbol(value))


def _as_it_is(value: Any, sharp: bool) -> str:
    kind = kind_of(value)
    if not sharp and kind == "string":
        return str(value)
    return general(value) if not sharp and kind == "number" else json_text(value)


def _padded(text: str, match: re.Match[str]) -> str:
    missing = int(match["width"] or 0) - len(graphemes(text))
    padding = ("0" if "0" in match["flags"] else " ") * missing
    return text + padding if "-" in match["flags"] else padding + text


def _format_list(context: Context, template: Any, *arguments: Any) -> Any:
    if is_open(template):
        return open_result("list", template)
    lists: list[list[Any]] = []
    for argument in arguments:
        scalar = kind_of(argument) in PRIMITIVES or is_text_attribute(argument)
        if uncertain_set(argument) or (is_open(argument) and not scalar):
            return open_result("list", first_symbol(argument))
        if isinstance(argument, list):
            lists.append(argument)
    size = len(lists[0]) if lists else 1
    for each in lists:
        if len(each) != size:
            raise EvaluationError(f"the lists must have the same length: one has {size} elements, another {len(each)}")
    rows = []
    length = 0
    for at in range(size):
        rows.append(_row(context, template, arguments, at))
        length += len(rows[-1]) if isinstance(rows[-1], str) else 0
        check_text(length)
    return ListValue(rows, STRING)


def _row(context: Context, template: str, arguments: tuple[Any, ...], at: int) -> Any:
    items = [argument[at] if isinstance(argument, list) else argument for argument in arguments]
    if any(isinstance(item, Choice) for item in items):
        return spread(lambda *plain: _format(template, *plain), context, *items)
    return _format(template, *items)


FUNCTIONS: Final[dict[str, Function]] = {
    "format": Function(_format, (STRING,), ANY, result="string", takes="everything", nulls=True),
    "formatlist": Function(_format_list, (STRING,), ANY, result="list", takes="everything", contextual=True),
}
