"""Functions over texts. Of a text that is open in part the known stretches are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from walint.limits import check_text
from walint.terraform.context import Context, EvaluationError
from walint.terraform.functions.graphemes import graphemes
from walint.terraform.functions.items import as_list, first_symbol, in_each_case, is_open, joined, whole
from walint.terraform.functions.model import Function
from walint.terraform.operators import open_result
from walint.terraform.typed import ANY, NUMBER, STRING, ListValue, Type
from walint.values import Reference, Unknown, join_parts

_LIST_OF_STRING: Final = Type("list", STRING)
# What Unicode calls white space: Python's own methods know other characters.
SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)

# --- putting together and taking apart ------------------------------------------------------------------------------


def _join(context: Context, separator: Any, *lists: Any) -> Any:
    items: list[Any] = []
    for each in lists:
        found = as_list(each, _LIST_OF_STRING)
        if is_open(found):
            return open_result("string", found)
        items += found

    def join(given: list[Any]) -> Any:
        parts: list[Any] = []
        for item in given:
            if item is None:
                raise EvaluationError("a list element is null; cannot concatenate null values")
            parts += [separator, item]
        return joined(parts[1:])

    return in_each_case(join, items, context)


def _split(separator: str, text: str) -> Any:
    return ListValue(text.split(separator) if separator else text, STRING)


def _substr(text: Any, offset: Any, length: Any) -> Any:
    if is_open(offset) or is_open(length):
        return open_result("string", first_symbol([offset, length]))
    offset, length = whole(offset, "the offset"), whole(length, "the length")
    parts = text.parts if isinstance(text, Unknown) else None
    if parts is not None and isinstance(parts[0], str) and offset >= 0 and length >= 0:
        # Enough is known where the text starts with it.
        known = graphemes(parts[0])[offset : offset + length]
        return "".join(known) if len(known) == length else open_result("string", text)
    if not isinstance(text, str):
        return open_result("string", text)
    found = graphemes(text)
    found = found[max(offset + len(found), 0) if offset < 0 else offset :]
    return "".join(found if length < 0 else found[:length])


def _reversed(text: str) -> str:
    return "".join(reversed(graphemes(text)))


def _chomp(text: str) -> str:
    return re.sub(r"(?:\r\n?|\n)+\Z", "", text)


def _indent(count: Any, text: Any) -> Any:
    if is_open(count):
        return open_result("string", count)
    count = whole(count, "the number of spaces")
    if count < 0:
        raise EvaluationError("the number of spaces must not be negative")
    check_text(count)

    def indented(stretch: str) -> str:
        check_text(count * stretch.count("\n"))
        return stretch.replace("\n", "\n" + " " * count)

    return _each_stretch(text, indented)


def _trim(text: str, characters: str) -> str:
    return text.strip(characters) if characters else text


def _trim_space(text: Any) -> Any:
    """Without white space at both ends, if that does not hang on what an open end is."""
    parts = text.parts if isinstance(text, Unknown) else (text,)
    if parts is None:
        return open_result("string", text)
    first, last = parts[0], parts[-1]
    if not (isinstance(first, str) and first.strip(SPACES) and isinstance(last, str) and last.strip(SPACES)):
        return "" if isinstance(text, str) else open_result("string", text)
    if first[0] not in SPACES and last[-1] not in SPACES:
        return text
    if len(parts) == 1:
        return first.strip(SPACES)
    return join_parts([first.lstrip(SPACES), *parts[1:-1], last.rstrip(SPACES)])


def _trim_prefix(text: Any, prefix: Any) -> Any:
    return _without(text, prefix, at_start=True)


def _trim_suffix(text: Any, suffix: Any) -> Any:
    return _without(text, suffix, at_start=False)


def _without(text: Any, edge: Any, *, at_start: bool) -> Any:
    if isinstance(text, str) and isinstance(edge, str):
        return text.removeprefix(edge) if at_start else text.removesuffix(edge)
    outcome = _edge(text, edge, at_start=at_start)
    if not isinstance(outcome, bool):
        return open_result("string", outcome)
    if not outcome:
        return text
    parts = list(text.parts)
    at = 0 if at_start else -1
    if len(parts[at]) < len(edge):
        return open_result("string", text)
    parts[at] = parts[at].removeprefix(edge) if at_start else parts[at].removesuffix(edge)
    return join_parts(parts)


# --- letters --------------------------------------------------------------------------------------------------------


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(map(_capital, text))


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(char.lower()[0] for char in text)


def _capital(char: str) -> str:
    """A letter's capital where that is one letter, too."""
    for found in (char.upper(), char.title()):
        if len(found) == 1:
            return found
    return char


