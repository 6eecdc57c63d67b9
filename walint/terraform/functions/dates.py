"""Dates and times; those of the moment of the deployment are open."""

import re
from typing import Any, Final, NamedTuple

from walint.terraform.context import EvaluationError
from walint.terraform.functions.model import Function
from walint.terraform.typed import STRING
from walint.values import Unknown


class Moment(NamedTuple):
    """A moment with the offset of the zone that it is told in.

    Attributes:
        seconds: since the start of 1 January 1970 in UTC.
        nanoseconds: from 0, beyond the seconds.
        offset: from UTC, in minutes.
    """

    seconds: int
    nanoseconds: int
    offset: int


class _Parts(NamedTuple):
    """What calendar and clock of the zone show; `weekday` from 0, which is Monday."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: int


_DAY: Final = 86_400
_MONTH_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _days(year: int, month: int, day: int) -> int:
    """Days since 1 January 1970, in the Gregorian calendar of all times; Python's own begins with the year 1."""
    # The year starts in March, so that the day that leap years have more is its last.
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 719_469


def _parts(moment: Moment) -> _Parts:
    days, rest = divmod(moment.seconds + moment.offset * 60, _DAY)
    year = (days * 400) // 146_097 + 1970
    while _days(year, 1, 1) > days:
        year -= 1
    while _days(year + 1, 1, 1) <= days:
        year += 1
    month = 12
    while _days(year, month, 1) > days:
        month -= 1
    day = days - _days(year, month, 1) + 1
    return _Parts(year, month, day, rest // 3600, rest // 60 % 60, rest % 60, (days + 3) % 7)


# --- reading and writing --------------------------------------------------------------------------------------------

_TIMESTAMP: Final = r"(?a)(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)"
# What YAML takes for a date or moment.
_LOOSE: Final = r"(?a)(\d{4})-(\d\d?)-(\d\d?)(?:[Tt ](\d\d?):(\d\d?):(\d\d?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?)?"


def _moment(text: str) -> Moment:
    match = re.fullmatch(_TIMESTAMP, text)
    moment = None if match is None else _valid(match)
    if moment is None:
        raise EvaluationError(f'not a valid RFC3339 timestamp: "{text}"')
    return moment


def loose_moment(text: str) -> Moment | None:
    """The moment that a plain scalar of YAML stands for: also a date, and short numbers."""
    match = re.fullmatch(_LOOSE, text)
    # A zone belongs to the form with a T, and to that alone.
    if match is None or (match[4] is not None and (" " in text) == (match[8] is not None)):
        return None
    return _valid(match)


def _valid(match: re.Match[str]) -> Moment | None:
    """The moment, None where calendar or clock don't have it."""
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = match[8] or "Z"
    ahead, behind = (0, 0) if zone == "Z" else (int(zone[1:3]), int(zone[4:]))
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59 or ahead > 23 or behind > 59:
        return None
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _MONTH_LENGTHS[month - 1] + leap:
        return None
    offset = (ahead * 60 + behind) * (-1 if zone.startswith("-") else 1)
    seconds = _days(year, month, day) * _DAY + hour * 3600 + minute * 60 + second - offset * 60
    return Moment(seconds, int((match[7] or "0")[:9].ljust(9, "0")), offset)


def shown(moment: Moment) -> str:
    """The moment as RFC 3339 has it, without fractions of a second."""
    parts = _parts(moment)
    date = f"{_year(parts.year)}-{parts.month:02d}-{parts.day:02d}"
    return f"{date}T{parts.hour:02d}:{parts.minute:02d}:{parts.second:02d}{_zone(moment, ':', 'Z')}"


def _year(year: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04d}"


def _zone(moment: Moment, separator: str, zero: str) -> str:
    offset = moment.offset
    if not offset and zero:
        return zero
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}{separator}{abs(offset) % 60:02d}"


# --- arithmetic -----------------------------------------------------------------------------------------------------

