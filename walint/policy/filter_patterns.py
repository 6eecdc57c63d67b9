"""CloudWatch Logs' filter patterns for JSON, read as what they mean: which events they match.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

Predicate: TypeAlias = Callable[[Mapping[str, Any]], bool]

# AWS takes no more than 1,024 characters; what is far beyond is not read.
_MOST_CHARACTERS: Final = 4096
_MOST_PARENTHESES: Final = 100
_MOST_REPETITIONS: Final = 5
_TOKEN: Final = r"""(?sx)\s*(?:
        (?P<selector>\$(?:\.[A-Za-z0-9_@:-]+|\[\s*(?:\d+|\*)\s*\]|\.?\[\s*'[^']*'\s*\]|\.?\[\s*"[^"]*"\s*\])+)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<regex>%[^%]*%)
      | (?P<sign>&&|\|\||!=|<=|>=|[=<>(){}])
      | (?P<word>[^\s"()&|=!<>{}]+)
    )"""
_STEP: Final = r"\.([A-Za-z0-9_@:-]+)|\.?\[\s*(?:(\d+|\*)|'([^']*)'|\"([^\"]*)\")\s*\]"


class _Unreadable(Exception):
    """The text is no pattern that this module reads."""


def parse(text: str) -> Predicate | None:
    """What a pattern asks of an event; None for what is no JSON pattern, or one that CloudWatch would refuse."""
    if len(text) > _MOST_CHARACTERS or text.count("(") > _MOST_PARENTHESES:
        return None
    try:
        reader = _Reader(list(_tokens(text.strip())))
        reader.sign("{")
        predicate = reader.either()
        reader.sign("}")
        return predicate if reader.kind is None else None
    except _Unreadable:
        return None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    token = re.compile(_TOKEN)
    at = 0
    while at < len(text):
        match = token.match(text, at)
        if match is None or match.lastgroup is None:
            raise _Unreadable
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


class _Reader:
    """`&&` binds closer than `||`, parentheses closest."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def kind(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def either(self) -> Predicate:
        parts = [self._both()]
        while self._follows("||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda event: any(part(event) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._follows("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda event: all(part(event) for part in parts)

    def _one(self) -> Predicate:
        if self._follows("("):
            inner = self.either()
            self.sign(")")
            return inner
        steps = _steps(self._take("selector"))
        if self.kind == "word":
            return self._state(steps)
        operator = self._take("sign")
        kind, operand = self.kind or "", self._take("text", "regex", "word")
        match operator:
            case "=":
                test = _equal(kind, operand)
                return lambda event: any(test(value) for value in _values(event, steps))
            case "!=":
                test = _equal(kind, operand)
                return lambda event: not any(test(value) for value in _values(event, steps))
            case "<" | "<=" | ">" | ">=":
                limit = _number(operand)
                if limit is None:
                    raise _Unreadable
                return lambda event: any(_in_order(operator, value, limit) for value in _values(event, steps))
        raise _Unreadable

    def _state(self, steps: list[str | int]) -> Predicate:
        words = [self._take("word").upper()]
        if words == ["NOT"] or words == ["IS"]:
            words.append(self._take("word").upper())
        match words:
            case ["EXISTS"]:
                return lambda event: bool(list(_values(event, steps)))
            case ["NOT", "EXISTS"]:
                return lambda event: not list(_values(event, steps))
            case ["IS", "NULL"]:
                return lambda event: any(value is None for value in _values(event, steps))
            case ["IS", "TRUE"]:
                return lambda event: any(value is True for value in _values(event, steps))
            case ["IS", "FALSE"]:
                return lambda event: any(value is False for value in _values(event, steps))
        raise _Unreadable

    def sign(self, sign: str) -> None:
        if not self._follows(sign):
            raise _Unreadable

    def _follows(self, sign: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign)
        self._at += found
        return found

    def _take(self, *kinds: str) -> str:
        if self.kind not in kinds:
            raise _Unreadable
        self._at += 1
        return self._tokens[self._at - 1][1]


def _steps(selector: str) -> list[str | int]:
    """The names and indexes of a selector; -1 stands for every item of a list."""
    out: list[str | int] = []
    for name, index, quoted, other in re.findall(_STEP, selector[1:]):
        out.append((-1 if index == "*" else int(index)) if index else name or quoted or other)
    return out


def _values(event: Any, steps: list[str | int]) -> Iterator[Any]:
    if not steps:
        yield event
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        if isinstance(event, Mapping) and step in event:
            yield from _values(event[step], rest)
    elif isinstance(event, list):
        for item in event if step < 0 else event[step : step + 1]:
            yield from _values(item, rest)


def _equal(kind: str, operand: str) -> Callable[[Any], bool]:
    if kind == "regex":
        # CloudWatch knows no groups; and each repetition may be tried at each character.
        if re.search(r"(?<!\\)\(", operand) or len(re.findall(r"(?<!\\)[*+{]", operand)) > _MOST_REPETITIONS:
            raise _Unreadable
        try:
            pattern = re.compile(operand[1:-1])
        except re.error:
            raise _Unreadable from None
        return lambda value: isinstance(value, str) and pattern.search(value) is not None
    text = re.sub(r"\\(.)", r"\1", operand[1:-1]) if kind == "text" else operand
    limit = None if kind == "text" else _number(text)
    first, *others = map(re.escape, text.split("*"))
    inner = "".join(f"(?>.*?{part})" for part in others[:-1])
    wanted = re.compile(first + inner + (f".*{others[-1]}" if others else ""), re.DOTALL)

    def test(value: Any) -> bool:
        if isinstance(value, bool):
            return text.lower() == str(value).lower()
        if isinstance(value, (int, float)):
            return limit is not None and value == limit
        return isinstance(value, str) and wanted.fullmatch(value) is not None

    return test


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _in_order(operator: str, value: Any, limit: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    match operator:
        case "<":
            return value < limit
        case "<=":
            return value <= limit
        case ">":
            return value > limit
        case _:
            return value >= limit
