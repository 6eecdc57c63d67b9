"""Native HCL syntax, read with tree-sitter into our own tree."""

from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from walint.source import Place, Problem, Source
from walint.terraform.expressions import Builder
from walint.terraform.grammar import check
from walint.terraform.grammar_tokens import Patch, Refused
from walint.terraform.syntax import Argument, Block, Body, Expression, Invalid, Parenthesised

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

    from walint.terraform.recovery import Fault, Lost


class Parsed(NamedTuple):
    """One file as it was read.

    Attributes:
        complete: False where a syntax error lost something, so that absence in this file proves nothing.
    """

    body: Body
    problems: tuple[Problem, ...]
    complete: bool


def parse(source: Source) -> Parsed:
    """Read one file of native syntax; what cannot be read comes back as problems.

    An argument's expression is read when somebody asks for it, but its faults are known before.

    Args:
        source: made with offsets="bytes".
    """
    data = source.encoded
    faults: list[Fault] = []
    lost: list[Lost] = []
    try:
        patches = check(data)
    except Refused:
        from walint.terraform.recovery import recover

        data, patches, faults, lost = recover(data)
    root = syntax_tree(data, patches)
    file = _File(source, root.has_error)
    problems = [Problem.at(Place(source, at, at), message[0].upper() + message[1:], "error") for at, message in faults]
    inner = next((child for child in root.children if child.type == "body"), root)
    body = file.body(inner, Place(source, 0, len(source.encoded)))
    if root.has_error and not faults:
        first = _first_error(root)
        message = f"This form of HCL is not understood: {_shown(file.builder.text(first))}"
        problems.append(Problem.at(file.builder.place(first), message, "error"))
    for part in lost:
        _mark(body, part, file.builder)
    problems += file.problems
    return Parsed(body, tuple(sorted(problems)), not faults and not root.has_error)


def parse_expression(text: str, name: str = "<expression>") -> tuple[Expression, tuple[Problem, ...]]:
    """Read one expression, as `terraform console` would.

    Line breaks don't count in it; lines and columns count within the text.
    """
    source = Source(name, f"_=({text}\n)", "bytes")
    parsed = parse(source)
    problems = tuple(
        Problem(one.file, one.line, max(1, one.column - 3) if one.line == 1 else one.column, one.severity, one.message)
        for one in parsed.problems
    )
    argument = parsed.body.arguments.get("_")
    if argument is None:
        return Invalid(Place(source, 0, 0)), problems
    read = argument.expression
    return read.of if isinstance(read, Parenthesised) else read, problems


@cache
def _parser() -> "Parser":
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def syntax_tree(data: bytes, patches: list[Patch]) -> "Node":
    """tree-sitter's root node for a text with the patches that `check` gave for it."""
    if patches:
        out = bytearray(data)
        for start, replacement in patches:
            out[start : start + len(replacement)] = replacement
        data = bytes(out)
    return _parser().parse(data).root_node


class _File:
    """One file's bodies.

    Attributes:
        broken: whether the tree has errors anywhere, so that every node must be asked.
    """

    __slots__ = ("broken", "builder", "problems")

    def __init__(self, source: Source, broken: bool) -> None:
        self.builder = Builder(source, source.encoded)
        self.broken = broken
        self.problems: list[Problem] = []

    def body(self, node: "Node | None", place: Place) -> Body:
        body = Body({}, [], place)
        for child in () if node is None else node.named_children:
            match child.type:
                case "attribute":
                    self.argument(child, body)
                case "block":
                    body.blocks.append(self.block(child))
                case "comment":
                    pass
                case _:
                    body.complete = False
        if self.broken and node is not None and node.type == "ERROR":
            body.complete = False
        return body

    def argument(self, node: "Node", body: Body) -> None:
        builder = self.builder
        children = node.named_children
        name_node, value = children[0], children[-1]
        name = builder.text(name_node)
        place, name_place = builder.place(node), builder.place(name_node)
        read = Invalid(place) if self.broken and node.has_error else partial(builder.expression, value)
        first = body.arguments.setdefault(name, Argument(name, read, place, name_place))
        if first.name_place is not name_place:
            line, _ = builder.source.position(first.name_place.start)
            message = f"The argument {name} was already set on line {line}; each argument is set only once"
            self.problems.append(Problem.at(name_place, message, "error"))

    def block(self, node: "Node") -> Block:
        builder = self.builder
        type_ = ""
        labels: list[str] = []
        inner = None
        header_end = body_start = node.start_byte
        for child in node.named_children:
            match child.type:
                case "identifier":
                    if type_:
                        labels.append(builder.text(child))
                    else:
                        type_ = builder.text(child)
                    header_end = child.end_byte
                case "string_lit":
                    labels.append(builder.label(child))
                    header_end = child.end_byte
                case "block_start":
                    body_start = child.start_byte
                case "body":
                    inner = child
        start, end = node.start_byte, node.end_byte
        body = self.body(inner, Place(builder.source, body_start, end))
        if self.broken and node.has_error:
            body.complete = body.complete and not any(child.type == "ERROR" for child in node.children)
        return Block(type_, tuple(labels), body, builder.place(node), Place(builder.source, start, header_end))


def _mark(body: Body, lost: "Lost", builder: Builder) -> None:
    """Note in the bodies around a lost stretch that it is missing."""
    from walint.terraform.grammar import argument_name

    while True:
        inner = next((b for b in body.blocks if b.body.place.start <= lost.start < b.body.place.end), None)
        if lost.outer or inner is None:
            body.complete = False
        if inner is None:
            break
        body = inner.body
    name = argument_name(builder.data, lost.start)
    if name is not None and not lost.outer:
        place = Place(builder.source, lost.start, lost.end)
        name_place = Place(builder.source, lost.start, lost.start + len(name.encode()))
        body.arguments.setdefault(name, Argument(name, Invalid(place), place, name_place))


def _first_error(node: "Node") -> "Node":
    """The first node that the grammar could not place, in order of the text."""
    while node.type != "ERROR" and not node.is_missing:
        inner = next((child for child in node.children if child.has_error), None)
        if inner is None:
            break
        node = inner
    return node


def _shown(text: str) -> str:
    first = text.strip().partition("\n")[0].rstrip()
    return first if len(first) <= 40 else first[:40] + "..."
