"""Functions that encode: Base64, ToJsonString."""

from __future__ import annotations

import base64 as encoding
import json
from typing import Any

from yaml.nodes import Node

from walint.cloudformation.evaluator import Evaluator, Mistake
from walint.cloudformation.functions.arguments import as_text, opened, settled
from walint.values import Choice, JsonText, Property, Reference, Unknown, join_parts, lift, plain


def base64(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    """Text in base64. A partly known text stays as it was written, since its stretches can't be encoded apart."""

    def encode(text: Any) -> Any:
        if isinstance(text, str):
            return encoding.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")
        if isinstance(text, Unknown):
            return text
        found = opened(text, "string")
        if found is None:
            raise Mistake(argument, "Base64 takes text")
        return found

    return lift(encode, lift(as_text, evaluator.data(argument)))


def to_json(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    """JSON text that still knows the structure it was made from."""
    value = evaluator.value(argument, owner)
    data = plain(value)
    if not isinstance(data, (dict, list)) and opened(data) is None:
        raise Mistake(argument, "ToJsonString takes a mapping or a list")
    return lift(lambda found: _with_structure(found, value), join_parts(_json(data)))


def _with_structure(text: Any, value: Any) -> Any:
    if not isinstance(value, (dict, list)):
        return text
    if isinstance(text, str):
        return JsonText(text, value)
    if isinstance(text, Unknown):
        return Unknown(text.reason, text.kind, text.subject, text.parts, value)
    return text


def _json(data: Any) -> list[Any]:
    """JSON text of partly known data: text and the symbols between."""
    match data:
        case Choice():
            return [lift(lambda value: join_parts(_json(value)), data)]
        case dict():
            return [lift(lambda *found: join_parts(_object(list(data), found)), *data.values())]
        case list():
            return [lift(lambda found: join_parts(_array(found)), settled(data))]
        case Unknown(parts=parts) if parts is not None:
            return ['"', *(_text(part)[1:-1] if isinstance(part, str) else part for part in parts), '"']
        case Reference() | Unknown(kind="string"):
            return ['"', data, '"']
        case Unknown():
            return [data]
        case Property():
            return _json(plain(data))
        case _:
            return [_text(data)]


def _object(names: list[str], values: tuple[Any, ...]) -> list[Any]:
    out: list[Any] = []
    for name, value in zip(names, values, strict=True):
        if value is not None:
            out += [",", _text(name), ":", *_json(value)] if out else [_text(name), ":", *_json(value)]
    return ["{", *out, "}"]


def _array(values: list[Any]) -> list[Any]:
    out: list[Any] = []
    for value in values:
        out += [",", *_json(value)] if out else _json(value)
    return ["[", *out, "]"]


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)
