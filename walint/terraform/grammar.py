"""HCL's grammar in full strictness: whether a text is one that Terraform accepts, and if not, where and why.

tree-sitter builds the tree; this module builds none. It knows what the tree-sitter grammar does not: where a line
break ends an argument and where it doesn't, what may stand in a label, which escapes exist. It also names the few
valid forms which that grammar refuses, as patches of the same length that don't change the tree's shape or places.

Facts from HashiCorp's HCL native syntax specification, and from what Terraform 1.11 accepts.
"""

from __future__ import annotations

from walint.terraform.grammar_expressions import ExpressionReader
from walint.terraform.grammar_tokens import (
    ARGUMENT,
    BLANKS,
    END_OF_LINE,
    IDENTIFIER,
    LITERAL,
    PLAIN_HEADER,
    PLAIN_LINES,
    TEXT_OF,
    Patch,
    Refused,
    Unclosed,
)


def check(data: bytes) -> list[Patch]:
    """Patches for tree-sitter, none as a rule.

    Raises:
        Refused: at the first fault.
    """
    reader = _BodyReader(data)
    try:
        reader.file()
    except Refused as refused:
        refused.statement = reader.statement
        raise
    return reader.patches


def argument_name(data: bytes, start: int) -> str | None:
    """The name of the argument that begins at `start`, if one does."""
    match = ARGUMENT.match(data, start)
    return None if match is None else match[1].decode("utf-8", "replace")


class _BodyReader(ExpressionReader):
    """Reads a file: arguments and blocks."""

    __slots__ = ()

    # --- bodies ---------------------------------------------------------------------------------------------------

    def file(self) -> None:
        data = self.data
        opened: list[tuple[int, int]] = []
        while True:
            self.at = self.run(PLAIN_LINES)
            self.at = self.statement = self.run(BLANKS)
            if self.at >= self.end:
                break
            header = PLAIN_HEADER.match(data, self.at)
            if header is not None:
                opened.append((self.at, header.start(1)))
                self.at = header.end()
                self.deeper(len(opened))
                continue
            char = data[self.at]
            if char == 0x7D and opened:  # }
                opened.pop()
                self.at += 1
                self.line_ends("a block's closing brace")
            elif END_OF_LINE.match(data, self.at):
                self.line_ends("")
            else:
                brace = self.item()
                if brace is not None:
                    opened.append((self.statement, brace))
                    self.deeper(len(opened))
        if opened:
            start, brace = opened[-1]
            message = f"this {self.word(start)} block is not closed: its closing brace is missing"
            raise Unclosed(brace, message, len(opened), self.patches)

    def item(self) -> int | None:
        """One argument or block; the opening brace's offset where a block was opened that later lines close."""
        data = self.data
        name = IDENTIFIER.match(data, self.at)
        if name is None:
            self.refuse_statement()
        assert name is not None
        self.identifier(name)
        self.blanks()
        if self.sees(b"=") and not self.sees(b"=="):
            self.at += 1
            self.expression(False)
            self.line_ends("an argument")
            return None
        return self.block(name[0].decode("utf-8", "replace"))

    def block(self, name: str) -> int | None:
        data = self.data
        labels = 0
        while not self.sees(b"{"):
            if self.sees(b'"'):
                self.label()
            else:
                label = IDENTIFIER.match(data, self.at)
                if label is None:
                    self.refuse_header(name, labels)
                assert label is not None
                self.identifier(label)
            labels += 1
            self.blanks()
        brace = self.at
        self.at += 1
        self.blanks()
        if END_OF_LINE.match(data, self.at):
            if self.at < self.end:
                self.line_ends("")
            return brace
        if not self.sees(b"}"):
            argument = IDENTIFIER.match(data, self.at)
            if argument is None:
                raise Refused(
                    self.at, f"expected a new line or a closing brace after the opening brace, found {self.found()}"
                )
            self.identifier(argument)
            self.blanks()
            if not self.sees(b"=") or self.sees(b"=="):
                raise Refused(argument.start(), "a block within a block begins on a line of its own")
            self.at += 1
            self.expression(False)
            self.blanks()
            if not self.sees(b"}"):
                raise Refused(
                    self.at,
                    "a block that is written on one line holds one argument and ends on that line: "
                    f"expected a closing brace, found {self.found()}",
                )
        self.at += 1
        self.line_ends("a block")
        return None

    def label(self) -> None:
        start = self.at
        self.at += 1
        literal = LITERAL.match(self.data, self.at)
        assert literal is not None
        self.at = literal.end()
        if self.sees(b"${") or self.sees(b"%{"):
            raise Refused(self.at, "a block's label is a plain string, without a template in it")
        if not self.sees(b'"'):
            self.refuse_literal(start)
        self.at += 1

    def line_ends(self, what: str) -> None:
        """The end of the line after an argument or block."""
        self.blanks()
        line = END_OF_LINE.match(self.data, self.at)
        if line is not None:
            self.at = line.end()
            return
        if self.sees(b","):
            raise Refused(self.at, "arguments and blocks are separated by new lines, not by commas")
        if self.sees(b"}") and what == "an argument":
            raise Refused(self.at, "the closing brace of a block of several lines stands on a line of its own")
        what_else = TEXT_OF.get(self.data[self.at])
        raise Refused(self.at, what_else or f"expected a new line after {what}, found {self.found()}")

    def refuse_statement(self) -> None:
        char = self.data[self.at]
        if char == 0x7D:
            raise Refused(self.at, "this closing brace closes nothing")
        if char == 0x22:
            raise Refused(self.at, "an argument's name stands without quotation marks")
        what = TEXT_OF.get(char)
        raise Refused(self.at, what or f"expected an argument or a block, found {self.found()}")

    def refuse_header(self, name: str, labels: int) -> None:
        if not labels:
            message = (
                f"expected an equals sign and a value after {name}, or a block's opening brace, found {self.found()}"
            )
            raise Refused(self.statement, message)
        if END_OF_LINE.match(self.data, self.at):
            raise Refused(self.at, f"the opening brace of this {name} block must stand on the same line")
        message = f"expected a label or an opening brace in the header of this {name} block, found {self.found()}"
        raise Refused(self.at, message)
