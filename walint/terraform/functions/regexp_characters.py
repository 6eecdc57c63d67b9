"""The characters that a part of a regular expression takes: sets with names, and letters in either case."""

import unicodedata
from typing import Final, NamedTuple, TypeAlias

from walint.terraform.functions.regexp_errors import Malformed, Unsupported

# Code points from one to another, both included.
Range: TypeAlias = tuple[int, int]
# Characters by code points, and by Unicode's general categories: their names, with True for all that are not in one.
Characters: TypeAlias = tuple[tuple[Range, ...], tuple[tuple[str, bool], ...]]

LAST: Final = 0x10FFFF


class Class(NamedTuple):
    """A set of characters, of which one is to come next.

    Attributes:
        ranges: of code points, both ends included.
        categories: Unicode's general categories by their abbreviation or its first letter; negated where True.
        negated: whether all others are meant.
        fold: whether upper and lower case are the same.
    """

    ranges: tuple[Range, ...]
    categories: tuple[tuple[str, bool], ...] = ()
    negated: bool = False
    fold: bool = False

    def takes(self, char: str) -> bool:
        cases = _cases(char) if self.fold else (char,)
        return any(self._has(one) for one in cases) is not self.negated

    def _has(self, char: str) -> bool:
        code = ord(char)
        if any(low <= code <= high for low, high in self.ranges):
            return True
        category = unicodedata.category(char) if self.categories else ""
        return any(category.startswith(name) is not negated for name, negated in self.categories)


# Characters that are one with another in lower case, although their own lower case is themselves or that one.
_ALSO: Final = {"k": "\u212a", "s": "\u017f", "å": "\u212b", "ß": "ẞ", "σ": "ς", "μ": "µ", "ω": "\u2126"}


def _cases(char: str) -> set[str]:
    """A character in all its cases."""
    found = {char}
    for one in (char, char.lower(), char.upper(), char.casefold()):
        if len(one) == 1:
            found |= {case for case in (one, one.lower(), one.upper(), one.title()) if len(case) == 1}
    for lower in list(found):
        if lower in _ALSO:
            found.add(_ALSO[lower])
    return found


_DIGIT: Final[tuple[Range, ...]] = ((48, 57),)
_UPPER: Final[tuple[Range, ...]] = ((65, 90),)
_LOWER: Final[tuple[Range, ...]] = ((97, 122),)
_WORD: Final = _DIGIT + _UPPER + _LOWER + ((95, 95),)
_PERL: Final[dict[str, tuple[Range, ...]]] = {"d": _DIGIT, "w": _WORD, "s": ((9, 10), (12, 13), (32, 32))}
_POSIX: Final[dict[str, tuple[Range, ...]]] = {
    "alnum": _DIGIT + _UPPER + _LOWER,
    "alpha": _UPPER + _LOWER,
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": _DIGIT,
    "graph": ((33, 126),),
    "lower": _LOWER,
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": _UPPER,
    "word": _WORD,
    "xdigit": (*_DIGIT, (65, 70), (97, 102)),
}
# Unicode's general categories: a letter for the group, or two for one of them.
_CATEGORIES: Final = {
    group + one
    for group, members in {
        "C": "cfos",
        "L": "lmotu",
        "M": "cen",
        "N": "dlo",
        "P": "cdefios",
        "S": "ckmo",
        "Z": "lps",
    }.items()
    for one in ("", *members)
}


def _complement(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    out = []
    start = 0
    for low, high in sorted(ranges):
        if low > start:
            out.append((start, low - 1))
        start = max(start, high + 1)
    return (*out, (start, LAST)) if start <= LAST else tuple(out)


EVERYTHING: Final[tuple[Range, ...]] = ((0, LAST),)
NO_NEWLINE: Final = _complement(((10, 10),))


def perl_class(letter: str) -> Characters | None:
    r"""The characters of an escape such as \d, or \D for all others; None where there is no such escape."""
    ranges = _PERL.get(letter.lower())
    if ranges is None:
        return None
    return (_complement(ranges) if letter.isupper() else ranges), ()


def posix_class(name: str) -> Characters:
    """The characters of a name such as alpha, or ^alpha for all others."""
    ranges = _POSIX.get(name.removeprefix("^"))
    if ranges is None:
        raise Malformed("invalid character class range")
    return (_complement(ranges) if name.startswith("^") else ranges), ()


def unicode_class(name: str, negated: bool) -> Characters:
    """The characters of a general category; ^ before the name stands for all others."""
    if name.startswith("^"):
        return unicode_class(name[1:], not negated)
    if name == "Any":
        return (() if negated else EVERYTHING), ()
    if name in _CATEGORIES:
        return (), ((name, negated),)
    if len(name) < 2:
        raise Malformed("invalid character class range")
    raise Unsupported(f"the characters called {name}")
