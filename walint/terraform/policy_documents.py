"""`aws_iam_policy_document` as the JSON that it renders to, each item at its own place.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
What the page leaves open (the order of actions, what merging does to ids and versions) is as version 5.100 of the
provider plans it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from walint.jsontext import decoded
from walint.source import Place
from walint.terraform.operators import reason_of
from walint.values import (
    Choice,
    JsonText,
    PlacedList,
    PlacedMap,
    Property,
    Reference,
    Unknown,
    is_known,
    lift,
    plain,
    symbols,
)

if TYPE_CHECKING:
    from walint.terraform.resources import ResourceInstance

Note: TypeAlias = Callable[..., None]
"""Told of the references that a value was computed from."""

VERSION: Final = "2012-10-17"
_LISTS: Final = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def render(document: ResourceInstance) -> Any:
    """The `json` attribute: a JsonText, or an Unknown that keeps its structure; a Choice of these."""
    properties = document.properties
    note = document.module.shared.recorder.note
    fallback = document.block.header
    sources, overrides = (
        [text for name in names for text in _texts(properties.get(name), fallback, note)]
        for names in (("source_json", "source_policy_documents"), ("override_json", "override_policy_documents"))
    )
    own = _own(properties, fallback, note)
    split = len(sources)

    def merged(*texts: Any) -> Any:
        places = [place for _, place in (*sources, *overrides)]
        parsed = [_parsed(text, place) for text, place in zip(texts, places, strict=True)]
        return as_text(_merged([*parsed[:split], own, *parsed[split:]], fallback))

    return lift(merged, *(text for text, _ in (*sources, *overrides)))


def as_text(data: Any) -> Any:
    """Data as JSON text that keeps its structure."""
    if is_known(data) and not _open_presence(data):
        text = json.dumps(plain(data), indent=2, ensure_ascii=False)
        return JsonText(re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", text), data)
    first: Unknown | Reference = next(iter(symbols(data)), Unknown("a condition"))
    return Unknown(reason_of(first), "string", None, (Unknown(reason_of(first)),), data)


def _open_presence(data: dict[str, Any]) -> bool:
    return any(isinstance(item, Property) for item in data.get("Statement", ()))


# --- merging ----------------------------------------------------------------------------------------------------------


class _Document:
    """A policy on its way: statements with their places, those that are not known as Unknown."""

    def __init__(self, statements: Iterable[tuple[Any, Place]], id_: Any = None, version: Any = None) -> None:
        self.statements = list(statements)
        self.id = id_
        self.version = version


def _merged(documents: list[_Document], fallback: Place) -> PlacedMap:
    """One document: later ids and versions win, and a statement takes the place of an earlier one with its sid."""
    statements: list[tuple[Any, Place]] = []
    id_: Any = None
    version: Any = ""
    for document in documents:
        id_ = document.id if document.id not in (None, "") else id_
        if not isinstance(document.version, str):
            version = version if document.version is None else document.version
        elif isinstance(version, str):
            version = max(version, document.version)
        for item, place in document.statements:
            sid = _sid(item)
            at = next((at for at, (other, _) in enumerate(statements) if sid and _sid(other) == sid), None)
            if at is None:
                statements.append((item, place))
            else:
                statements[at] = (item, place)
    out = PlacedMap((("Version", version),) if version != "" else ())
    if id_ is not None:
        out["Id"] = id_
    if statements:
        out["Statement"] = PlacedList([item for item, _ in statements], [place for _, place in statements])
        out.places["Statement"] = fallback
    return out


def _sid(item: Any) -> str | None:
    statement = item.value if isinstance(item, Property) else item
    sid = plain(statement.get("Sid")) if isinstance(statement, dict) else None
    return sid if isinstance(sid, str) else None


def _texts(found: Property | None, fallback: Place, note: Note) -> list[tuple[Any, Place]]:
    """The documents that are given as JSON text, one or a list of them."""
    if found is None:
        return []
    note(*found.references)
    value = found.value
    if isinstance(value, list):
        return [(plain(item.value), item.place or found.place or fallback) for item in value]
    return [(plain(value), found.place or fallback)]


def _parsed(text: Any, place: Place) -> _Document:
    if text is None or text == "":
        return _Document(())
    if isinstance(text, list):
        # One case of a list that depends on a condition.
        return _merged_texts(text, place)
    data = decoded(text)
    if isinstance(data, dict):
        items = data.get("Statement", [])
        listed = items if isinstance(items, list) else [items]
        places = items.places if isinstance(items, PlacedList) and items.places else [None] * len(listed)
        statements = ((_as_written(item), at or place) for item, at in zip(listed, places, strict=True))
        return _Document(statements, data.get("Id"), data.get("Version"))
    if isinstance(data, (Unknown, Reference)):
        return _Document([(Unknown(reason_of(data)), place)])
    return _Document([(Unknown("a document that depends on a condition"), place)])


def _as_written(statement: Any) -> Any:
    """A statement of a given document in the order in which the provider writes it out again."""
    if not isinstance(statement, dict):
        return statement
    out = PlacedMap(statement.items(), statement.places if isinstance(statement, PlacedMap) else None)
    for key in ("Principal", "NotPrincipal"):
        if isinstance(found := out.get(key), dict):
            out[key] = _sorted_map(found, _set)
    if isinstance(found := out.get("Condition"), dict):
        out["Condition"] = _sorted_map(
            found, lambda test: _sorted_map(test, _one_or_all) if isinstance(test, dict) else test
        )
    return out


def _sorted_map(data: dict[str, Any], change: Callable[[Any], Any]) -> PlacedMap:
    places = data.places if isinstance(data, PlacedMap) else None
    return PlacedMap(((key, change(data[key])) for key in sorted(data)), places)


def _merged_texts(texts: list[Any], place: Place) -> _Document:
    documents = [_parsed(text, place) for text in texts]
    return _Document(statement for document in documents for statement in document.statements)


# --- statements -------------------------------------------------------------------------------------------------------


def _own(properties: dict[str, Property], fallback: Place, note: Note) -> _Document:
    version = _given(properties, "version")
    version = VERSION if version is None else version
    statements = []
    for block in _blocks(properties.get("statement")):
        made = _statement(block, version, note)
        place = block.place or fallback
        there = block.presence is None
        statements.append((made if there else Property(place, made, presence=block.presence), place))
    return _Document(statements, _given(properties, "policy_id"), version)


def _given(body: dict[str, Property], name: str) -> Any:
    found = body.get(name)
    return None if found is None else plain(found.value)


def _blocks(found: Property | None) -> list[Property]:
    value = None if found is None else found.value
    return value if isinstance(value, list) else []


def _statement(block: Property, version: Any, note: Note) -> Any:
    body = block.value
    if not isinstance(body, dict):
        return body if isinstance(body, Unknown) else Unknown("a statement")
    out = PlacedMap()

    def put(key: str, value: Any, place: Place | None) -> None:
        out[key] = value
        if place is not None:
            out.places[key] = place

    sid = _given(body, "sid")
    if sid not in (None, ""):
        put("Sid", sid, body["sid"].place)
    effect = _given(body, "effect")
    put("Effect", "Allow" if effect is None else effect, body["effect"].place if "effect" in body else None)
    for name, key in _LISTS.items():
        value, place = _noted(body, name, note)
        if value is None or value == []:
            continue
        if "resources" in name:
            value = lift(lambda one: _variables(one, version), value)
        put(key, lift(_set, value), place)
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        blocks = _blocks(body.get(name))
        if blocks:
            put(key, _principals(blocks, version, note), blocks[0].place)
    conditions = _blocks(body.get("condition"))
    if conditions:
        put("Condition", _conditions(conditions, version, note), conditions[0].place)
    return out


def _noted(body: dict[str, Property], name: str, note: Note) -> tuple[Any, Place | None]:
    """An argument's value, with the places of its items where it is a list, and its place."""
    found = body.get(name)
    if found is None:
        return None, None
    note(*found.references)
    value = found.value
    if isinstance(value, list):
        items = [item for item in value if item.presence is None]
        if len(items) < len(value):
            return Unknown("which items are there"), found.place
        return PlacedList([plain(item.value) for item in items], [item.place for item in items]), found.place
    return plain(value), found.place


