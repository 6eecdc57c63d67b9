"""What goes over the items of a collection: `for`, splats and template loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from walint.conditions import Condition, and_, assuming, not_
from walint.limits import at_most, check_text
from walint.terraform.context import Context, EvaluationError, Lazy, Scope, elements_of
from walint.terraform.dispatch import EVALUATE, Evaluator, condition_of, in_both_cases, item_of, value_of
from walint.terraform.operators import open_result, reason_of
from walint.terraform.steps import settled, spread
from walint.terraform.syntax import Expression, ForObject, ForTuple, Splat, SplatItem, TemplateFor
from walint.terraform.terms import SPLAT_ITEM, joined, object_key, text_part
from walint.values import MAX_CASES, Choice, PlacedList, PlacedMap, Reference, Unknown, choose, size_of

# Items that depend on more conditions than this are not spelled out case by case.
_MAX_CONDITIONS: Final = 6


# --- loops ----------------------------------------------------------------------------------------------------------


def _elements(collection: Expression, scope: Scope, context: Context) -> Any:
    value = EVALUATE[type(collection)](collection, scope, context)
    try:
        if isinstance(value, Lazy):
            elements = value.elements()
            return elements_of(value.data()) if elements is None else settled(elements, context)
        return spread(elements_of, context, value) if type(value) is Choice else elements_of(value)
    except EvaluationError as error:
        raise EvaluationError(f"{error.sentence} in a 'for' expression", collection.place) from None


def _each_case(elements: Any, context: Context, run: Callable[[Any, Context], Any]) -> Any:
    """Run with the elements in each case that they can be in."""
    cases = 0

    def case(elements: Any, inner: Context) -> Any:
        nonlocal cases
        if type(elements) is Choice:
            return in_both_cases(
                elements.condition,
                inner,
                lambda deeper: case(elements.then, deeper),
                lambda deeper: case(elements.otherwise, deeper),
            )
        cases += 1
        return run(elements, inner) if cases <= MAX_CASES else Unknown("too many combinations of conditions")

    return case(elements, context)


def _loop_scope(expression: Any, key: Any, item: Any, scope: Scope) -> Scope:
    if expression.key is None:
        return Scope({expression.value: item}, scope)
    return Scope({expression.key: key, expression.value: item}, scope)


def _grown(size: int, item: Any) -> int:
    """The size of a collection with one item more; raises OverLimit."""
    size += size_of(item)
    at_most("values", size, "a 'for' expression would make more than {} values")
    return size


def _rounds(
    expression: ForTuple | ForObject, elements: list[tuple[Any, Any]], scope: Scope, context: Context
) -> Iterator[tuple[Condition | bool | Unknown, Scope, Context]]:
    """For each item that is kept: where it is, and the scope and context of its result."""
    for key, item in elements:
        child = _loop_scope(expression, key, item, scope)
        present = _kept(expression.condition, child, context)
        if present is not False:
            within = context if isinstance(present, (bool, Unknown)) else context.under(present)
            yield present, child, within


def _for_tuple(expression: ForTuple, scope: Scope, context: Context) -> Any:
    def run(elements: Any, inner: Context) -> Any:
        if not isinstance(elements, list):
            return open_result("list", elements)
        kept: list[tuple[Condition | bool, Any]] = []
        size = 0
        for present, child, within in _rounds(expression, elements, scope, inner):
            if isinstance(present, Unknown):
                return Unknown(present.reason, "list")
            kept.append((present, item_of(expression.result, child, within)))
            size = _grown(size, kept[-1][1])
        place = expression.result.place
        return _variants(kept, lambda items: PlacedList(items, [place] * len(items)), "list")

    return _each_case(_elements(expression.collection, scope, context), context, run)


def _for_object(expression: ForObject, scope: Scope, context: Context) -> Any:
    def run(elements: Any, inner: Context) -> Any:
        if not isinstance(elements, list):
            return open_result("object", elements)
        kept: list[tuple[Condition | bool, Any]] = []
        size = 0
        for present, child, within in _rounds(expression, elements, scope, inner):
            if isinstance(present, Unknown):
                return Unknown(present.reason, "object")
            name = value_of(expression.result_key, child, within)
            if name is None:
                raise EvaluationError("The key of a 'for' expression must not be null", expression.result_key.place)
            result = item_of(expression.result, child, within)
            size = _grown(size, result)
            for condition, one in _cases(object_key(name, expression.result_key.place, inner)):
                if not isinstance(one, str):
                    return open_result("object", one)
                kept.append((and_(present, condition), (one, result)))
        return _variants(kept, lambda pairs: _grouped(expression, pairs), "object")

    return _each_case(_elements(expression.collection, scope, context), context, run)


def _cases(value: Any) -> list[tuple[Condition | bool, Any]]:
    if not isinstance(value, Choice):
        return [(True, value)]
    return [(and_(value.condition, condition), one) for condition, one in _cases(value.then)] + [
        (and_(not_(value.condition), condition), one) for condition, one in _cases(value.otherwise)
    ]


def _grouped(expression: ForObject, pairs: list[tuple[str, Any]]) -> Any:
    out = PlacedMap()
    for name, item in pairs:
        if expression.group:
            out.setdefault(name, []).append(item)
        elif name in out:
            raise EvaluationError(
                f"Two different items produced the key \"{name}\" in this 'for' expression", expression.result_key.place
            )
        else:
            out[name] = item
        out.places[name] = expression.result.place
    return out


def _kept(condition: Expression | None, scope: Scope, context: Context) -> Condition | bool | Unknown:
    """Whether the `if` of a `for` expression keeps an item."""
    if condition is None:
        return True
    return condition_of(value_of(condition, scope, context), condition, scope, context)


def _variants(kept: list[tuple[Condition | bool, Any]], build: Callable[[list[Any]], Any], kind: str) -> Any:
    """The collection in each case of the conditions under which its items are there."""
    open_conditions = [condition for condition, _ in kept if not isinstance(condition, bool)]
    if not open_conditions:
        return build([item for _, item in kept])
    if len(set(open_conditions)) > _MAX_CONDITIONS:
        return Unknown("which items are there: too many combinations of conditions", kind)
    first = open_conditions[0]

    def given(known: Condition) -> Any:
        left: list[tuple[Condition | bool, Any]] = []
        for condition, item in kept:
            if not isinstance(condition, bool):
                outcome = assuming(known, condition)
                condition = condition if outcome is None else outcome
            if condition is not False:
                left.append((condition, item))
        return _variants(left, build, kind)

    otherwise = not_(first)
    assert not isinstance(otherwise, bool)
    return choose(first, given(first), given(otherwise))


def _splat(expression: Splat, scope: Scope, context: Context) -> Any:
    of = EVALUATE[type(expression.of)](expression.of, scope, context)
    elements = of.elements() if isinstance(of, Lazy) else None
    if elements is None:
        value = of.data() if isinstance(of, Lazy) and isinstance(expression.each, SplatItem) else of
        return _each_case(value, context, lambda one, inner: _each_of(expression, _items(one), scope, inner))
    return _each_case(
        settled(elements, context),
        context,
        lambda one, inner: _each_of(expression, _instances(one, of.is_object()), scope, inner),
    )


def _items(value: Any) -> list[Any] | Unknown:
    """What a splat goes over: the items of a sequence, one item that is none, and nothing where it is null."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, Unknown) and value.kind in (None, "list", "set"):
        return value
    if isinstance(value, Reference) and value.attribute and value.kind in (None, "list", "set"):
        return Unknown(reason_of(value))
    return [value]


