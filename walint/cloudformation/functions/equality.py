"""Fn::Equals as a formula over what is open."""

from __future__ import annotations

from typing import Any, Final

from walint.cloudformation.functions.arguments import as_text
from walint.conditions import Condition, Holds, Is, Subject, and_, not_, or_
from walint.values import Choice, Reference, Unknown, is_known

# Two open inputs are compared value by value where one of them has no more values than this.
_MAX_DOMAIN: Final = 16


def equal(one: Any, other: Any, text: str) -> Condition | bool | Unknown:
    """Whether two values of Data are the same.

    Args:
        text: how to call the comparison where nothing is known of it.
    """
    for first, second in ((one, other), (other, one)):
        if isinstance(first, Choice):
            then, otherwise = equal(first.then, second, text), equal(first.otherwise, second, text)
            if isinstance(then, Unknown) or isinstance(otherwise, Unknown):
                return then if isinstance(then, Unknown) else otherwise
            return or_(and_(first.condition, then), and_(not_(first.condition), otherwise))
    one, other = as_text(one), as_text(other)
    if is_known(one) and is_known(other):
        return bool(one == other)
    if isinstance(one, str):
        one, other = other, one
    if isinstance(other, str):
        return _equals_text(one, other, text)
    if one == other and _is_itself(one):
        return True
    if isinstance(one, Unknown) and isinstance(other, Unknown):
        return _by_domain(one.subject, other.subject, text)
    return Holds(text)


def _equals_text(value: Any, wanted: str, text: str) -> Condition | bool:
    if isinstance(value, Unknown):
        if value.subject is not None:
            return _is(value.subject, wanted)
        if value.parts is not None:
            return _parts_equal(value.parts, wanted, text)
    if isinstance(value, (list, dict)):
        return False
    return Holds(text)


def _is(subject: Subject, wanted: str) -> Condition | bool:
    if subject.domain is not None:
        if all(as_text(value) != wanted for value in subject.domain):
            return False
        if len(subject.domain) == 1:
            return True
    return Is(subject, wanted)


def _parts_equal(parts: tuple[str | Unknown | Reference, ...], wanted: str, text: str) -> Condition | bool:
    """A partly known text against a known one: its known ends have to agree, and one open part has to be the rest."""
    first, last = parts[0], parts[-1]
    prefix = first if isinstance(first, str) else ""
    suffix = last if isinstance(last, str) and len(parts) > 1 else ""
    if len(wanted) < len(prefix) + len(suffix) or not (wanted.startswith(prefix) and wanted.endswith(suffix)):
        return False
    inner = [part for part in parts if part != ""][bool(prefix) : len(parts) - bool(suffix)]
    if len(inner) == 1 and isinstance(inner[0], Unknown) and inner[0].subject is not None:
        return _is(inner[0].subject, wanted[len(prefix) : len(wanted) - len(suffix)])
    return Holds(text)


def _is_itself(value: Any) -> bool:
    """Whether an open value equals itself: a parameter does, "some value of a macro" does not."""
    if isinstance(value, Unknown):
        if value.parts is not None and len(value.parts) > 1:
            return all(isinstance(part, str) or _is_itself(part) for part in value.parts)
        return value.subject is not None
    return isinstance(value, Reference)


def _by_domain(one: Subject | None, other: Subject | None, text: str) -> Condition | bool:
    """Two open inputs, compared value by value where one of them has few."""
    if one is None or other is None:
        return Holds(text)
    for first, second in ((one, other), (other, one)):
        if first.domain is not None and len(first.domain) <= _MAX_DOMAIN:
            values = [str(as_text(value)) for value in first.domain]
            return or_(*(and_(_is(first, value), _is(second, value)) for value in values))
    return Holds(text)
