"""Text for terminals: harmless, coloured, and no wider than it may be."""

from __future__ import annotations

import re
from typing import Final

# What moves the cursor, starts an escape sequence, breaks a line, turns the direction of writing, or shows nothing.
_UNSAFE: Final = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)

# What build servers take for a command in a log: `##[...]` and `##vso[...]` anywhere, `::...` where a line begins.
MARKER: Final = re.compile(r"#(?=#\w*\[)")
_COMMAND: Final = re.compile(r"^((?:\s|\x1b\[[\d;]*m)*):(?=:)", re.MULTILINE)
# Colons that no line begins with stand behind something that is neither white space nor the end of a colour.
_MAY_BEGIN: Final = re.compile(r"::(?<![^\sm]::)")

_STYLES: Final = {
    "bold": "1",
    "dim": "2",
    "critical": "1;35",
    "high": "31",
    "medium": "33",
    "low": "36",
    "info": "34",
    "open": "34",
    "error": "31",
    "warning": "33",
    "good": "32",
}


def harmless(text: str) -> str:
    """The text with every character that a terminal would act upon written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_UNSAFE, _escaped, text)


def log_safe(text: str, mark: str = r"\x23") -> str:
    """The text with nothing in it that a build server would carry out when it stands in a log.

    Args:
        mark: what a number sign is written as in the text's format.
    """
    if "##" in text:
        text = MARKER.sub(lambda _: mark, text)
    return _COMMAND.sub(r"\1\\x3a", text) if _MAY_BEGIN.search(text) else text


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    code = ord(char)
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Painter:
    """Puts styles around text, or leaves it alone."""

    __slots__ = ("_color",)

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._color and text else text


def cells(text: str) -> int:
    """How many columns harmless text takes."""
    if text.isascii():
        return len(text)
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int, longest: int = 2000) -> list[str]:
    """Harmless text in lines of a width; words, such as addresses, stay whole even where they are longer."""
    text = harmless(text)
    if len(text) > longest:
        text = text[:longest] + "..."
    width = max(width, 20)
    lines = []
    while len(text) > width:
        cut = text.rfind(" ", 1, width + 1)
        if cut < 0:
            cut = text.find(" ", width)
        if cut < 0:
            break
        lines.append(text[:cut].rstrip(" "))
        text = text[cut:].lstrip(" ")
    return [*lines, text] if text else lines or [""]


def excerpt(line: str, start: int, end: int, width: int, tab: int = 4) -> tuple[str, str]:
    """A line of source as it can be shown, and the carets that stand under a part of it.

    Args:
        start: where the part begins, in characters from 0; `end` is exclusive.
        width: the columns that there are; of a longer line the stretch around the part is shown.
    """
    if start <= len(line) <= width and line.isascii() and line.isprintable():
        return line.rstrip(), " " * start + "^" * max(min(end, len(line)) - start, 1)
    # Nobody reads past this, and a minified template is one line.
    first = max(0, start - 4 * width)
    shown, columns = _columns(line[first : first + 8 * width], tab)
    start, end = max(start - first, 0), max(end - first, start - first)
    from_ = columns[min(start, len(shown))]
    to = max(columns[min(end, len(shown))], from_ + 1)
    cut_left = first > 0
    cut_right = first + 8 * width < len(line)
    if not cut_left and not cut_right and columns[-1] <= width:
        return "".join(shown).rstrip(), " " * from_ + "^" * (to - from_)
    left = 0
    if cut_left or to > width - 3:
        # A little of what stands before the part; all of it rather than its end.
        left = max(0, min(start - 12, len(shown) - 1))
    text = "".join(shown[left:])
    cut_left = cut_left or left > 0
    prefix = "..." if cut_left else ""
    room = width - len(prefix)
    if cut_right or cells(text) > room:
        text = _fitting(text, room - 3) + "..."
    offset = len(prefix) - columns[left]
    carets = max(1, min(to, width - offset) - from_)
    return prefix + text.rstrip(), " " * (from_ + offset) + "^" * carets


def _columns(line: str, tab: int) -> tuple[list[str], list[int]]:
    """Each character as it is shown, and the column where each begins; one column more for the end."""
    if line.isascii() and line.isprintable():
        return list(line), list(range(len(line) + 1))
    shown: list[str] = []
    columns = [0]
    for char in line:
        at = columns[-1]
        piece = " " * (tab - at % tab) if char == "\t" else char if char.isascii() and char >= " " else harmless(char)
        shown.append(piece)
        columns.append(at + cells(piece))
    return shown, columns


def _fitting(text: str, room: int) -> str:
    """As much of the text's beginning as there is room for."""
    if text.isascii():
        return text[: max(room, 0)]
    used = 0
    for at, char in enumerate(text):
        used += _cell(char)
        if used > room:
            return text[:at]
    return text