def _set(value: Any) -> Any:
    """The items of a set as the provider writes them: one alone, more from Z to A, those that are open at the end."""
    if not isinstance(value, list):
        return value
    places = value.places if isinstance(value, PlacedList) and value.places else [None] * len(value)
    known: dict[str, Place | None] = {}
    left: list[tuple[Any, Place | None]] = []
    for item, place in zip(value, places, strict=True):
        if isinstance(item, str):
            known.setdefault(item, place)
        elif item is not None:
            left.append((item, place))
    pairs: list[tuple[Any, Place | None]] = [
        *sorted(known.items(), key=lambda pair: pair[0].encode("utf-8", "surrogatepass"), reverse=True),
        *left,
    ]
    if len(pairs) == 1:
        return pairs[0][0]
    return PlacedList([item for item, _ in pairs], [place for _, place in pairs])


def _variables(value: Any, version: Any) -> Any:
    """Policy variables, which are written as `&{aws:username}`, in the policy language's own spelling."""
    if version != VERSION:
        return value
    if isinstance(value, str):
        return value.replace("&{", "${")
    if isinstance(value, Unknown) and value.parts is not None:
        parts = tuple(part.replace("&{", "${") if isinstance(part, str) else part for part in value.parts)
        return Unknown(value.reason, value.kind, value.subject, parts, value.data)
    if isinstance(value, list):
        items = [_variables(item, version) for item in value]
        return PlacedList(items, value.places) if isinstance(value, PlacedList) else items
    return value


