"""Functions of providers that compute with their arguments only, those of `terraform` and `aws`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from walint.terraform.context import Context, EvaluationError, Scope
from walint.terraform.functions.model import Function
from walint.terraform.numerals import number_text
from walint.terraform.typed import ANY, STRING
from walint.values import Data, join_parts, plain

if TYPE_CHECKING:
    from walint.terraform.syntax import Expression

# --- ARNs -----------------------------------------------------------------------------------------------------------

_SECTIONS: Final = ("partition", "service", "region", "account_id", "resource")


def _arn_parse(arn: str) -> dict[str, str]:
    if not arn.startswith("arn:"):
        raise EvaluationError("arn: invalid prefix")
    sections = arn.split(":", 5)[1:]
    if len(sections) < len(_SECTIONS):
        raise EvaluationError("arn: not enough sections")
    return dict(zip(_SECTIONS, sections, strict=True))


def _arn_build(*sections: Any) -> Data:
    parts: list[Any] = ["arn"]
    for section in sections:
        parts += [":", section]
    return join_parts(parts)


def _trim_iam_role_path(arn: str) -> str:
    found = _arn_parse(arn)
    if found["service"] != "iam":
        raise EvaluationError('service must be "iam"')
    if found["region"]:
        raise EvaluationError("region must be empty")
    if not found["resource"].startswith("role/"):
        raise EvaluationError('resource must begin with "role/"')
    name = found["resource"].rpartition("/")[2]
    return f"arn:{found['partition']}:iam::{found['account_id']}:role/{name}"


# --- Terraform's own syntax -----------------------------------------------------------------------------------------

# A line, and by how many brackets it opens more than it closes.
_Line: TypeAlias = tuple[str, int]

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARKER: Final = re.compile(r"([$%])\{")


def _quoted(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char) or (char if char.isprintable() else _code(char)) for char in text)
    return '"' + _MARKER.sub(r"\1\1{", escaped) + '"'


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _is_identifier(name: str) -> bool:
    return not name.startswith("-") and name.replace("-", "_").isidentifier()


def _lines(value: Any) -> list[_Line]:
    """A known value's expression, not indented yet."""
    if isinstance(value, dict):
        if not value:
            return [("{}", 0)]
        names = {name if _is_identifier(name) else _quoted(name): value[name] for name in sorted(value)}
        return [("{", 1), *_assignments(names), ("}", -1)]
    if isinstance(value, list):
        lines: list[_Line] = [("[", 1)]
        for at, item in enumerate(value):
            (first, depth), *rest = _lines(item)
            lines[-1] = (f"{lines[-1][0]}{', ' if at else ''}{first}", lines[-1][1] + depth)
            lines += rest
        lines[-1] = (lines[-1][0] + "]", lines[-1][1] - 1)
        return lines
    if isinstance(value, str):
        return [(_quoted(value), 0)]
    if isinstance(value, (int, Fraction, float)) and not isinstance(value, bool):
        return [(number_text(value), 0)]
    return [("null" if value is None else "true" if value else "false", 0)]


def _assignments(values: dict[str, Any]) -> Iterator[_Line]:
    """`name = value` for each; the equal signs of neighbours that take one line stand below each other."""
    short: dict[str, _Line] = {}
    for name, value in values.items():
        (first, depth), *rest = _lines(value)
        if not rest:
            short[name] = (first, depth)
            continue
        yield from _aligned(short)
        short = {}
        yield f"{name} = {first}", depth
        yield from rest
    yield from _aligned(short)


def _aligned(values: dict[str, _Line]) -> Iterator[_Line]:
    width = max(map(len, values), default=0)
    for name, (text, depth) in values.items():
        yield f"{name.ljust(width)} = {text}", depth


def _indented(lines: Iterator[_Line] | list[_Line]) -> str:
    """The text, indented by one level for each line that opens brackets, however many."""
    out: list[str] = []
    levels: list[int] = []
    for text, depth in lines:
        closed = max(0, -depth)
        while closed and levels:
            taken = min(closed, levels[-1])
            closed -= taken
            levels[-1] -= taken
            if not levels[-1]:
                levels.pop()
        out.append("  " * len(levels) + text)
        if depth > 0:
            levels.append(depth)
    return "\n".join(out)


def _encode_expr(value: Any) -> str:
    return _indented(_lines(value))


def _encode_tfvars(value: Any) -> str:
    if not isinstance(value, dict):
        raise EvaluationError(
            "invalid value to encode: must be an object whose attribute names will become the encoded variable names"
        )
    for name in sorted(value):
        if not _is_identifier(name):
            raise EvaluationError(f'invalid variable name "{name}": must be a valid identifier')
    text = _indented(_assignments({name: value[name] for name in sorted(value)}))
    return text + "\n" if text else ""


def _decode_tfvars(context: Context, text: str) -> dict[str, Any]:
    from walint.source import Source
    from walint.terraform.evaluate import evaluate
    from walint.terraform.parse import parse

    parsed = parse(Source("<decode_tfvars argument>", text, "bytes"))
    if parsed.problems:
        raise EvaluationError(f"invalid tfvars syntax: {parsed.problems[0].message}")
    if parsed.body.blocks:
        raise EvaluationError(f'invalid tfvars content: a "{parsed.body.blocks[0].type}" block is not allowed')
    out: dict[str, Any] = {}
    for name, argument in parsed.body.arguments.items():
        try:
            if _calls(argument.expression):
                raise EvaluationError("functions may not be called here")
            # Its places are nowhere that anybody could look.
            out[name] = plain(evaluate(argument.expression, Scope({}), context.attempt()))
        except EvaluationError as error:
            raise EvaluationError(f'invalid expression for variable "{name}": {error.sentence}') from None
    return out


def _calls(expression: Expression) -> bool:
    """Whether a function is called anywhere in an expression."""
    from walint.terraform.syntax import Call, parts

    return isinstance(expression, Call) or any(_calls(part) for part in parts(expression))


FUNCTIONS: Final[dict[str, Function]] = {
    "provider::aws::arn_build": Function(_arn_build, (STRING,) * 5, result="string", takes="everything"),
    "provider::aws::arn_parse": Function(_arn_parse, (STRING,), result="object"),
    "provider::aws::trim_iam_role_path": Function(_trim_iam_role_path, (STRING,), result="string"),
    "provider::terraform::decode_tfvars": Function(_decode_tfvars, (STRING,), result="object", contextual=True),
    "provider::terraform::encode_expr": Function(_encode_expr, (ANY,), result="string"),
    "provider::terraform::encode_tfvars": Function(_encode_tfvars, (ANY,), result="string"),
}
