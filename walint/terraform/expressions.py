"""tree-sitter's nodes of HCL expressions as our own syntax.

The grammar reads some forms otherwise than HCL does, without calling them an error. They are put right here:
conditionals group to the right, an attribute splat (`.*`) ends at the first bracket, a full splat (`[*]`) takes in all
that follows, and a template's literal text is cut from the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from walint.source import Place, Source
from walint.terraform import templates
from walint.terraform.number_literals import exact
from walint.terraform.syntax import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    Index,
    Invalid,
    Literal,
    Object,
    Parenthesised,
    Splat,
    SplatItem,
    Template,
    TemplateFor,
    TemplateIf,
    Tuple,
    Unary,
    Variable,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    Parts: TypeAlias = list[templates.Piece | Node]


class Builder:
    """Builds the expressions of one source."""

    __slots__ = ("data", "source")

    def __init__(self, source: Source, data: bytes) -> None:
        self.source = source
        self.data = data

    def span(self, start: int, end: int) -> Place:
        """The place of a stretch of `data`."""
        return Place(self.source, start, end)

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: Node) -> Place:
        return self.span(node.start_byte, node.end_byte)

    def label(self, node: Node) -> str:
        """A block's quoted label."""
        text = self.data[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "replace")
        return templates.unescape_quoted(text)

    # --- terms and what follows them -------------------------------------------------------------------------------

    def expression(self, node: Node) -> Expression:
        """An `expression` node, or a node whose children are one term with what follows it."""
        return self.term(node.children)

    def term(self, nodes: list[Node]) -> Expression:
        """A term with its attribute accesses, indexes and splats."""
        at = 0
        while at < len(nodes) and nodes[at].type == "comment":
            at += 1
        if at == len(nodes):
            return Invalid(self.span(0, 0))
        first = nodes[at]
        if first.type == "(":
            closing = next((i for i in range(at, len(nodes)) if nodes[i].type == ")"), len(nodes) - 1)
            inner = self.term(nodes[at + 1 : closing])
            built: Expression = Parenthesised(inner, self.span(first.start_byte, nodes[closing].end_byte))
            at = closing + 1
        else:
            build = _TERMS.get(first.type)
            if build is None:
                return Invalid(self.place(first))
            built = build(self, first)
            at += 1
        return self.follow(built, first.start_byte, nodes[at:]) if at < len(nodes) else built

    def follow(self, of: Expression, start: int, nodes: list[Node]) -> Expression:
        """`of` with the attribute accesses, indexes and splats that follow it."""
        steps: list[Node] = []
        for node in nodes:
            if node.type == "splat":
                # What the grammar puts inside the splat is laid out flat first: it belongs there only in part.
                splat = _named(node)[0]
                steps += (child for child in splat.children if child.type != "comment")
            elif node.type != "comment":
                steps.append(node)
        return self.steps(of, start, steps, 0)

    def steps(self, of: Expression, start: int, steps: list[Node], at: int) -> Expression:
        while at < len(steps):
            step = steps[at]
            at += 1
            match step.type:
                case "get_attr":
                    of = Attribute(of, self.text(_named(step)[0]), self.span(start, step.end_byte))
                case "index":
                    of = self.index(of, _named(step)[0], start)
                case ".*":
                    splat = step.start_byte
                    item: Expression = SplatItem(self.place(step))
                    while at < len(steps) and _stays_in_attribute_splat(steps[at]):
                        item = self.steps(item, splat, [steps[at]], 0)
                        at += 1
                    of = Splat(of, item, False, self.span(start, steps[at - 1].end_byte))
                case "[*]":
                    item = self.steps(SplatItem(self.place(step)), step.start_byte, steps, at)
                    return Splat(of, item, True, self.span(start, steps[-1].end_byte))
                case _:
                    return Invalid(self.place(step))
        return of

    def index(self, of: Expression, node: Node, start: int) -> Expression:
        place = self.span(start, node.end_byte)
        if node.type == "legacy_index":
            digits = self.text(node).lstrip(". \t\r\n")
            key: Expression = Literal(exact(digits), self.span(node.end_byte - len(digits), node.end_byte))
        else:
            key = self.expression(_named(node)[0])
        return Index(of, key, place)

    # --- literals and collections -----------------------------------------------------------------------------------

    def literal(self, node: Node) -> Expression:
        inner = _named(node)[0]
        match inner.type:
            case "numeric_lit":
                return Literal(exact(self.text(inner)), self.place(inner))
            case "bool_lit":
                return Literal(self.text(inner) == "true", self.place(inner))
            case "null_lit":
                return Literal(None, self.place(inner))
            case "string_lit":
                return self.quoted(inner)
        return Invalid(self.place(inner))

    def variable(self, node: Node) -> Expression:
        return Variable(self.text(node), self.place(node))

    def collection(self, node: Node) -> Expression:
        inner = _named(node)[0]
        if inner.type == "object":
            items = [self.item(child) for child in inner.children if child.type == "object_elem"]
            return Object(items, self.place(inner))
        return Tuple(
            [self.expression(child) for child in inner.children if child.type == "expression"], self.place(inner)
        )

    def item(self, node: Node) -> tuple[Expression, Expression]:
        parts = [child for child in node.children if child.type == "expression"]
        key = self.expression(parts[0])
        if isinstance(key, Variable):
            key = Literal(key.name, key.place)
        return key, self.expression(parts[1]) if len(parts) > 1 else Invalid(self.place(node))

    def call(self, node: Node) -> Expression:
        arguments: list[Expression] = []
        expand = False
        children = _named(node)
        for child in children[1:]:
            if child.type == "function_arguments":
                for part in child.children:
                    if part.type == "expression":
                        arguments.append(self.expression(part))
                    elif part.type == "ellipsis":
                        expand = True
        return Call("".join(self.text(children[0]).split()), arguments, expand, self.place(node))

    # --- for, operators, conditionals -------------------------------------------------------------------------------

    def for_(self, node: Node) -> Expression:
        inner = _named(node)[0]
        key, value, collection = None, "", cast("Expression", Invalid(self.place(inner)))
        results: list[Expression] = []
        condition: Expression | None = None
        group = False
        for child in inner.children:
            match child.type:
                case "for_intro":
                    key, value, collection = self.intro(child)
                case "expression":
                    results.append(self.expression(child))
                case "ellipsis":
                    group = True
                case "for_cond":
                    condition = self.expression(_named(child)[0])
        if inner.type == "for_object_expr" and len(results) == 2:
            return ForObject(key, value, collection, results[0], results[1], group, condition, self.place(inner))
        if inner.type == "for_tuple_expr" and len(results) == 1:
            return ForTuple(key, value, collection, results[0], condition, self.place(inner))
        return Invalid(self.place(inner))

    def intro(self, node: Node) -> tuple[str | None, str, Expression]:
        names = [self.text(child) for child in node.children if child.type == "identifier"]
        collection = next(child for child in node.children if child.type == "expression")
        return names[0] if len(names) > 1 else None, names[-1], self.expression(collection)

    def operation(self, node: Node) -> Expression:
        # A long chain leans to the left: walked in a loop, so that its length is not bounded by the stack.
        pending: list[tuple[str, list[Node], int, int]] = []
        while True:
            inner = _named(node)[0]
            children = [child for child in inner.children if child.type != "comment"]
            if inner.type == "unary_operation":
                operator = cast(Any, children[0].type)
                built: Expression = Unary(operator, self.term(children[1:]), self.place(inner))
                break
            middle = next((i for i, child in enumerate(children) if child.type in _BINARY), 0)
            if not middle:
                return Invalid(self.place(inner))
            pending.append((children[middle].type, children[middle + 1 :], inner.start_byte, inner.end_byte))
            if middle == 1 and children[0].type == "operation":
                node = children[0]
                continue
            built = self.term(children[:middle])
            break
        for binary, right, start, end in reversed(pending):
            built = Binary(cast(Any, binary), built, self.term(right), self.span(start, end))
        return built

    def conditional(self, node: Node) -> Expression:
        # `a ? b : c ? d : e` comes as `(a ? b : c) ? d : e`: unroll from the left, group to the right.
        tails: list[list[Node]] = []
        while True:
            parts = [child for child in node.children if child.type == "expression"]
            if len(parts) != 3:
                return Invalid(self.place(node))
            tails.append(parts)
            first = _named(parts[0])
            if len(first) == 1 and first[0].type == "conditional":
                node = first[0]
                continue
            break
        tails.reverse()
        end = tails[-1][2].end_byte
        conditions = [tails[0][0], *(parts[2] for parts in tails[:-1])]
        built = self.expression(tails[-1][2])
        for head, parts in zip(reversed(conditions), reversed(tails), strict=True):
            place = self.span(head.start_byte, end)
            built = Conditional(self.expression(head), self.expression(parts[1]), built, place)
        return built

    # --- templates ------------------------------------------------------------------------------------------------

    def template(self, node: Node) -> Expression:
        inner = _named(node)[0]
        return self.heredoc(inner) if inner.type == "heredoc_template" else self.quoted(inner)

    def quoted(self, node: Node) -> Expression:
        start, end = node.start_byte + 1, node.end_byte - 1
        sequences: list[Node] = []
        for child in node.named_children:
            if child.type in _SEQUENCES:
                _flatten(child, sequences)
        if not sequences:
            text = self.data[start:end].decode("utf-8", "replace")
            return Literal(templates.unescape_quoted(text), self.place(node))
        return self.assemble(node, self.cut(sequences, start, end, False))

    def heredoc(self, node: Node) -> Expression:
        children = node.named_children
        opening, closing = children[1], children[-1]
        start = self.data.find(b"\n", opening.end_byte) + 1
        end = max(start, self.data.rfind(b"\n", 0, closing.start_byte) + 1)
        sequences: list[Node] = []
        for child in children:
            if child.type in _SEQUENCES:
                _flatten(child, sequences)
        parts = self.cut(sequences, start, end, True)
        if self.text(children[0]) == "<<-":
            templates.remove_indentation([part if isinstance(part, templates.Piece) else None for part in parts])
        if not sequences:
            return Literal("".join(cast("templates.Piece", part).text for part in parts), self.place(node))
        return self.assemble(node, parts)

    def bare(self, node: Node, end: int) -> Expression:
        """A template without delimiters, which stands in a heredoc up to `end`: a string of the JSON syntax."""
        heredoc = _named(node)[0]
        sequences: list[Node] = []
        for child in heredoc.named_children:
            if child.type in _SEQUENCES:
                _flatten(child, sequences)
        start = self.data.find(b"\n", heredoc.named_children[1].end_byte) + 1
        return self.assemble(heredoc, self.cut(sequences, start, end, True))

    def cut(self, sequences: list[Node], start: int, end: int, heredoc: bool) -> Parts:
        """The literal text between the interpolations and directives, stripped where a marker says so."""
        parts: Parts = []
        strip_left = False
        for sequence in [*sequences, None]:
            until = end if sequence is None else sequence.start_byte
            pieces = self.pieces(start, until, heredoc) if until > start else []
            if strip_left and pieces:
                pieces[0].text = pieces[0].text.lstrip()
            if sequence is not None:
                before, strip_left = _strips(sequence)
                if before and pieces:
                    pieces[-1].text = pieces[-1].text.rstrip()
            parts += pieces
            if sequence is not None:
                parts.append(sequence)
                start = sequence.end_byte
        return parts

    def pieces(self, start: int, end: int, heredoc: bool) -> list[templates.Piece]:
        text = self.data[start:end].decode("utf-8", "replace")
        if not heredoc:
            return [templates.Piece(templates.unescape_quoted(text), start, end)]
        pieces = templates.lines_of(text, start, _width)
        for piece in pieces:
            piece.text = templates.unescape_heredoc(piece.text)
        return pieces

    def assemble(self, node: Node, parts: Parts) -> Expression:
        built, at = self.until(parts, 0, ())
        return Template(built, self.place(node)) if at == len(parts) else Invalid(self.place(node))

    def until(self, parts: Parts, at: int, ends: tuple[str, ...]) -> tuple[list[Expression], int]:
        """Parts up to one of the ending directives, with the index of that."""
        built: list[Expression] = []
        while at < len(parts):
            part = parts[at]
            if isinstance(part, templates.Piece):
                start, end, text = part.start, part.end, part.text
                at += 1
                while at < len(parts) and isinstance(part := parts[at], templates.Piece):
                    text += part.text
                    end = part.end
                    at += 1
                built.append(Literal(text, self.span(start, end)))
                continue
            if part.type in ends:
                return built, at
            match part.type:
                case "template_interpolation":
                    inner = [child for child in part.children if child.type == "expression"]
                    built.append(self.expression(inner[0]) if inner else Invalid(self.place(part)))
                    at += 1
                case "template_if_intro":
                    at = self.directive_if(parts, at, built)
                case "template_for_start":
                    at = self.directive_for(parts, at, built)
                case _:
                    built.append(Invalid(self.place(part)))
                    at += 1
        return built, at

    def directive_if(self, parts: Parts, at: int, into: list[Expression]) -> int:
        opening = cast("Node", parts[at])
        condition = self.expression(next(child for child in opening.children if child.type == "expression"))
        then, at = self.until(parts, at + 1, ("template_else_intro", "template_if_end"))
        otherwise: list[Expression] | None = None
        if at < len(parts) and cast("Node", parts[at]).type == "template_else_intro":
            otherwise, at = self.until(parts, at + 1, ("template_if_end",))
        if at == len(parts):
            into.append(Invalid(self.place(opening)))
            return at
        place = self.span(opening.start_byte, cast("Node", parts[at]).end_byte)
        into.append(
            TemplateIf(
                condition, Template(then, place), None if otherwise is None else Template(otherwise, place), place
            )
        )
        return at + 1

    def directive_for(self, parts: Parts, at: int, into: list[Expression]) -> int:
        opening = cast("Node", parts[at])
        key, value, collection = self.intro(opening)
        body, at = self.until(parts, at + 1, ("template_for_end",))
        if at == len(parts):
            into.append(Invalid(self.place(opening)))
            return at
        place = self.span(opening.start_byte, cast("Node", parts[at]).end_byte)
        into.append(TemplateFor(key, value, collection, Template(body, place), place))
        return at + 1


