"""Terraform's numbers as int, Fraction and float.

Terraform computes with binary floats of 512 bits, so that decimal fractions behave as if they were exact. An int or
a Fraction is exact; a float is the result of a function that itself computes with 64 bits (`pow`, `log`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import trunc
from typing import Final, TypeAlias

Number: TypeAlias = int | Fraction | float

PRECISION: Final = 512
# Larger numbers, and smaller fractions, are not computed with: nobody means them.
MAX_BITS: Final = 13_000
_MAX_EXPONENT: Final = 3_800

_DECIMAL: Final = r"(?a)[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?"


class TooLarge(Exception):
    """A number with more digits than anybody needs."""


def parse_number(text: str) -> Number | None:
    """The number that a string stands for, None where it is none."""
    match = re.fullmatch(_DECIMAL, text)
    if match is None:
        return _INFINITIES.get(text)
    exponent = match[1]
    if len(text) > _MAX_EXPONENT or (exponent is not None and abs(int(exponent)) > _MAX_EXPONENT):
        raise TooLarge
    return exact(Fraction(text))


_INFINITIES: Final = {sign + name: float(sign + name) for sign in ("", "+", "-") for name in ("inf", "Inf")}


def exact(value: Number) -> Number:
    """A number in its simplest form: int where it is whole; raises TooLarge."""
    if type(value) is Fraction:
        if value.denominator == 1:
            value = value.numerator
        elif value.denominator.bit_length() > MAX_BITS or value.numerator.bit_length() > MAX_BITS:
            raise TooLarge
        else:
            return value
    if type(value) is float:
        return int(value) if value.is_integer() else value
    if type(value) is int and value.bit_length() > MAX_BITS:
        raise TooLarge
    return value


def number_text(value: Number) -> str:
    """A number as Terraform writes it: decimal, without an exponent, as few digits as tell it from its neighbours."""
    if type(value) is int:
        return str(value)
    if type(value) is float:
        if value in (float("inf"), float("-inf")):
            return "+Inf" if value > 0 else "-Inf"
        from decimal import Decimal

        text = format(Decimal(repr(value)), "f")
        return text[:-2] if text.endswith(".0") else text
    return _fraction_text(Fraction(value))


def _fraction_text(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    value = abs(value)
    digits, exponent = _terminating(value) or _shortest(value)
    # The value is 0.DIGITS times ten to the exponent.
    if exponent <= 0:
        return f"{sign}0.{'0' * -exponent}{digits}"
    if exponent >= len(digits):
        return sign + digits + "0" * (exponent - len(digits))
    return f"{sign}{digits[:exponent]}.{digits[exponent:]}"


def _terminating(value: Fraction) -> tuple[str, int] | None:
    """Digits and exponent of a fraction whose decimal form ends within the precision."""
    rest, places = value.denominator, 0
    for factor in (2, 5):
        count = 0
        while rest % factor == 0:
            rest //= factor
            count += 1
        places = max(places, count)
    if rest != 1:
        return None
    digits = str(value.numerator * 10**places // value.denominator)
    return (digits.rstrip("0"), len(digits) - places) if len(digits) <= 150 else None


def _shortest(value: Fraction) -> tuple[str, int]:
    """The fewest digits that lie closer to the value, rounded to the precision, than its neighbours do."""
    numerator, denominator = value.numerator, value.denominator
    shift = numerator.bit_length() - denominator.bit_length() - PRECISION
    mantissa = _rounded(numerator, denominator, shift)
    if mantissa.bit_length() > PRECISION:
        shift += 1
        mantissa = _rounded(numerator, denominator, shift)
    unit = Fraction(2) ** shift
    middle, low, high = mantissa * unit, (mantissa - Fraction(1, 2)) * unit, (mantissa + Fraction(1, 2)) * unit
    exponent = len(str(int(middle))) if middle >= 1 else 0
    while middle < Fraction(1, 10) * Fraction(10) ** exponent:
        exponent -= 1
    for count in range(1, 170):
        scale = Fraction(10) ** (count - exponent)
        below = int(middle * scale)
        fitting = [digits for digits in (below, below + 1) if low < digits / scale < high]
        if fitting:
            best = min(fitting, key=lambda digits: abs(digits / scale - middle))
            text = str(best)
            return text.rstrip("0"), exponent + len(text) - count
    raise AssertionError("512 bits are less than 170 digits")


def _rounded(numerator: int, denominator: int, shift: int) -> int:
    """numerator / denominator / 2**shift, rounded half to even."""
    if shift < 0:
        numerator <<= -shift
    else:
        denominator <<= shift
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    return quotient + (twice > denominator or (twice == denominator and quotient & 1 == 1))


def remainder(left: Number, right: Number) -> Number:
    """Terraform's `%`: the sign is the left side's; by zero it gives the left side."""
    if right == 0:
        return left
    quotient = Fraction(left) / Fraction(right)
    return exact(Fraction(left) - Fraction(right) * trunc(quotient))
