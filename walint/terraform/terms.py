"""Literals, names, steps, templates and operators."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from walint.conditions import Holds, and_, not_, or_
from walint.limits import check_text
from walint.source import Place
from walint.terraform.context import MISSING, Context, EvaluationError, Failed, Lazy, Scope
from walint.terraform.dispatch import (
    EVALUATE,
    Evaluator,
    condition_of,
    decide,
    in_both_cases,
    item_of,
    logical,
    truth,
    value_of,
)
from walint.terraform.numerals import number_text
from walint.terraform.operators import OPPOSITE, arithmetic, compared, equals, number_operand, open_result, text_of
from walint.terraform.steps import attribute, index, settled, spread
from walint.terraform.syntax import (
    Attribute,
    Binary,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    Index,
    Invalid,
    Literal,
    Object,
    Parenthesised,
    SplatItem,
    Template,
    TemplateFor,
    TemplateIf,
    Tuple,
    Unary,
    Variable,
)
from walint.terraform.typed import STRING, Type, kind_of, type_of
from walint.terraform.types import ConversionError, convert, unify
from walint.values import Choice, PlacedList, PlacedMap, Reference, Unknown, choose, join_parts, symbols

# --- terms --------------------------------------------------------------------------------------------------------


def _literal(expression: Literal, scope: Scope, context: Context) -> Any:
    return expression.value


def _parenthesised(expression: Parenthesised, scope: Scope, context: Context) -> Any:
    return EVALUATE[type(expression.of)](expression.of, scope, context)


def _invalid(expression: Invalid, scope: Scope, context: Context) -> Any:
    return Unknown("an expression that could not be read")


def _variable(expression: Variable, scope: Scope, context: Context) -> Any:
    value = scope.resolve(expression.name, expression.place)
    if value is MISSING:
        return _missing(expression, context)
    return settled(value, context) if type(value) in _UNSETTLED else value


_UNSETTLED: Final = frozenset({Choice, Failed})


def _missing(expression: Variable, context: Context) -> bool:
    meant = expression.name.lower()
    hint = f"; did you mean {meant}?" if meant in ("true", "false") else ""
    error = EvaluationError(f'There is nothing named "{expression.name}" here{hint}', expression.place)
    if not hint:
        raise error
    # Terraform takes no `False`, but there is no doubt what is meant.
    context.failed(error, expression.place)
    return meant == "true"


def _attribute(expression: Attribute, scope: Scope, context: Context) -> Any:
    of = EVALUATE[type(expression.of)](expression.of, scope, context)
    if isinstance(of, Lazy):
        value = of.attribute(expression.name, expression.place)
    else:
        value = attribute(of, expression.name, expression.place, context)
    return settled(value, context) if type(value) in _UNSETTLED else value


def _index(expression: Index, scope: Scope, context: Context) -> Any:
    of = EVALUATE[type(expression.of)](expression.of, scope, context)
    value = index(of, value_of(expression.key, scope, context), expression.place, context)
    return settled(value, context) if type(value) in _UNSETTLED else value


def _splat_item(expression: SplatItem, scope: Scope, context: Context) -> Any:
    return scope.resolve(SPLAT_ITEM, expression.place)


# No name can be written so.
SPLAT_ITEM: Final = "*"


def _tuple(expression: Tuple, scope: Scope, context: Context) -> Any:
    items = expression.items
    return PlacedList([item_of(item, scope, context) for item in items], [item.place for item in items])


def _object(expression: Object, scope: Scope, context: Context) -> Any:
    keys: list[Any] = []
    plain = True
    for key, _ in expression.items:
        name = key.value if type(key) is Literal else value_of(key, scope, context)
        if type(key) is Literal and (name is None or isinstance(name, bool)):
            # As a key a keyword is a name like any other.
            name = key.place.text()
        if type(name) is not str:
            name = object_key(name, key.place, context)
            plain = plain and isinstance(name, str)
        keys.append(name)
    items = [
        (item_of(value, scope, context), Place(key.place.source, key.place.start, value.place.end))
        for key, value in expression.items
    ]

    def build(*names: Any) -> Any:
        out = PlacedMap()
        for name, (item, place) in zip(names, items, strict=True):
            if not isinstance(name, str):
                return open_result("object", name)
            out[name] = item
            out.places[name] = place
        return out

    return build(*keys) if plain else spread(build, context, *keys)


def object_key(value: Any, place: Place, context: Context) -> Any:
    """A value as the key of an object."""
    if value is None:
        raise EvaluationError("Can't use a null value as a key", place)
    try:
        return spread(lambda one: convert(one, STRING), context, value)
    except ConversionError as error:
        raise EvaluationError(f"Can't use this value as a key: {error.sentence}", place) from None


# --- templates ------------------------------------------------------------------------------------------------------


def _template(expression: Template, scope: Scope, context: Context) -> Any:
    parts = expression.parts
    if len(parts) == 1:
        only = parts[0]
        if type(only) is Literal:
            return only.value
        if type(only) is not TemplateIf and type(only) is not TemplateFor:
            return EVALUATE[type(only)](only, scope, context)
    return joined([text_part(part, scope, context) for part in parts], expression.place)


def joined(texts: list[Any], place: Place) -> Any:
    check_text(sum(len(text) for text in texts if isinstance(text, str)))
    for text in texts:
        if not isinstance(text, str):
            return join_parts(texts)
    return "".join(texts)


def text_part(part: Expression, scope: Scope, context: Context) -> Any:
    """A part of a template as a string or a symbol."""
    if type(part) is Literal and isinstance(part.value, str):
        return part.value
    value = item_of(part, scope, context)
    if isinstance(value, str):
        return value
    try:
        return spread(_string, context, value)
    except EvaluationError as error:
        return context.failed(error, part.place)


def _string(value: Any) -> Any:
    if value is None:
        raise EvaluationError("The expression result is null: cannot include a null value in a string template")
    if isinstance(value, (str, Unknown, Reference)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Fraction, float)):
        return number_text(value)
    raise EvaluationError("Cannot include the given value in a string template: string required")


def _template_if(expression: TemplateIf, scope: Scope, context: Context) -> Any:
    otherwise: Expression = expression.otherwise or Literal("", expression.place)
    return decide(
        expression.condition,
        scope,
        context,
        lambda inner: text_part(expression.then, scope, inner),
        lambda inner: text_part(otherwise, scope, inner),
        "string",
    )


# --- operators ------------------------------------------------------------------------------------------------------


def _unary(expression: Unary, scope: Scope, context: Context) -> Any:
    value = value_of(expression.operand, scope, context)
    if expression.operator == "-":
        return spread(_negative, context, value)
    outcome = truth(value)
    return outcome if isinstance(outcome, Unknown) else logical(not_(outcome))


def _negative(value: Any) -> Any:
    number = number_operand(value, "the")
    return open_result("number", number) if isinstance(number, (Unknown, Reference)) else -number


def _binary(expression: Binary, scope: Scope, context: Context) -> Any:
    sign = expression.operator
    left = value_of(expression.left, scope, context)
    if sign in ("&&", "||"):
        return _logic(sign == "||", left, expression.right, scope, context)
    right = value_of(expression.right, scope, context)
    if sign == "==":
        return _equality(left, right)
    if sign == "!=":
        outcome = truth(_equality(left, right))
        return outcome if isinstance(outcome, Unknown) else logical(not_(outcome))
    if sign in ("<", ">", "<=", ">="):
        return spread(lambda one, other: _comparison(sign, one, other), context, left, right)
    return spread(lambda one, other: arithmetic(sign, one, other), context, left, right)


def _logic(absorbing: bool, left: Any, right: Expression, scope: Scope, context: Context) -> Any:
    """`||` where `absorbing` is true, else `&&`: one side that absorbs decides, whatever the other is."""
    first = truth(left)
    if first is absorbing:
        return absorbing
    second = truth(value_of(right, scope, context))
    if second is absorbing:
        return absorbing
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return first if isinstance(first, Unknown) else second
    return logical(or_(first, second) if absorbing else and_(first, second))


def _equality(left: Any, right: Any) -> Any:
    outcome = equals(left, right)
    return _open_comparison("==", left, right) if outcome is None else logical(outcome)


def _comparison(sign: str, left: Any, right: Any) -> Any:
    outcome = compared(sign, left, right)
    if outcome is not None:
        return outcome
    if sign not in OPPOSITE:
        return _open_comparison(sign, left, right)
    opposite = truth(_open_comparison(OPPOSITE[sign], left, right))
    return opposite if isinstance(opposite, Unknown) else logical(not_(opposite))


def _open_comparison(sign: str, left: Any, right: Any) -> Any:
    """A comparison that the text leaves open, named so that it is the same wherever it is asked again."""
    one, other = text_of(left), text_of(right)
    if one is None or other is None:
        return open_result("bool", _first_symbol(left, right))
    return logical(Holds(f"{one} {sign} {other}"))


def _first_symbol(*values: Any) -> Unknown | Reference:
    return next(iter(symbols(list(values))), Unknown("a comparison of sets"))


# --- the conditional ------------------------------------------------------------------------------------------------


def _conditional(expression: Conditional, scope: Scope, context: Context) -> Any:
    outcome = condition_of(value_of(expression.condition, scope, context), expression.condition, scope, context)
    if isinstance(outcome, bool):
        taken, left = expression.then, expression.otherwise
        if not outcome:
            taken, left = left, taken
        return _of_common_type(value_of(taken, scope, context), left, scope, context)
    if isinstance(outcome, Unknown):
        then, otherwise = (_quietly(part, scope, context) for part in (expression.then, expression.otherwise))
        if equals(then, otherwise) is True:
            return then
        kinds = {kind_of(then), kind_of(otherwise)}
        return open_result(kinds.pop() if len(kinds) == 1 else None, outcome)
    chosen = in_both_cases(
        outcome,
        context,
        lambda inner: value_of(expression.then, scope, inner),
        lambda inner: value_of(expression.otherwise, scope, inner),
    )
    return _unified(chosen) if isinstance(chosen, Choice) else chosen


def _quietly(expression: Expression, scope: Scope, context: Context) -> Any:
    """A value that is asked for its type only: mistakes in it do not count."""
    try:
        return value_of(expression, scope, context.quiet())
    except EvaluationError:
        return Unknown("a value that cannot be computed")


def _of_common_type(value: Any, left: Expression, scope: Scope, context: Context) -> Any:
    """The value of the branch that is taken, converted to the type that it has in common with the other."""
    if value is None or isinstance(value, (Unknown, Reference)):
        return value
    if isinstance(value, str) and not isinstance(left, (Tuple, Object, ForTuple, ForObject)):
        return value
    if isinstance(left, Literal) and (left.value is None or kind_of(left.value) == kind_of(value)):
        return value
    return _converted(value, [type_of(value), type_of(_quietly(left, scope, context))])


def _unified(chosen: Choice) -> Any:
    """The two branches of an open conditional, each converted to the type that they have in common."""
    types = [type_of(chosen.then), type_of(chosen.otherwise)]
    if types[0] == types[1]:
        return chosen
    return choose(chosen.condition, _converted(chosen.then, types), _converted(chosen.otherwise, types))


def _converted(value: Any, types: list[Type]) -> Any:
    common = unify(types)
    if common is None:
        raise EvaluationError("The true and false result expressions must have consistent types")
    try:
        return value if common.kind == "any" else convert(value, common)
    except ConversionError:
        # The types are not known well enough to say.
        return value


TERMS: Final[dict[type, Evaluator]] = {
    Literal: _literal,
    Parenthesised: _parenthesised,
    Invalid: _invalid,
    Variable: _variable,
    Attribute: _attribute,
    Index: _index,
    SplatItem: _splat_item,
    Tuple: _tuple,
    Object: _object,
    Template: _template,
    TemplateIf: _template_if,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
}
