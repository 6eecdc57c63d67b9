"""Steps into values: attributes, indexes, and the cases of what is open."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from walint.conditions import Is, Subject
from walint.source import Place
from walint.terraform.context import MISSING, Context, EvaluationError, Failed, Lazy, Split
from walint.terraform.operators import reason_of
from walint.terraform.typed import NUMBER, PRIMITIVES, STRING, BlockValue, MapValue, SetValue, kind_of
from walint.terraform.types import ConversionError, convert
from walint.values import Choice, Reference, Unknown, assume, choose, lift

NO_ELEMENT: Final = "The given key does not identify an element in this collection value"
# A map that is indexed with an open input is spelled out key by key up to this size.
_MAX_KEYS: Final = 16


def settled(value: Any, context: Context) -> Any:
    """What a name or step gave, in the case that is looked at; an error in some cases only is Unknown in these."""
    kind = type(value)
    if kind is Choice:
        if context.assumed is not None:
            value = assume(value, context.assumed)
            if type(value) is not Choice:
                return settled(value, context)
        if _some_fail(value):
            if context.trying:
                raise Split(value.condition)
            return _without_failures(value)
    elif kind is Failed:
        raise EvaluationError(value.sentence)
    return value


def _some_fail(value: Any) -> bool:
    return type(value) is Failed or (type(value) is Choice and (_some_fail(value.then) or _some_fail(value.otherwise)))


def _without_failures(value: Any) -> Any:
    if type(value) is Failed:
        return failure(value.sentence)
    if type(value) is Choice:
        return choose(value.condition, _without_failures(value.then), _without_failures(value.otherwise))
    return value


def failure(sentence: str) -> Unknown:
    """What stands for a value that Terraform would refuse to compute."""
    return Unknown(f"a value that cannot be computed: {sentence}")


def spread(function: Callable[..., Any], context: Context, *arguments: Any) -> Any:
    """Call a function once for each case of those arguments that are choices.

    A case in which it fails is Unknown; it fails as a whole where all cases do.
    """
    first = next((argument for argument in arguments if type(argument) is Choice), None)
    if first is None:
        return function(*arguments)
    assumed = context.assumed
    if assumed is not None:
        arguments = tuple(assume(argument, assumed) for argument in arguments)
        first = next((argument for argument in arguments if type(argument) is Choice), None)
        if first is None:
            return function(*arguments)
    failures: list[EvaluationError] = []
    succeeded = False

    def attempt(*plain: Any) -> Any:
        nonlocal succeeded
        try:
            result = function(*plain)
        except EvaluationError as error:
            failures.append(error)
            return failure(error.sentence)
        succeeded = True
        return result

    result = lift(attempt, *arguments)
    if failures:
        if not succeeded:
            raise failures[0]
        if context.trying:
            raise Split(first.condition)
    return result


# --- attributes ---------------------------------------------------------------------------------------------------


def attribute(value: Any, name: str, place: Place, context: Context) -> Any:
    """What `.name` of a value gives."""
    if isinstance(value, dict):
        found = value.get(name, MISSING)
        if found is not MISSING:
            return found
        if isinstance(value, BlockValue):
            return value.rest(name)
        if isinstance(value, MapValue):
            raise EvaluationError(NO_ELEMENT, place)
        raise EvaluationError(f'This object does not have an attribute named "{name}"', place)
    if isinstance(value, Lazy):
        return value.attribute(name, place)
    if isinstance(value, Reference):
        return context.follow(value, name, place)
    if isinstance(value, Unknown):
        return _open_step(value, name, place)
    if isinstance(value, Choice):
        return spread(lambda one: attribute(one, name, place, context), context, value)
    raise EvaluationError(_no_attributes(value, name), place)


def _no_attributes(value: Any, name: str) -> str:
    if value is None:
        return "This value is null, so it does not have any attributes"
    if isinstance(value, SetValue):
        return f'This value is a set, whose elements have no names: there is no attribute "{name}"'
    if isinstance(value, list):
        return f'This value is a list, which has no attribute "{name}": an index must come first'
    return f"Can't access attributes on a primitive-typed value ({kind_of(value)})"


def _open_step(value: Unknown, step: str | int, place: Place) -> Any:
    if value.kind == "map" and isinstance(value.data, dict) and step in value.data:
        return value.data[str(step)]
    if value.kind in PRIMITIVES:
        what = "attributes" if isinstance(step, str) else "elements"
        raise EvaluationError(f"Can't access {what} on a primitive-typed value ({value.kind})", place)
    if value.subject is None:
        return Unknown(value.reason)
    if isinstance(step, int):
        shown = f"[{step}]"
    else:
        shown = f".{step}" if step.replace("-", "_").isidentifier() else f'["{step}"]'
    return Unknown(value.reason, None, Subject(value.subject.name + shown))


# --- indexes ------------------------------------------------------------------------------------------------------


def index(value: Any, key: Any, place: Place, context: Context) -> Any:
    """What `[key]` of a value gives."""
    if isinstance(value, Choice) or isinstance(key, Choice):
        return spread(lambda one, other: index(one, other, place, context), context, value, key)
    if isinstance(value, Lazy):
        return value.index(key, place)
    if value is None:
        raise EvaluationError("This value is null, so it does not have any indices", place)
    if key is None:
        raise EvaluationError("Can't use a null value as an indexing key", place)
    if isinstance(key, (Unknown, Reference)):
        return _open_index(value, key, context)
    if isinstance(value, dict):
        return _item(value, key, place)
    if isinstance(value, list):
        return _element(value, key, place)
    if isinstance(value, (Unknown, Reference)):
        return _open_element(value, key, place, context)
    raise EvaluationError("This value does not have any indices", place)


def _item(value: dict[str, Any], key: Any, place: Place) -> Any:
    try:
        name = convert(key, STRING)
    except ConversionError as error:
        raise EvaluationError(f"{NO_ELEMENT}: {error.sentence}", place) from None
    if name not in value:
        if isinstance(value, BlockValue):
            return value.rest(str(name))
        raise EvaluationError(NO_ELEMENT, place)
    return value[name]  # type: ignore[index]


def _element(value: list[Any], key: Any, place: Place) -> Any:
    if isinstance(value, SetValue):
        raise EvaluationError("Elements of a set are identified only by their value and have no index", place)
    at = sequence_index(key, place)
    if at >= len(value):
        raise EvaluationError(NO_ELEMENT, place)
    return value[at]


def sequence_index(key: Any, place: Place) -> int:
    """A key as an index of a sequence; raises where it cannot be one."""
    try:
        at = key if type(key) is int else convert(key, NUMBER)
    except ConversionError as error:
        raise EvaluationError(f"{NO_ELEMENT}: {error.sentence}", place) from None
    if isinstance(at, (Fraction, float)):
        raise EvaluationError(f"{NO_ELEMENT}: indexing a sequence requires a whole number", place)
    if not isinstance(at, int) or at < 0:
        raise EvaluationError(f"{NO_ELEMENT}: a negative number is not a valid index for a sequence", place)
    return at


def _open_element(value: Unknown | Reference, key: Any, place: Place, context: Context) -> Any:
    step = key if isinstance(key, (int, str)) and not isinstance(key, bool) else str(convert(key, STRING))
    if isinstance(value, Reference):
        return context.follow(value, step, place)
    return _open_step(value, step, place)


def _open_index(value: Any, key: Unknown | Reference, context: Context) -> Any:
    if isinstance(value, dict) and isinstance(key, Unknown) and key.subject is not None:
        found = by_key(value, key.subject, Failed(NO_ELEMENT))
        if found is not None:
            return settled(found, context)
    if isinstance(value, (dict, list)):
        items = list(value.values()) if isinstance(value, dict) else value
        if not items:
            raise EvaluationError(NO_ELEMENT)
        kinds = {kind_of(item) for item in items}
        return Unknown(reason_of(key), kinds.pop() if len(kinds) == 1 else None)
    return Unknown(reason_of(value if isinstance(value, (Unknown, Reference)) else key))


def by_key(value: dict[str, Any], subject: Subject, otherwise: Any) -> Any:
    """What a map gives for a key that is an open input: a choice by the input's value.

    With `otherwise` for other keys, which an index refuses. None where there are too many cases.
    """
    domain = subject.domain
    wanted = {name: item for name, item in value.items() if domain is None or name in domain}
    if not wanted or len(wanted) > _MAX_KEYS:
        return None
    pairs = list(wanted.items())
    if domain is not None and all(name in wanted for name in domain):
        otherwise = pairs.pop()[1]
    for name, item in reversed(pairs):
        otherwise = choose(Is(subject, name), item, otherwise)
    return otherwise
