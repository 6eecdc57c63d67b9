"""Terraform's syntax as our own small tree, with places.

Every node knows its place (offsets into its `Source`, which counts bytes). `parse` reads native HCL syntax;
`walint.terraform.json_syntax` reads `.tf.json` into the same tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Literal as Choices
from typing import TypeAlias, Union

from walint.source import Place

# --- expressions ------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Literal:
    """A number, bool, null, or a string without interpolation (escapes resolved)."""

    value: None | bool | int | Fraction | str
    place: Place


@dataclass(slots=True, eq=False)
class Template:
    """A quoted or heredoc template with interpolations or directives.

    `parts` are string Literals and expressions; a directive is a `TemplateIf` or `TemplateFor`. Strip markers and
    heredoc indentation are already applied. A template of one interpolation alone (`"${x}"`) keeps `x`'s type.
    """

    parts: list[Expression]
    place: Place


@dataclass(slots=True, eq=False)
class TemplateIf:
    condition: Expression
    then: Template
    otherwise: Template | None
    place: Place


@dataclass(slots=True, eq=False)
class TemplateFor:
    key: str | None
    value: str
    collection: Expression
    body: Template
    place: Place


@dataclass(slots=True, eq=False)
class Tuple:
    items: list[Expression]
    place: Place


@dataclass(slots=True, eq=False)
class Object:
    """`{key = value}`: a bare identifier as key is a string Literal; `(expr)` and templates are expressions."""

    items: list[tuple[Expression, Expression]]
    place: Place


@dataclass(slots=True, eq=False)
class Variable:
    """The first name of a traversal: `var`, `local`, `aws_instance`, `each`, a `for` variable."""

    name: str
    place: Place


@dataclass(slots=True, eq=False)
class Attribute:
    """`of.name`"""

    of: Expression
    name: str
    place: Place


@dataclass(slots=True, eq=False)
class Index:
    """`of[key]`; the legacy `of.0` is an Index with a number."""

    of: Expression
    key: Expression
    place: Place


@dataclass(slots=True, eq=False)
class Splat:
    """`of[*].rest` or, with `full` false, `of.*.rest`; `each` is the rest applied to `SplatItem`."""

    of: Expression
    each: Expression
    full: bool
    place: Place


@dataclass(slots=True, eq=False)
class SplatItem:
    """The item that a splat's `each` is applied to."""

    place: Place


@dataclass(slots=True, eq=False)
class Call:
    """`name(arguments)`; `expand` where the last argument ends in `...`. Namespaced: "provider::terraform::x"."""

    name: str
    arguments: list[Expression]
    expand: bool
    place: Place


@dataclass(slots=True, eq=False)
class Unary:
    operator: Choices["-", "!"]
    operand: Expression
    place: Place


@dataclass(slots=True, eq=False)
class Binary:
    operator: Choices["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]
    left: Expression
    right: Expression
    place: Place


@dataclass(slots=True, eq=False)
class Conditional:
    condition: Expression
    then: Expression
    otherwise: Expression
    place: Place


@dataclass(slots=True, eq=False)
class ForTuple:
    """`[for key, value in collection : result if condition]`"""

    key: str | None
    value: str
    collection: Expression
    result: Expression
    condition: Expression | None
    place: Place


@dataclass(slots=True, eq=False)
class ForObject:
    """`{for key, value in collection : result_key => result... if condition}`; `group` for the `...`"""

    key: str | None
    value: str
    collection: Expression
    result_key: Expression
    result: Expression
    group: bool
    condition: Expression | None
    place: Place


@dataclass(slots=True, eq=False)
class Parenthesised:
    of: Expression
    place: Place


@dataclass(slots=True, eq=False)
class Invalid:
    """An expression that could not be read; its diagnostic is in the file's problems."""

    place: Place


Expression: TypeAlias = Union[
    Literal,
    Template,
    TemplateIf,
    TemplateFor,
    Tuple,
    Object,
    Variable,
    Attribute,
    Index,
    Splat,
    SplatItem,
    Call,
    Unary,
    Binary,
    Conditional,
    ForTuple,
    ForObject,
    Parenthesised,
    Invalid,
]

# --- bodies -----------------------------------------------------------------------------------------------------


class Argument:
    """`name = expression` in a body. `place` is the whole argument, `name_place` its name.

    The expression may be given as a function, which is called when somebody asks for the expression, once.
    """

    __slots__ = ("_expression", "_read", "name", "name_place", "place")

    def __init__(
        self, name: str, expression: Expression | Callable[[], Expression], place: Place, name_place: Place
    ) -> None:
        self.name = name
        self.place = place
        self.name_place = name_place
        self._expression: Expression | None = None
        self._read: Callable[[], Expression] | None = None
        if callable(expression):
            self._read = expression
        else:
            self._expression = expression

    @property
    def expression(self) -> Expression:
        if self._expression is None:
            assert self._read is not None
            self._expression = self._read()
            self._read = None
        return self._expression

    def __repr__(self) -> str:
        return f"Argument({self.name!r}, {self.place!r})"


@dataclass(slots=True, eq=False)
class Block:
    """`type "label" ... { body }`. `place` is the whole block, `header` its type and labels."""

    type: str
    labels: tuple[str, ...]
    body: Body
    place: Place
    header: Place


@dataclass(slots=True, eq=False)
class Body:
    """Arguments by name and blocks in order of the text.

    `complete` is False where a syntax error may hide an argument or block: what is absent here may be there.
    """

    arguments: dict[str, Argument]
    blocks: list[Block]
    place: Place
    complete: bool = True


def names_in(expression: Expression) -> Iterator[str]:
    """The first names of the traversals in an expression, those of its own loops included."""
    if isinstance(expression, Variable):
        yield expression.name
        return
    for part in parts(expression):
        yield from names_in(part)


def parts(expression: Expression) -> Iterator[Expression]:
    """The expressions that stand directly in one."""
    for field in fields(expression):
        if field.name != "place":
            yield from _expressions(getattr(expression, field.name))


def _expressions(part: object) -> Iterator[Expression]:
    if isinstance(part, (list, tuple)):
        for item in part:
            yield from _expressions(item)
    elif is_dataclass(part) and not isinstance(part, type):
        yield part  # type: ignore[misc]
