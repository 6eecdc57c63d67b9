"""What a parameter's declaration says of its values."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import Node, SequenceNode

from walint.cloudformation.nodes import child, text_of
from walint.values import Choice, Reference, Unknown, join_parts, lift

_SSM: Final = "AWS::SSM::Parameter::Value<"


def type_of(node: Node) -> str:
    return text_of(child(node, "Type")) or "String"


def is_read_from_ssm(type_: str) -> bool:
    """Whether the parameter's given value is only the name of what deployment reads."""
    return type_.startswith(_SSM)


def kind(type_: str) -> str:
    """The kind of value that a type has, as `Unknown.kind` names it."""
    if type_.startswith(_SSM):
        type_ = type_[len(_SSM) :].removesuffix(">")
    if type_ == "CommaDelimitedList" or type_.startswith("List<"):
        return "list"
    return "number" if type_ == "Number" else "string"


def allowed(node: Node) -> tuple[str | bool, ...] | None:
    """The only values that a declaration allows, or None where it does not enumerate them."""
    values = child(node, "AllowedValues")
    if not isinstance(values, SequenceNode) or kind(type_of(node)) == "list":
        return None
    found = tuple(text for item in values.value if (text := text_of(item)) is not None)
    return tuple(text for text in found if _fits(node, text)) or None


def _fits(node: Node, text: str) -> bool:
    """Whether a text keeps the bounds of a declaration; patterns, which a template brings, are not run."""
    length, number = len(text), _number(text)
    return (
        _within(length, _bound(node, "MinLength"), _bound(node, "MaxLength"))
        and (number is None or _within(number, _bound(node, "MinValue"), _bound(node, "MaxValue")))
        and (number is not None or type_of(node) != "Number")
    )


def _bound(node: Node, name: str) -> float | None:
    return _number(text_of(child(node, name)) or "")


def _within(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def typed(value: Any, type_: str) -> Any:
    """A given value as its parameter's type makes it; open values of a list are split as far as they are known."""
    if kind(type_) == "list":
        return lift(_as_list, value)
    return lift(lambda found: _as_number(found) if type_ == "Number" else _as_text(found), value)


def _as_list(value: Any) -> Any:
    if isinstance(value, list):
        return [item.strip() if isinstance(item, str) else item for item in value]
    if isinstance(value, Unknown):
        if value.parts is None:
            return value if value.kind == "list" else Unknown(value.reason, "list", value.subject)
        return _split(value.parts)
    if isinstance(value, Reference):
        # The output of another stack, or an attribute; one that is a list itself comes joined by a function.
        return [value]
    return [item.strip() for item in str(_as_text(value)).split(",")]


def _split(parts: tuple[Any, ...]) -> list[Any]:
    """A partly known text at its commas. Its open parts are ids and names, in which there is none."""
    items: list[list[Any]] = [[]]
    for part in parts:
        if isinstance(part, str):
            first, *rest = part.split(",")
            items[-1].append(first)
            items += [[piece] for piece in rest]
        else:
            items[-1].append(part)
    return [_stripped(join_parts(item)) for item in items]


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(_as_text(item)) for item in value) if _plain(value) else Unknown("a list", "string")
    if isinstance(value, (int, float)):
        return str(value)
    return value


def _plain(values: list[Any]) -> bool:
    return not any(isinstance(value, (Unknown, Reference, Choice)) for value in values)


def _as_number(value: Any) -> Any:
    """A number where it is written as numbers are; `007` stays the text that CloudFormation hands on."""
    if isinstance(value, str):
        for make in (int, float):
            try:
                number = make(value)
            except ValueError:
                continue
            return number if str(number) == value else value
    return value
