"""A regular expression as a tree."""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from walint.terraform.functions.regexp_characters import Class

if TYPE_CHECKING:
    _Inner: TypeAlias = "Node"
else:
    _Inner = object  # as a text it would be compiled for each class


class Assertion(NamedTuple):
    """A place where something holds: "start" and "end" of the text or of a "line", a "word" boundary or "no word"."""

    of: str


class Sequence(NamedTuple):
    items: tuple["Node", ...]


class Alternatives(NamedTuple):
    items: tuple["Node", ...]


class Repeat(NamedTuple):
    """`most` is None where there is no limit."""

    item: _Inner
    least: int
    most: int | None
    greedy: bool


class Group(NamedTuple):
    item: _Inner
    number: int


Node: TypeAlias = Class | Assertion | Sequence | Alternatives | Repeat | Group


def can_be_empty(node: Node) -> bool:
    match node:
        case Class():
            return False
        case Assertion():
            return True
        case Group(item):
            return can_be_empty(item)
        case Sequence(items):
            return all(can_be_empty(item) for item in items)
        case Alternatives(items):
            return any(can_be_empty(item) for item in items)
        case Repeat(item, least):
            return least == 0 or can_be_empty(item)


def copies(node: Node) -> int:
    """How often the innermost part is repeated by counts, which multiply."""
    match node:
        case Repeat(item, least, most):
            return max(least, most or 0, 1) * copies(item)
        case Group(item):
            return copies(item)
        case Sequence(items) | Alternatives(items):
            return max((copies(item) for item in items), default=1)
        case _:
            return 1
