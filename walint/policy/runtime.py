"""What a rule's expression is evaluated with: the environment, and three-valued logic over open values.

A boolean result is True, False, or an `Unknown` that says what the verdict depends on. A `Choice` is never seen
by an operator: reading a value asks the scenario, and where that leaves the condition open, `Fork` starts the
evaluation again for each side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias, Union

from walint.conditions import Atom, Condition, Scenario
from walint.graph import Graph, Resource
from walint.source import Place
from walint.values import Choice, Presence, Property, Reference, Unknown

Truth: TypeAlias = Union[bool, Unknown]

NUMBERS: Final = (int, float, Fraction)
# A text of more parts is not compared part by part.
_MOST_PARTS: Final = 12
_BOOLEANS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# What a data source finds under these names is an identifier, which has no wildcard.
_MADE_BY_AWS: Final = re.compile(r"(?:^|\.)data\.aws_\w+\..*\.(?:account_id|arn|id|partition|user_id)$")
# What CloudFormation's pseudo parameters look like, whatever they are.
_FORMS: Final = {
    "AWS::AccountId": re.compile(r"\d{12}"),
    "AWS::Partition": re.compile(r"aws(?:-[a-z]+)*"),
    "AWS::Region": re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+"),
    "AWS::StackId": re.compile(r"arn:.*"),
    "AWS::StackName": re.compile(r"[A-Za-z][A-Za-z0-9-]*"),
}
# A zone by its place in the list of a Region's zones.
_ZONE: Final = re.compile(
    r"(?P<list>the zones of .*|(?:.*\.)?data\.aws_availability_zones\..+\.(?:names|zone_ids))\[(?P<at>\d+)\]"
)
_SCALAR_KINDS: Final = frozenset(("string", "number", "bool"))


class Fork(Exception):
    """The value depends on an atom that the scenario leaves open."""

    def __init__(self, atom: Atom) -> None:
        super().__init__(atom)
        self.atom = atom


class Surprise(Exception):
    """A value has a shape that the rule did not expect; the verdict is open, with this as the reason."""


class Missing:
    """A property that is not set: reads as null, and remembers where an author would add it.

    Attributes:
        parent: the deepest thing on the path that is there.
        name: the path from there, dotted.
    """

    __slots__ = ("name", "parent")

    def __init__(self, parent: Resource | Property | None, name: str) -> None:
        self.parent = parent
        self.name = name


class Item(NamedTuple):
    """One item of a collection.

    Attributes:
        value: a Property, a Resource or plain data.
        doubt: why it may not be there, or None where it certainly is.
    """

    value: Any
    doubt: Unknown | None


class Items:
    """A collection as functions and comprehensions make it.

    Attributes:
        items: in order; those whose condition is false in the scenario are already left out.
        more: why there may be further items, or None.
        origin: what was iterated, which a failed `any` points at.
    """

    __slots__ = ("items", "more", "origin")

    def __init__(
        self, items: list[Item], more: Unknown | None = None, origin: Property | Missing | None = None
    ) -> None:
        self.items = items
        self.more = more
        self.origin = origin


class Count:
    """A number between two bounds; `most` is None where any number is possible."""

    __slots__ = ("least", "most", "reason")

    def __init__(self, least: int, most: int | None, reason: Unknown) -> None:
        self.least = least
        self.most = most
        self.reason = reason


class Env:
    """One evaluation of one rule on one subject in one scenario.

    Attributes:
        subject: what names without a definition are properties of: the resource, or the item of `applies_to`.
        trace: what the result so far was decided by, in order; operators cut it down to what matters.
        memo: for functions: what was worked out for this evaluation, which lives as long as what it is about.
        asked: counts, by reason, of the values that were asked for; shared by all evaluations of a run.
    """

    __slots__ = ("asked", "graph", "locals", "memo", "parameters", "resource", "scenario", "subject", "trace")

    def __init__(
        self,
        graph: Graph,
        resource: Resource,
        subject: Resource | Property,
        scenario: Scenario,
        parameters: dict[str, Any],
        asked: dict[str, int] | None = None,
    ) -> None:
        self.graph = graph
        self.resource = resource
        self.subject = subject
        self.scenario = scenario
        self.parameters = parameters
        self.locals: dict[str, Any] = {}
        self.trace: list[Property | Missing | Resource] = []
        self.memo: dict[Any, Any] = {}
        self.asked = asked

    # --- reading ------------------------------------------------------------------------------------------------

    def read(self, value: Any) -> Any:
        """The value itself, one level deep: a scalar, a list or dict of properties, Items, a Resource, a symbol.

        Choices are decided by the scenario; what was read is put into the trace.

        Raises:
            Fork: where the scenario leaves a choice open.
        """
        kind = type(value)
        if kind is Property:
            self.trace.append(value)
            return self._settled(value)
        if kind is Missing:
            self.trace.append(value)
            return None
        if kind is Choice:
            return self.read(self._branch(value))
        if kind is Item:
            return self.read(value.value)
        return value

    def peek(self, value: Any) -> Any:
        """As `read`, without a mark in the trace."""
        kind = type(value)
        if kind is Property:
            return self._settled(value)
        if kind is Missing:
            return None
        if kind is Choice:
            return self.peek(self._branch(value))
        if kind is Item:
            return self.peek(value.value)
        return value

    def resolve(self, value: Any) -> Any:
        """A property with the choices at its top decided: the branch's own property where it has one."""
        if type(value) is Property:
            inner = value.value
            while isinstance(inner, Choice):
                branch = self._branch(inner)
                if isinstance(branch, Property):
                    return self.resolve(branch)
                inner = branch
                value = Property(value.place, inner, owner=value.owner)
        elif type(value) is Item:
            return self.resolve(value.value)
        return value

    def _settled(self, value: Property) -> Any:
        inner: Any = value.value
        while isinstance(inner, Choice):
            inner = self._branch(inner)
            if isinstance(inner, Property):
                # The branch's own place is the better one to point at.
                if self.trace and self.trace[-1] is value:
                    self.trace[-1] = inner
                value = inner
                inner = inner.value
        if self.asked is not None:
            reason = inner.reason if isinstance(inner, Unknown) else ""
            self.asked[reason] = self.asked.get(reason, 0) + 1
        if type(inner) is dict or type(inner) is list:
            return inner
        return inner

    def _branch(self, choice: Choice) -> Any:
        return choice.then if self.decide(choice.condition) else choice.otherwise

    def decide(self, condition: Condition) -> bool:
        """Whether a condition holds in this scenario.

        Raises:
            Fork: where the scenario leaves it open.
        """
        decided = self.scenario.decide(condition)
        if isinstance(decided, bool):
            return decided
        raise Fork(decided)

    def doubt(self, presence: Presence) -> Unknown | None | bool:
        """None: it is there. False: it is not. An Unknown: that is open."""
        if presence is None or isinstance(presence, Unknown):
            return presence
        return None if self.decide(presence) else False

    # --- navigating ---------------------------------------------------------------------------------------------

    def get(self, of: Any, name: str) -> Any:
        """A property by name: a Property, or Missing; an Unknown stays one."""
        kind = type(of)
        if kind is Property:
            inner = self.peek(of)
            return self._get_inner(of, inner, name)
        if kind is Resource:
            found = self.graph.get(of, name)
            return Missing(of, name) if found is None else found
        if kind is Missing:
            return Missing(of.parent, f"{of.name}.{name}")
        if kind is Item:
            return self.get(of.value, name)
        if kind is Choice:
            return self.get(self._branch(of), name)
        return self._get_inner(None, of, name)

    def _get_inner(self, of: Property | None, inner: Any, name: str) -> Any:
        if isinstance(inner, dict):
            found = inner.get(name)
            return Missing(of, name) if found is None else found
        if inner is None:
            return Missing(of, name)
        if isinstance(inner, (Unknown, Reference)):
            return of if of is not None and isinstance(inner, Unknown) else self._attribute(of, inner, name)
        if isinstance(inner, Resource):
            return self.get(inner, name)
        if isinstance(inner, list):
            # One Terraform block stands for the object that CloudFormation has.
            if len(inner) == 1:
                return self.get(inner[0], name)
            if not inner:
                return Missing(of, name)
        raise Surprise(f"{name} of a value that is {describe(inner)}, where an object was expected")

    def _attribute(self, of: Property | None, inner: Unknown | Reference, name: str) -> Property:
        reason = inner.reason if isinstance(inner, Unknown) else f"{inner.resource}, which is decided at deployment"
        return Property(None if of is None else of.place, Unknown(reason))

    def items(self, value: Any) -> Items:
        """The items of a list, a mapping's values, or a single value where a list may be written as one item.

        The collection itself goes into the trace.
        """
        if isinstance(value, Items):
            return value
        inner = self.read(value)
        if isinstance(inner, Items):
            return inner
        origin = value if isinstance(value, (Property, Missing)) else None
        if inner is None:
            return Items([], None, origin)
        if isinstance(inner, dict):
            inner = list(inner.values())
        elif isinstance(inner, Unknown) and inner.parts is None and inner.kind not in _SCALAR_KINDS:
            known = inner.data if inner.kind == "list" and isinstance(inner.data, list) else []
            return Items([Item(item, None) for item in known], inner, origin)
        elif not isinstance(inner, list):
            inner = [value]
        out: list[Item] = []
        for item in inner:
            if isinstance(item, Property):
                doubt = self.doubt(item.presence)
                if doubt is False or self.peek(item) is None:
                    continue
                out.append(Item(self.resolve(item), None if doubt is True else doubt))
            else:
                out.append(item if isinstance(item, Item) else Item(item, None))
        return Items(out, None, origin)

    def deep(self, value: Any) -> Any:
        """Plain data at any depth with all choices decided; unknowns and references stay where they are."""
        inner = self.peek(value)
        if isinstance(inner, dict):
            return {key: found for key, item in inner.items() if (found := self.deep(item)) is not None}
        if isinstance(inner, list):
            out = []
            for item in inner:
                if isinstance(item, Property):
                    doubt = self.doubt(item.presence)
                    if doubt is False:
                        continue
                    if isinstance(doubt, Unknown):
                        out.append(doubt)
                        continue
                found = self.deep(item)
                if found is not None:
                    out.append(found)
            return out
        if isinstance(inner, Items):
            return [self.deep(item.value) for item in inner.items]
        return inner


