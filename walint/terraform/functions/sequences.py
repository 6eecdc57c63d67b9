"""Functions over lists that keep, drop, order or add up their items."""

from __future__ import annotations

from typing import Any, Final

from walint.terraform.context import Context, EvaluationError
from walint.terraform.functions.items import (
    MAX_COMPARISONS,
    MAX_OPEN_ITEMS,
    as_list,
    by_bytes,
    certain_items,
    first_symbol,
    in_each_case,
    is_empty,
    is_open,
    open_item,
    open_list,
    picked,
    sequence,
    uncertain_set,
    whole,
)
from walint.terraform.functions.model import Function
from walint.terraform.numerals import TooLarge, exact
from walint.terraform.operators import decided, equals, number_operand, open_result
from walint.terraform.typed import ANY, NUMBER, STRING, ListValue, SetValue, Type, set_key, type_of
from walint.values import PlacedList, Reference, Unknown, is_known, lift

_LIST: Final = Type("list", ANY)
_LIST_OF_STRING: Final = Type("list", STRING)
_MAX_RANGE: Final = 1024

# --- some of the items ----------------------------------------------------------------------------------------------


def _slice(context: Context, items: Any, start: Any, end: Any) -> Any:
    for argument in (start, end):
        if is_open(argument):
            return open_result("list", argument)
    if is_open(items):
        return _open_slice(context, items, start, end)
    found = sequence(items, "a list or tuple")
    if isinstance(items, SetValue):
        raise EvaluationError("cannot slice a set, because its elements do not have indices")
    start, end = whole(start, "start index"), whole(end, "end index")
    if start < 0:
        raise EvaluationError("start index must not be less than zero")
    if start > len(found):
        raise EvaluationError("start index must not be greater than the length of the list")
    if end > len(found):
        raise EvaluationError("end index must not be greater than the length of the list")
    if start > end:
        raise EvaluationError("start index must not be greater than end index")
    return picked(found, range(start, end))


def _open_slice(context: Context, items: Unknown | Reference, start: Any, end: Any) -> Any:
    """As many items as are asked for: with fewer, Terraform refuses; so an attempt is left open."""
    count = end - start
    if context.trying or items.kind not in (None, "list") or count not in range(MAX_OPEN_ITEMS) or start < 0:
        return open_result("list", items)
    return PlacedList([open_item(items, at) for at in range(start, end)], ())


def _chunklist(value: Any, size: Any) -> Any:
    items = as_list(value, _LIST)
    if is_open(items):
        return open_result("list", items)
    size = whole(size, "the size")
    if size < 0:
        raise EvaluationError("the size argument must be positive")
    size = size or len(items) or 1
    chunks = [picked(items, range(at, min(at + size, len(items)))) for at in range(0, len(items), size)]
    return ListValue(chunks, type_of(items))


def _compact(context: Context, items: Any) -> Any:
    found = as_list(items, _LIST_OF_STRING)
    if is_open(found):
        certain = certain_items(found)
        return open_list(found, picked(certain, [at for at, item in enumerate(certain) if is_empty(item) is False]))
    return in_each_case(_without_empty, found, context)


def _without_empty(items: list[Any]) -> Any:
    """The items that are neither null nor empty: one list for each case of the open inputs that decide."""
    outcomes = [is_empty(item) for item in items]
    conditions = [decided(outcome) for outcome in outcomes if outcome is not None]
    made: Any = Unknown("")
    if len(conditions) == len(outcomes):
        made = lift(lambda *empty: picked(items, [at for at, is_ in enumerate(empty) if not is_]), *conditions)
    if isinstance(made, Unknown):
        undecided = [item for item, outcome in zip(items, outcomes, strict=True) if not isinstance(outcome, bool)]
        certain = picked(items, [at for at, outcome in enumerate(outcomes) if outcome is False])
        return open_list(first_symbol(undecided), certain)
    return made


def _distinct(value: Any) -> Any:
    items = as_list(value, _LIST)
    if is_open(items):
        return open_list(items, certain_items(items))
    if sum(not is_known(item) for item in items) * len(items) > MAX_COMPARISONS:
        return open_list(first_symbol(items), items)
    kept: list[int] = []
    known: set[str] = set()
    opened: list[int] = []
    cause: Unknown | Reference | None = None
    for at, item in enumerate(items):
        plain = is_known(item)
        if plain:
            key = set_key(item)
            if key in known:
                continue
            known.add(key)
        outcomes = [equals(items[other], item) for other in (opened if plain else kept)]
        if True in outcomes:
            continue
        if any(outcome is not False for outcome in outcomes):
            cause = cause or first_symbol([items[other] for other in opened] + [item])
        kept.append(at)
        if not plain:
            opened.append(at)
    result = picked(items, kept)
    return result if cause is None else open_list(cause, result)


# --- order ----------------------------------------------------------------------------------------------------------


def _reverse(items: Any) -> Any:
    if is_open(items) or uncertain_set(items):
        return open_list(first_symbol(items), certain_items(items))
    found = sequence(items)
    return picked(found, range(len(found) - 1, -1, -1))


def _sort(context: Context, items: Any) -> Any:
    found = as_list(items, _LIST_OF_STRING)
    return open_list(found, certain_items(found)) if is_open(found) else in_each_case(_ordered, found, context)


def _ordered(items: list[Any]) -> Any:
    for at, item in enumerate(items):
        if item is None:
            raise EvaluationError(f"given list element {at} is null; a null string cannot be sorted")
    if not is_known(items):
        return items if len(items) == 1 else open_list(first_symbol(items), items)
    return picked(items, sorted(range(len(items)), key=lambda at: by_bytes(items[at])))


# --- numbers --------------------------------------------------------------------------------------------------------


def _range(*limits: Any) -> Any:
    start, end, step = (0, limits[0], None) if len(limits) == 1 else (*limits, None)[:3]
    if step is None:
        step = -1 if end < start else 1
    if start != end:
        if step == 0:
            raise EvaluationError("step must not be zero")
        if (end < start) is (step > 0):
            raise EvaluationError("step must point from start to end")
    out: list[Any] = []
    at = start
    while at < end if step > 0 else at > end:
        if len(out) >= _MAX_RANGE:
            raise EvaluationError(
                f"more than {_MAX_RANGE} values were generated; either decrease the difference or increase the step"
            )
        out.append(at)
        at = exact(at + step)
    return ListValue(out, NUMBER)


def _sum(items: Any) -> Any:
    found = sequence(items)
    if not found:
        raise EvaluationError("cannot sum an empty list")
    total: Any = 0
    for item in found:
        if item is None:
            raise EvaluationError("argument must be list, set, or tuple of number values")
        total += number_operand(item, "the")
    try:
        return exact(total)
    except TooLarge:
        return Unknown("a number with thousands of digits", "number")


FUNCTIONS: Final[dict[str, Function]] = {
    "chunklist": Function(_chunklist, (ANY, NUMBER), result="list", takes="items"),
    "compact": Function(_compact, (ANY,), result="list", takes="everything", contextual=True),
    "distinct": Function(_distinct, (ANY,), result="list", takes="everything"),
    "range": Function(_range, (NUMBER, NUMBER, NUMBER), optional=2, result="list"),
    "reverse": Function(_reverse, (ANY,), result="list", takes="everything"),
    "slice": Function(_slice, (ANY, NUMBER, NUMBER), result="list", takes="everything", contextual=True),
    "sort": Function(_sort, (ANY,), result="list", takes="everything", contextual=True),
    "sum": Function(_sum, (ANY,), result="number"),
}
