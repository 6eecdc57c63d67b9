"""Terraform's type constraints, conversion and unification."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, Final

from walint.source import Place
from walint.terraform.context import EvaluationError
from walint.terraform.numerals import TooLarge, number_text, parse_number
from walint.terraform.syntax import Call, Expression, Literal, Object, Parenthesised, Template, Tuple, Variable
from walint.terraform.typed import (
    ANY,
    BOOL,
    NULL,
    NUMBER,
    PRIMITIVES,
    STRING,
    BlockValue,
    ListValue,
    MapValue,
    SetValue,
    Type,
    kind_of,
    make_set,
    type_of,
)
from walint.values import Choice, Data, PlacedList, PlacedMap, Reference, Unknown, lift

__all__ = [
    "ANY",
    "BOOL",
    "NUMBER",
    "STRING",
    "ConversionError",
    "ListValue",
    "MapValue",
    "SetValue",
    "Type",
    "convert",
    "kind_of",
    "make_set",
    "parse_type",
    "type_of",
    "unify",
]


class ConversionError(EvaluationError):
    """A value that does not fit a type; the sentence says why, as in "a number is required"."""


# --- conversion -------------------------------------------------------------------------------------------------


def convert(value: Data, to: Type) -> Data:
    """The value as one of a type, by Terraform's rules; symbols inside stay, with the kind that they must have.

    Attributes of an object that are optional and absent, or null, get their defaults. Null is of every type.
    Raises ConversionError.
    """
    if value is None or to.kind == "any":
        return value
    if isinstance(value, Choice):
        return lift(lambda one: convert(one, to), value)  # type: ignore[no-any-return]
    if isinstance(value, (Unknown, Reference)):
        return _symbol(value, to)
    return _CONVERSIONS[to.kind](value, to)


def _symbol(value: Unknown | Reference, to: Type) -> Data:
    kind = value.kind
    if kind == to.kind:
        return value
    if kind in PRIMITIVES and not (to.kind in PRIMITIVES and "string" in (kind, to.kind)):
        raise ConversionError(_required(to))
    if isinstance(value, Reference):
        return Reference(value.resource, value.attribute, to.kind)
    return Unknown(value.reason, to.kind, value.subject, value.parts, value.data)


def _required(to: Type) -> str:
    if to.kind in ("number", "bool"):
        return f"a {to.kind} is required"
    return f"{to} required"


def _to_string(value: Any, to: Type) -> Data:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Fraction, float)):
        return number_text(value)
    raise ConversionError(_required(to))


def _to_number(value: Any, to: Type) -> Data:
    if isinstance(value, str):
        try:
            number = parse_number(value)
        except TooLarge:
            return Unknown("a number with thousands of digits", "number")
        if number is not None:
            return number
    elif isinstance(value, (int, Fraction, float)) and not isinstance(value, bool):
        return value
    raise ConversionError(_required(to))


def _to_bool(value: Any, to: Type) -> Data:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _BOOLS:
        return _BOOLS[value]
    raise ConversionError(_required(to))


_BOOLS: Final = {"true": True, "1": True, "false": False, "0": False}


def _to_list(value: Any, to: Type) -> Data:
    if not isinstance(value, list):
        raise ConversionError(_required(to))
    element = _element_type(value, to)
    if type(value) is ListValue and value.element == element:
        return value
    places = value.places if isinstance(value, PlacedList) and not isinstance(value, SetValue) else ()
    return ListValue(_converted_items(value, element), element, places)


def _to_set(value: Any, to: Type) -> Data:
    if not isinstance(value, list):
        raise ConversionError(_required(to))
    element = _element_type(value, to)
    if type(value) is SetValue and value.element == element:
        return value
    places = value.places if isinstance(value, PlacedList) else ()
    return make_set(_converted_items(value, element), element, places)


def _converted_items(value: list[Any], element: Type) -> list[Any]:
    if element.kind == "any":
        return list(value)
    out = []
    for at, item in enumerate(value):
        try:
            out.append(convert(item, element))
        except ConversionError as error:
            raise ConversionError(f"element {at}: {error.sentence}") from None
    return out


def _element_type(value: list[Any], to: Type) -> Type:
    """The type that all items are converted to; where any will do, the one that they have in common."""
    wanted = to.element or ANY
    if wanted.kind != "any":
        return wanted
    if isinstance(value, ListValue) and value.element is not None:
        return value.element
    common = unify([type_of(item) for item in value]) if value else ANY
    if common is None:
        raise ConversionError(f"cannot convert {kind_of(value)} to {to}")
    return common


def _to_map(value: Any, to: Type) -> Data:
    if not isinstance(value, dict):
        raise ConversionError(_required(to))
    element = to.element or ANY
    if element.kind == "any":
        if isinstance(value, MapValue) and value.element is not None:
            element = value.element
        elif value:
            common = unify([type_of(item) for item in value.values()])
            if common is None:
                raise ConversionError(f"cannot convert {kind_of(value)} to {to}")
            element = common
    if isinstance(value, MapValue) and value.element == element:
        return value
    places = value.places if isinstance(value, PlacedMap) else None
    if element.kind == "any":
        return MapValue(value, element, places)
    out = MapValue((), element, places)
    for name, item in value.items():
        try:
            out[name] = convert(item, element)
        except ConversionError as error:
            raise ConversionError(f'element "{name}": {error.sentence}') from None
    return out


def _to_object(value: Any, to: Type) -> Data:
    if not isinstance(value, dict):
        raise ConversionError(_required(to))
    out = PlacedMap((), value.places if isinstance(value, PlacedMap) else None)
    for name, wanted in to.attributes.items():
        item = value.get(name)
        if item is None:
            if name in to.optional:
                item = to.optional[name]
            elif isinstance(value, BlockValue):
                item = value.rest(name)
            elif name not in value:
                raise ConversionError(f'attribute "{name}" is required')
        try:
            out[name] = convert(item, wanted)
        except ConversionError as error:
            raise ConversionError(f'attribute "{name}": {error.sentence}') from None
    return out


def _to_tuple(value: Any, to: Type) -> Data:
    if not isinstance(value, list) or isinstance(value, SetValue):
        raise ConversionError(_required(to))
    if len(value) != len(to.items):
        raise ConversionError(f"a tuple of {len(to.items)} elements is required")
    items = [convert(item, wanted) for item, wanted in zip(value, to.items, strict=True)]
    return PlacedList(items, value.places if isinstance(value, PlacedList) else ())


_CONVERSIONS: Final[dict[str, Callable[[Any, Type], Data]]] = {
    "string": _to_string,
    "number": _to_number,
    "bool": _to_bool,
    "list": _to_list,
    "set": _to_set,
    "map": _to_map,
    "object": _to_object,
    "tuple": _to_tuple,
}


# --- unification ------------------------------------------------------------------------------------------------


def unify(types: Sequence[Type]) -> Type | None:
    """The type that values of all these types can be converted to, None where there is none.

    "any" where that is not decidable because some type is not known. Null goes with every type.
    """
    distinct: list[Type] = []
    for type_ in types:
        if type_ is not NULL and type_ not in distinct:
            distinct.append(type_)
    if not distinct:
        return ANY
    kinds = {type_.kind for type_ in distinct}
    if len(distinct) == 1 or "any" in kinds:
        # A null inside of the one type would take the type of its counterparts: there is none.
        return distinct[0] if len(distinct) == 1 else ANY
    if kinds <= PRIMITIVES.keys():
        return STRING if "string" in kinds else None
    if kinds == {"object"}:
        return _unify_objects(distinct)
    if kinds == {"tuple"}:
        return _unify_tuples(distinct)
    if kinds <= {"map", "object"}:
        return _unify_elements("map", distinct)
    if kinds <= {"list", "tuple", "set"}:
        return _unify_elements("list" if "list" in kinds else "set", distinct)
    return None


def _unify_objects(types: list[Type]) -> Type | None:
    names = types[0].attributes.keys()
    if any(type_.attributes.keys() != names for type_ in types):
        return _unify_elements("map", types)
    attributes = {}
    for name in names:
        common = unify([type_.attributes[name] for type_ in types])
        if common is None:
            return None
        attributes[name] = common
    return Type("object", attributes=attributes)


def _unify_tuples(types: list[Type]) -> Type | None:
    length = len(types[0].items)
    if any(len(type_.items) != length for type_ in types):
        return _unify_elements("list", types)
    items = []
    for at in range(length):
        common = unify([type_.items[at] for type_ in types])
        if common is None:
            return None
        items.append(common)
    return Type("tuple", items=tuple(items))


def _unify_elements(kind: str, types: Iterable[Type]) -> Type | None:
    elements: list[Type] = []
    for type_ in types:
        if type_.kind == "object":
            elements.extend(type_.attributes.values())
        elif type_.kind == "tuple":
            elements.extend(type_.items)
        elif type_.element is not None:
            elements.append(type_.element)
    # An empty collection's element type is any, and gives way to the others'; so is that of an item that is not known.
    known = [element for element in elements if element.kind != "any"]
    common = unify(known or [ANY])
    if common is None:
        return None if len(known) == len(elements) else Type(kind, ANY)
    return Type(kind, common)


# --- type constraints -------------------------------------------------------------------------------------------


def parse_type(expression: Expression) -> Type:
    """The type constraint that a variable's `type` argument gives; raises EvaluationError."""
    if isinstance(expression, Parenthesised):
        return parse_type(expression.of)
    if isinstance(expression, Variable):
        return _named(expression.name, expression.place)
    if isinstance(expression, (Literal, Template)):
        # Terraform 0.11 wrote types as strings.
        name = expression.value if isinstance(expression, Literal) else None
        if name in ("string", "list", "map"):
            return _named(str(name), expression.place)
    if isinstance(expression, Call):
        return _constructed(expression)
    sentence = "This is not a type: use a keyword such as string, or a type such as list(string)"
    raise EvaluationError(sentence, expression.place)


