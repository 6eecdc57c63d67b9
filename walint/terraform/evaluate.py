"""Evaluates Terraform's expressions as `terraform console` would, with symbols for what the text leaves open."""

from __future__ import annotations

from walint.limits import OverLimit
from walint.terraform.calls import CALLS
from walint.terraform.context import Context, EvaluationError, Lazy, Scope
from walint.terraform.dispatch import EVALUATE
from walint.terraform.loops import LOOPS
from walint.terraform.syntax import Expression
from walint.terraform.terms import TERMS
from walint.values import Data, size_of

EVALUATE.update({**TERMS, **LOOPS, **CALLS})


def evaluate(expression: Expression, scope: Scope, context: Context) -> Data:
    """The value of an expression. Never raises on what users write: an error is reported and gives Unknown."""
    return _bounded(expression, scope, context, whole=True)  # type: ignore[return-value]


def evaluate_lazily(expression: Expression, scope: Scope, context: Context) -> Data | Lazy:
    """As `evaluate`, but what a traversal leads to is not evaluated further than needed."""
    return _bounded(expression, scope, context, whole=False)


def _bounded(expression: Expression, scope: Scope, context: Context, *, whole: bool) -> Data | Lazy:
    try:
        value = EVALUATE[type(expression)](expression, scope, context)
        if isinstance(value, Lazy):
            if not whole:
                return value
            value = value.data()
        # What doubles with each local value is cut off before somebody walks over it.
        size_of(value)
        return value  # type: ignore[no-any-return]
    except EvaluationError as error:
        return context.failed(error, expression.place)
    except OverLimit as limit:
        return context.failed(EvaluationError(str(limit)), expression.place)
    except RecursionError:
        return context.failed(EvaluationError("This expression is nested too deeply"), expression.place)
