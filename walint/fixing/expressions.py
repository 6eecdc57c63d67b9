"""What an expression of HCL is made of, which item of it a place is in, and why it can't be changed where it can't."""

from __future__ import annotations

from typing import Final

from walint.fixing.edits import Conditional as UnderCondition
from walint.fixing.edits import FromInput, Refused
from walint.policy.fix_paths import Each, Path, Step
from walint.source import Place
from walint.terraform.syntax import (
    Attribute,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    Literal,
    Object,
    Parenthesised,
    Template,
    Tuple,
    Variable,
)

# Longer expressions are cut where a message shows them.
_SHOWN: Final = 40


def item_index(block: Block, path: Path, offset: int) -> Path:
    """The path with each `[*]` replaced by the block, or the item of a list, that an offset lies in.

    Raises:
        Refused: where it lies in none.
    """
    return _indexed_body(block.body, path, offset)


def _indexed_body(body: Body, path: Path, offset: int) -> Path:
    if not path:
        return ()
    name = path[0]
    each = path[1:2] == (Each(),)
    rest = path[2:] if each else path[1:]
    assert isinstance(name, str)
    refuse_dynamic(body, name)
    found = [inner for inner in body.blocks if inner.type == name]
    if found:
        at = _containing([inner.place for inner in found], offset) if each or len(found) > 1 else None
        head: tuple[Step, ...] = (name,) if at is None else (name, at)
        return (*head, *_indexed_body(found[at or 0].body, rest, offset))
    argument = body.arguments.get(name)
    if argument is None:
        raise Refused(f"there is no {name} in the text", body.place)
    return (name, *_indexed(name, structure(argument.expression), path[1:], offset))


def _indexed(name: str, expression: Expression, path: Path, offset: int) -> Path:
    if not path:
        return ()
    step, rest = path[0], path[1:]
    if isinstance(step, Each) and isinstance(expression, Tuple):
        at = _containing([item.place for item in expression.items], offset)
        return (at, *_indexed(name, structure(expression.items[at]), rest, offset))
    if isinstance(step, str) and isinstance(expression, Object):
        found = member(expression, step)
        if found is not None:
            return (step, *_indexed(step, structure(found[1]), rest, offset))
    raise from_elsewhere(name, expression)


def _containing(places: list[Place], offset: int) -> int:
    for index, place in enumerate(places):
        if place.start <= offset < place.end:
            return index
    raise Refused("which item of the list is meant cannot be told from the text", places[0] if places else None)


def refuse_dynamic(body: Body, name: str) -> None:
    """What a dynamic block makes can't be edited one by one."""
    for inner in body.blocks:
        if inner.type == "dynamic" and inner.labels == (name,):
            raise Refused(f"a dynamic block makes {name}; change it there", inner.header)


def structure(expression: Expression) -> Expression:
    """What an expression is made of: through parentheses and jsonencode."""
    while True:
        if isinstance(expression, Parenthesised):
            expression = expression.of
        elif isinstance(expression, Call) and expression.name == "jsonencode" and len(expression.arguments) == 1:
            expression = expression.arguments[0]
        else:
            return expression


def member(of: Object, name: str) -> tuple[Expression, Expression] | None:
    """An object's entry; the names in a text of JSON may differ in case."""
    found = None
    for key, value in of.items:
        said = key.value if isinstance(key, Literal) else None
        if said == name:
            return key, value
        if isinstance(said, str) and said.lower() == name.lower():
            found = key, value
    return found


def is_literal(expression: Expression) -> bool:
    """Whether the text itself says the value, on its own line."""
    if isinstance(expression, Template):
        return False
    if isinstance(expression, Tuple):
        return all(is_literal(item) for item in expression.items)
    return isinstance(expression, Literal) and not expression.place.text().startswith("<<")


def from_elsewhere(name: str, expression: Expression) -> Refused:
    """Why the value of an expression that is no literal is not changed."""
    message, place = comes_from(name, expression), expression.place
    if isinstance(expression, Conditional):
        return UnderCondition(message, place)
    match expression:
        case Attribute(of=Variable(name="var"), name=variable):
            return FromInput(variable, message, place)
    return Refused(message, place)


def comes_from(name: str, expression: Expression) -> str:
    """Where the value of an expression comes from, in a phrase."""
    shown = " ".join(expression.place.text().split())
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."
    return f"{name} comes from {shown}; change it there"
