"""Three-valued logic over values that may be open: what is true, equal, greater, contained.

A boolean result is True, False, or an `Unknown` that says what the verdict depends on.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from walint.graph import Resource
from walint.policy.runtime import NUMBERS, Count, Env, Items, Surprise, Truth, describe
from walint.values import Property, Reference, Unknown

# A text of more parts is not compared part by part.
_MOST_PARTS: Final = 12
_BOOLEANS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# What a data source finds under these names is an identifier, which has no wildcard.
_MADE_BY_AWS: Final = r"(?:^|\.)data\.aws_\w+\..*\.(?:account_id|arn|id|partition|user_id)$"
# What CloudFormation's pseudo parameters look like, whatever they are.
_FORMS: Final = {
    "AWS::AccountId": r"\d{12}",
    "AWS::Partition": r"aws(?:-[a-z]+)*",
    "AWS::Region": r"[a-z]{2,4}(?:-[a-z]+)+-\d+",
    "AWS::StackId": r"arn:.*",
    "AWS::StackName": r"[A-Za-z][A-Za-z0-9-]*",
}
# A zone by its place in the list of a Region's zones.
_ZONE: Final = r"(?P<list>the zones of .*|(?:.*\.)?data\.aws_availability_zones\..+\.(?:names|zone_ids))\[(?P<at>\d+)\]"


def truth(value: Any, env: Env) -> Truth:
    """A value as a boolean: null, false, "false" and what is empty are false; what is open stays open."""
    if value is True or value is False or type(value) is Unknown:
        return value
    inner = env.read(value)
    if inner is None:
        return False
    if isinstance(inner, (bool, Unknown)):
        return inner
    if isinstance(inner, str):
        return inner != "" and as_bool(inner) is not False
    if isinstance(inner, Items):
        if any(item.doubt is None for item in inner.items):
            return True
        return next((item.doubt for item in inner.items if item.doubt is not None), inner.more or False)
    if isinstance(inner, Count):
        return True if inner.least > 0 else inner.reason
    if isinstance(inner, (list, dict, *NUMBERS)):
        return bool(inner)
    return True


def equals(left: Any, right: Any, env: Env) -> Truth:
    """Equality as templates mean it: "true" is true, "80" is 80; text is compared exactly."""
    return same_as(env.read(left), env.read(right), left, right, env)


def same_as(one: Any, other: Any, left: Any, right: Any, env: Env) -> Truth:
    """Equality of two values that were read from `left` and `right`."""
    if one is None or other is None:
        value, operand = (other, right) if one is None else (one, left)
        return _is_null(value, env, isinstance(operand, Property))
    if isinstance(one, (Unknown, Reference)) or isinstance(other, (Unknown, Reference)):
        return _equals_open(one, other)
    if isinstance(one, Count) or isinstance(other, Count):
        return _compare_counts("==", one, other)
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return as_bool(one) is as_bool(other) if as_bool(one) is not None and as_bool(other) is not None else False
    if isinstance(one, NUMBERS) or isinstance(other, NUMBERS):
        first, second = as_number(one), as_number(other)
        return first is not None and first == second
    if isinstance(one, Resource) or isinstance(other, Resource):
        return one is other
    return bool(env.deep(left) == env.deep(right))


def _is_null(value: Any, env: Env, written: bool) -> Truth:
    """Whether a value is null; `written` says that a property of a template has it."""
    if value is None:
        return True
    if isinstance(value, Unknown):
        # CloudFormation's parameters are never null; a Terraform variable may be.
        if value.parts is not None or (written and env.resource.language == "cloudformation"):
            return False
        if value.subject is not None and ".data." in f".{value.subject.name}":
            return False
        return value
    return False


def _equals_open(left: Any, right: Any) -> Truth:
    one: Unknown | Reference
    one, other = (left, right) if isinstance(left, (Unknown, Reference)) else (right, left)
    if isinstance(one, Reference):
        if isinstance(other, Reference):
            return True if one == other else Unknown(f"whether {one.resource} and {other.resource} give the same value")
        if isinstance(other, (bool, *NUMBERS, list, dict)):
            return Unknown(f"{one.resource}, which is decided at deployment")
        if isinstance(other, str):
            # Identifiers that AWS makes up are never one of the literals that a rule names.
            return False
        return other if isinstance(other, Unknown) else False
    if isinstance(other, str):
        return False if cannot_be(one, other) else one
    if isinstance(other, (Unknown, Reference)):
        if isinstance(other, Unknown) and one == other and (one.subject is not None or one.parts is not None):
            return True
        return False if isinstance(other, Unknown) and _are_two_zones(one, other) else one
    if isinstance(other, bool) and one.subject is not None and one.subject.domain is not None:
        return one if any(as_bool(value) is other for value in one.subject.domain) else False
    return one


def _are_two_zones(one: Unknown, other: Unknown) -> bool:
    """Whether both are zones of one list, at two places in it: a Region has each zone once."""
    if one.subject is None or other.subject is None:
        return False
    first, second = re.fullmatch(_ZONE, one.subject.name), re.fullmatch(_ZONE, other.subject.name)
    return first is not None and second is not None and first["list"] == second["list"] and first["at"] != second["at"]


def cannot_be(value: Unknown, text: str) -> bool:
    """Whether a partly known string, or one of a closed set, is certainly not this text."""
    if value.subject is not None and value.subject.domain is not None:
        return not any(str(allowed).lower() == text.lower() for allowed in value.subject.domain)
    form = None if value.subject is None else _FORMS.get(value.subject.name.rpartition("/")[2])
    if form is not None and re.fullmatch(form, text) is None:
        return True
    if value.subject is not None and "*" in text and re.search(_MADE_BY_AWS, value.subject.name):
        return True
    parts = value.parts
    if parts is None:
        return False
    first, last = parts[0], parts[-1]
    if isinstance(first, str) and not text.startswith(first):
        return True
    if isinstance(last, str) and not text.endswith(last):
        return True
    known = sum(len(part) for part in parts if isinstance(part, str))
    # A reference is an identifier of some length: nothing as short as "*" is made of one.
    if known + sum(3 for part in parts if isinstance(part, Reference)) > len(text):
        return True
    if len(parts) > _MOST_PARTS:
        return False
    pattern = "".join(
        re.escape(part) if isinstance(part, str) else "[^*]{3,}" if isinstance(part, Reference) else ".*"
        for part in parts
    )
    return re.fullmatch(pattern, text, re.DOTALL) is None


def compare(operator: str, left: Any, right: Any, env: Env) -> Truth:
    """Order of numbers. Null is in no order: each comparison with it is false."""
    one, other = env.read(left), env.read(right)
    if one is None or other is None:
        return False
    if isinstance(one, Unknown):
        return one
    if isinstance(other, Unknown):
        return other
    if isinstance(one, Count) or isinstance(other, Count):
        return _compare_counts(operator, one, other)
    first, second = as_number(one), as_number(other)
    if first is None or second is None:
        if isinstance(one, Reference) or isinstance(other, Reference):
            return Unknown("a value that is decided at deployment")
        wrong = one if first is None else other
        raise Surprise(f"a number was expected and the value is {describe(wrong)}")
    return _ordered(operator, first, second)


def _ordered(operator: str, one: Any, other: Any) -> bool:
    match operator:
        case "<":
            return bool(one < other)
        case "<=":
            return bool(one <= other)
        case ">":
            return bool(one > other)
        case ">=":
            return bool(one >= other)
        case _:
            return bool(one == other)


def _compare_counts(operator: str, one: Any, other: Any) -> Truth:
    """A comparison of a count that is only known in bounds: decided where both bounds agree."""
    reason: Unknown = one.reason if isinstance(one, Count) else other.reason
    lows: list[Any] = []
    highs: list[Any] = []
    for side in (one, other):
        if isinstance(side, Count):
            lows.append(side.least)
            highs.append(float("inf") if side.most is None else side.most)
        else:
            number = as_number(side)
            if number is None:
                return reason
            lows.append(number)
            highs.append(number)
    outcomes = {_ordered(operator, a, b) for a in (lows[0], highs[0]) for b in (lows[1], highs[1])}
    if operator == "==" and outcomes == {False} and lows[0] <= highs[1] and lows[1] <= highs[0]:
        return reason
    return outcomes.pop() if len(outcomes) == 1 else reason


def contains(item: Any, collection: Any, env: Env) -> Truth:
    """`item in collection`: a list's items, a mapping's keys, or a string's text."""
    inner = env.peek(collection)
    if isinstance(inner, str):
        wanted = env.read(item)
        if isinstance(wanted, str):
            return wanted in inner
        return wanted if isinstance(wanted, Unknown) else False
    if isinstance(inner, Unknown):
        env.read(collection)
        return inner
    if inner is None:
        env.read(collection)
        return False
    if isinstance(inner, dict):
        wanted = env.read(item)
        if isinstance(wanted, str):
            if wanted in inner:
                return True
            env.read(collection)  # where the key would have to be added
            return Unknown("which keys there are") if "*" in inner else False
        return wanted if isinstance(wanted, Unknown) else False
    open_: Unknown | None = None
    found = env.items(collection)
    for value, doubt in found.items:
        same = equals(item, value, env)
        if same is True:
            if doubt is None:
                return True
            open_ = open_ or doubt
        elif same is not False:
            open_ = open_ or same
    return open_ or found.more or False


def negate(value: Truth) -> Truth:
    return not value if isinstance(value, bool) else value


def as_bool(value: Any) -> bool | None:
    """A boolean, also as the text that templates write (`yes` and `on` are YAML 1.1's); None for anything else."""
    if isinstance(value, bool):
        return value
    return _BOOLEANS.get(value.lower()) if isinstance(value, str) else None


def as_number(value: Any) -> int | float | Fraction | None:
    """A number, also as the text that templates write; None for anything else."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, NUMBERS):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            try:
                return float(value)
            except ValueError:
                return None
    return None