def _named(node: Node) -> list[Node]:
    children = node.named_children
    return [child for child in children if child.type != "comment"] if len(children) > 1 else children


def _stays_in_attribute_splat(node: Node) -> bool:
    return node.type == "get_attr" or (node.type == "index" and _named(node)[0].type == "legacy_index")


def _flatten(node: Node, into: list[Node]) -> None:
    """The interpolations and the single directives of a template, in order of the text."""
    match node.type:
        case "template_directive" | "template_if" | "template_for":
            for child in node.named_children:
                _flatten(child, into)
        case "template_literal" | "comment":
            pass
        case _:
            into.append(node)


def _strips(sequence: Node) -> tuple[bool, bool]:
    """Whether a marker strips the text before and after an interpolation or directive."""
    children = sequence.children
    if len(children) < 3:
        return False, False
    return children[1].type == "strip_marker", children[-2].type == "strip_marker"


def _width(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


_BINARY: Final = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_SEQUENCES: Final = frozenset({"template_interpolation", "template_directive"})
_TERMS: Final[dict[str, Callable[[Builder, Node], Expression]]] = {
    "variable_expr": Builder.variable,
    "literal_value": Builder.literal,
    "template_expr": Builder.template,
    "collection_value": Builder.collection,
    "function_call": Builder.call,
    "for_expr": Builder.for_,
    "operation": Builder.operation,
    "conditional": Builder.conditional,
    "expression": Builder.expression,
}