_DURATION: Final = r"(?a)(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)"
_MICRO: Final = 1_000
_UNITS: Final = {
    "ns": 1, "us": _MICRO, "µs": _MICRO, "μs": _MICRO, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip


def _nanoseconds(duration: str) -> int:
    rest = duration[1:] if duration[:1] in ("+", "-") else duration
    part = re.compile(_DURATION)
    total = at = 0
    while at < len(rest) and rest != "0":
        match = part.match(rest, at)
        if match is None or not (match[1] or match[2]):
            break
        unit = _UNITS[match[3]]
        total += int(match[1] or 0) * unit
        if match[2]:
            total += int(match[2]) * unit // 10 ** len(match[2])
        at = match.end()
    if not rest or (at < len(rest) and rest != "0") or total >= 1 << 63:
        raise EvaluationError(f'invalid duration "{duration}"')
    return -total if duration.startswith("-") else total


def _timeadd(text: str, duration: str) -> str:
    moment = _moment(text)
    seconds, nanoseconds = divmod(moment.nanoseconds + _nanoseconds(duration), 10**9)
    return shown(Moment(moment.seconds + seconds, nanoseconds, moment.offset))


def _timecmp(one: str, other: str) -> int:
    left, right = _moment(one)[:2], _moment(other)[:2]
    return (left > right) - (left < right)


# --- formats --------------------------------------------------------------------------------------------------------

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A quotation mark, text in such marks, the letters of one verb, or any other character.
_TOKEN: Final = r"(?s)('')|'((?:[^']|'')*)'|(([A-Za-z])\4*)|([^'])"


def _verbs(moment: Moment) -> dict[str, str]:
    parts = _parts(moment)
    hour = parts.hour % 12 or 12
    return {
        "YYYY": _year(parts.year), "YY": f"{parts.year % 100:02d}",
        "MMMM": _MONTHS[parts.month - 1], "MMM": _MONTHS[parts.month - 1][:3],
        "MM": f"{parts.month:02d}", "M": str(parts.month),
        "DD": f"{parts.day:02d}", "D": str(parts.day),
        "EEEE": _DAYS[parts.weekday], "EEE": _DAYS[parts.weekday][:3],
        "hh": f"{parts.hour:02d}", "h": str(parts.hour), "HH": f"{hour:02d}", "H": str(hour),
        "AA": "PM" if parts.hour >= 12 else "AM", "aa": "pm" if parts.hour >= 12 else "am",
        "mm": f"{parts.minute:02d}", "m": str(parts.minute),
        "ss": f"{parts.second:02d}", "s": str(parts.second),
        "ZZZZZ": _zone(moment, ":", ""), "ZZZZ": _zone(moment, "", ""), "ZZZ": _zone(moment, "", "UTC"),
        "Z": _zone(moment, ":", "Z"),
    }  # fmt: skip


def _formatdate(spec: str, text: str) -> str:
    verbs = _verbs(_moment(text))
    out: list[str] = []
    one_token = re.compile(_TOKEN)
    at = 0
    while at < len(spec):
        token = one_token.match(spec, at)
        if token is None:
            raise EvaluationError("unterminated literal ' in the format")
        mark, quoted, verb, _, other = token.groups()
        if mark is not None:
            out.append("'")
        elif quoted is not None:
            out.append(quoted.replace("''", "'"))
        elif verb is None:
            out.append(other)
        elif verb in verbs:
            out.append(verbs[verb])
        else:
            raise EvaluationError(f'invalid date format verb "{verb}"')
        at = token.end()
    return "".join(out)


def _now(*arguments: Any) -> Any:
    return Unknown("the time of the deployment", "string")


FUNCTIONS: Final[dict[str, Function]] = {
    "formatdate": Function(_formatdate, (STRING, STRING), result="string"),
    "plantimestamp": Function(_now, result="string"),
    "timeadd": Function(_timeadd, (STRING, STRING), result="string"),
    "timecmp": Function(_timecmp, (STRING, STRING), result="number"),
    "timestamp": Function(_now, result="string"),
}
