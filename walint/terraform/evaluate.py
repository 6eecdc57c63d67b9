"""Evaluates Terraform's expressions as `terraform console` would, with symbols for what the text leaves open."""

from __future__ import annotations

from walint.terraform.calls import CALLS
from walint.terraform.context import Context, EvaluationError, Lazy, Scope
from walint.terraform.dispatch import EVALUATE
from walint.terraform.loops import LOOPS
from walint.terraform.syntax import Expression
from walint.terraform.terms import TERMS
from walint.values import Data

EVALUATE.update({**TERMS, **LOOPS, **CALLS})


def evaluate(expression: Expression, scope: Scope, context: Context) -> Data:
    """The value of an expression. Never raises on what users write: an error is reported and gives Unknown."""
    value = evaluate_lazily(expression, scope, context)
    return value.data() if isinstance(value, Lazy) else value


def evaluate_lazily(expression: Expression, scope: Scope, context: Context) -> Data | Lazy:
    """As `evaluate`, but what a traversal leads to is not evaluated further than needed."""
    try:
        return EVALUATE[type(expression)](expression, scope, context)  # type: ignore[no-any-return]
    except EvaluationError as error:
        return context.failed(error, expression.place)
    except RecursionError:
        return context.failed(EvaluationError("This expression is nested too deeply"), expression.place)
