"""Edits of HCL: an attribute set where it stands, or added in the layout that `terraform fmt` gives."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from walint.fixing.edits import Edit, Refused, applied, newline_of
from walint.fixing.expressions import from_elsewhere, is_literal, member, refuse_dynamic, structure
from walint.fixing.layout import block_lines, inserted_attribute, inserted_block, line_end
from walint.fixing.writing import hcl_value
from walint.policy.fix_paths import Path, Select, nested
from walint.policy.recipe import Setting
from walint.source import Place, Source
from walint.terraform.parse import Parsed, parse
from walint.terraform.schema import Tree, block_tree
from walint.terraform.syntax import (
    Argument,
    Block,
    Conditional,
    Expression,
    Literal,
    Object,
    Parenthesised,
    Tuple,
)

# Longer expressions are cut where a message shows them.
_SHOWN: Final = 40
# The blocks that an input's value may stand in.
KINDS: Final = frozenset(("module", "variable"))

Labels = tuple[str, ...]


def set_value(source: Source, labels: Labels, tree: Tree | None, setting: Setting, side: int | None = None) -> str:
    """The text with an attribute of a block set.

    Args:
        source: made with offsets="bytes".
        labels: the block's: a resource's type and name; with its own type before them where it is no resource.
        tree: what the provider knows of the type.
        side: of a value under a condition, the one to set: 0 where it holds, 1 where not.

    Raises:
        Refused: where that can't be done without touching what others use.
    """
    block = block_of(read(source), labels)
    if block is None:
        raise Refused("it is not written in this file as such", Place(source, 0, 0))
    return applied(source, _Editor(source, side, setting.absent).put(block, tree, setting.path, setting.value))


def append_resource(source: Source, after: Labels, labels: Labels, body: dict[str, Any]) -> str:
    """The text with one resource more, after another one.

    Args:
        body: expressions by their names, blocks as mappings.
    """
    block = block_of(read(source), after)
    if block is None:
        raise Refused("it is not written in this file as such", Place(source, 0, 0))
    newline = newline_of(source.text)
    lines = ["", "", f'resource "{labels[0]}" "{labels[1]}" {{', *block_lines(body, 2), "}"]
    at = line_end(source, block.place.end)
    following = source.encoded[at:].split(b"\n", 2)
    if len(following) > 1 and following[1].strip():
        lines.append("")
    return applied(source, [Edit(at, at, newline.join(lines))])


def read(source: Source) -> Parsed:
    """A text's blocks; the many fixes of one file begin with the same text."""
    return _read(source.name, source.text)


@lru_cache(maxsize=16)
def _read(name: str, text: str) -> Parsed:
    return parse(Source(name, text, "bytes"))


def block_of(parsed: Parsed, labels: Labels) -> Block | None:
    """The block of some labels."""
    wanted = ("resource", *labels) if labels[0] not in KINDS else labels
    return next((it for it in parsed.body.blocks if (it.type, *it.labels) == wanted), None)


def meta_argument(source: Source, block: Block, name: str) -> str | None:
    """The text of an argument's expression, such as `count`."""
    argument = block.body.arguments.get(name)
    return None if argument is None else argument.expression.place.text()