def _title(text: str) -> str:
    """Each word with a capital; a sign that is not ASCII separates words only where it is white space."""
    out: list[str] = []
    before = " "
    for char in text:
        starts = before in SPACES or (before.isascii() and not (before.isalnum() or before == "_"))
        title = char.title()
        out.append(title if starts and len(title) == 1 else char)
        before = char
    return "".join(out)


def _each_stretch(text: Any, function: Callable[[str], str]) -> Any:
    """A text changed letter by letter, where known."""
    if isinstance(text, str):
        return function(text)
    if isinstance(text, Unknown) and text.parts is not None:
        return join_parts(
            function(part) if isinstance(part, str) else open_result("string", part) for part in text.parts
        )
    return open_result("string", text)


# --- what is in a text ----------------------------------------------------------------------------------------------


def _starts(text: Any, prefix: Any) -> Any:
    outcome = _edge(text, prefix, at_start=True)
    return outcome if isinstance(outcome, bool) else open_result("bool", outcome)


def _ends(text: Any, suffix: Any) -> Any:
    outcome = _edge(text, suffix, at_start=False)
    return outcome if isinstance(outcome, bool) else open_result("bool", outcome)


def _edge(text: Any, wanted: Any, *, at_start: bool) -> bool | Unknown | Reference:
    """Whether a text starts or ends with another, which its known stretch may decide; else what it depends on."""
    if isinstance(wanted, str):
        known = _known_edge(text, at_start=at_start)
        size = min(len(known), len(wanted))
        if size == len(wanted) or isinstance(text, str):
            return known.startswith(wanted) if at_start else known.endswith(wanted)
        same = known[:size] == wanted[:size] if at_start else known[len(known) - size :] == wanted[len(wanted) - size :]
        if not same:
            return False
    return first_symbol([text, wanted])


def _known_edge(text: Any, *, at_start: bool) -> str:
    if isinstance(text, str):
        return text
    parts = text.parts if isinstance(text, Unknown) else None
    edge = parts[0 if at_start else -1] if parts else ""
    return edge if isinstance(edge, str) else ""


def _contains(text: Any, wanted: Any) -> Any:
    if isinstance(wanted, str):
        if isinstance(text, str):
            return wanted in text
        parts = text.parts if isinstance(text, Unknown) else None
        if not wanted or any(isinstance(part, str) and wanted in part for part in parts or ()):
            return True
    return open_result("bool", first_symbol([text, wanted]))


def _known(call: Callable[..., Any], *types: Type) -> Function:
    return Function(call, types, result="string")


def _open(call: Callable[..., Any], *types: Type, result: str = "string") -> Function:
    return Function(call, types, result=result, takes="everything")


FUNCTIONS: Final[dict[str, Function]] = {
    "chomp": _known(_chomp, STRING),
    "endswith": _open(_ends, STRING, STRING, result="bool"),
    "indent": Function(_indent, (NUMBER, STRING), result="string", takes="everything"),
    "join": Function(_join, (STRING, ANY), ANY, result="string", takes="everything", contextual=True),
    "lower": _open(lambda text: _each_stretch(text, _lower), STRING),
    "split": Function(_split, (STRING, STRING), result="list"),
    "startswith": _open(_starts, STRING, STRING, result="bool"),
    "strcontains": _open(_contains, STRING, STRING, result="bool"),
    "strrev": _known(_reversed, STRING),
    "substr": _open(_substr, STRING, NUMBER, NUMBER),
    "title": _known(_title, STRING),
    "trim": _known(_trim, STRING, STRING),
    "trimprefix": _open(_trim_prefix, STRING, STRING),
    "trimspace": _open(_trim_space, STRING),
    "trimsuffix": _open(_trim_suffix, STRING, STRING),
    "upper": _open(lambda text: _each_stretch(text, _upper), STRING),
}
