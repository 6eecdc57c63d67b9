"""The syntax of regular expressions as Terraform has it (RE2's, in the form that Go reads), read into a tree."""

from typing import Final, NamedTuple

from walint.terraform.functions.regexp_characters import (
    EVERYTHING,
    LAST,
    NO_NEWLINE,
    Characters,
    Class,
    Range,
    perl_class,
    posix_class,
    unicode_class,
)
from walint.terraform.functions.regexp_errors import Malformed
from walint.terraform.functions.regexp_tree import Alternatives, Assertion, Group, Node, Repeat, Sequence, copies

_MAX_REPEAT: Final = 1000


_CONTROL: Final = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_OCTAL: Final = "01234567"
_HEXADECIMAL: Final = "0123456789abcdefABCDEF"


class _Flags(NamedTuple):
    fold: bool = False
    lines: bool = False
    dot_all: bool = False
    swapped: bool = False


_FLAGS: Final = {"i": "fold", "m": "lines", "s": "dot_all", "U": "swapped"}


class Parser:
    """Reads one regular expression. `names` gets the name of each group by its number, "" for one without."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.flags = _Flags()
        self.names: list[str] = [""]

    def parse(self) -> Node:
        node = self._alternatives()
        if self.at < len(self.text):
            raise Malformed("unexpected )")
        return node

    def _peek(self, wanted: str) -> bool:
        return self.text.startswith(wanted, self.at)

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise Malformed("it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def _alternatives(self) -> Node:
        items = [self._sequence()]
        while self._peek("|"):
            self.at += 1
            items.append(self._sequence())
        return items[0] if len(items) == 1 else Alternatives(tuple(items))

    def _sequence(self) -> Node:
        items: list[Node] = []
        repeated = False
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            limits = self._repetition()
            if limits is not None:
                if repeated:
                    raise Malformed("invalid nested repetition operator")
                if not items:
                    raise Malformed("missing argument to repetition operator")
                items[-1] = self._repeated(items[-1], *limits)
            else:
                items += self._atom()
            repeated = limits is not None
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    # --- repetition -------------------------------------------------------------------------------------------------

    def _repetition(self) -> tuple[int, int | None] | None:
        """The limits that an operator here gives, None where there is none."""
        char = self.text[self.at]
        if char in _REPETITIONS:
            self.at += 1
            return _REPETITIONS[char]
        if char != "{":
            return None
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at + 1 : max(end, self.at + 1)].partition(",")
        if not _is_count(least) or (most and not _is_count(most)):
            return None
        self.at = end + 1
        limits = int(least), (int(most) if most else None) if comma else int(least)
        if max(limits[0], limits[1] or 0) > _MAX_REPEAT or (limits[1] is not None and limits[1] < limits[0]):
            raise Malformed("invalid repeat count")
        return limits

    def _repeated(self, item: Node, least: int, most: int | None) -> Node:
        lazy = self._peek("?")
        self.at += lazy
        made = Repeat(item, least, most, lazy is self.flags.swapped)
        if copies(made) > _MAX_REPEAT:
            raise Malformed("invalid repeat count")
        return made

    # --- atoms ------------------------------------------------------------------------------------------------------

    def _atom(self) -> list[Node]:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return [self._class()]
        if char == ".":
            return [Class(EVERYTHING if self.flags.dot_all else NO_NEWLINE)]
        if char == "^":
            return [Assertion("line start" if self.flags.lines else "start")]
        if char == "$":
            return [Assertion("line end" if self.flags.lines else "end")]
        if char == "\\":
            return self._escape()
        return [self._literal(ord(char))]

    def _literal(self, code: int) -> Class:
        return Class(((code, code),), fold=self.flags.fold)

    def _group(self) -> list[Node]:
        outer = self.flags
        if not self._peek("?"):
            return [self._capture("", outer)]
        for opening in ("?P<", "?<"):
            if self._peek(opening):
                end = self.text.find(">", self.at)
                name = self.text[self.at + len(opening) : end]
                if end < 0 or not name or not (name.isascii() and name.replace("_", "0").isalnum()):
                    raise Malformed("invalid named capture")
                self.at = end + 1
                return [self._capture(name, outer)]
        self.at += 1
        if self._switch() == ")":
            return []
        return [self._inner(outer)]

    def _switch(self) -> str:
        """Set the flags that stand here; the sign that ends them: ":" or ")"."""
        on = True
        seen = True
        while True:
            char = self._next()
            if char in _FLAGS:
                self.flags = self.flags._replace(**{_FLAGS[char]: on})
                seen = True
            elif char == "-" and on:
                on = seen = False
            elif char in ":)" and seen:
                return char
            else:
                raise Malformed("invalid or unsupported Perl syntax")

    def _capture(self, name: str, outer: _Flags) -> Node:
        number = len(self.names)
        self.names.append(name)
        return Group(self._inner(outer), number)

    def _inner(self, outer: _Flags) -> Node:
        node = self._alternatives()
        if self.at >= len(self.text):
            raise Malformed("missing closing )")
        self.at += 1
        self.flags = outer
        return node

    def _escape(self) -> list[Node]:
        """What follows a backslash outside of brackets."""
        char = self.text[self.at : self.at + 1]
        if char in _ASSERTIONS:
            self.at += 1
            return [Assertion(_ASSERTIONS[char])]
        if char == "Q":
            end = self.text.find("\\E", self.at)
            quoted = self.text[self.at + 1 : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self.text)
            return [self._literal(ord(each)) for each in quoted]
        found = self._named()
        if found is not None:
            return [Class(found[0], found[1], fold=self.flags.fold)]
        return [self._literal(self._code())]

    def _named(self) -> Characters | None:
        r"""The characters that an escape such as \d or \pL stands for, None where it is no such escape."""
        letter = self.text[self.at : self.at + 1]
        found = perl_class(letter)
        if found is not None or letter not in ("p", "P"):
            self.at += found is not None
            return found
        self.at += 1
        name = self._next()
        if name == "{":
            end = self.text.find("}", self.at)
            if end < 0:
                raise Malformed("invalid character class range")
            name = self.text[self.at : end]
            self.at = end + 1
        return unicode_class(name, letter == "P")

    def _code(self) -> int:
        """The one character that an escape stands for."""
        char = self._next()
        if char in _CONTROL:
            return _CONTROL[char]
        following = self.text[self.at : self.at + 1]
        if char == "0" or (char in _OCTAL and following and following in _OCTAL):
            digits = char
            while len(digits) < 3 and self.at < len(self.text) and self.text[self.at] in _OCTAL:
                digits += self._next()
            return int(digits, 8)
        if char == "x":
            return self._hexadecimal()
        if char.isascii() and not char.isalnum():
            return ord(char)
        raise Malformed("invalid escape sequence")

    def _hexadecimal(self) -> int:
        if self._peek("{"):
            end = max(self.text.find("}", self.at), self.at)
            digits = self.text[self.at + 1 : end]
            self.at = end + 1
        else:
            digits = self.text[self.at : self.at + 2]
            self.at += 2
            if len(digits) < 2:
                digits = ""
        if not digits or not all(digit in _HEXADECIMAL for digit in digits) or int(digits, 16) > LAST:
            raise Malformed("invalid escape sequence")
        return int(digits, 16)

    # --- brackets ---------------------------------------------------------------------------------------------------

    def _class(self) -> Class:
        negated = self._peek("^")
        self.at += negated
        ranges: list[Range] = []
        categories: list[tuple[str, bool]] = []
        first = True
        while first or not self._peek("]"):
            first = False
            found = self._posix() or self._escaped_class()
            if found is not None:
                ranges += found[0]
                categories += found[1]
                continue
            low = high = self._class_char()
            if self._peek("-") and not self._peek("-]") and self.at + 1 < len(self.text):
                self.at += 1
                high = self._class_char()
                if high < low:
                    raise Malformed("invalid character class range")
            ranges.append((low, high))
        self.at += 1
        return Class(tuple(ranges), tuple(categories), negated, self.flags.fold)

    def _class_char(self) -> int:
        char = self._next()
        return self._code() if char == "\\" else ord(char)

    def _posix(self) -> Characters | None:
        end = self.text.find(":]", self.at + 2)
        if not self._peek("[:") or end < 0:
            return None
        found = posix_class(self.text[self.at + 2 : end])
        self.at = end + 2
        return found

    def _escaped_class(self) -> Characters | None:
        if not self._peek("\\"):
            return None
        self.at += 1
        found = self._named()
        if found is None:
            self.at -= 1
        return found


_REPETITIONS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_ASSERTIONS: Final = {"A": "start", "z": "end", "b": "word", "B": "no word"}


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or not text.startswith("0"))
