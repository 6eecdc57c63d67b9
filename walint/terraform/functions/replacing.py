"""`replace`: by a regular expression where all is known, plainly also in texts that are open in part."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from walint.limits import check_text
from walint.terraform.functions.encoding import json_text, jsonencode
from walint.terraform.functions.items import first_symbol, is_identifier
from walint.terraform.functions.model import Function
from walint.terraform.functions.patterns import compiled, honestly
from walint.terraform.operators import open_result, reason_of
from walint.terraform.typed import STRING
from walint.values import JsonText, Property, Reference, Unknown, is_known, join_parts

if TYPE_CHECKING:
    from walint.terraform.functions.regexp import Pattern, Spans


def _replace(text: Any, wanted: Any, replacement: Any) -> Any:
    if not isinstance(wanted, str):
        return open_result("string", first_symbol([text, wanted, replacement]))
    if len(wanted) < 2 or wanted[0] != "/" or wanted[-1] != "/":
        return _plainly(text, wanted, replacement)
    pattern = compiled(wanted[1:-1])
    if isinstance(text, str) and isinstance(replacement, str):
        return _replace_matches(text, pattern, replacement)
    return open_result("string", first_symbol([text, replacement]))


# --- by a regular expression ----------------------------------------------------------------------------------------

_EXPANDED: Final = r"\$(?:(\$)|(\w+)|\{(\w+)\})"


def _replace_matches(text: str, pattern: Pattern, replacement: str) -> str:
    out: list[str] = []
    last = size = 0
    for found in pattern.matches(text):
        out += [text[last : found[0]], _expanded(replacement, pattern, text, found)]
        last = found[1]
        size += len(out[-1])
        check_text(size)
    return "".join([*out, text[last:]])


def _expanded(replacement: str, pattern: Pattern, text: str, found: Spans) -> str:
    """The replacement with what its $1 or ${name} stand for; a group that does not exist is empty."""

    def group(reference: re.Match[str]) -> str:
        if reference[1]:
            return "$"
        name = reference[2] or reference[3]
        if name.isascii() and name.isdigit():
            numbers = [int(name)]
        else:
            numbers = [number for number, known in enumerate(pattern.names) if known == name]
        for number in numbers:
            if 2 * number < len(found) and found[2 * number] >= 0:
                return text[found[2 * number] : found[2 * number + 1]]
        return ""

    return re.sub(_EXPANDED, group, replacement)


# --- plainly --------------------------------------------------------------------------------------------------------


def _plainly(text: Any, wanted: str, replacement: Any) -> Any:
    data = text.data if isinstance(text, (JsonText, Unknown)) else None
    if data is not None:
        made = _in_json(text, data, wanted, replacement)
        if made is not None:
            return made
    if isinstance(text, str):
        if wanted and wanted not in text:
            return text
        return join_parts(_joined(text.split(wanted) if wanted else ["", *text, ""], replacement))
    if wanted and isinstance(text, Unknown) and text.parts is not None:
        return _in_parts(text.parts, wanted, replacement)
    return open_result("string", first_symbol([text, replacement]))


def _joined(texts: list[Any], replacement: Any) -> list[Any]:
    if isinstance(replacement, str):
        check_text(len(replacement) * (len(texts) - 1))
    return [texts[0], *(part for text in texts[1:] for part in (replacement, text))]


def _in_json(text: Any, data: Any, wanted: str, replacement: Any) -> Any:
    """A JSON text that keeps its structure; None where what is replaced may be part of the structure."""
    if not wanted or any(sign in wanted for sign in '"\\{}[],:') or wanted in json_text(_without_strings(data)):
        return None
    inside = _inside(data, wanted, replacement)
    if isinstance(text, Unknown) and _has_conditional(data):
        return Unknown(text.reason, text.kind, text.subject, text.parts, inside)
    made = jsonencode(inside)
    if isinstance(text, JsonText) and isinstance(replacement, str) and made != text.replace(wanted, replacement):
        return None
    return made


def _has_conditional(value: Any) -> bool:
    """Whether it is open which items a structure has: then its text is open, whatever is known of the items."""
    if isinstance(value, (dict, list)):
        return any(map(_has_conditional, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Property)


def _without_strings(value: Any) -> Any:
    """A structure with its keys, numbers and bools alone: what of its JSON stands outside of strings."""
    if isinstance(value, Property):
        return _without_strings(value.value)
    if isinstance(value, dict):
        return {name: _without_strings(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_strings(item) for item in value]
    return value if is_known(value) and not isinstance(value, str) else ""


def _inside(value: Any, wanted: str, replacement: Any) -> Any:
    if isinstance(value, Property):
        return Property(
            value.place, _inside(value.value, wanted, replacement), presence=value.presence, owner=value.owner
        )
    if isinstance(value, (dict, list)):
        made = copy(value)
        for key in made if isinstance(made, dict) else range(len(made)):
            made[key] = _inside(made[key], wanted, replacement)
        return made
    if isinstance(value, Unknown) and value.parts is not None:
        return _in_parts(value.parts, wanted, replacement)
    return _in_parts((value,), wanted, replacement) if isinstance(value, (str, Unknown, Reference)) else value


# --- in a text of known and open stretches --------------------------------------------------------------------------


def _in_parts(parts: tuple[Any, ...], wanted: str, replacement: Any) -> Any:
    """The known stretches replaced.

    An occurrence may reach from a known stretch into an open one: what can belong to such a one is open as well.
    """
    out: list[Any] = []
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else None
        after = parts[at + 1] if at + 1 < len(parts) else None
        if isinstance(part, str):
            out += _stretch(part, wanted, replacement, before, after)
        else:
            out.append(part if _untouched(part, wanted, before, after) else Unknown(reason_of(part), "string"))
    return join_parts(out)


def _stretch(text: str, wanted: str, replacement: Any, before: Any, after: Any) -> list[Any]:
    pieces: list[Any] = text.split(wanted)
    start, end = _reach_before(before, text, wanted), _reach_after(pieces[-1], after, wanted)
    if start and len(pieces) > 1 and any(wanted[:size] == wanted[-size:] for size in range(1, len(wanted))):
        # Occurrences can overlap, so that an earlier one decides about those in the stretch.
        return [Unknown(reason_of(before), "string")]
    if len(pieces) == 1 and (start + end > len(text) or (start and end and text in wanted)):
        return [Unknown(reason_of(before), "string")]
    if end:
        pieces[-1] = join_parts([pieces[-1][:-end], Unknown(reason_of(after), "string")])
    if start:
        pieces[0] = join_parts([Unknown(reason_of(before), "string"), pieces[0][start:]])
    return _joined(pieces, replacement)


def _reach_before(before: Any, text: str, wanted: str) -> int:
    """How many characters of a stretch may belong to an occurrence that starts in what stands before it."""
    sizes = range(min(len(wanted) - 1, len(text)), 0, -1)
    fits = (size for size in sizes if text[:size] == wanted[-size:] and _may_have(before, wanted[-size - 1]))
    return next(fits, 0)


def _reach_after(text: str, after: Any, wanted: str) -> int:
    """How many characters of a stretch may belong to an occurrence that ends in what stands after it."""
    sizes = range(min(len(wanted) - 1, len(text)), 0, -1)
    fits = (size for size in sizes if text[-size:] == wanted[:size] and _may_have(after, wanted[size]))
    return next(fits, 0)


def _untouched(part: Any, wanted: str, before: Any, after: Any) -> bool:
    """Whether no occurrence can have a share in an open stretch."""
    if all(_may_have(part, sign) for sign in wanted):
        return False
    if isinstance(before, (Unknown, Reference)) or isinstance(after, (Unknown, Reference)):
        return False
    return not (before and _reach_after(before, part, wanted)) and not (after and _reach_before(part, after, wanted))


# What the ids and ARNs of resources are made of.
_IN_IDENTIFIERS: Final = r"(?a)[\w:/.*@+=,-]"


def _may_have(value: Any, sign: str) -> bool:
    """Whether a sign may occur in something open."""
    if value is None:
        return False
    return not is_identifier(value) or re.match(_IN_IDENTIFIERS, sign) is not None


FUNCTIONS: Final[dict[str, Function]] = {
    "replace": Function(honestly("string", _replace), (STRING, STRING, STRING), result="string", takes="everything"),
}
