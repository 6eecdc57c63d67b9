"""Functions that put collections together and take them apart. What is known of open ones is known of the results."""

from __future__ import annotations

from typing import Any, Final

from walint.limits import at_most
from walint.source import Place
from walint.terraform.context import Context, EvaluationError
from walint.terraform.functions.items import (
    as_list,
    by_bytes,
    certain_items,
    common_type,
    first_symbol,
    in_each_case,
    is_open,
    is_text_attribute,
    mapping,
    open_list,
    places_in,
    places_of,
    sequence,
    uncertain_set,
)
from walint.terraform.functions.model import Function
from walint.terraform.operators import open_result, reason_of
from walint.terraform.typed import ANY, STRING, ListValue, MapValue, SetValue, Type, kind_of, type_of
from walint.terraform.types import convert, unify
from walint.values import Choice, PlacedList, PlacedMap, Reference, Unknown, choose, lift

_LIST_OF_STRING: Final = Type("list", STRING)

# --- lists ----------------------------------------------------------------------------------------------------------


def _concat(*values: Any) -> Any:
    if not values:
        raise EvaluationError("at least one argument is required")
    items: list[Any] = []
    places: list[Place | None] = []
    cause: Unknown | Reference | None = None
    for value in values:
        if isinstance(value, SetValue) or kind_of(value) == "set":
            raise EvaluationError("all arguments must be lists or tuples; got a set")
        found = certain_items(value) if is_open(value) else sequence(value, "a list or tuple")
        if is_open(value):
            cause = cause or value
        items += found
        places += places_of(found)
    if cause is not None:
        return open_list(cause, PlacedList(items, places))
    at_most("items", len(items), "the list would have more than {} elements")
    if all(isinstance(value, ListValue) for value in values):
        common = unify([type_of(value) for value in values])
        if common is not None and common.kind == "list" and common.element is not None:
            return ListValue([convert(item, common.element) for item in items], common.element, places)
    return PlacedList(items, places)


def _flatten(value: Any) -> Any:
    return _flattened(sequence(value))


def _flattened(value: list[Any]) -> Any:
    if uncertain_set(value):
        return open_list(first_symbol(value), value)
    return lift(_joined, *(_segment(item, place) for item, place in zip(value, places_of(value), strict=True)))


def _segment(item: Any, place: Place | None) -> Any:
    """What an item adds to the flat list: a list, one that is open, or a choice of these."""
    if isinstance(item, list):
        return _flattened(item)
    if isinstance(item, Choice) and any(_may_be_list(side) for side in (item.then, item.otherwise)):
        return choose(item.condition, _segment(item.then, place), _segment(item.otherwise, place))
    if is_open(item) and _may_be_list(item):
        return open_list(item, certain_items(item))
    return PlacedList([item], [place])


def _may_be_list(value: Any) -> bool:
    if isinstance(value, Choice):
        return _may_be_list(value.then) or _may_be_list(value.otherwise)
    if is_open(value):
        whole_resource = isinstance(value, Reference) and not value.attribute
        return kind_of(value) in ("any", "list", "set") and not whole_resource and not is_text_attribute(value)
    return isinstance(value, list)


def _joined(*segments: Any) -> Any:
    items: list[Any] = []
    places: list[Place | None] = []
    cause: Unknown | None = None
    for segment in segments:
        if isinstance(segment, Unknown):
            cause = cause or segment
        found = certain_items(segment)
        items += found
        places += places_of(found)
    flat = PlacedList(items, places)
    return flat if cause is None else open_list(cause, flat)


def _list(*items: Any) -> Any:
    element = common_type(items, "all arguments must have the same type")
    return ListValue([convert(item, element) for item in items], element)


# --- maps -----------------------------------------------------------------------------------------------------------


def _merge(*values: Any) -> Any:
    given = [value for value in values if value is not None]
    cause = next((value for value in given if is_open(value)), None)
    if cause is not None:
        return _open_merge(given, cause)
    out = PlacedMap()
    for value in given:
        _add(out, mapping(value))
    types = [type_of(value) for value in given]
    if given and all(isinstance(value, MapValue) for value in given) and all(each == types[0] for each in types):
        return MapValue(out, types[0].element, out.places)
    return out