def _instances(elements: Any, is_object: bool) -> list[Any] | Unknown:
    """The instances by count are a sequence; those by key are one object to a splat."""
    if not isinstance(elements, list):
        return Unknown(reason_of(elements))
    if is_object:
        return [{key: item.data() if isinstance(item, Lazy) else item for key, item in elements}]
    return [item for _, item in elements]


def _each_of(expression: Splat, items: list[Any] | Unknown, scope: Scope, context: Context) -> Any:
    if isinstance(items, Unknown):
        return Unknown(items.reason, "list")
    step = expression.each
    if type(step) is SplatItem:
        found = [item.data() if isinstance(item, Lazy) else item for item in items]
    else:
        found = [item_of(step, Scope({SPLAT_ITEM: item}, scope), context) for item in items]
    return PlacedList(found, items.places if isinstance(items, PlacedList) else ())


def _template_for(expression: TemplateFor, scope: Scope, context: Context) -> Any:
    def run(elements: Any, inner: Context) -> Any:
        if not isinstance(elements, list):
            return open_result("string", elements)
        texts = []
        size = 0
        for key, item in elements:
            text = text_part(expression.body, _loop_scope(expression, key, item, scope), inner)
            size += len(text) if isinstance(text, str) else 0
            check_text(size)
            texts.append(text)
        return joined(texts, expression.place)

    return _each_case(_elements(expression.collection, scope, context), context, run)


LOOPS: Final[dict[type, Evaluator]] = {
    ForTuple: _for_tuple,
    ForObject: _for_object,
    Splat: _splat,
    TemplateFor: _template_for,
}
