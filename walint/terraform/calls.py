"""Calls of functions, and `try` and `can`, which decide by mistakes."""

from __future__ import annotations

from copy import copy
from typing import Any, Final

from walint.conditions import not_
from walint.limits import check_text
from walint.terraform.context import Context, EvaluationError, Scope, Split
from walint.terraform.dispatch import Evaluator, value_of
from walint.terraform.functions import FUNCTIONS
from walint.terraform.functions.model import Function
from walint.terraform.marks import Mark, is_marked
from walint.terraform.operators import open_result, reason_of
from walint.terraform.steps import failure, spread
from walint.terraform.syntax import Call, Expression
from walint.terraform.types import ConversionError, convert
from walint.values import Choice, Reference, Unknown, assume, choose, is_known, symbols

# How many conditions in turn an attempt, or a function whose arguments have choices inside, looks at case by case.
_MAX_SPLITS: Final = 6


def _call(expression: Call, scope: Scope, context: Context) -> Any:
    name = expression.name.removeprefix("core::")
    if name in _ATTEMPTS:
        return _attempt(expression, scope, context, 0)
    if name in _ASKING and len(expression.arguments) == 1 and not expression.expand:
        return _asking(name, expression, scope, context)
    function = FUNCTIONS.get(name)
    if function is None:
        if name.startswith("provider::"):
            return Unknown(f"the function {name}")
        raise EvaluationError(f'There is no function named "{name}"', expression.place)
    arguments = _arguments(expression, scope, context)
    if isinstance(arguments, Unknown):
        return Unknown(arguments.reason, function.result)
    _check_count(name, function, len(arguments), expression)
    try:
        return spread(lambda *plain: _applied(function, plain, context, 0), context, *arguments)
    except EvaluationError as error:
        raise EvaluationError(f"{name}: {error.sentence}", error.place or expression.place) from None


def _arguments(expression: Call, scope: Scope, context: Context) -> list[Any] | Unknown:
    """The values of the arguments; Unknown where it is not known how many there are."""
    values = [value_of(argument, scope, context) for argument in expression.arguments]
    if not expression.expand:
        return values
    last = values.pop()
    if isinstance(last, (Unknown, Reference)):
        return Unknown(reason_of(last))
    if isinstance(last, Choice):
        return Unknown(f"how many arguments {expression.name} gets")
    if not isinstance(last, list):
        raise EvaluationError("An argument that ends in ... must be a list, set or tuple", expression.place)
    return [*values, *last]


def _check_count(name: str, function: Function, count: int, expression: Call) -> None:
    most = len(function.parameters)
    least = most - function.optional
    if count < least:
        raise EvaluationError(
            f'The function "{name}" needs at least {least} arguments: {count} given', expression.place
        )
    if count > most and function.more is None:
        raise EvaluationError(f'The function "{name}" takes at most {most} arguments: {count} given', expression.place)


def _applied(function: Function, values: tuple[Any, ...], context: Context, depth: int) -> Any:
    """The function's result for arguments that are no choices, though choices may be inside of them."""
    arguments = [_converted(function, at, value) for at, value in enumerate(values)]
    if function.takes != "everything":
        for argument in arguments:
            if isinstance(argument, (Unknown, Reference)):
                return open_result(function.result, argument)
        if function.takes == "nothing" and not is_known(arguments):
            return _case_by_case(function, values, context, depth)
    try:
        made = function.call(context, *arguments) if function.contextual else function.call(*arguments)
    except (AttributeError, TypeError):
        # A null, or an item of another kind, inside of a collection.
        raise EvaluationError("an argument holds a value that the function cannot work with") from None
    if isinstance(made, str):
        check_text(len(made))
    return made


def _converted(function: Function, at: int, value: Any) -> Any:
    if value is None:
        if function.nulls:
            return None
        raise EvaluationError(f"Invalid value for argument {at + 1}: argument must not be null")
    wanted = function.parameter(at)
    if wanted.kind == "any":
        return value
    try:
        return convert(value, wanted)
    except ConversionError as error:
        raise EvaluationError(f"Invalid value for argument {at + 1}: {error.sentence}") from None