def _named(name: str, place: Place) -> Type:
    if name in PRIMITIVES:
        return PRIMITIVES[name]
    if name == "any":
        return ANY
    if name in ("list", "map", "set"):
        return Type(name, ANY)
    raise EvaluationError(f'The keyword "{name}" is not a type', place)


def _constructed(call: Call) -> Type:
    if len(call.arguments) != 1 or call.expand:
        raise EvaluationError(f"The type {call.name}(...) takes one argument", call.place)
    argument = call.arguments[0]
    if call.name in ("list", "set", "map"):
        return Type(call.name, parse_type(argument))
    if call.name == "tuple" and isinstance(argument, Tuple):
        return Type("tuple", items=tuple(parse_type(item) for item in argument.items))
    if call.name == "object" and isinstance(argument, Object):
        return _object(argument)
    if call.name == "optional":
        raise EvaluationError("optional(...) is only for attributes of an object type", call.place)
    raise EvaluationError(f'There is no type "{call.name}" with such an argument', call.place)


def _object(written: Object) -> Type:
    attributes: dict[str, Type] = {}
    optional: dict[str, Any] = {}
    for key, value in written.items:
        name = key.name if isinstance(key, Variable) else key.value if isinstance(key, Literal) else None
        if not isinstance(name, str):
            raise EvaluationError("The name of an attribute of an object type must be a plain name", key.place)
        if isinstance(value, Call) and value.name == "optional":
            if not 1 <= len(value.arguments) <= 2:
                raise EvaluationError("optional(...) takes a type and, if wanted, a default", value.place)
            attributes[name] = parse_type(value.arguments[0])
            optional[name] = _default(value.arguments[1], attributes[name]) if len(value.arguments) > 1 else None
        else:
            attributes[name] = parse_type(value)
    return Type("object", attributes=attributes, optional=optional)


def _default(expression: Expression, type_: Type) -> Data:
    from walint.terraform.context import Context, Scope
    from walint.terraform.evaluate import evaluate

    problems: list[str] = []
    value = evaluate(expression, Scope({}), Context(lambda problem: problems.append(problem.message)))
    if problems:
        raise EvaluationError(problems[0], expression.place)
    try:
        return convert(value, type_)
    except ConversionError as error:
        raise ConversionError(f"This default does not fit its type: {error.sentence}", expression.place) from None
