"""What is still readable of a file with syntax errors.

The file is cut before each line that begins a top-level block, so that one fault does not hide what follows. In each
stretch the faulty arguments and blocks are blanked out until the rest is sound; offsets stay what they were.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

from walint.terraform.grammar import check
from walint.terraform.grammar_tokens import Patch, Refused, Unclosed

# Faults in one top-level stretch after which it is given up as a whole.
_ROUNDS: Final = 20
_MANY: Final = 1000

_STRING: Final = rb'"(?:[^"\\\n]++|\\.)*+"?'
_HEREDOC: Final = rb"<<-?(?P<marker>[\w-]+)\r?\n(?:[^\n]*\n)*?[ \t]*(?P=marker)[ \t]*(?=\r?\n)"
_SKIPPED: Final = rb"(?:#|//)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|" + _HEREDOC + rb"|" + _STRING
_BLOCKS: Final = (
    rb"resource|data|ephemeral|module|variable|output|provider|terraform|locals|moved|import|check|removed|run"
)
_TOP_LEVEL: Final = re.compile(_SKIPPED + rb"|^(?P<block>(?:" + _BLOCKS + rb")(?:[ \t]+[\w\"-]|[ \t]*\{))", re.M)
_BRACKETS: Final = re.compile(_SKIPPED + rb"|(?P<open>[([{])|(?P<close>[)\]}])|(?P<line>\n)")
# A block's opening brace on the next line belongs to the faulty header.
_BRACE_FOLLOWS: Final = re.compile(rb"\s*+\{")
_CLOSES: Final = {b"(": b")", b"[": b"]", b"{": b"}"}


class Lost(NamedTuple):
    """A stretch that was not read, in bytes. `outer`: the blocks around it may have lost something as well."""

    start: int
    end: int
    outer: bool = False


class Fault(NamedTuple):
    offset: int
    message: str


class Recovered(NamedTuple):
    """A text without faults.

    Attributes:
        data: the text with blanks for what is lost; it may be longer by closing braces.
        faults: what was wrong, in order of the text.
    """

    data: bytes
    patches: list[Patch]
    faults: list[Fault]
    lost: list[Lost]


def recover(data: bytes) -> Recovered:
    """The readable part of a text that `check` refuses."""
    recovered = Recovered(b"", [], [], [])
    cuts = [0, *(match.start() for match in _TOP_LEVEL.finditer(data) if match["block"] and match.start()), len(data)]
    pieces = [_mend(data[start:end], start, end == len(data), recovered) for start, end in pairwise(cuts)]
    if not recovered.faults:
        # Each stretch is sound, the whole is not: it was cut where it should not have been.
        pieces = [_mend(data, 0, True, recovered)]
    return recovered._replace(data=b"".join(pieces))


def _mend(piece: bytes, start: int, last: bool, into: Recovered) -> bytes:
    trusted = True
    last_fault = -1
    for _ in range(_ROUNDS):
        try:
            into.patches.extend(Patch(start + patch.start, patch.bytes) for patch in check(piece))
            return piece
        except Unclosed as fault:
            # After another fault it may be the blanked stretch that held the brace.
            if last_fault < 0:
                into.faults.append(Fault(start + fault.offset, fault.message))
            into.patches.extend(Patch(start + patch.start, patch.bytes) for patch in fault.patches)
            closed = _closed(piece, fault.count, last)
            if closed is None:
                break
            into.lost.append(Lost(start + len(piece.rstrip()), start + len(piece), True))
            return closed
        except Refused as fault:
            if trusted and not _same_line(piece, last_fault, fault.offset):
                into.faults.append(Fault(start + fault.offset, fault.message))
            last_fault = fault.offset
            end = fault.end or _balanced_end(piece, fault.statement)
            if fault.open or end is None or end < fault.offset:
                # Where the brackets don't tell, what follows may be a fault of our reading: not reported.
                trusted = False
            if end is None or end < fault.offset:
                end = max(_indented_end(piece, fault.statement), end or 0)
            into.lost.append(Lost(start + fault.statement, start + end))
            piece = piece[: fault.statement] + _blank(piece[fault.statement : end]) + piece[end:]
    into.lost.append(Lost(start, start + len(piece)))
    return _blank(piece)


def _same_line(piece: bytes, one: int, other: int) -> bool:
    return one >= 0 and b"\n" not in piece[min(one, other) : max(one, other)]


def _blank(text: bytes) -> bytes:
    return re.sub(rb"[^\n]++", lambda match: _blanks(len(match[0])), text)


def _blanks(count: int) -> bytes:
    """Blanks, many of them as a comment: tree-sitter takes half a kilobyte for each blank that is none."""
    return b" " * count if count < _MANY else b"/*" + b" " * (count - 4) + b"*/"


def _closed(piece: bytes, count: int, last: bool) -> bytes | None:
    """The piece with closing braces, within its own length unless it is the last; None where it has no room."""
    if last:
        return piece + b"\n" + b"}\n" * count
    room = len(piece) - len(piece.rstrip())
    # The line break that may end a comment or a heredoc stays.
    if room <= count:
        return None
    return piece[:-count] + b"}" * count


def _balanced_end(piece: bytes, start: int) -> int | None:
    """The end of the statement's last line, its brackets counted; None where they don't match."""
    opened: list[bytes] = []
    for match in _BRACKETS.finditer(piece, start):
        if match["open"]:
            opened.append(match["open"])
        elif match["close"]:
            if not opened:
                # It closes the block around the statement, or nothing at all.
                return max(match.start(), start + 1)
            if _CLOSES[opened.pop()] != match["close"]:
                return None
        elif match["line"] and not opened and not _BRACE_FOLLOWS.match(piece, match.end()):
            return match.start()
    return None if opened else len(piece)


def _indented_end(piece: bytes, start: int) -> int:
    """The end of the statement by its lines' indentation: those that are further in, and the bracket that closes it."""
    line_start = piece.rfind(b"\n", 0, start) + 1
    indentation = start - line_start
    at = piece.find(b"\n", start)
    while at >= 0:
        end = piece.find(b"\n", at + 1)
        line = piece[at + 1 : end if end >= 0 else len(piece)]
        text = line.lstrip()
        further = len(line) - len(text) > indentation
        closing = len(line) - len(text) == indentation and text[:1] in (b")", b"]", b"}")
        if text and not further and not closing:
            return at
        at = end
    return len(piece)