def _principals(blocks: list[Property], version: Any, note: Note) -> Any:
    found: dict[str, list[tuple[Any, Place | None]]] = {}
    for block in blocks:
        body = block.value
        if not isinstance(body, dict) or block.presence is not None:
            return Unknown("its principals")
        kind = _given(body, "type")
        value, place = _noted(body, "identifiers", note)
        if not isinstance(kind, str):
            return Unknown("the kind of its principals")
        found.setdefault(kind, []).append((_variables(value, version), place))
    if list(found) == ["*"] and found["*"][0][0] == ["*"]:
        # Only this one becomes `"Principal": "*"`.
        return "*"
    out = PlacedMap()
    for kind in sorted(found):
        out[kind] = _joined([value for value, _ in found[kind]])
        place = found[kind][0][1]
        if place is not None:
            out.places[kind] = place
    return out


def _joined(values: list[Any]) -> Any:
    """The identifiers of one kind."""
    if len(values) == 1:
        return lift(_set, values[0])
    items: list[Any] = []
    for value in values:
        if not isinstance(value, list):
            return value if isinstance(value, (Unknown, Choice)) else Unknown("its principals")
        given = _set(value)
        items += given if isinstance(given, list) else [given]
    return items


def _conditions(blocks: list[Property], version: Any, note: Note) -> Any:
    out = PlacedMap()
    for block in blocks:
        body = block.value
        if not isinstance(body, dict) or block.presence is not None:
            return Unknown("its conditions")
        test, variable = _given(body, "test"), _given(body, "variable")
        value, _ = _noted(body, "values", note)
        value = lift(lambda one: _variables(one, version), value)
        if not isinstance(test, str) or not isinstance(variable, str):
            return Unknown("its conditions")
        under = out.setdefault(test, PlacedMap())
        if isinstance(under.get(variable), list) and isinstance(value, list):
            value = [*under[variable], *value]
        under[variable] = [] if value is None else value
        if block.place is not None:
            out.places.setdefault(test, block.place)
            under.places.setdefault(variable, block.place)
    for test in sorted(out):
        under = out.pop(test)
        out[test] = PlacedMap(((name, lift(_one_or_all, under[name])) for name in sorted(under)), under.places)
    return out


def _one_or_all(value: Any) -> Any:
    """One item stands alone, as the provider writes it; the order of a condition's values is kept."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