def _case_by_case(function: Function, values: tuple[Any, ...], context: Context, depth: int) -> Any:
    """The result for each case of the choices inside of the arguments."""
    inner = next(_choices(values), None)
    if inner is None:
        return open_result(function.result, next(iter(symbols(list(values)))))
    if depth >= _MAX_SPLITS:
        return Unknown("too many combinations of conditions", function.result)
    condition, opposite = inner.condition, not_(inner.condition)
    assert not isinstance(opposite, bool)
    outcomes: list[Any] = []
    failures: list[EvaluationError] = []
    for assumed in (condition, opposite):
        try:
            outcomes.append(_applied(function, tuple(_assumed(value, assumed) for value in values), context, depth + 1))
        except EvaluationError as error:
            if context.trying:
                raise Split(condition) from None
            failures.append(error)
            outcomes.append(failure(error.sentence))
    if len(failures) == 2:
        raise failures[0]
    return choose(condition, *outcomes)


def _choices(value: Any) -> Any:
    if isinstance(value, Choice):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _choices(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _choices(item)


def _assumed(value: Any, condition: Any) -> Any:
    """A value where the condition holds, at any depth; collections stay of their kind."""
    if isinstance(value, Choice):
        return _assumed(assume(value, condition), condition) if assume(value, condition) is not value else value
    if isinstance(value, (dict, list)) and next(_choices(value), None) is not None:
        made = copy(value)
        for key in made if isinstance(made, dict) else range(len(made)):
            made[key] = _assumed(made[key], condition)
        return made
    return value


# --- marks ----------------------------------------------------------------------------------------------------------


def _asking(name: str, expression: Call, scope: Scope, context: Context) -> Any:
    """`issensitive` and `ephemeralasnull`, which ask for a mark."""
    argument = expression.arguments[0]
    value = value_of(argument, scope, context)
    marked = is_marked(argument, _ASKING[name], scope)
    if name == "issensitive":
        return Unknown("what is marked as sensitive", "bool") if marked is None else marked
    return None if marked else value


# --- attempts -------------------------------------------------------------------------------------------------------


def _attempt(expression: Call, scope: Scope, context: Context, depth: int) -> Any:
    """`try` or `can`, in each case of the conditions by which it succeeds or fails."""
    if not expression.arguments or (expression.name.endswith("can") and len(expression.arguments) > 1):
        raise EvaluationError(f"{expression.name} is called with a wrong number of arguments", expression.place)
    decide = _can if expression.name.removeprefix("core::") == "can" else _try
    try:
        return decide(expression.arguments, scope, context)
    except Split as split:
        if depth >= _MAX_SPLITS:
            return Unknown("too many combinations of conditions")
        condition, opposite = split.condition, not_(split.condition)
        assert not isinstance(opposite, bool)
        outcomes = []
        for assumed in (condition, opposite):
            try:
                outcomes.append(_attempt(expression, scope, context.under(assumed), depth + 1))
            except EvaluationError as error:
                if context.trying:
                    raise Split(condition) from None
                outcomes.append(failure(error.sentence))
        return choose(condition, *outcomes)


def _try(arguments: list[Expression], scope: Scope, context: Context) -> Any:
    for argument in arguments:
        try:
            return value_of(argument, scope, context.attempt())
        except EvaluationError:
            continue
    raise EvaluationError("try: no expression succeeded", arguments[0].place)


def _can(arguments: list[Expression], scope: Scope, context: Context) -> Any:
    try:
        value = value_of(arguments[0], scope, context.attempt())
    except EvaluationError:
        return False
    unknown = next((symbol for symbol in symbols(value) if isinstance(symbol, Unknown)), None)
    return True if unknown is None else open_result("bool", unknown)


_ATTEMPTS: Final = frozenset({"try", "can"})
_ASKING: Final[dict[str, Mark]] = {"issensitive": "sensitive", "ephemeralasnull": "ephemeral"}

CALLS: Final[dict[type, Evaluator]] = {Call: _call}
