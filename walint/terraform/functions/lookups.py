"""Functions that take one thing out of a collection, or tell something about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from walint.conditions import Condition, and_, assuming, or_
from walint.terraform.context import Context, EvaluationError, Failed
from walint.terraform.dispatch import in_both_cases, truth
from walint.terraform.functions.graphemes import graphemes
from walint.terraform.functions.items import (
    as_list,
    certain_items,
    common_type,
    first_symbol,
    in_each_case,
    is_empty,
    is_null,
    is_open,
    mapping,
    open_item,
    picked,
    sequence,
    uncertain_set,
    uncertain_size,
    whole,
)
from walint.terraform.functions.model import Function
from walint.terraform.operators import Outcome, equals, open_result, reason_of
from walint.terraform.steps import settled
from walint.terraform.typed import ANY, BOOL, NUMBER, STRING, MapValue, SetValue, Type, kind_of
from walint.terraform.types import ConversionError, convert
from walint.values import Reference, Unknown, choose

_LIST: Final = Type("list", ANY)
# An open key is spelled out for so many keys that it may be.
_MAX_CHOICES: Final = 16

# --- size and membership --------------------------------------------------------------------------------------------


def _length(value: Any) -> Any:
    if isinstance(value, str):
        return len(graphemes(value))
    if isinstance(value, (dict, list)):
        return open_result("number", first_symbol(value)) if uncertain_size(value) else len(value)
    if is_open(value) and kind_of(value) not in ("number", "bool"):
        return open_result("number", value)
    raise EvaluationError("argument must be a string, a collection type, or a structural type")


def _contains(items: Any, wanted: Any) -> Any:
    found = certain_items(items) if is_open(items) else sequence(items)
    conditions: list[bool | Condition] = []
    undecided = items if is_open(items) else None
    for item in found:
        outcome = equals(item, wanted)
        if outcome is True:
            return True
        if outcome is None:
            undecided = undecided or first_symbol([item, wanted])
        else:
            conditions.append(outcome)
    return choose(or_(*conditions), True, False if undecided is None else open_result("bool", undecided))


def _index(context: Context, items: Any, wanted: Any) -> Any:
    if isinstance(items, SetValue):
        raise EvaluationError("argument must be a list or tuple")
    if is_open(items):
        return open_result("number", items)
    found = sequence(items, "a list or tuple")
    if not found:
        raise EvaluationError("cannot search an empty list")
    outcomes = [equals(item, wanted) for item in found]
    cause = first_symbol([wanted, found])
    return _first_that_holds(outcomes, range(len(found)), Failed("item not found"), "number", cause, context)


def _first_that_holds(
    outcomes: list[Outcome],
    values: Sequence[Any],
    otherwise: Any,
    kind: str | None,
    cause: Unknown | Reference,
    context: Context,
) -> Any:
    """The value of the first outcome that holds: a choice between them where the outcomes hang on open inputs."""
    pairs: list[tuple[bool | Condition, Any]] = []
    for outcome, value in zip(outcomes, values, strict=True):
        if outcome is None or len(pairs) > _MAX_CHOICES:
            return open_result(kind, cause)
        if outcome is not False:
            pairs.append((outcome, value))
        if outcome is True:
            break
    for outcome, value in reversed(pairs):
        otherwise = choose(outcome, value, otherwise)
    return settled(otherwise, context)


def _all_true(items: Any) -> Any:
    return _truths(items, absorbing=False)


def _any_true(items: Any) -> Any:
    return _truths(items, absorbing=True)


def _truths(items: Any, *, absorbing: bool) -> Any:
    """Whether any or all are true; null is not."""
    found = as_list(items, Type("list", BOOL))
    conditions: list[bool | Condition] = []
    undecided = open_result("bool", found) if is_open(found) else None
    for item in certain_items(found):
        outcome = False if item is None else truth(item)
        if outcome is absorbing:
            return absorbing
        if isinstance(outcome, Unknown):
            undecided = undecided or outcome
        else:
            conditions.append(outcome)
    rest = undecided or (not absorbing)
    return choose(or_(*conditions), True, rest) if absorbing else choose(and_(*conditions), rest, False)


# --- one item -------------------------------------------------------------------------------------------------------


def _element(items: Any, at: Any) -> Any:
    if isinstance(items, SetValue):
        raise EvaluationError("cannot read elements from a set, which have no order")
    if is_open(items):
        # Other indexes start again where the list ends.
        return open_item(items, 0) if at == 0 and isinstance(items, Unknown) else open_result(None, items)
    found = sequence(items, "a list or tuple")
    if not found:
        raise EvaluationError("cannot use element function with an empty list")
    if is_open(at):
        return found[0] if len(found) == 1 else open_result(_common_kind(found), at)
    return found[whole(at, "the index") % len(found)]


def _common_kind(items: Any) -> str | None:
    kinds = {kind_of(item) for item in items} - {"null"}
    kind = kinds.pop() if len(kinds) == 1 else None
    return None if kind in ("any", "tuple") else kind


def _one(items: Any) -> Any:
    found = sequence(items)
    if uncertain_set(found):
        return open_result(_common_kind(found), first_symbol(found))
    if len(found) > 1:
        raise EvaluationError("must be a list, set, or tuple value with either zero or one elements")
    return found[0] if found else None


def _lookup(context: Context, items: Any, key: Any, *default: Any) -> Any:
    if key is None or items is None:
        raise EvaluationError("argument must not be null")
    if is_open(items):
        known = items.data if isinstance(items, Unknown) else None
        return known[key] if isinstance(known, dict) and isinstance(key, str) and key in known else _open(items)
    otherwise: Any = Failed("lookup failed to find the key" + (f' "{key}"' if isinstance(key, str) else ""))
    if default:
        otherwise = _as_element(default[0], mapping(items))
    if isinstance(key, str):
        return settled(mapping(items).get(key, otherwise), context)
    outcomes = [equals(key, name) for name in mapping(items)]
    values = list(mapping(items).values())
    return _first_that_holds(outcomes, values, otherwise, _common_kind([*values, *default]), key, context)


def _open(value: Any) -> Unknown:
    return open_result(None, value)


def _as_element(value: Any, items: dict[str, Any]) -> Any:
    """The default for a map's missing items, which must be of their type."""
    if not isinstance(items, MapValue) or items.element is None:
        return value
    try:
        return convert(value, items.element)
    except ConversionError:
        raise EvaluationError("the default value must have the same type as the map elements") from None