def _open_merge(values: list[Any], cause: Unknown | Reference) -> Unknown:
    """A map that certainly has the known items; one that an open map may override has an open value."""
    known = PlacedMap()
    for value in values:
        if is_open(value):
            for name in known:
                known[name] = Unknown(reason_of(value))
            value = value.data if isinstance(value, Unknown) else None
            if isinstance(value, dict):
                _add(known, value)
        else:
            _add(known, mapping(value))
    return Unknown(reason_of(cause), "map", data=known or None)


def _add(out: PlacedMap, items: dict[str, Any]) -> None:
    places = places_in(items)
    for name in items:
        if name in places:
            out.places[name] = places[name]
        else:
            out.places.pop(name, None)
    out.update(items)


def _keys(value: Any) -> Any:
    if is_open(value):
        known = value.data if isinstance(value, Unknown) else None
        return open_list(value, _keys(known) if isinstance(known, dict) else None)
    names = sorted(mapping(value), key=by_bytes)
    places = [places_in(value).get(name) for name in names]
    return ListValue(names, STRING, places) if isinstance(value, MapValue) else PlacedList(names, places)


def _values(value: Any) -> Any:
    if is_open(value):
        known = value.data if isinstance(value, Unknown) else None
        return open_list(value, _values(known) if isinstance(known, dict) else None)
    names = sorted(mapping(value), key=by_bytes)
    items = [value[name] for name in names]
    places = [places_in(value).get(name) for name in names]
    return ListValue(items, value.element, places) if isinstance(value, MapValue) else PlacedList(items, places)


def _zipmap(context: Context, keys: Any, values: Any) -> Any:
    keys, items = as_list(keys, _LIST_OF_STRING), sequence(values, "a list or tuple")
    if is_open(keys):
        return open_result("map", keys)
    if isinstance(items, SetValue):
        raise EvaluationError("values must be a list or tuple value")
    if len(keys) != len(items):
        raise EvaluationError(f"number of keys ({len(keys)}) does not match number of values ({len(items)})")
    places = places_of(items)

    def build(names: list[Any]) -> Any:
        out = PlacedMap()
        for at, name in enumerate(names):
            if name is None:
                raise EvaluationError("a key must not be null")
            if is_open(name):
                return open_result("map", name)
            place = places[at]
            _add(out, PlacedMap([(name, items[at])], {} if place is None else {name: place}))
        return MapValue(out, items.element, out.places) if isinstance(items, ListValue) else out

    return in_each_case(build, keys, context)


def _map(*items: Any) -> Any:
    if len(items) % 2:
        raise EvaluationError("an even number of arguments is required")
    element = common_type(items[1::2], "all values must have the same type")
    names = [convert(name, STRING) for name in items[::2]]
    if not all(isinstance(name, str) for name in names):
        return open_result("map", first_symbol(names))
    pairs = zip(names, items[1::2], strict=True)
    return MapValue({str(name): convert(item, element) for name, item in pairs}, element)


def _transpose(value: dict[str, Any]) -> Any:
    out: dict[str, list[str]] = {}
    for name in sorted(value, key=by_bytes):
        for item in [None] if value[name] is None else value[name]:
            if item is None:
                raise EvaluationError("input must not contain null")
            out.setdefault(item, []).append(name)
    return MapValue({name: ListValue(out[name], STRING) for name in sorted(out, key=by_bytes)}, _LIST_OF_STRING)


FUNCTIONS: Final[dict[str, Function]] = {
    "concat": Function(_concat, (), ANY, result="list", takes="everything"),
    "flatten": Function(_flatten, (ANY,), result="list", takes="items"),
    "keys": Function(_keys, (ANY,), result="list", takes="everything"),
    # `list` and `map` are of Terraform 0.11; later versions refuse them and say what to write instead.
    "list": Function(_list, (), ANY, takes="everything", nulls=True),
    "map": Function(_map, (), ANY, takes="everything", nulls=True),
    "merge": Function(_merge, (), ANY, result="map", takes="everything", nulls=True),
    "transpose": Function(_transpose, (Type("map", _LIST_OF_STRING),), result="map"),
    "values": Function(_values, (ANY,), result="list", takes="everything"),
    "zipmap": Function(_zipmap, (ANY, ANY), result="map", takes="items", contextual=True),
}