# --- three-valued logic -----------------------------------------------------------------------------------------


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
    one, other = env.read(left), env.read(right)
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
        if value.subject is not None and value.subject.name.startswith("data."):
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
    first, second = _ZONE.fullmatch(one.subject.name), _ZONE.fullmatch(other.subject.name)
    return first is not None and second is not None and first["list"] == second["list"] and first["at"] != second["at"]


def cannot_be(value: Unknown, text: str) -> bool:
    """Whether a partly known string, or one of a closed set, is certainly not this text."""
    if value.subject is not None and value.subject.domain is not None:
        return not any(str(allowed).lower() == text.lower() for allowed in value.subject.domain)
    form = None if value.subject is None else _FORMS.get(value.subject.name.rpartition("/")[2])
    if form is not None and form.fullmatch(text) is None:
        return True
    if value.subject is not None and "*" in text and _MADE_BY_AWS.search(value.subject.name):
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


def describe(value: Any) -> str:
    """A kind of value for a sentence."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "text"
        case dict():
            return "an object"
        case list() | Items():
            return "a list"
        case _ if isinstance(value, NUMBERS):
            return "a number"
        case _:
            return "not decided by the template"


def touched(trace: list[Property | Missing | Resource], graph: Graph, resource: Resource) -> Iterator[Place]:
    """The places that a verdict on a resource was decided by: what is written, then the parents of what is missing.

    What another resource says comes not at all: the author of this one would not look for it there.
    """
    later: list[Place] = []
    for entry in trace:
        if isinstance(entry, Property):
            if entry.place is not None and _own(entry, graph, resource):
                yield entry.place
        else:
            parent = entry.parent if isinstance(entry, Missing) else entry
            if isinstance(parent, Property):
                if parent.place is not None and _own(parent, graph, resource):
                    later.append(parent.place)
            elif parent is resource:
                later.append(parent.place)
    yield from later


def _own(entry: Property, graph: Graph, resource: Resource) -> bool:
    """Whether a property belongs to the resource, or to a part of it."""
    if entry.owner is None or entry.owner == resource.address:
        return True
    owner = graph.resources.get(entry.owner)
    return owner is None or owner.part_of is not None
