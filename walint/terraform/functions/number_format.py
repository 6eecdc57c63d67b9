"""Numbers as the verbs of `format` write them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from walint.terraform.numerals import PRECISION, Number, number_text

_BASES: Final = {"b": ("b", "0b"), "d": ("d", ""), "o": ("o", "0"), "x": ("x", "0x"), "X": ("X", "0X")}
# With no precision given, numbers from here on are written with an exponent, as are those below 0.0001.
_LONG: Final = 6
_LEAST: Final = -4


def general(value: Number) -> str:
    """A number by `%v`: the fewest digits that tell it from others, with an exponent where it is long."""
    return _general(value, "g", None)


def formatted_number(value: Number, verb: str, flags: str, width: str | None, precision: str | None) -> str | None:
    """A number by a verb such as `%05.2f`; None where only a whole number has such a form."""
    digits = None if precision is None else int(precision or 0)
    infinite = isinstance(value, float) and math.isinf(value)
    prefix = ""
    if verb in _BASES:
        if infinite or value != int(value):
            return None
        if value == 0 and digits == 0:
            return ""
        base, prefix = _BASES[verb]
        text = format(abs(int(value)), base).rjust(digits or 0, "0")
        zeros = "0" in flags and "-" not in flags and digits is None
    else:
        text = _decimal(value, verb, digits).lstrip("+-")
        zeros = "0" in flags and not infinite
    start = _sign(value, flags, infinite) + (prefix if "#" in flags else "")
    missing = max(int(width or 0) - len(start) - len(text), 0)
    if zeros:
        return start + "0" * missing + text
    return start + text + " " * missing if "-" in flags else " " * missing + start + text


def _sign(value: Number, flags: str, infinite: bool) -> str:
    if value < 0:
        return "-"
    if " " in flags and (infinite or "+" not in flags):
        return " "
    return "+" if infinite or "+" in flags else ""


def _decimal(value: Number, verb: str, digits: int | None) -> str:
    if isinstance(value, float) and math.isinf(value):
        return number_text(value)
    if verb in "gG":
        return _general(value, verb, digits)
    places = 6 if digits is None else digits
    return _fixed(value, places) if verb == "f" else _scientific(value, places, verb)


# --- decimals -------------------------------------------------------------------------------------------------------


def _stored(value: Number) -> Fraction:
    """The amount of a number as Terraform keeps it: in binary, with so many bits."""
    exact = abs(Fraction(value))
    if exact == 0 or exact.denominator & (exact.denominator - 1) == 0:
        return exact
    unit = Fraction(2) ** (exact.numerator.bit_length() - exact.denominator.bit_length() - PRECISION)
    if exact / unit >= 1 << PRECISION:
        unit *= 2
    return round(exact / unit) * unit


def _fixed(value: Number, places: int) -> str:
    digits = str(round(_stored(value) * 10**places)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def _scientific(value: Number, places: int, verb: str) -> str:
    digits, exponent = _rounded(value, places + 1)
    return _with_exponent(value < 0, digits.ljust(places + 1, "0"), exponent, verb)


def _with_exponent(negative: bool, digits: str, exponent: int, verb: str) -> str:
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{'-' if negative else ''}{digits[0]}{fraction}{verb}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _rounded(value: Number, count: int) -> tuple[str, int]:
    """So many digits, and the exponent of the first one."""
    stored = _stored(value)
    if stored == 0:
        return "0", 0
    exponent = len(str(int(stored))) - 1 if stored >= 1 else -len(str(int(1 / stored)))
    while stored >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while stored < Fraction(10) ** exponent:
        exponent -= 1
    digits = str(round(stored * Fraction(10) ** (count - 1 - exponent)))
    return (digits[:-1], exponent + 1) if len(digits) > count else (digits, exponent)


def _general(value: Number, verb: str, precision: int | None) -> str:
    if isinstance(value, float) and math.isinf(value):
        return number_text(value)
    if precision is None:
        digits, exponent = _shortest(value)
        long = _LONG
    else:
        digits, exponent = _rounded(value, max(precision, 1))
        digits = digits.rstrip("0") or "0"
        # What is shorter than the precision is whole all the same if its digits reach to the point.
        long = len(digits) if precision > len(digits) >= exponent + 1 else max(precision, 1)
    if exponent < _LEAST or exponent >= long:
        return _with_exponent(value < 0, digits, exponent, "e" if verb == "g" else "E")
    sign = "-" if value < 0 else ""
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, fraction = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


def _shortest(value: Number) -> tuple[str, int]:
    """The fewest digits that tell a number from others, and the exponent of the first one."""
    whole, _, fraction = number_text(value).removeprefix("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0", 0
    exponent = len(whole) - 1 if whole != "0" else -(len(fraction) - len(fraction.lstrip("0"))) - 1
    return digits.rstrip("0"), exponent