# --- the first that is there ----------------------------------------------------------------------------------------


def _coalesce(context: Context, *values: Any) -> Any:
    if not values:
        raise EvaluationError("at least one argument is required")
    common = common_type(values, "all arguments must have the same type")
    if common.kind not in ("string", "number", "bool") and any(value is None for value in values):
        # With a null of no type Terraform gives up on the type that the others have in common.
        common = ANY
    absent = is_empty if common.kind in ("string", "any") else is_null

    def pick(at: int) -> Any:
        if at == len(values):
            raise EvaluationError("no non-null, non-empty-string arguments")
        outcome = absent(values[at])
        if context.assumed is not None and outcome is not None and not isinstance(outcome, bool):
            known = assuming(context.assumed, outcome)
            outcome = outcome if known is None else known
        if outcome is True:
            return pick(at + 1)
        value = convert(values[at], common)
        if outcome is False:
            return value
        if outcome is None:
            return open_result(None if common.kind in ("any", "tuple") else common.kind, values[at])
        return in_both_cases(outcome, context, lambda _: pick(at + 1), lambda _: value)

    return pick(0)


def _coalesce_list(*values: Any) -> Any:
    if not values:
        raise EvaluationError("at least one argument is required")
    if any(not is_open(value) and (isinstance(value, SetValue) or not isinstance(value, list)) for value in values):
        raise EvaluationError("coalescelist arguments must be lists or tuples")
    for value in values:
        # An open list of which some items are known is not empty.
        if certain_items(value):
            return value
        if is_open(value):
            return open_result("list", value)
    raise EvaluationError("no non-null arguments")


def _match_keys(context: Context, values: Any, keys: Any, wanted: Any) -> Any:
    values, keys, wanted = (as_list(each, _LIST) for each in (values, keys, wanted))
    cause = next((each for each in (values, keys, wanted) if is_open(each)), None)
    if cause is not None:
        return open_result("list", cause)
    if len(values) != len(keys):
        raise EvaluationError("length of keys and values should be equal")
    element = common_type([keys, wanted], "lists must be of the same type").element or ANY
    searched = [convert(each, element) for each in wanted]

    def match(found: list[Any]) -> Any:
        kept: list[int] = []
        cause: Any = None
        for at, key in enumerate(found):
            outcomes = [equals(convert(key, element), each) for each in searched]
            if any(outcome is True for outcome in outcomes):
                kept.append(at)
            elif any(outcome is not False for outcome in outcomes):
                cause = cause or first_symbol([key, searched])
        result = picked(values, kept)
        return result if cause is None else Unknown(reason_of(cause), "list", data=result or None)

    return in_each_case(match, keys, context)


FUNCTIONS: Final[dict[str, Function]] = {
    "alltrue": Function(_all_true, (ANY,), result="bool", takes="everything"),
    "anytrue": Function(_any_true, (ANY,), result="bool", takes="everything"),
    "coalesce": Function(_coalesce, (), ANY, takes="everything", nulls=True, contextual=True),
    "coalescelist": Function(_coalesce_list, (), ANY, result="list", takes="everything"),
    "contains": Function(_contains, (ANY, ANY), result="bool", takes="everything"),
    "element": Function(_element, (ANY, NUMBER), takes="everything"),
    "index": Function(_index, (ANY, ANY), result="number", takes="everything", contextual=True),
    "length": Function(_length, (ANY,), result="number", takes="everything"),
    "lookup": Function(_lookup, (ANY, STRING, ANY), optional=1, takes="everything", nulls=True, contextual=True),
    "matchkeys": Function(_match_keys, (ANY, ANY, ANY), result="list", takes="items", contextual=True),
    "one": Function(_one, (ANY,), takes="items"),
}
