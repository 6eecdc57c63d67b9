"""The words of HCL's grammar, as patterns over bytes, and how a text is refused.

Patterns are possessive (`*+`): none of them goes back, so that reading stays linear on any input.
"""

import re
from typing import Final, NamedTuple

# Brackets and blocks in each other. Real configurations stay below 20; the bound keeps recursion off the stack's end.
MAX_DEPTH: Final = 64
# Operators, or accesses, in one expression: what generated code may reach, and recursion can still follow.
MAX_CHAIN: Final = 2000


class Refused(Exception):
    """The text is not HCL.

    Attributes:
        offset: where it goes wrong, in bytes.
        statement: where the argument or block begins that is wrong, in bytes.
        open: whether a string, heredoc or bracket has no end, so that what follows may be read wrongly.
        end: where what is wrong certainly ends, if that is known.
    """

    def __init__(self, offset: int, message: str, open: bool = False, end: int | None = None) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.statement = 0
        self.open = open
        self.end = end


class Unclosed(Refused):
    """The text ends within `count` open blocks, and is fine but for that; `patches` as `check` gives them."""

    def __init__(self, offset: int, message: str, count: int, patches: "list[Patch]") -> None:
        super().__init__(offset, message)
        self.count = count
        self.patches = patches


class Patch(NamedTuple):
    """Bytes to show to tree-sitter in place of the text's own from `start` on."""

    start: int
    bytes: bytes


COMMENT = rb"/\*(?:[^*]++|\*(?!/))*+\*/"
NAME = rb"[A-Za-z_\x80-\xff][\w\-\x80-\xff]*+"
PATH = rb"[A-Za-z_][\w-]*+(?:\.[A-Za-z_][\w-]*+)*+"
STRING = rb'"(?:[^"\\$%\n\r]++|\\["\\nrt]|\$\{[ ]?' + PATH + rb"[ ]?\}|[$%](?![{$%]))*+\""
VALUE = rb"(?:" + STRING + rb"|" + PATH + rb"(?:\[\d{1,40}+\])?+|\d{1,40}+(?:\.\d{1,40}+)?+)(?![\w\"])"
EOL = rb"[ \t]*+(?:(?:#|//)[^\n]*+)?+\r?\n"
# Whole lines of the simplest kinds, many at a time: most of the text goes this way.
PLAIN_LINES: Final = re.compile(rb"(?:[ \t]*+(?:[A-Za-z_][\w-]*+[ \t]*+=[ \t]*+" + VALUE + rb")?+" + EOL + rb")*+")
PLAIN_HEADER: Final = re.compile(
    rb"[ \t]*+[A-Za-z_][\w-]*+(?:[ \t]++(?:\"[\w./ -]*+\"|[A-Za-z_][\w-]*+))*+[ \t]*+(\{)" + EOL
)
PLAIN_ITEMS: Final = re.compile(
    rb"(?:[ \t]*+((?:[A-Za-z_][\w-]*+|" + STRING + rb")[ \t]*+[=:][ \t]*+" + VALUE + rb"[ \t]*+,?+)?+" + EOL + rb")*+"
)
PLAIN_VALUE: Final = re.compile(VALUE + rb"(?=[ \t]*+[,\])}\r\n])")

BLANKS_ONLY: Final = re.compile(rb"[ \t]*+")
BLANKS: Final = re.compile(rb"(?:[ \t]++|" + COMMENT + rb")*+")
BLANKS_AND_LINES: Final = re.compile(rb"(?:[ \t\n]++|\r\n|(?:#|//)[^\n]*+|" + COMMENT + rb")*+")
END_OF_LINE: Final = re.compile(rb"(?:(?:#|//)[^\n]*+)?+(?:\r?\n|\Z)")
IDENTIFIER: Final = re.compile(NAME)
ARGUMENT: Final = re.compile(rb"(" + NAME + rb")[ \t]*+=(?!=)")
FUNCTION: Final = re.compile(NAME + rb"(?:[ \t]*+::[ \t]*+" + NAME + rb")++")
NUMBER: Final = re.compile(rb"(\d++)(\.\d++)?+([eE][+-]?\d++)?+")
NOT_A_NUMBER: Final = re.compile(rb"\.\d")
OPERATOR: Final = re.compile(rb"==|!=|<=|>=|&&|\|\||[<>+\-*%]|/(?![/*])")
LITERAL: Final = re.compile(
    rb'(?:[^"\\$%\n\r]++|\\(?:["\\nrt]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\$++(?!\{)|%++(?!\{)|\${2,}+\{|%{2,}+\{|\r(?!\n))*+'
)
HEREDOC: Final = re.compile(rb"<<-?+(" + NAME + rb")\r?\n")
MARKER: Final = re.compile(rb"<<-?+[ \t\"']*+(" + NAME + rb")")
HEREDOC_LITERAL: Final = re.compile(rb"(?:[^$%\n]++|\$++(?!\{)|%++(?!\{)|\${2,}+\{|%{2,}+\{)*+")
ESCAPED_LONG: Final = re.compile(rb"(?<!\$)\${3,}\{|(?<!%)%{3,}\{")
DIRECTIVE: Final = re.compile(rb"(if|for|else|endif|endfor)(?![\w-])")
WORD: Final = re.compile(rb"[\w\-\x80-\xff]++|[^\s]")
TEXT_OF: Final = {
    ord("'"): "a string stands between double quotation marks, not single ones",
    ord("`"): "a string stands between double quotation marks, not backquotes",
    ord(";"): "a semicolon separates nothing here: use a new line between arguments, a comma between items",
    ord("&"): "there is no operator &; the logical one is &&",
    ord("|"): "there is no operator |; the logical one is ||",
}


def closing_line(marker: bytes) -> re.Pattern[bytes]:
    """The line that ends a heredoc."""
    return re.compile(rb"^[ \t]*+" + re.escape(marker) + rb"(?=[ \t]*+\r?\n)", re.M)
