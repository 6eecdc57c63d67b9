"""How the evaluator's modules evaluate each other's expressions.

Mistakes in the input are raised as `EvaluationError` and caught where a part can be given up without its
surroundings: an item, an attribute, a stretch of a string. `try` and `can` catch them instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from walint.conditions import Condition, Holds, Is, and_, not_, or_
from walint.terraform.context import Context, EvaluationError, Lazy, Scope, Split
from walint.terraform.operators import open_result, reason_of
from walint.terraform.steps import failure
from walint.terraform.syntax import Expression, names_in
from walint.terraform.typed import BOOL
from walint.terraform.types import ConversionError, convert
from walint.values import Choice, Reference, Unknown, choose

Evaluator: TypeAlias = Callable[[Any, Scope, Context], Any]

EVALUATE: Final[dict[type, Evaluator]] = {}
"""The function for each kind of expression; `evaluate` fills it."""


def value_of(expression: Expression, scope: Scope, context: Context) -> Any:
    """The value of a part; raises EvaluationError."""
    value = EVALUATE[type(expression)](expression, scope, context)
    return value.data() if isinstance(value, Lazy) else value


def item_of(expression: Expression, scope: Scope, context: Context) -> Any:
    """The value of a part that can be given up by itself."""
    try:
        return value_of(expression, scope, context)
    except EvaluationError as error:
        return context.failed(error, expression.place)


def in_both_cases(condition: Condition, context: Context, then: Callable[[Context], Any], otherwise: Any) -> Any:
    """The choice between what two functions give, each in its case; a mistake counts in its case only."""
    opposite = not_(condition)
    assert not isinstance(opposite, bool)
    return choose(condition, _in_case(then, context, condition), _in_case(otherwise, context, opposite))


def _in_case(compute: Callable[[Context], Any], context: Context, condition: Condition) -> Any:
    try:
        return compute(context.under(condition))
    except EvaluationError as error:
        if context.trying:
            raise Split(condition) from None
        return failure(error.sentence)


def truth(value: Any) -> bool | Condition | Unknown:
    """A value as an operand of logic; raises EvaluationError where it is no bool."""
    if isinstance(value, bool):
        return value
    if value is None:
        raise EvaluationError("Error during operation: argument must not be null")
    if isinstance(value, Choice):
        then, otherwise = truth(value.then), truth(value.otherwise)
        if isinstance(then, Unknown) or isinstance(otherwise, Unknown):
            return then if isinstance(then, Unknown) else otherwise
        return or_(and_(value.condition, then), and_(not_(value.condition), otherwise))
    try:
        found = convert(value, BOOL)
    except ConversionError as error:
        raise EvaluationError(f"Unsuitable value for a condition: {error.sentence}") from None
    if isinstance(found, bool):
        return found
    if isinstance(found, Unknown) and found.subject is not None:
        return Is(found.subject, True)
    assert isinstance(found, (Unknown, Reference))
    return Unknown(reason_of(found), "bool")


def logical(outcome: bool | Condition | Unknown) -> Any:
    """An outcome of logic as a value."""
    return outcome if isinstance(outcome, (bool, Unknown)) else choose(outcome, True, False)


def condition_of(value: Any, expression: Expression, scope: Scope, context: Context) -> bool | Condition | Unknown:
    """What a condition's value says; one that is open is named by its text, if that means the same everywhere."""
    outcome = truth(value)
    if not isinstance(outcome, Unknown) or any(scope.is_local(name) for name in names_in(expression)):
        return outcome
    text = " ".join(expression.place.text().split())
    return Holds(f"{context.label}: {text}" if context.label else text)


def decide(
    condition: Expression,
    scope: Scope,
    context: Context,
    then: Callable[[Context], Any],
    otherwise: Callable[[Context], Any],
    kind: str | None = None,
) -> Any:
    """What one of two functions gives, as a condition says: a choice where the text leaves that open."""
    outcome = condition_of(value_of(condition, scope, context), condition, scope, context)
    if isinstance(outcome, Unknown):
        return open_result(kind, outcome)
    if isinstance(outcome, bool):
        return then(context) if outcome else otherwise(context)
    return in_both_cases(outcome, context, then, otherwise)