class _Editor:
    def __init__(self, source: Source, side: int | None, absent: bool) -> None:
        self.source = source
        self.side = side
        self.absent = absent
        self.newline = newline_of(source.text)

    def put(self, block: Block, tree: Tree | None, path: Path, value: Any) -> list[Edit]:
        """The edits in a resource or in one of its inner blocks."""
        name, rest = path[0], path[1:]
        assert isinstance(name, str)
        body = block.body
        if not body.complete:
            raise Refused("the file has a syntax error here", block.header)
        refuse_dynamic(body, name)
        held = (tree or {}).get(name)
        blocks = [inner for inner in body.blocks if inner.type == name]
        if name in body.arguments:
            return self._argument(block, body.arguments[name], rest, value)
        if blocks or (isinstance(held, (dict, list)) and rest):
            return self._block(block, tree, name, blocks, rest, value)
        if value is None:
            return []
        written = typed(held, value) if not rest else nested(rest, value)
        return inserted_attribute(self.source, block, name, hcl_value(written, self._indent(block) + 2))

    def _block(
        self, block: Block, tree: Tree | None, name: str, found: list[Block], rest: Path, value: Any
    ) -> list[Edit]:
        index = rest[0] if rest and isinstance(rest[0], int) else None
        inner_path = rest if index is None else rest[1:]
        if rest and isinstance(rest[0], Select):
            inner_path = rest[1:]
            found = [it for it in found if _said(it, rest[0].key) == rest[0].value]
            if not found and value is not None:
                content = {rest[0].key: hcl_value(rest[0].value)}
                content |= self._body(block_tree(tree, name), inner_path, value)
                return inserted_block(self.source, block, name, content)
        if index is None and len(found) > 1:
            raise Refused(f"there are {len(found)} blocks {name}; change the right one by hand", found[0].header)
        if found and (index or 0) < len(found):
            if not inner_path:
                raise Refused(f"the block {name} is there", found[0].header)
            return self.put(found[index or 0], block_tree(tree, name), inner_path, value)
        if value is None:
            return []
        return inserted_block(self.source, block, name, self._body(block_tree(tree, name), inner_path, value))

    def _body(self, tree: Tree | None, path: Path, value: Any) -> dict[str, Any]:
        """A new block's content: `Inner` for blocks in it, text for expressions."""
        if not path:
            return {}
        name, rest = path[0], path[1:]
        if rest and isinstance(rest[0], int):
            rest = rest[1:]
        assert isinstance(name, str)
        held = (tree or {}).get(name)
        if isinstance(held, (dict, list)):
            return {name: self._body(block_tree(tree, name), rest, value)}
        return {name: hcl_value(nested(rest, value) if rest else typed(held, value))}

    def _argument(self, block: Block, argument: Argument, rest: Path, value: Any) -> list[Edit]:
        expression = argument.expression
        if rest:
            return self._within(argument.name, structure(expression), rest, value)
        if value is None:
            return self._without(argument)
        return self._replaced(argument.name, expression, value)

    def _without(self, argument: Argument) -> list[Edit]:
        data = self.source.encoded
        start = data.rfind(b"\n", 0, argument.place.start) + 1
        end = data.find(b"\n", argument.place.end) + 1
        if data[start : argument.place.start].strip() or not end:
            raise Refused(f"take {argument.name} away by hand", argument.name_place)
        return [Edit(start, end, "")]

    def _within(self, name: str, expression: Expression, path: Path, value: Any) -> list[Edit]:
        """The edits in an object or list that an attribute holds."""
        step, rest = path[0], path[1:]
        expression = self._chosen(expression)
        if isinstance(expression, Tuple) and isinstance(step, int) and step < len(expression.items):
            inner = structure(expression.items[step])
            return self._within(name, inner, rest, value) if rest else self._replaced(name, inner, value)
        if not isinstance(expression, Object) or not isinstance(step, str):
            raise from_elsewhere(name, expression)
        found = member(expression, step)
        if found is not None:
            inner = structure(found[1])
            return self._within(step, inner, rest, value) if rest else self._replaced(step, found[1], value)
        if value is None:
            return []
        return self._newmember(expression, step, nested(rest, value))

    def _newmember(self, of: Object, name: str, value: Any) -> list[Edit]:
        text = of.place.text()
        last = of.items[-1][1] if of.items else None
        quoted = bool(of.items) and of.items[0][0].place.text().startswith('"')
        key = f'"{name}"' if quoted else name
        colon = bool(of.items) and ":" in self._between(of.items[-1]) and "=" not in self._between(of.items[-1])
        sign = ": " if colon else " = "
        if last is None:
            return [Edit(of.place.start, of.place.end, f"{{ {key}{sign}{hcl_value(value)} }}")]
        data = self.source.encoded
        if "\n" not in text:
            return [Edit(last.place.end, last.place.end, f", {key}{sign}{hcl_value(value)}")]
        first = of.items[-1][0].place
        line = data.rfind(b"\n", 0, first.start) + 1
        indent = first.start - line
        if data[line : first.start].strip():
            raise Refused("the object's entries share lines; change it by hand", of.place)
        width = len(self._between(of.items[-1])) - len(self._between(of.items[-1]).lstrip())
        if not colon:
            sign = " " * max(1, first.end - first.start + width - len(key)) + "= "
        end = last.place.end
        tail = data[end : of.place.end]
        comma = ""
        if tail.lstrip(b" \t")[:1] == b",":
            end = data.index(b",", end) + 1
            comma = ","
        line_end = data.find(b"\n", end)
        at = line_end - (1 if data[line_end - 1 : line_end] == b"\r" else 0)
        written = f"{self.newline}{' ' * indent}{key}{sign}{hcl_value(value, indent)}{comma}"
        edits = [Edit(at, at, written)]
        if not comma and self._separated(of):
            edits.append(Edit(last.place.end, last.place.end, ","))
        return edits

    def _separated(self, of: Object) -> bool:
        """Whether commas stand between the object's entries."""
        if len(of.items) < 2:
            return False
        data = self.source.encoded
        return b"," in data[of.items[0][1].place.end : of.items[1][0].place.start]

    def _between(self, item: tuple[Expression, Expression]) -> str:
        key, value = item
        return self.source.encoded[key.place.end : value.place.start].decode("utf-8", "replace")

    def _replaced(self, name: str, expression: Expression, value: Any) -> list[Edit]:
        if self.absent:
            return []
        place = expression.place
        inner = self._chosen(expression)
        if inner is not expression:
            return self._replaced(name, inner, value)
        if not is_literal(expression):
            raise from_elsewhere(name, expression)
        written = value
        if isinstance(expression, Literal) and isinstance(expression.value, str) and isinstance(value, bool):
            written = "true" if value else "false"
        return [Edit(place.start, place.end, hcl_value(written))]

    def _chosen(self, expression: Expression) -> Expression:
        """The side of a condition that is meant."""
        expression = expression.of if isinstance(expression, Parenthesised) else expression
        while self.side is not None and isinstance(expression, Conditional):
            expression = expression.otherwise if self.side else expression.then
            expression = expression.of if isinstance(expression, Parenthesised) else expression
        return expression

    def _indent(self, block: Block) -> int:
        data = self.source.encoded
        line = data.rfind(b"\n", 0, block.place.start) + 1
        return block.place.start - line


def _said(block: Block, name: str) -> str | None:
    """The text that an argument is, where it is written out."""
    argument = block.body.arguments.get(name)
    if argument is None or not isinstance(argument.expression, Literal):
        return None
    return str(argument.expression.value)


def typed(held: Any, value: Any) -> Any:
    """A value in the type that the provider asks for."""
    if held == "s" and isinstance(value, (bool, int)):
        return str(value).lower()
    if held == "b" and value in ("true", "false"):
        return value == "true"
    if isinstance(held, str) and held[:1] in ("l", "t") and not isinstance(value, list):
        return [value]
    return value
