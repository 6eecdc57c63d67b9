"""Number literals, exactly: the same in native and JSON syntax."""

from __future__ import annotations

from fractions import Fraction


def is_huge(number: bytes) -> bool:
    """Whether a number's exact value would take more room than is sensible."""
    digits, _, exponent = number.lower().partition(b"e")
    return len(digits) > 1000 or len(exponent.lstrip(b"+-").lstrip(b"0")) > 3


def exact(text: str) -> int | Fraction:
    """The exact value of a number literal."""
    if text.isdigit():
        return int(text)
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value
