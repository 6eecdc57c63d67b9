"""The literal text of quoted and heredoc templates, cut from the bytes of the file.

The grammar's own nodes for literal text leave out blanks at the edges, so the text is what lies between two
interpolations or directives. What follows is the order that HCL works in: cut, resolve escapes, strip at markers,
take the common indentation off (`<<-`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
# One alternative for each escape; `$${` and `%%{` keep the rest of a run of the same sign as it is.
_QUOTED: Final = r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nrt"\\]))|([$%])\4(?=\{)'
_HEREDOC: Final = re.compile(r"([$%])\1(?=\{)")


def unescape_quoted(text: str) -> str:
    """The value of a stretch between quotation marks."""
    if "\\" in text or "{" in text:
        text = re.sub(_QUOTED, _quoted_escape, text)
    return normalised(text)


def unescape_heredoc(text: str) -> str:
    """The value of a stretch of a heredoc, where a backslash is a backslash."""
    return normalised(_HEREDOC.sub(r"\1", text) if "{" in text else text)


def normalised(text: str) -> str:
    """The text in Unicode's form NFC, which Terraform brings every string into."""
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)


def _quoted_escape(match: re.Match[str]) -> str:
    short, long, simple, sign = match.groups()
    if simple:
        return _SIMPLE[simple]
    if sign:
        return str(sign)
    code = int(short or long, 16)
    return "\ufffd" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


class Piece:
    """Literal text on its way: `start` and `end` are offsets into the source."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end


def lines_of(text: str, start: int, width: Callable[[str], int]) -> list[Piece]:
    """A heredoc's stretch as one piece for each line, the unit in which markers strip and indentation counts."""
    pieces = []
    for line in text.split("\n"):
        ended = line + "\n"
        end = start + width(ended)
        pieces.append(Piece(ended, start, end))
        start = end
    last = pieces.pop()
    if len(last.text) > 1:
        pieces.append(Piece(last.text[:-1], last.start, last.end - 1))
    return pieces


def remove_indentation(parts: list[Piece | None]) -> None:
    """Take the common indentation off, in place; None stands for an interpolation or directive.

    Blank lines don't count; a line that begins with an interpolation counts as not indented.
    """
    indentations = []
    indented = []
    at_line_start = True
    for part in parts:
        if at_line_start:
            if part is None:
                indentations.append(0)
            else:
                spaces = len(part.text) - len(part.text.lstrip())
                if spaces < len(part.text) or not part.text.endswith("\n"):
                    indentations.append(spaces)
                    indented.append(part)
        at_line_start = part is not None and part.text.endswith("\n")
    common = min(indentations, default=0)
    for piece in indented:
        piece.text = piece.text[common:]
