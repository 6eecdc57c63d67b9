"""Terraform's syntax as our own small tree, with places.

Every node knows its place (offsets into its `Source`, which counts bytes). `parse` reads native HCL syntax;
`walint.terraform.json_syntax` reads `.tf.json` into the same tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import ClassVar, TypeAlias, Union
from typing import Literal as Choices

from walint.source import Place

# --- expressions ------------------------------------------------------------------------------------------------


class Node:
    """An expression: it stands at a place, and equals only itself. What it consists of is named in `__match_args__`."""

    __slots__ = ("place",)
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init__(self, place: Place) -> None:
        self.place = place


class Literal(Node):
    """A number, bool, null, or a string without interpolation (escapes resolved)."""

    __slots__ = __match_args__ = ("value",)

    def __init__(self, value: None | bool | int | Fraction | str, place: Place) -> None:
        self.value = value
        self.place = place


class Template(Node):
    """A quoted or heredoc template with interpolations or directives.

    `parts` are string Literals and expressions; a directive is a `TemplateIf` or `TemplateFor`. Strip markers and
    heredoc indentation are already applied. A template of one interpolation alone (`"${x}"`) keeps `x`'s type.
    """

    __slots__ = __match_args__ = ("parts",)

    def __init__(self, parts: list[Expression], place: Place) -> None:
        self.parts = parts
        self.place = place


class TemplateIf(Node):
    __slots__ = __match_args__ = ("condition", "then", "otherwise")

    def __init__(self, condition: Expression, then: Template, otherwise: Template | None, place: Place) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.place = place


class TemplateFor(Node):
    __slots__ = __match_args__ = ("key", "value", "collection", "body")

    def __init__(self, key: str | None, value: str, collection: Expression, body: Template, place: Place) -> None:
        self.key = key
        self.value = value
        self.collection = collection
        self.body = body
        self.place = place


class Tuple(Node):
    __slots__ = __match_args__ = ("items",)

    def __init__(self, items: list[Expression], place: Place) -> None:
        self.items = items
        self.place = place


class Object(Node):
    """`{key = value}`: a bare identifier as key is a string Literal; `(expr)` and templates are expressions."""

    __slots__ = __match_args__ = ("items",)

    def __init__(self, items: list[tuple[Expression, Expression]], place: Place) -> None:
        self.items = items
        self.place = place


class Variable(Node):
    """The first name of a traversal: `var`, `local`, `aws_instance`, `each`, a `for` variable."""

    __slots__ = __match_args__ = ("name",)

    def __init__(self, name: str, place: Place) -> None:
        self.name = name
        self.place = place


class Attribute(Node):
    """`of.name`"""

    __slots__ = __match_args__ = ("of", "name")

    def __init__(self, of: Expression, name: str, place: Place) -> None:
        self.of = of
        self.name = name
        self.place = place


class Index(Node):
    """`of[key]`; the legacy `of.0` is an Index with a number."""

    __slots__ = __match_args__ = ("of", "key")

    def __init__(self, of: Expression, key: Expression, place: Place) -> None:
        self.of = of
        self.key = key
        self.place = place


class Splat(Node):
    """`of[*].rest` or, with `full` false, `of.*.rest`; `each` is the rest applied to `SplatItem`."""

    __slots__ = __match_args__ = ("of", "each", "full")

    def __init__(self, of: Expression, each: Expression, full: bool, place: Place) -> None:
        self.of = of
        self.each = each
        self.full = full
        self.place = place


class SplatItem(Node):
    """The item that a splat's `each` is applied to."""

    __slots__ = ()


class Call(Node):
    """`name(arguments)`; `expand` where the last argument ends in `...`. Namespaced: "provider::terraform::x"."""

    __slots__ = __match_args__ = ("name", "arguments", "expand")

    def __init__(self, name: str, arguments: list[Expression], expand: bool, place: Place) -> None:
        self.name = name
        self.arguments = arguments
        self.expand = expand
        self.place = place


class Unary(Node):
    __slots__ = __match_args__ = ("operator", "operand")

    def __init__(self, operator: Choices["-", "!"], operand: Expression, place: Place) -> None:
        self.operator = operator
        self.operand = operand
        self.place = place


class Binary(Node):
    __slots__ = __match_args__ = ("operator", "left", "right")

    def __init__(
        self,
        operator: Choices["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"],
        left: Expression,
        right: Expression,
        place: Place,
    ) -> None:
        self.operator = operator
        self.left = left
        self.right = right
        self.place = place


class Conditional(Node):
    __slots__ = __match_args__ = ("condition", "then", "otherwise")

    def __init__(self, condition: Expression, then: Expression, otherwise: Expression, place: Place) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.place = place


class ForTuple(Node):
    """`[for key, value in collection : result if condition]`"""

    __slots__ = __match_args__ = ("key", "value", "collection", "result", "condition")

    def __init__(
        self,
        key: str | None,
        value: str,
        collection: Expression,
        result: Expression,
        condition: Expression | None,
        place: Place,
    ) -> None:
        self.key = key
        self.value = value
        self.collection = collection
        self.result = result
        self.condition = condition
        self.place = place


class ForObject(Node):
    """`{for key, value in collection : result_key => result... if condition}`; `group` for the `...`"""

    __slots__ = __match_args__ = ("key", "value", "collection", "result_key", "result", "group", "condition")

    def __init__(
        self,
        key: str | None,
        value: str,
        collection: Expression,
        result_key: Expression,
        result: Expression,
        group: bool,
        condition: Expression | None,
        place: Place,
    ) -> None:
        self.key = key
        self.value = value
        self.collection = collection
        self.result_key = result_key
        self.result = result
        self.group = group
        self.condition = condition
        self.place = place


class Parenthesised(Node):
    __slots__ = __match_args__ = ("of",)

    def __init__(self, of: Expression, place: Place) -> None:
        self.of = of
        self.place = place


class Invalid(Node):
    """An expression that could not be read; its diagnostic is in the file's problems."""

    __slots__ = ()


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


class Block:
    """`type "label" ... { body }`. `place` is the whole block, `header` its type and labels."""

    __slots__ = ("body", "header", "labels", "place", "type")

    def __init__(self, type: str, labels: tuple[str, ...], body: Body, place: Place, header: Place) -> None:
        self.type = type
        self.labels = labels
        self.body = body
        self.place = place
        self.header = header


class Body:
    """Arguments by name and blocks in order of the text.

    `complete` is False where a syntax error may hide an argument or block: what is absent here may be there.
    """

    __slots__ = ("arguments", "blocks", "complete", "place")

    def __init__(
        self, arguments: dict[str, Argument], blocks: list[Block], place: Place, complete: bool = True
    ) -> None:
        self.arguments = arguments
        self.blocks = blocks
        self.place = place
        self.complete = complete


def names_in(expression: Expression) -> Iterator[str]:
    """The first names of the traversals in an expression, those of its own loops included."""
    if isinstance(expression, Variable):
        yield expression.name
        return
    for part in parts(expression):
        yield from names_in(part)


def parts(expression: Expression) -> Iterator[Expression]:
    """The expressions that stand directly in one."""
    for name in expression.__match_args__:
        yield from _expressions(getattr(expression, name))


def _expressions(part: object) -> Iterator[Expression]:
    if isinstance(part, (list, tuple)):
        for item in part:
            yield from _expressions(item)
    elif isinstance(part, Node):
        yield part  # type: ignore[misc]
