"""JSON with the place of every key and value, duplicate keys kept: what Terraform's JSON syntax is made of."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from walint.terraform.number_literals import exact, is_huge

MAX_DEPTH: Final = 64

_BLANKS: Final = re.compile(rb"[ \t\r\n]*+")
_STRING: Final = re.compile(rb'"((?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+)"')
_NUMBER: Final = re.compile(rb"(-?(?:0|[1-9]\d*+))(\.\d++)?+([eE][+-]?\d++)?+(?![\w.])")
_WORD: Final = re.compile(rb"[\w.+\-]++")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|(.))")
_WORDS: Final = {b"true": True, b"false": False, b"null": None}
_SIMPLE: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Fault(Exception):
    """The text is not JSON; `offset` in bytes."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


class Node(NamedTuple):
    """A value; `start` and `end` in bytes.

    Attributes:
        plain: for a string, whether it is written without escapes, so that its text's offsets are those of the file.
        members: for an object its members, for an array its items (whose key is None).
        complete: False for a container in which reading ended at a fault.
    """

    kind: Literal["object", "array", "string", "number", "word"]
    value: None | bool | int | Fraction | str
    start: int
    end: int
    plain: bool = True
    members: tuple[Member, ...] = ()
    complete: bool = True


class Member(NamedTuple):
    key: Node | None
    node: Node

    @property
    def name(self) -> str:
        return "" if self.key is None else str(self.key.value)


def read(data: bytes) -> tuple[Node, Fault | None]:
    """The value that a text holds. At a fault reading ends: what was read up to there, and the fault."""
    reader = _Reader(data)
    try:
        node = reader.value(0)
        reader.at = reader.blanks()
        if reader.fault is None and reader.at < len(data):
            reader.fault = Fault(reader.at, f"expected the end of the file, found {reader.found()}")
    except Fault as fault:
        return Node("object", None, 0, len(data), complete=False), fault
    return node, reader.fault


class _Reader:
    """`fault` is the first fault; from there on every container ends."""

    __slots__ = ("at", "data", "fault")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.fault: Fault | None = None

    def value(self, depth: int) -> Node:
        data = self.data
        self.at = start = self.blanks()
        char = data[start : start + 1]
        if char == b'"':
            return self.string()
        if char in (b"{", b"["):
            if depth >= MAX_DEPTH:
                raise Fault(start, f"what is nested more than {MAX_DEPTH} levels deep is not read")
            return self.container(depth)
        number = _NUMBER.match(data, start)
        if number is not None:
            self.at = number.end()
            if is_huge(number[0]):
                raise Fault(start, "a number of this size is not read")
            return Node("number", exact(number[0].decode()), start, self.at)
        word = _WORD.match(data, start)
        if word is not None and word[0] in _WORDS:
            self.at = word.end()
            return Node("word", _WORDS[word[0]], start, self.at)
        raise Fault(start, f"expected a value, found {self.found()}")

    def container(self, depth: int) -> Node:
        """An object or array; what was read of it where it holds a fault."""
        data, start = self.data, self.at
        is_object = data[start] == 0x7B
        closing = b"}" if is_object else b"]"
        members: list[Member] = []
        self.at = start + 1
        try:
            self.at = self.blanks()
            while not data.startswith(closing, self.at):
                if members:
                    if not data.startswith(b",", self.at):
                        if self.at >= len(data):
                            raise Fault(start, f"this {'object' if is_object else 'list'} is not closed")
                        raise Fault(self.at, f'expected a comma or "{closing.decode()}", found {self.found()}')
                    comma = self.at
                    self.at += 1
                    self.at = self.blanks()
                    if data.startswith(closing, self.at):
                        raise Fault(comma, "JSON allows no comma after the last item")
                members.append(self.member(depth) if is_object else Member(None, self.value(depth + 1)))
                if self.fault is not None:
                    break
                self.at = self.blanks()
            else:
                self.at += 1
        except Fault as fault:
            self.fault = fault
        kind: Literal["object", "array"] = "object" if is_object else "array"
        return Node(kind, None, start, self.at, members=tuple(members), complete=self.fault is None)

    def member(self, depth: int) -> Member:
        if not self.data.startswith(b'"', self.at):
            raise Fault(self.at, f"expected a key in double quotation marks, found {self.found()}")
        key = self.string()
        self.at = self.blanks()
        if not self.data.startswith(b":", self.at):
            raise Fault(self.at, f"expected a colon after the key, found {self.found()}")
        self.at += 1
        return Member(key, self.value(depth + 1))

    def string(self) -> Node:
        start = self.at
        match = _STRING.match(self.data, start)
        if match is None:
            raise Fault(start, "this string is not closed, or holds a character or escape that JSON does not allow")
        self.at = match.end()
        text = match[1].decode("utf-8", "replace")
        plain = "\\" not in text
        return Node("string", text if plain else _ESCAPE.sub(_unescape, text), start, self.at, plain)

    def blanks(self) -> int:
        match = _BLANKS.match(self.data, self.at)
        return self.at if match is None else match.end()

    def found(self) -> str:
        if self.at >= len(self.data):
            return "the end of the file"
        word = _WORD.match(self.data, self.at)
        if word is not None:
            return f'"{word[0].decode()[:30]}"'
        char = self.data[self.at : self.at + 4].decode("utf-8", "ignore")[:1]
        return "a quotation mark" if char == '"' else f'"{char}"' if char.isprintable() else f"U+{ord(char):04X}"


def _unescape(match: re.Match[str]) -> str:
    """A character; the halves of a pair of surrogates together make one, a half alone makes none."""
    first, second, simple = match.groups()
    if simple:
        return _SIMPLE.get(simple, simple)
    code = int(first, 16)
    if 0xD800 <= code < 0xDC00 and second:
        return chr(0x10000 + ((code - 0xD800) << 10) + (int(second, 16) - 0xDC00))
    return ("\ufffd" if 0xD800 <= code < 0xE000 else chr(code)) + ("\ufffd" if second else "")
