"""HCL in strings of another syntax: templates and references in Terraform's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from walint.source import Place
from walint.terraform.expressions import Builder
from walint.terraform.grammar import check
from walint.terraform.grammar_tokens import Refused
from walint.terraform.parse import syntax_tree
from walint.terraform.syntax import Expression, Invalid, Parenthesised

if TYPE_CHECKING:
    from tree_sitter import Node


class Embedding(NamedTuple):
    """A string in its file.

    Attributes:
        place: the string with its quotation marks.
        plain: whether its text stands there as it is, without escapes, so that places within it can be told.
    """

    place: Place
    plain: bool


def read_template(text: str, where: Embedding) -> Expression:
    """Read a template that stands without delimiters of its own.

    Raises:
        Refused: with the offset in the file.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    marker = b"_"
    while marker in encoded:
        marker += b"_"
    start = b"_=<<" + marker + b"\n"
    data = start + encoded + b"\n" + marker + b"\n"
    builder = _Builder(where, data, len(start))
    value = builder.read()
    if value is None:
        return Invalid(where.place)
    return builder.bare(value.named_children[0], len(data) - len(marker) - 2)


def read_expression(text: str, where: Embedding) -> Expression:
    """Read an expression: what native syntax writes without quotation marks.

    Raises:
        Refused: with the offset in the file.
    """
    data = b"_=(" + text.encode("utf-8", "surrogatepass") + b"\n)\n"
    builder = _Builder(where, data, 3)
    value = builder.read()
    built = Invalid(where.place) if value is None else builder.expression(value)
    return built.of if isinstance(built, Parenthesised) else built


class _Builder(Builder):
    """Gives places in the file that holds the string, or the whole string's where its escapes hide them."""

    __slots__ = ("shift", "where")

    def __init__(self, where: Embedding, data: bytes, start: int) -> None:
        super().__init__(where.place.source, data)
        self.where = where
        self.shift = where.place.start + 1 - start

    def span(self, start: int, end: int) -> Place:
        if not self.where.plain:
            return self.where.place
        return Place(self.source, start + self.shift, end + self.shift)

    def read(self) -> Node | None:
        """The expression's node; None for a form that the grammar does not know."""
        try:
            patches = check(self.data)
        except Refused as fault:
            place = self.where.place
            last = place.end - 1
            fault.offset = min(fault.offset + self.shift, last) if self.where.plain else place.start
            raise
        root = syntax_tree(self.data, patches)
        return None if root.has_error else root.named_children[0].named_children[0].named_children[-1]
