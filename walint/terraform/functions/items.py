"""What the functions over collections share: arguments as sequences and mappings, places, and what is open in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, Final

from walint.conditions import Subject, or_
from walint.limits import check_text
from walint.source import Place
from walint.terraform.context import Context, EvaluationError
from walint.terraform.operators import Outcome, equals, reason_of
from walint.terraform.steps import spread
from walint.terraform.typed import ListValue, SetValue, Type, kind_of, type_of
from walint.terraform.types import ConversionError, convert, unify
from walint.values import Choice, PlacedList, PlacedMap, Reference, Unknown, is_known, join_parts, symbols

# So many items are not spelled out of which none is known.
MAX_OPEN_ITEMS: Final = 1_000
# So many comparisons are made to find out which open items may be equal to others.
MAX_COMPARISONS: Final = 200_000
_WORD: Final = re.compile(r"[._]")

# --- arguments ------------------------------------------------------------------------------------------------------


def sequence(value: Any, what: str = "a list, set or tuple") -> list[Any]:
    if not isinstance(value, list):
        raise EvaluationError(f"Invalid value: {what} is required, not {kind_of(value)}")
    return value


def mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EvaluationError(f"Invalid value: a map or object is required, not {kind_of(value)}")
    return value


def whole(value: Any, what: str) -> int:
    """A number that must be whole."""
    if isinstance(value, (Fraction, float)):
        raise EvaluationError(f"Invalid value: {what} must be a whole number")
    return int(value)


def common_type(values: Iterable[Any], sentence: str) -> Type:
    """The type that values have in common, "any" where it is not known; raises with the sentence where none is."""
    common = unify([type_of(value) for value in values])
    if common is None:
        raise EvaluationError(sentence)
    return common


def by_bytes(text: str) -> bytes:
    """The key to sort texts by, as Terraform orders them."""
    return text.encode("utf-8", "surrogatepass")


def as_list(value: Any, to: Type) -> Any:
    """A value as a list of a type; a symbol where it is open which items it has, or in which order."""
    if uncertain_set(value):
        return open_list(first_symbol(value), value)
    try:
        return as_type(value, to)
    except ConversionError as error:
        raise EvaluationError(f"Invalid value: {error.sentence}") from None


def as_type(value: Any, to: Type) -> Any:
    """A value converted to a type; what is known of an open collection is known of it as another one."""
    converted = convert(value, to)
    if isinstance(value, Unknown) and isinstance(converted, Unknown) and value.data is not None:
        return Unknown(converted.reason, converted.kind, converted.subject, converted.parts, value.data)
    return converted


# --- places ---------------------------------------------------------------------------------------------------------


def places_of(value: list[Any]) -> list[Place | None]:
    """The places of a sequence's items, as long as the sequence."""
    if isinstance(value, PlacedList) and value.places:
        return list(value.places)
    return [None] * len(value)


def places_in(value: dict[str, Any]) -> dict[str, Place]:
    return value.places if isinstance(value, PlacedMap) else {}


def picked(value: list[Any], at: Sequence[int]) -> PlacedList:
    """The items of a sequence at some indexes with their places: a list of a list or set, a tuple of a tuple."""
    known = places_of(value)
    items, places = [value[each] for each in at], [known[each] for each in at]
    return ListValue(items, value.element, places) if isinstance(value, ListValue) else PlacedList(items, places)


# --- what is open ---------------------------------------------------------------------------------------------------


def is_open(value: Any) -> bool:
    return isinstance(value, (Unknown, Reference))


def first_symbol(value: Any) -> Unknown | Reference:
    """What a value that is not known depends on."""
    return next(iter(symbols(value)), Unknown("a condition"))


def open_item(value: Unknown | Reference, at: int) -> Unknown | Reference:
    """An item of a list that is not known."""
    if isinstance(value, Reference):
        return Reference(value.resource, f"{value.attribute}[{at}]")
    return Unknown(value.reason, None, None if value.subject is None else Subject(f"{value.subject.name}[{at}]"))


def open_list(cause: Unknown | Reference, known: list[Any] | None = None, kind: str = "list") -> Unknown:
    """A list or set of which only some items are known, in any order."""
    return Unknown(reason_of(cause), kind, data=PlacedList(known, places_of(known)) if known else None)


def certain_items(value: Any) -> list[Any]:
    """The items that a list or set certainly has."""
    known = value.data if isinstance(value, Unknown) else value
    return known if isinstance(known, list) else []


def uncertain_set(value: Any) -> bool:
    """Whether it is open how many items a set has, and in which order: open ones may be equal to others."""
    return isinstance(value, SetValue) and len(value) > 1 and not is_known(value)


def uncertain_size(value: Any) -> bool:
    """Whether it is open how many items a set has."""
    if not uncertain_set(value):
        return False
    if len(value) ** 2 > MAX_COMPARISONS:
        return True
    return any(equals(one, other) is not False for at, one in enumerate(value) for other in value[:at])


def is_text_attribute(value: Any) -> bool:
    """Whether a reference leads to one value and to no collection.

    Attributes whose name ends so are scalars with every resource type of the AWS provider, versions 5 and 6.
    """
    if not isinstance(value, Reference) or "[*]" in value.attribute:
        return False
    return _WORD.split(value.attribute)[-1] in ("id", "arn", "name")


def is_identifier(value: Any) -> bool:
    """Whether a reference is to the id or ARN that every resource of a type has that knows one: it is never empty."""
    return isinstance(value, Reference) and value.attribute in ("id", "arn")


def is_null(value: Any) -> Outcome:
    """Whether a value is null."""
    # A resource as a whole is never null.
    if is_identifier(value) or (isinstance(value, Reference) and not value.attribute):
        return False
    return equals(value, None)


def is_empty(value: Any) -> Outcome:
    """Whether a value is null or the empty string."""
    if isinstance(value, Unknown) and value.kind == "string" and value.data is not None:
        return False  # JSON, of which only some stretch is open
    null = is_null(value)
    if null is True or (isinstance(value, Reference) and null is False):
        return null
    empty = equals(value, "") if kind_of(value) in ("any", "string") else False
    if empty is True:
        return True
    return None if null is None or empty is None else or_(null, empty)


def joined(parts: list[Any]) -> Any:
    """Texts put together; one that stands alone stays what it is, such as JSON that knows its structure."""
    texts = [part for part in parts if part != ""]
    check_text(sum(len(text) for text in texts if isinstance(text, str)))
    return texts[0] if len(texts) == 1 and not isinstance(texts[0], Choice) else join_parts(texts)


def in_each_case(function: Callable[[list[Any]], Any], items: list[Any], context: Context) -> Any:
    """Call a function with a sequence of which some items are choices: once for each case, with the items as in it."""

    def call(*plain: Any) -> Any:
        if isinstance(items, ListValue):
            return function(ListValue(plain, items.element, places_of(items)))
        return function(PlacedList(plain, places_of(items)))

    return spread(call, context, *items)
