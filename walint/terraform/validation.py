"""The only values that a variable can have, where its validation lists them.

https://developer.hashicorp.com/terraform/language/validate#input-variable-validation
"""

from __future__ import annotations

from walint.terraform.syntax import Attribute, Binary, Block, Call, Expression, Literal, Parenthesised, Tuple, Variable


def allowed(block: Block, name: str) -> tuple[str, ...] | None:
    """The texts that every `validation` of a variable's block lets through; None where none of them lists texts."""
    found: tuple[str, ...] | None = None
    for inner in block.body.blocks:
        condition = inner.body.arguments.get("condition") if inner.type == "validation" else None
        if condition is not None:
            found = _both(found, _listed(condition.expression, name))
    return found or None


def _both(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return one if other is None else other
    return tuple(text for text in one if text in other)


def _listed(condition: Expression, name: str) -> tuple[str, ...] | None:
    """What a condition lets through: `contains(["a", "b"], var.x)`, `var.x == "a" || var.x == "b"`."""
    match condition:
        case Parenthesised(of):
            return _listed(of, name)
        case Call("contains", [Tuple(items), value]) if _is_it(value, name):
            texts = [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]
            return tuple(dict.fromkeys(texts)) if len(texts) == len(items) else None
        case Binary("==", left, right):
            if _is_it(right, name):
                left, right = right, left
            if _is_it(left, name) and isinstance(right, Literal) and isinstance(right.value, str):
                return (right.value,)
        case Binary("||", left, right):
            one, other = _listed(left, name), _listed(right, name)
            return None if one is None or other is None else tuple(dict.fromkeys((*one, *other)))
        case Binary("&&", left, right):
            return _both(_listed(left, name), _listed(right, name))
    return None


def _is_it(value: Expression, name: str) -> bool:
    return (
        isinstance(value, Attribute)
        and value.name == name
        and isinstance(value.of, Variable)
        and value.of.name == "var"
    )
