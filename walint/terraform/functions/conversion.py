"""Conversion functions, and those that only mark a value."""

from __future__ import annotations

from typing import Any, Final

from walint.terraform.context import EvaluationError
from walint.terraform.functions.items import as_type, first_symbol, open_list, uncertain_set
from walint.terraform.functions.model import Function
from walint.terraform.typed import ANY, BOOL, NUMBER, STRING, Type, kind_of
from walint.terraform.types import ConversionError
from walint.values import Unknown


def _to(type_: Type) -> Function:
    def call(value: Any) -> Any:
        if type_.kind == "list" and uncertain_set(value):
            return open_list(first_symbol(value), value)
        try:
            return as_type(value, type_)
        except ConversionError:
            raise EvaluationError(f"cannot convert {kind_of(value)} to {type_}") from None

    return Function(call, (ANY,), result=type_.kind, takes="everything", nulls=True)


def _same(value: Any) -> Any:
    return value


def _is_sensitive(value: Any) -> Any:
    return Unknown("what is marked as sensitive", "bool")


_UNCHANGED: Final = Function(_same, (ANY,), takes="everything", nulls=True)

FUNCTIONS: Final[dict[str, Function]] = {
    "ephemeralasnull": _UNCHANGED,
    "issensitive": Function(_is_sensitive, (ANY,), result="bool", takes="everything", nulls=True),
    "nonsensitive": _UNCHANGED,
    "sensitive": _UNCHANGED,
    "tobool": _to(BOOL),
    "tolist": _to(Type("list", ANY)),
    "tomap": _to(Type("map", ANY)),
    "tonumber": _to(NUMBER),
    "toset": _to(Type("set", ANY)),
    "tostring": _to(STRING),
}
