"""Terraform's operators over values of which some may be open."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, TypeAlias

from walint.conditions import NO_SCENARIO, Condition, Is, Subject, and_, not_, or_
from walint.terraform.context import EvaluationError
from walint.terraform.numerals import Number, TooLarge, exact, number_text, remainder
from walint.terraform.typed import NUMBER, PRIMITIVES, ListValue, MapValue, SetValue, kind_of
from walint.terraform.types import ConversionError, convert
from walint.values import Choice, Data, Reference, Unknown, choose, is_known

# A comparison's outcome: decided, open by a condition, or open without one (None).
Outcome: TypeAlias = bool | Condition | None

# --- arithmetic ---------------------------------------------------------------------------------------------------


def arithmetic(sign: str, left: Data, right: Data) -> Data:
    """`+ - * / %` of two values that are no choices."""
    one, other = number_operand(left, "left"), number_operand(right, "right")
    if isinstance(one, (Unknown, Reference)):
        return open_result("number", one)
    if isinstance(other, (Unknown, Reference)):
        return open_result("number", other)
    try:
        return _ARITHMETIC[sign](one, other)
    except TooLarge:
        return Unknown("a number with thousands of digits", "number")
    except (OverflowError, ValueError):  # infinity is no fraction
        raise EvaluationError("This operation on an infinite number has no result") from None


def number_operand(value: Data, side: str) -> Any:
    """A value as a number or a symbol that will be one."""
    if type(value) is int:
        return value
    if value is None:
        raise EvaluationError("Error during operation: argument must not be null")
    try:
        return convert(value, NUMBER)
    except ConversionError as error:
        raise EvaluationError(f"Unsuitable value for {side} operand: {error.sentence}") from None


def _divide(left: Number, right: Number) -> Number:
    if right == 0:
        if left == 0:
            raise EvaluationError("Can't divide zero by zero or infinity by infinity")
        return float("inf") if left > 0 else float("-inf")
    return exact(Fraction(left) / Fraction(right))


def _exactly(function: Callable[[Any, Any], Any]) -> Callable[[Number, Number], Number]:
    def compute(left: Number, right: Number) -> Number:
        if isinstance(left, float) or isinstance(right, float):
            return exact(function(Fraction(left), Fraction(right)))
        return exact(function(left, right))

    return compute


_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Number]]] = {
    "+": _exactly(operator.add),
    "-": _exactly(operator.sub),
    "*": _exactly(operator.mul),
    "/": _divide,
    "%": remainder,
}


def open_result(kind: str | None, cause: Unknown | Reference) -> Unknown:
    """What is computed from something open."""
    return Unknown(reason_of(cause), kind)


def reason_of(cause: Unknown | Reference) -> str:
    return cause.reason if isinstance(cause, Unknown) else f"{cause.resource}, which does not exist yet"


# --- comparison ---------------------------------------------------------------------------------------------------


def compared(sign: str, left: Data, right: Data) -> bool | str | None:
    """`< > <= >=` of two values that are no choices: the outcome, or None where it is open."""
    one, other = number_operand(left, "left"), number_operand(right, "right")
    if isinstance(one, (Unknown, Reference)) or isinstance(other, (Unknown, Reference)):
        return None
    return bool(_ORDER[sign](one, other))


_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
OPPOSITE: Final = {"<=": ">", ">=": "<"}


def equals(left: Any, right: Any) -> Outcome:
    """Whether two values are equal. Values of different types are not; nothing is converted."""
    one, other = type(left), type(right)
    if one is Choice:
        return _either(left.condition, equals(left.then, right), equals(left.otherwise, right))
    if other is Choice:
        return _either(right.condition, equals(left, right.then), equals(left, right.otherwise))
    if one in _SYMBOLS or other in _SYMBOLS:
        return _symbol_equals(left, right) if one in _SYMBOLS else _symbol_equals(right, left)
    if isinstance(left, dict):
        return _same_items(left, right) if isinstance(right, dict) else False
    if isinstance(left, list):
        return _same_list(left, right) if isinstance(right, list) else False
    if kind_of(left) != kind_of(right):
        return False
    return bool(left == right)


_SYMBOLS: Final = frozenset({Unknown, Reference})


def _either(condition: Condition, then: Outcome, otherwise: Outcome) -> Outcome:
    if then is None or otherwise is None:
        return None
    if isinstance(then, bool) and then is otherwise:
        return then
    return or_(and_(condition, then), and_(not_(condition), otherwise))


def _all(outcomes: list[Outcome]) -> Outcome:
    conditions: list[bool | Condition] = []
    for outcome in outcomes:
        if outcome is False:
            return False
        if outcome is not None:
            conditions.append(outcome)
    return and_(*conditions) if len(conditions) == len(outcomes) else None


def _same_items(left: dict[str, Any], right: dict[str, Any]) -> Outcome:
    if isinstance(left, MapValue) is not isinstance(right, MapValue) or left.keys() != right.keys():
        return False
    return True if left is right else _all([equals(item, right[name]) for name, item in left.items()])


def _same_list(left: list[Any], right: list[Any]) -> Outcome:
    if _collection(left) is not _collection(right):
        return False
    if isinstance(left, SetValue) and not (is_known(left) and is_known(right)):
        return None
    if len(left) != len(right):
        return False
    if not left and isinstance(left, ListValue) and isinstance(right, ListValue):
        return left.element is None or right.element is None or left.element == right.element
    return True if left is right else _all([equals(item, other) for item, other in zip(left, right, strict=True)])


def _collection(value: list[Any]) -> type:
    return SetValue if isinstance(value, SetValue) else ListValue if isinstance(value, ListValue) else list


def _symbol_equals(symbol: Unknown | Reference, other: Any) -> Outcome:
    turned = isinstance(other, Reference) or (isinstance(other, Unknown) and other.parts is not None)
    if turned and isinstance(symbol, Unknown) and symbol.parts is None:
        symbol, other = other, symbol
    kind, wanted = kind_of(symbol), kind_of(other)
    if isinstance(symbol, Reference):
        if symbol == other:
            return True
        if other is None and symbol.attribute in ("", "arn", "id"):
            return False  # neither a resource as a whole nor what it is known by is ever null
    elif symbol.parts is not None and len(symbol.parts) > 1:
        return _template_equals(symbol.parts, other)
    elif symbol.subject is not None:
        if isinstance(other, Unknown):
            return True if other.subject == symbol.subject else None
        if kind in PRIMITIVES and wanted in PRIMITIVES and kind != wanted:
            return False
        if other is None or isinstance(other, (str, bool, int, float, Fraction)):
            return _is(symbol.subject, other)
    if kind in PRIMITIVES and wanted not in ("any", "null") and kind != wanted:
        return False
    return None


def _is(subject: Subject, value: Any) -> Outcome:
    """The condition that an open input has a value; decided where its domain leaves no doubt."""
    if isinstance(value, Fraction):
        value = float(value)
    elif isinstance(value, str):
        value = str(value)
    condition = Is(subject, value)
    if value is None:
        return condition
    decided = NO_SCENARIO.decide(condition)
    return decided if isinstance(decided, bool) else condition


def _template_equals(parts: tuple[Any, ...], other: Any) -> Outcome:
    """Whether a partly known string equals a value: it differs where the known ends do."""
    if isinstance(other, Unknown):
        if other.parts == parts and all(isinstance(part, (str, Reference)) or part.subject for part in parts):
            return True
        return None if kind_of(other) in ("any", "string") else False
    if isinstance(other, Reference):
        return None
    if not isinstance(other, str):
        return False
    first, last = parts[0], parts[-1]
    start, end = (first if isinstance(first, str) else ""), (last if isinstance(last, str) else "")
    known = sum(len(part) for part in parts if isinstance(part, str))
    if len(other) < known or not other.startswith(start) or not other.endswith(end):
        return False
    return None


def decided(outcome: bool | Condition) -> Data:
    """An outcome as a value: a bool, or the choice between the two."""
    return outcome if isinstance(outcome, bool) else choose(outcome, True, False)


# --- texts --------------------------------------------------------------------------------------------------------


def text_of(value: Any) -> str | None:
    """A text for a value that no different value has: open inputs by their names. None where there is none."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, (int, Fraction, float)):
        return number_text(value)
    if isinstance(value, Reference):
        return f"{value.resource}.{value.attribute}" if value.attribute else value.resource
    if isinstance(value, Unknown):
        if value.parts is None or len(value.parts) == 1:
            return None if value.subject is None else value.subject.name
        inner = [part if isinstance(part, str) else text_of(part) for part in value.parts]
        if None in inner:
            return None
        shown = (
            part if isinstance(part, str) else "${" + str(name) + "}"
            for part, name in zip(value.parts, inner, strict=True)
        )
        return '"' + "".join(shown) + '"'
    if isinstance(value, list) and not value:
        return "[]"
    return None
