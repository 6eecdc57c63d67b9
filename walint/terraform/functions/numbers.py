"""Numeric functions."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final

from walint.terraform.context import EvaluationError
from walint.terraform.functions.model import Function
from walint.terraform.typed import ANY, NUMBER
from walint.values import Unknown

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Beyond, not every whole number is a float.
_LARGEST_EXACT: Final = 2**53
# More digits than `numerals.MAX_BITS` has room for in any base that people use.
_MAX_DIGITS: Final = 4_000
# Two to such a power is no float.
_FAR: Final = 4096


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _from_float(value: float) -> int | float:
    """What `pow` and `log` give: they compute with 64 bits, and their results are written as such."""
    if math.isnan(value):
        raise EvaluationError("the result for these numbers does not exist")
    return int(value) if abs(value) <= _LARGEST_EXACT and value.is_integer() else value


def _log(value: Any, base: Any) -> Any:
    above, below = _natural(_float(value)), _natural(_float(base))
    if below == 0:
        return _from_float(math.nan if above == 0 else math.copysign(math.inf, above))
    return _from_float(above / below)


def _natural(value: float) -> float:
    if value < 0:
        return math.nan
    return math.log(value) if value else -math.inf


def _pow(value: Any, exponent: Any) -> Any:
    base, power = _float(value), _float(exponent)
    if base and math.isfinite(base) and power.is_integer() and abs(power) < _LARGEST_EXACT:
        return _from_float(_whole_power(base, int(power)))
    try:
        return _from_float(math.pow(base, power))
    except OverflowError:
        return math.inf
    except ValueError:
        # Zero to a negative power is infinite; roots of negative numbers do not exist.
        return _from_float(math.inf if base == 0 else math.nan)


def _whole_power(base: float, power: int) -> float:
    """By repeated squaring with the exponents apart, as Terraform does it: the last digit hangs on the way."""
    result, exponent = 1.0, 0
    factor, shift = math.frexp(base)
    rest = abs(power)
    while rest:
        if abs(shift) > _FAR:
            result, exponent = result * (math.copysign(1, factor) if rest & 1 else 1), exponent + shift
            break
        if rest & 1:
            result, exponent = result * factor, exponent + shift
        factor, carried = math.frexp(factor * factor)
        shift = 2 * shift + carried
        rest >>= 1
    if power < 0:
        result, exponent = 1 / result, -exponent
    if abs(exponent) > _FAR:
        return math.copysign(math.inf if exponent > 0 else 0.0, result)
    try:
        return math.ldexp(result, exponent)
    except OverflowError:
        return math.copysign(math.inf, result)


def _parse_int(text: Any, base: Any) -> Any:
    if not isinstance(text, str):
        raise EvaluationError("the first argument must be a string")
    if not isinstance(base, int) or not 2 <= base <= len(_DIGITS):
        raise EvaluationError(f"base must be a whole number between 2 and {len(_DIGITS)} inclusive")
    digits = text[1:] if text[:1] in ("+", "-") else text
    if len(digits) > _MAX_DIGITS:
        return Unknown("a number with thousands of digits", "number")
    # Up to base 36 upper and lower case are the same digit.
    values = [_DIGITS.find(digit.lower() if base <= 36 else digit) for digit in digits]
    if not values or not all(0 <= value < base for value in values):
        raise EvaluationError(f'cannot parse "{text}" as a base {base} integer')
    total = 0
    for value in values:
        total = total * base + value
    return -total if text.startswith("-") else total


def _ceil(value: Any) -> Any:
    return value if isinstance(value, float) and math.isinf(value) else math.ceil(Fraction(value))


def _floor(value: Any) -> Any:
    return value if isinstance(value, float) and math.isinf(value) else math.floor(Fraction(value))


def _signum(value: Any) -> int:
    if not isinstance(value, int):
        raise EvaluationError("a whole number is required")
    return (value > 0) - (value < 0)


def _largest(*values: Any) -> Any:
    return max(values)


def _least(*values: Any) -> Any:
    return min(values)


FUNCTIONS: Final[dict[str, Function]] = {
    "abs": Function(abs, (NUMBER,), result="number"),
    "ceil": Function(_ceil, (NUMBER,), result="number"),
    "floor": Function(_floor, (NUMBER,), result="number"),
    "log": Function(_log, (NUMBER, NUMBER), result="number"),
    "max": Function(_largest, (NUMBER,), NUMBER, result="number"),
    "min": Function(_least, (NUMBER,), NUMBER, result="number"),
    "parseint": Function(_parse_int, (ANY, NUMBER), result="number"),
    "pow": Function(_pow, (NUMBER, NUMBER), result="number"),
    "signum": Function(_signum, (NUMBER,), result="number"),
}
