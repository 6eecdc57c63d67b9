"""The expression language of rules: a small, closed subset of Python's expressions.

`parse` turns text into a tree of plain lists that JSON can hold, so that the compiled pack needs no parser at
run time. Nothing is ever passed to `eval`.

The tree's nodes:
    ["const", value]                          true, false, null, numbers, strings
    ["name", name]                            a property of what is judged, a parameter, a comprehension's variable
    ["attr", node, name]                      node.name
    ["index", node, node]                     node[node]
    ["list", [node, ...]]
    ["and", [node, ...]]   ["or", [node, ...]]   ["not", node]
    ["compare", operator, left, right]        == != < <= > >= in "not in"
    ["calc", operator, left, right]           + - * /
    ["if", condition, then, otherwise]
    ["call", function, [node, ...]]
    ["each", result, variable, collection, [condition, ...]]     a list comprehension or generator
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

Node = list[Any]

CONSTANTS: Final = {"true": True, "false": False, "null": None}
COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
CALCULATIONS: Final[dict[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
MAX_LENGTH: Final = 4000


class ExpressionError(Exception):
    """An expression is not in the language.

    Attributes:
        message: what is wrong and what was expected.
        line, column: from 1, within the expression's text.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def parse(text: str, functions: dict[str, tuple[int, int]]) -> Node:
    """Read an expression.

    Args:
        functions: the functions that may be called, each with the least and the greatest number of arguments.

    Raises:
        ExpressionError: at the place of the first fault.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters; use a named check")
    try:
        # The parentheses let an expression go over several lines, as YAML's block scalars do.
        tree = ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError as error:
        lines = text.split("\n")
        line, column = error.lineno or 1, (error.offset or 1) - (1 if error.lineno == 1 else 0)
        if line > len(lines):  # at our own closing parenthesis
            line, column = len(lines), len(lines[-1]) + 1
        raise ExpressionError(f"not an expression: {error.msg}", line, max(column, 1)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"not an expression: {error}") from None
    return _Reader(functions).read(tree)


class _Reader:
    def __init__(self, functions: dict[str, tuple[int, int]]) -> None:
        self.functions = functions

    def read(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant(value=value):
                return self._constant(node, value)
            case ast.Name(id=name):
                if name in CONSTANTS:
                    return ["const", CONSTANTS[name]]
                if name in ("True", "False", "None"):
                    raise self._error(node, f"write {name.lower().replace('none', 'null')} instead of {name}")
                return ["name", name]
            case ast.Attribute(value=of, attr=name):
                return ["attr", self.read(of), name]
            case ast.Subscript(value=of, slice=key):
                if isinstance(key, ast.Slice):
                    raise self._error(key, "slices are not part of the language; use [index] or a comprehension")
                return ["index", self.read(of), self.read(key)]
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return ["list", [self.read(item) for item in items]]
            case ast.BoolOp(op=op, values=values):
                return ["and" if isinstance(op, ast.And) else "or", [self.read(value) for value in values]]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ["not", self.read(operand)]
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return ["const", -number]
            case ast.Compare():
                return self._compare(node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in CALCULATIONS:
                return ["calc", CALCULATIONS[type(op)], self.read(left), self.read(right)]
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ["if", self.read(test), self.read(body), self.read(orelse)]
            case ast.Call():
                return self._call(node)
            case ast.ListComp(elt=result, generators=generators) | ast.GeneratorExp(elt=result, generators=generators):
                return self._comprehension(node, result, generators)
            case _:
                raise self._error(
                    node, f"{type(node).__name__} is not part of the rule language; see docs/rules.md for what is"
                )

    def _constant(self, node: ast.expr, value: object) -> Node:
        if value is True or value is False or value is None:
            shown = {"True": "true", "False": "false", "None": "null"}[str(value)]
            raise self._error(node, f"write {shown} instead of {value}")
        if isinstance(value, (str, int, float)):
            return ["const", value]
        raise self._error(node, f"a constant of type {type(value).__name__} is not part of the rule language")

    def _compare(self, node: ast.Compare) -> Node:
        parts: list[Node] = []
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            operator = COMPARISONS.get(type(op))
            if operator is None:
                wanted = "==" if isinstance(op, ast.Is) else "!="
                raise self._error(right, f"compare with {wanted}; `is` is not part of the rule language")
            parts.append(["compare", operator, self.read(left), self.read(right)])
            left = right
        return parts[0] if len(parts) == 1 else ["and", parts]

    def _call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self._error(node.func, "only the functions of the rule language can be called, and no methods")
        name = node.func.id
        if name not in self.functions:
            near = get_close_matches(name, self.functions, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise self._error(node.func, f'there is no function "{name}"{hint}')
        if node.keywords:
            raise self._error(node.keywords[0].value, f"{name} takes its arguments by position")
        least, most = self.functions[name]
        if not least <= len(node.args) <= most:
            count = str(least) if least == most else f"{least} to {most}"
            raise self._error(node, f"{name} takes {count} argument{'s' * (most != 1)}, not {len(node.args)}")
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                raise self._error(argument, "* is not part of the rule language")
        return ["call", name, [self.read(argument) for argument in node.args]]

    def _comprehension(self, node: ast.expr, result: ast.expr, generators: list[ast.comprehension]) -> Node:
        made = self.read(result)
        for at, generator in enumerate(reversed(generators)):
            if not isinstance(generator.target, ast.Name):
                raise self._error(generator.target, "a comprehension has one variable: `for x in ...`")
            conditions = [self.read(condition) for condition in generator.ifs]
            made = ["each", made, generator.target.id, self.read(generator.iter), conditions]
            if at > 0:
                made = ["call", "flatten", [made]]
        return made

    @staticmethod
    def _error(node: ast.AST, message: str) -> ExpressionError:
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0) + (0 if line == 1 else 1)
        return ExpressionError(message, line, max(column, 1))


def parse_message(text: str, functions: dict[str, tuple[int, int]]) -> list[Any]:
    """A message with `{expression}` in it, as a list of strings and nodes; `{{` is a brace.

    Raises:
        ExpressionError: for a brace that is not closed or an expression that is none.
    """
    parts: list[Any] = []
    literal: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if text[at : at + 2] in ("{{", "}}"):
            literal.append(char)
            at += 2
        elif char == "{":
            end = text.find("}", at)
            if end < 0:
                raise ExpressionError("this { is not closed; write {{ for a brace", 1, at + 1)
            if literal:
                parts.append("".join(literal))
                literal = []
            try:
                parts.append(parse(text[at + 1 : end], functions))
            except ExpressionError as error:
                raise ExpressionError(error.message, 1, at + 1 + error.column) from None
            at = end + 1
        else:
            literal.append(char)
            at += 1
    if literal:
        parts.append("".join(literal))
    return parts


def names(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The free names of an expression."""
    match node:
        case ["name", name]:
            if name not in bound:
                yield name
        case ["each", result, variable, collection, conditions]:
            yield from names(collection, bound)
            for inner in (result, *conditions):
                yield from names(inner, bound | {variable})
        case ["const", _]:
            return
        case [_, *rest]:
            for part in rest:
                if isinstance(part, list):
                    for inner in [part] if part and isinstance(part[0], str) else part:
                        if isinstance(inner, list):
                            yield from names(inner, bound)
