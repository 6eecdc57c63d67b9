"""HCL's expressions and templates, read strictly; see `walint.terraform.grammar`."""

from __future__ import annotations

import re

from walint.terraform.grammar_tokens import (
    BLANKS,
    BLANKS_AND_LINES,
    BLANKS_ONLY,
    DIRECTIVE,
    END_OF_LINE,
    ESCAPED_LONG,
    FUNCTION,
    HEREDOC,
    HEREDOC_LITERAL,
    IDENTIFIER,
    LITERAL,
    MARKER,
    MAX_CHAIN,
    MAX_DEPTH,
    NOT_A_NUMBER,
    NUMBER,
    OPERATOR,
    PLAIN_ITEMS,
    PLAIN_VALUE,
    TEXT_OF,
    WORD,
    Patch,
    Refused,
    closing_line,
)
from walint.terraform.number_literals import is_huge


class ExpressionReader:
    """Reads on from `at`; every method leaves `at` after what it read."""

    __slots__ = ("at", "data", "depth", "end", "heredoc_end", "patches", "statement")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = self.statement = 0
        self.end = len(data)
        self.depth = 0
        self.heredoc_end = -1
        self.patches: list[Patch] = []

    # --- expressions ------------------------------------------------------------------------------------------------

    def expression(self, lines: bool) -> None:
        """An expression; `lines` where line breaks don't count, within brackets and interpolations."""
        data = self.data
        skip = BLANKS_AND_LINES if lines else BLANKS
        open_questions = links = 0
        while True:
            self.at = self.run(skip)
            links += 1
            while self.at < self.end and data[self.at] in b"!-":
                self.at = skip.match(data, self.at + 1).end()  # type: ignore[union-attr]
                links += 1
            plain = PLAIN_VALUE.match(data, self.at)
            if plain is not None:
                self.at = plain.end()
            else:
                self.term(lines)
            self.at = self.run(skip)
            links += self.accesses(skip)
            if links > MAX_CHAIN:
                raise Refused(self.at, f"an expression of more than {MAX_CHAIN} operators is not read")
            operator = OPERATOR.match(data, self.at)
            if operator is not None:
                self.at = operator.end()
            elif self.sees(b"?"):
                open_questions += 1
                self.deeper(self.depth + open_questions)
                self.at += 1
            elif open_questions and self.sees(b":"):
                open_questions -= 1
                self.at += 1
            else:
                break
        if open_questions:
            raise Refused(self.at, f"expected a colon and the value for the other case, found {self.found()}")

    def accesses(self, skip: re.Pattern[bytes]) -> int:
        """What follows a term: attributes, indexes, splats. Their number, splats weighing more."""
        data = self.data
        count = 0
        attribute_splat = False
        while self.at < self.end:
            char = data[self.at]
            if char == 0x2E and not self.sees(b"..."):  # .
                dot = self.at
                self.at = skip.match(data, self.at + 1).end()  # type: ignore[union-attr]
                if self.sees(b"*"):
                    self.join(dot, b".*")
                    if attribute_splat:
                        raise Refused(self.at, "a splat cannot stand within another attribute splat: use [*]")
                    attribute_splat = True
                    self.at += 1
                    count += MAX_CHAIN // MAX_DEPTH
                else:
                    name = IDENTIFIER.match(data, self.at)
                    if name is not None:
                        self.identifier(name)
                    else:
                        digits = NUMBER.match(data, self.at)
                        if digits is None or digits[3] or is_huge(digits[0]):
                            raise Refused(self.at, f"expected an attribute's name after the dot, found {self.found()}")
                        if digits[2]:
                            raise Refused(self.at, "two indexes after each other are written with brackets: [0][1]")
                        self.at = digits.end()
            elif char == 0x5B:  # [
                attribute_splat = False
                opening = self.at
                self.at = BLANKS_AND_LINES.match(data, opening + 1).end()  # type: ignore[union-attr]
                if self.sees(b"*"):
                    self.at = BLANKS_AND_LINES.match(data, self.at + 1).end()  # type: ignore[union-attr]
                    self.join(opening, b"[*]")
                    count += MAX_CHAIN // MAX_DEPTH
                else:
                    self.nested(opening)
                self.close(b"]", opening, "index")
            else:
                break
            count += 1
            self.at = self.run(skip)
        return count

    def join(self, start: int, word: bytes) -> None:
        """A splat with blanks in it, which the grammar knows as one word only."""
        length = self.at + 1 - start
        if length > len(word):
            self.patches.append(Patch(start, word.ljust(length)))

    def term(self, lines: bool) -> None:
        data = self.data
        start = self.at
        char = data[start] if start < self.end else 0
        if char == 0x22:  # "
            self.quoted()
        elif char == 0x7B:  # {
            self.object()
        elif char == 0x5B:  # [
            self.list_()
        elif char == 0x28:  # (
            self.at += 1
            self.nested(start)
            self.close(b")", start, "bracket")
        elif 0x30 <= char <= 0x39:
            self.number()
        elif self.sees(b"<<"):
            self.heredoc()
        else:
            self.name(lines)

    def name(self, lines: bool) -> None:
        """A variable or a function call."""
        data = self.data
        name = IDENTIFIER.match(data, self.at)
        if name is None:
            what = TEXT_OF.get(data[self.at] if self.at < self.end else 0)
            raise Refused(self.at, what or f"expected a value, found {self.found()}")
        function = FUNCTION.match(data, self.at)
        if function is None:
            self.identifier(name)
        else:
            self.at = function.end()
        after = self.run(BLANKS_AND_LINES if lines else BLANKS)
        if data.startswith(b"(", after):
            self.at = after
            self.arguments(name[0].decode("utf-8", "replace"))
        elif function is not None:
            raise Refused(function.start(), "a name with :: is a function's: expected an opening bracket after it")

    def arguments(self, name: str) -> None:
        opening = self.at
        self.at += 1
        self.at = self.run(BLANKS_AND_LINES)
        while not self.sees(b")"):
            self.nested(opening)
            self.at = self.run(BLANKS_AND_LINES)
            if self.sees(b"..."):
                self.at = BLANKS_AND_LINES.match(self.data, self.at + 3).end()  # type: ignore[union-attr]
                break
            if not self.sees(b","):
                break
            self.at = BLANKS_AND_LINES.match(self.data, self.at + 1).end()  # type: ignore[union-attr]
        if not self.sees(b")"):
            if self.at >= self.end:
                raise Refused(opening, f"the arguments of {name} are not closed: a closing bracket is missing", True)
            raise Refused(
                self.at, f"expected a comma or a closing bracket in the arguments of {name}, found {self.found()}"
            )
        self.at += 1

    def number(self) -> None:
        digits = NUMBER.match(self.data, self.at)
        assert digits is not None
        if digits[3] and not digits[2]:
            # The grammar knows an exponent only after a fraction: show it a whole number of the same length.
            self.patches.append(Patch(digits.start(), b"1" * len(digits[0])))
        self.at = digits.end()
        if is_huge(digits[0]):
            raise Refused(digits.start(), "a number of this size is not read")
        if NOT_A_NUMBER.match(self.data, self.at):
            raise Refused(digits.start(), "this is not a number")
        if IDENTIFIER.match(self.data, self.at):
            raise Refused(digits.start(), "this is neither a number nor a name: a name begins with a letter")

    def list_(self) -> None:
        opening = self.at
        self.at += 1
        self.at = self.run(BLANKS_AND_LINES)
        if self.is_for():
            self.for_(opening, b"]")
            return
        while not self.sees(b"]"):
            if self.at >= self.end:
                break
            self.nested(opening)
            self.at = self.run(BLANKS_AND_LINES)
            if not self.sees(b","):
                break
            self.at = BLANKS_AND_LINES.match(self.data, self.at + 1).end()  # type: ignore[union-attr]
        if not self.sees(b"]"):
            if self.at >= self.end:
                raise Refused(opening, "this list is not closed: its closing bracket is missing", True)
            raise Refused(self.at, f"expected a comma or a closing bracket in the list, found {self.found()}")
        self.at += 1

    def object(self) -> None:
        data = self.data
        opening = self.at
        self.at = BLANKS_AND_LINES.match(data, opening + 1).end()  # type: ignore[union-attr]
        if self.is_for():
            self.for_(opening, b"}")
            return
        self.at = opening + 1
        self.depth += 1
        self.deeper(self.depth)
        # Where the item before ended, if no comma followed it.
        value_end: int | None = None
        while True:
            items = PLAIN_ITEMS.match(data, self.at)
            assert items is not None
            if items[1] is not None:
                value_end = None if items[1].endswith(b",") else items.end(1)
            self.at = items.end()
            self.at = self.run(BLANKS_AND_LINES)
            if self.at >= self.end:
                raise Refused(opening, "this object is not closed: its closing brace is missing", True)
            if self.sees(b"}"):
                break
            if value_end is not None and data[self.at] in b"(-[":
                self.separate(value_end)
            self.expression(False)
            self.blanks()
            if not (self.sees(b"=") or self.sees(b":")) or self.sees(b"=="):
                raise Refused(self.at, f"expected an equals sign and a value after this key, found {self.found()}")
            self.at += 1
            self.expression(False)
            self.blanks()
            value_end = None if self.sees(b",") else self.at
            if value_end is None:
                self.at += 1
            elif not self.sees(b"}"):
                line = END_OF_LINE.match(data, self.at)
                if line is None:
                    raise Refused(
                        self.at, f"expected a comma or a new line between two items of an object, found {self.found()}"
                    )
                self.at = line.end()
        self.at += 1
        self.depth -= 1

    def separate(self, value_end: int) -> None:
        """A line that begins with a bracket or a minus: the grammar would join it to the value before.

        A comma takes the place of what ended the line before, be it a comment. (There is no room for one between a
        heredoc and a key in the first column.)
        """
        line = END_OF_LINE.match(self.data, value_end)
        if line is None:
            return
        if line.end() == value_end + 1 and value_end == self.heredoc_end:
            if line.end() < self.at:
                self.patches.append(Patch(self.at - 1, b","))
        else:
            self.patches.append(Patch(value_end, b",".ljust(line.end() - value_end)))

    def is_for(self) -> bool:
        return self.data.startswith(b"for", self.at) and IDENTIFIER.match(self.data, self.at)[0] == b"for"  # type: ignore[index]

    def for_(self, opening: int, closing: bytes) -> None:
        self.depth += 1
        self.deeper(self.depth)
        self.at += 3
        self.for_intro()
        self.at = self.run(BLANKS_AND_LINES)
        if not self.sees(b":"):
            raise Refused(self.at, f"expected a colon after the collection of a for expression, found {self.found()}")
        self.at += 1
        self.expression(True)
        if closing == b"}":
            if not self.sees(b"=>"):
                raise Refused(
                    self.at, f"expected => and the value in a for expression that makes an object, found {self.found()}"
                )
            self.at += 2
            self.expression(True)
            if self.sees(b"..."):
                self.at = BLANKS_AND_LINES.match(self.data, self.at + 3).end()  # type: ignore[union-attr]
        word = IDENTIFIER.match(self.data, self.at)
        if word is not None and word[0] == b"if":
            self.at += 2
            self.expression(True)
        self.depth -= 1
        self.close(closing, opening, "for expression")

    def for_intro(self) -> None:
        """`key, value in collection`, after the word `for`."""
        for again in (True, False):
            self.at = self.run(BLANKS_AND_LINES)
            name = IDENTIFIER.match(self.data, self.at)
            if name is None:
                raise Refused(self.at, f"expected a name after for, found {self.found()}")
            self.identifier(name)
            self.at = self.run(BLANKS_AND_LINES)
            if not (again and self.sees(b",")):
                break
            self.at += 1
        word = IDENTIFIER.match(self.data, self.at)
        if word is None or word[0] != b"in":
            raise Refused(self.at, f"expected the word in and a collection, found {self.found()}")
        self.at += 2
        self.expression(True)

    def nested(self, opening: int) -> None:
        """An expression within brackets."""
        self.depth += 1
        self.deeper(self.depth)
        self.expression(True)
        self.depth -= 1

    def close(self, closing: bytes, opening: int, what: str) -> None:
        if not self.sees(closing):
            if self.at >= self.end:
                raise Refused(opening, f"this {what} is not closed", True)
            raise Refused(self.at, f'expected "{closing.decode()}" to close the {what}, found {self.found()}')
        self.at += 1

    # --- templates ------------------------------------------------------------------------------------------------

    def quoted(self) -> None:
        start = self.at
        self.at += 1
        directives: list[tuple[bytes, int]] = []
        while self.literal(LITERAL):
            self.sequence(directives)
        if not self.sees(b'"'):
            self.refuse_literal(start)
        self.at += 1
        self.no_more(directives)

    def heredoc(self) -> None:
        data = self.data
        start = self.at
        opening = HEREDOC.match(data, start)
        if opening is None:
            marker = MARKER.match(data, start)
            closing = None if marker is None else closing_line(marker[1]).search(data, marker.end())
            message = "expected a name right after <<, and a new line right after that name"
            raise Refused(start, message, True, None if closing is None else closing.end())
        self.at = opening.end()
        closes = closing_line(opening[1])
        closing = closes.search(data, self.at)
        if closing is not None and data.find(b"{", self.at, closing.start()) >= 0:
            # Within an interpolation such a line closes nothing.
            directives: list[tuple[bytes, int]] = []
            while True:
                closing = closes.match(data, self.at)
                if closing is not None or self.at >= self.end:
                    break
                self.hide(opening[1])
                while self.literal(HEREDOC_LITERAL):
                    self.sequence(directives)
                self.at += 1
            if closing is not None:
                self.no_more(directives)
        if closing is None:
            name = opening[1].decode("utf-8", "replace")
            raise Refused(start, f"this text is not closed: no later line consists of {name} alone", True, self.end)
        self.at = self.heredoc_end = closing.end()

    def hide(self, marker: bytes) -> None:
        """A line of a heredoc that only begins like its end, after which the grammar loses a character."""
        begin = BLANKS_ONLY.match(self.data, self.at).end()  # type: ignore[union-attr]
        if self.data.startswith(marker, begin):
            self.patches.append(Patch(begin, b"_" * len(marker)))

    def literal(self, pattern: re.Pattern[bytes]) -> bool:
        """Literal text; whether an interpolation or directive follows."""
        chunk = pattern.match(self.data, self.at)
        assert chunk is not None
        if b"$$$" in chunk[0] or b"%%%" in chunk[0]:
            escapes = ESCAPED_LONG.finditer(self.data, *chunk.span())
            self.patches += (Patch(escape.start(), b"_" * len(escape[0])) for escape in escapes)
        self.at = chunk.end()
        return self.data.startswith((b"${", b"%{"), self.at)

    def no_more(self, directives: list[tuple[bytes, int]]) -> None:
        if directives:
            word, at = directives[-1]
            raise Refused(at, f"this %{{ {word.decode()} }} has no %{{ end{'for' if word == b'for' else 'if'} }}")

    def sequence(self, directives: list[tuple[bytes, int]]) -> None:
        """`${ ... }` or `%{ ... }`, with strip markers."""
        data = self.data
        start = self.at
        directive = data.startswith(b"%", start)
        self.at += 2
        if self.sees(b"~"):
            self.at += 1
        self.depth += 1
        self.deeper(self.depth)
        if directive:
            self.directive(start, directives)
        else:
            self.expression(True)
        self.depth -= 1
        self.at = self.run(BLANKS_AND_LINES)
        if self.sees(b"~"):
            self.at += 1
        if not self.sees(b"}"):
            what = "template directive" if directive else "interpolation"
            if self.at >= self.end:
                raise Refused(start, f"this {what} is not closed: its closing brace is missing", True)
            raise Refused(self.at, f"expected a closing brace at the end of the {what}, found {self.found()}")
        self.at += 1

    def directive(self, start: int, directives: list[tuple[bytes, int]]) -> None:
        self.at = self.run(BLANKS_AND_LINES)
        word = DIRECTIVE.match(self.data, self.at)
        if word is None:
            raise Refused(
                self.at, f"expected if, else, endif, for or endfor in a template directive, found {self.found()}"
            )
        self.at = word.end()
        opened = directives[-1][0] if directives else b""
        if word[0] in (b"if", b"for"):
            directives.append((word[0], start))
            self.deeper(self.depth + len(directives))
            if word[0] == b"if":
                self.expression(True)
            else:
                self.for_intro()
        elif word[0] == b"else" and opened == b"if":
            directives[-1] = (b"else", directives[-1][1])
        elif (word[0] == b"endif" and opened in (b"if", b"else")) or (word[0] == b"endfor" and opened == b"for"):
            directives.pop()
        else:
            raise Refused(start, f"this %{{ {word[0].decode()} }} belongs to no directive that is open here")

    # --- small steps and messages -------------------------------------------------------------------------------------

    def run(self, pattern: re.Pattern[bytes]) -> int:
        """Where a pattern that always matches ends."""
        match = pattern.match(self.data, self.at)
        return self.at if match is None else match.end()

    def blanks(self) -> None:
        self.at = self.run(BLANKS)

    def sees(self, token: bytes) -> bool:
        return self.data.startswith(token, self.at)

    def identifier(self, match: re.Match[bytes]) -> None:
        word = match[0]
        if not word.isascii():
            text = word.decode("utf-8", "replace").replace("-", "_")
            if not text.isidentifier():
                bad = next((at for at, char in enumerate(text) if not ("_" + char).isidentifier()), 0)
                offset = match.start() + len(text[:bad].encode("utf-8", "replace"))
                raise Refused(offset, f"the character {text[bad]} (U+{ord(text[bad]):04X}) cannot stand here")
        self.at = match.end()

    def deeper(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise Refused(self.at, f"what is nested more than {MAX_DEPTH} levels deep is not read")

    def word(self, at: int) -> str:
        match = WORD.match(self.data, at)
        return "" if match is None else match[0].decode("utf-8", "replace")

    def found(self) -> str:
        """What stands here, for a message."""
        if self.at >= self.end:
            return "the end of the file"
        if END_OF_LINE.match(self.data, self.at):
            return "the end of the line"
        word = self.word(self.at)
        if word == '"':
            return "a quotation mark"
        if not word.isprintable() or not word:
            return f"the character U+{self.data[self.at]:04X}"
        return f'"{word}"' if len(word) <= 30 else f'"{word[:30]}..."'

    def refuse_literal(self, start: int) -> None:
        """What ends the literal text of a string other than its closing mark."""
        if self.sees(b"\\"):
            shown = self.data[self.at + 1 : self.at + 2].decode("utf-8", "replace")
            raise Refused(self.at, f"\\{shown} is no escape sequence of a string; a backslash itself is written \\\\")
        if self.at >= self.end:
            raise Refused(start, "this string is not closed: its closing quotation mark is missing", True)
        raise Refused(
            self.at,
            "this string is not closed on its line; use \\n for a line break in it, or a heredoc for several lines",
            True,
        )
