"""A text in what a reader takes for characters, which is how Terraform counts."""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
# Spacing signs of Indic scripts that stand for letters of their own.
_PREPENDED: Final = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\u0d4e")


def graphemes(text: str) -> list[str]:
    """A text cut into grapheme clusters: a letter with its marks is one, and so is a flag or a joined picture.

    Follows Unicode's annex 29 but for rare signs; which pictures can be joined is taken from their block.
    """
    if text.isascii() and "\r" not in text:
        return list(text)
    out: list[str] = []
    for char in text:
        if out and _continues(out[-1], char):
            out[-1] += char
        else:
            out.append(char)
    return out


def _continues(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if last == "\r":
        return char == "\n"
    if char.isascii() or unicodedata.category(last) in ("Cc", "Zl", "Zp"):
        return last in _PREPENDED
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or char == _JOINER or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if _is_regional(char):
        return len(cluster) == 1 and _is_regional(cluster)
    if last == _JOINER:
        return _is_picture(char) and _is_picture(cluster[0])
    return _korean(last, char) or last in _PREPENDED


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_picture(char: str) -> bool:
    return "\U0001f000" <= char <= "\U0001faff" or "\u2190" <= char <= "\u2bff" or char in "\u00a9\u00ae\u3030\u303d"


def _korean(last: str, char: str) -> bool:
    """Whether two letters are of one Korean syllable: leading consonants, vowels, trailing consonants."""
    if "\u1100" <= last <= "\u115f" or "\ua960" <= last <= "\ua97c":
        return "\u1100" <= char <= "\u11a7" or "\uac00" <= char <= "\ud7a3" or "\ua960" <= char <= "\ua97c"
    if "\uac00" <= last <= "\ud7a3":
        open_syllable = (ord(last) - 0xAC00) % 28 == 0
        return "\u11a8" <= char <= "\u11ff" or (open_syllable and "\u1160" <= char <= "\u11a7")
    if "\u1160" <= last <= "\u11a7":
        return "\u1160" <= char <= "\u11ff"
    return "\u11a8" <= last <= "\u11ff" and "\u11a8" <= char <= "\u11ff"
