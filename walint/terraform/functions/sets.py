"""Functions over sets."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod
from typing import Any, Final

from walint.limits import at_most
from walint.terraform.context import EvaluationError
from walint.terraform.functions.items import (
    MAX_COMPARISONS,
    certain_items,
    common_type,
    first_symbol,
    is_open,
    open_list,
    sequence,
    uncertain_set,
)
from walint.terraform.functions.model import Function
from walint.terraform.operators import equals, open_result
from walint.terraform.typed import ANY, ListValue, SetValue, Type, make_set, set_key, type_of
from walint.terraform.types import ConversionError, convert
from walint.values import is_known

_SET: Final = Type("set", ANY)


def _alike(values: tuple[Any, ...]) -> tuple[list[SetValue], Type]:
    """Sets converted to the element type that they have in common."""
    sentence = "given sets must all have compatible element types"
    element = common_type(values, sentence).element or ANY
    try:
        return [make_set([convert(item, element) for item in value], element) for value in values], element
    except ConversionError:
        raise EvaluationError(sentence) from None


def _union(*values: Any) -> Any:
    cause = next((value for value in values if is_open(value)), None)
    if cause is not None:
        known = [item for value in values for item in certain_items(value)]
        return open_list(cause, known, "set")
    sets, element = _alike(values)
    return make_set([item for each in sets for item in each], element)


def _intersection(*values: Any) -> Any:
    sets, element = _alike(values)
    if _too_many(sets):
        return open_list(first_symbol(sets), kind="set")
    others = [_membership(each) for each in sets[1:]]

    def keeps(item: Any) -> bool | None:
        outcomes = [is_in(item) for is_in in others]
        return False if False in outcomes else None if None in outcomes else True

    return _kept(sets, element, keeps)


def _subtract(value: Any, other: Any) -> Any:
    sets, element = _alike((value, other))
    if _too_many(sets):
        return open_list(first_symbol(sets), kind="set")
    is_in = _membership(sets[1])

    def keeps(item: Any) -> bool | None:
        outcome = is_in(item)
        return None if outcome is None else not outcome

    return _kept(sets, element, keeps)


def _too_many(sets: list[SetValue]) -> bool:
    """Whether there are more open items than can be compared with all others."""
    opened = sum(not is_known(item) for each in sets for item in each)
    return opened * sum(map(len, sets)) > MAX_COMPARISONS


def _membership(items: SetValue) -> Callable[[Any], bool | None]:
    """Whether a value is in a set, None where that is open."""
    keys = {set_key(item) for item in items if is_known(item)}
    opened = [item for item in items if not is_known(item)]

    def is_in(item: Any) -> bool | None:
        plain = is_known(item)
        if plain and set_key(item) in keys:
            return True
        outcomes = [equals(item, other) for other in (opened if plain else items)]
        return True if True in outcomes else False if all(outcome is False for outcome in outcomes) else None

    return is_in


def _kept(sets: list[SetValue], element: Type, keeps: Callable[[Any], bool | None]) -> Any:
    """The items of the first set that stay; an open set where that is not decided for all."""
    outcomes = [keeps(item) for item in sets[0]]
    kept = [item for item, outcome in zip(sets[0], outcomes, strict=True) if outcome]
    return open_list(first_symbol(sets), kept, "set") if None in outcomes else make_set(kept, element)


def _product(*values: Any) -> Any:
    if len(values) < 2:
        raise EvaluationError("at least two arguments are required")
    lists = [sequence(value) for value in values]
    uncertain = next((value for value in lists if uncertain_set(value)), None)
    if uncertain is not None:
        return open_result("list", first_symbol(uncertain))
    at_most("items", prod(len(each) for each in lists) * len(lists), "the product would have more than {} values")
    elements = [_element_type(each) for each in lists]
    columns = [[convert(item, element) for item in each] for each, element in zip(lists, elements, strict=True)]
    rows = [list(row) for row in product(*columns)]
    type_ = Type("tuple", items=tuple(elements))
    if any(isinstance(each, SetValue) for each in lists):
        return make_set(rows, type_)
    return ListValue(rows, type_)


def _element_type(items: list[Any]) -> Type:
    if isinstance(items, ListValue):
        return type_of(items).element or ANY
    return common_type(items, "all elements must be of the same type")


FUNCTIONS: Final[dict[str, Function]] = {
    "setintersection": Function(_intersection, (_SET,), _SET, result="set", takes="items"),
    "setproduct": Function(_product, (), ANY, result="list", takes="items"),
    "setsubtract": Function(_subtract, (_SET, _SET), result="set", takes="items"),
    "setunion": Function(_union, (_SET,), _SET, result="set", takes="everything"),
}
