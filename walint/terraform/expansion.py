"""Instances: what count, for_each and dynamic make of one block."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from walint.conditions import and_, negation, or_
from walint.limits import exceeded, limits
from walint.source import Place, Problem
from walint.terraform.context import Context, EvaluationError, elements_of
from walint.terraform.operators import reason_of
from walint.terraform.typed import NUMBER, SetValue, kind_of, make_set
from walint.terraform.types import ConversionError, convert
from walint.values import Choice, Presence, Reference, Unknown, choose


class Instance(NamedTuple):
    """One instance of a resource, data source or module.

    Attributes:
        key: an index, a key, "*" (as a `Symbolic`) for all instances of a collection that is not known, or None.
        names: what `each` and `count` mean in it.
        presence: whether it is there.
    """

    key: Any
    names: dict[str, Any]
    presence: Presence


class _All:
    """The key of the one instance that stands for all."""

    def __repr__(self) -> str:
        return "*"


ALL: Final = _All()


def suffix(key: Any) -> str:
    """An instance key as Terraform writes it in an address."""
    if key is None:
        return ""
    if key is ALL:
        return "[*]"
    if isinstance(key, str):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'["{escaped}"]'
    return f"[{key}]"


def dynamic_items(value: Any, context: Context, place: Place) -> Iterator[tuple[Any, Any, Presence]]:
    """Key, value and presence of each item that a dynamic block is repeated for."""
    for condition, leaf in cases(value):
        presence: Presence = None if condition is True else condition
        try:
            found = elements_of(leaf)
        except EvaluationError as error:
            if condition is True:
                context.report(Problem.at(place, error.sentence))
            continue
        for key, item in certain_items(leaf):
            yield key, item, presence
        if isinstance(found, list):
            most = limits().instances
            if len(found) > most:
                context.report(Problem.at(place, exceeded("instances", "more than {} blocks; the rest is left out")))
                rest = Unknown(exceeded("instances", "one of more than {} blocks"))
                yield Unknown(rest.reason, "string"), rest, Unknown(rest.reason, "list")
            for key, item in found[:most]:
                yield key, item, presence
        else:
            assert isinstance(found, (Unknown, Reference))
            reason = reason_of(found)
            yield Unknown(reason, "string"), Unknown(reason), Unknown(f"how many there are: that is {reason}", "list")


def cases(value: Any) -> Iterator[tuple[Any, Any]]:
    """The values that a choice may be, each with the condition (True where there is none)."""
    if isinstance(value, Choice):
        for branch, condition in ((value.then, value.condition), (value.otherwise, negation(value.condition))):
            for inner, leaf in cases(branch):
                both = and_(condition, inner)
                if both is not False:
                    yield both, leaf
    else:
        yield True, value


def expand_count(value: Any, context: Context, place: Place) -> Iterator[Instance]:
    present: dict[int, list[Any]] = {}
    for condition, leaf in cases(value):
        if isinstance(leaf, (Unknown, Reference)):
            reason = reason_of(leaf)
            yield Instance(
                ALL, {"count": {"index": Unknown(reason, "number")}}, Unknown(f"the count, which is {reason}", "list")
            )
            continue
        number = whole(leaf)
        if (number is None or number < 0) and condition is not True:
            # Terraform refuses this case; the others are judged.
            continue
        if number is None or number < 0:
            context.report(Problem.at(place, "count is a whole number that is not negative"))
            yield Instance(ALL, {"count": {"index": Unknown("a count that is no number", "number")}}, None)
            continue
        if number > limits().instances:
            context.report(Problem.at(place, exceeded("instances", "more than {} instances; one stands for all")))
            yield Instance(ALL, {"count": {"index": Unknown("one of many instances", "number")}}, None)
            continue
        for index in range(number):
            present.setdefault(index, []).append(condition)
    for index, conditions in present.items():
        yield Instance(index, {"count": {"index": index}}, _presence(conditions))


def expand_each(value: Any, context: Context, place: Place) -> Iterator[Instance]:
    present: dict[str, list[tuple[Any, Any]]] = {}
    for condition, leaf in cases(value):
        for key, item in certain_items(leaf):
            present.setdefault(key, []).append((condition, item))
        if isinstance(leaf, (Unknown, Reference)):
            reason = reason_of(leaf)
            yield Instance(ALL, unknown_names(Unknown(reason)), Unknown(f"the collection, which is {reason}", "list"))
            continue
        mistake = _mistake(leaf)
        if mistake:
            if condition is not True:
                # Terraform refuses this case; the others are judged.
                continue
            context.report(Problem.at(place, mistake))
            if not isinstance(leaf, list) or not all(type(item) is str for item in leaf):
                yield Instance(ALL, unknown_names(Unknown("a for_each that Terraform refuses")), None)
                continue
            # Only `toset` is missing: which instances are meant is plain.
            leaf = make_set(leaf)
        found = elements_of(leaf)
        assert isinstance(found, list)
        if len(found) > limits().instances:
            context.report(Problem.at(place, exceeded("instances", "more than {} instances; one stands for all")))
            yield Instance(ALL, unknown_names(Unknown("one of many instances")), None)
            continue
        for key, item in found:
            if isinstance(key, str):
                present.setdefault(key, []).append((condition, item))
            else:
                reason = reason_of(key)
                yield Instance(
                    ALL,
                    {"each": {"key": Unknown(reason, "string"), "value": item}},
                    Unknown(f"its key, which is {reason}"),
                )
    for name, found_cases in present.items():
        item = found_cases[-1][1]
        for condition, other in reversed(found_cases[:-1]):
            item = choose(condition, other, item)
        yield Instance(
            name, {"each": {"key": name, "value": item}}, _presence([condition for condition, _ in found_cases])
        )


def certain_items(value: Any) -> list[tuple[str, Any]]:
    """Those items of an open map that are there in any case."""
    if isinstance(value, Unknown) and value.kind == "map" and isinstance(value.data, dict):
        return sorted(value.data.items())
    return []


def _mistake(value: Any) -> str:
    """Why Terraform refuses a for_each, or nothing."""
    if isinstance(value, dict):
        return ""
    if not isinstance(value, SetValue):
        return f"for_each is a map, or a set of strings; this is of type {kind_of(value)}"
    for item in value:
        if not isinstance(item, (str, Unknown, Reference)):
            return f"for_each is a set of strings; this one has an item of type {kind_of(item)}"
    return ""


def unknown_names(value: Unknown) -> dict[str, Any]:
    return {
        "each": {"key": Unknown(value.reason, "string"), "value": value},
        "count": {"index": Unknown(value.reason, "number")},
    }


def _presence(conditions: list[Any]) -> Presence:
    joined = or_(*conditions)
    return None if joined is True else joined  # type: ignore[return-value]


def joined(outer: Presence, inner: Presence) -> Presence:
    if outer is None or isinstance(inner, Unknown):
        return inner if inner is not None else outer
    if inner is None or isinstance(outer, Unknown):
        return outer
    both = and_(outer, inner)
    return None if both is True else Unknown("conditions that exclude each other") if both is False else both


def whole(value: Any) -> int | None:
    """A value as a whole number, None where it is none."""
    try:
        number = convert(value, NUMBER)
    except ConversionError:
        return None
    return number if isinstance(number, int) else None
