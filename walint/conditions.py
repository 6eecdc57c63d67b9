"""Conditions that a template leaves open, and the scenarios in which they hold.

A condition is a formula over atoms. An atom says that a subject (a parameter, a variable, a data source's
attribute) has a value, or names an expression that either holds or not. A `Scenario` is a set of assumptions
about atoms that can be true together: a subject has one value, and only one of its allowed ones.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, Union

from walint.limits import at_most


class Subject(NamedTuple):
    """An input that is open.

    Attributes:
        name: as the author knows it: `Environment`, `var.env`, `data.aws_region.current.name`; with the path of
            the nested stack or module before it where it belongs to one.
        domain: the only values it can have (AllowedValues; true and false), or None where any is possible.
    """

    name: str
    domain: tuple[str | bool, ...] | None = None


# Tuples are equal by what they hold, whatever their types: the last field of a condition says what it is.


class Is(NamedTuple):
    """The subject has this value."""

    subject: Subject
    value: str | bool | int | float | None
    kind: Literal["is"] = "is"

    def __str__(self) -> str:
        return f"{self.subject.name} is {_shown(self.value)}"


class Holds(NamedTuple):
    """An expression, by its text, is true; nothing more is known of it."""

    text: str
    kind: Literal["holds"] = "holds"

    def __str__(self) -> str:
        return self.text


Atom: TypeAlias = Union[Is, Holds]


if TYPE_CHECKING:
    _Negated: TypeAlias = "Condition"
else:
    _Negated = object  # as a text it would be compiled, which takes as long as a module


class Not(NamedTuple):
    of: _Negated
    kind: Literal["not"] = "not"

    def __str__(self) -> str:
        match self.of:
            case Is(subject, value):
                return (
                    f"{subject.name} is {_shown(not value)}"
                    if isinstance(value, bool)
                    else f"{subject.name} is not {_shown(value)}"
                )
            case Holds(text):
                return f"not ({text})"
            case And() | Or():
                return f"not ({self.of})"
            case Not(of):
                return str(of)


class And(NamedTuple):
    of: tuple["Condition", ...]
    kind: Literal["and"] = "and"

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.of)


class Or(NamedTuple):
    of: tuple["Condition", ...]
    kind: Literal["or"] = "or"

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, And) else str(part) for part in self.of)


Condition: TypeAlias = Union[Is, Holds, Not, And, Or]


def _shown(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case str():
            return f'"{value}"'
        case _:
            return str(value)


def negation(condition: Condition) -> Condition:
    return condition.of if isinstance(condition, Not) else Not(condition)


def not_(condition: Condition | bool) -> Condition | bool:
    return not condition if isinstance(condition, bool) else negation(condition)


def and_(*conditions: Condition | bool) -> Condition | bool:
    """All of them, simplified: constants are absorbed, repetitions dropped; raises OverLimit."""
    return _combined(And, False, conditions)


def or_(*conditions: Condition | bool) -> Condition | bool:
    """Any of them, simplified; raises OverLimit."""
    return _combined(Or, True, conditions)


def _combined(
    kind: type[And] | type[Or], absorbing: bool, conditions: tuple[Condition | bool, ...]
) -> Condition | bool:
    parts: dict[Condition, None] = {}
    for condition in conditions:
        if isinstance(condition, bool):
            if condition is absorbing:
                return absorbing
        elif isinstance(condition, kind):
            parts.update(dict.fromkeys(condition.of))
        else:
            parts[condition] = None
    if any(isinstance(part, Not) and part.of in parts for part in parts):
        return absorbing
    if not parts:
        return not absorbing
    if len(parts) == 1:
        return next(iter(parts))
    at_most("condition_terms", sum(map(_size, parts)), "a condition has more than {} terms when it is written out")
    return kind(tuple(parts))


def assuming(known: Condition, asked: Condition) -> bool | None:
    """Whether `asked` follows from `known` (True), contradicts it (False), or is left open (None)."""
    if known == asked:
        return True
    if known == negation(asked):
        # Of a negated conjunction a scenario takes nothing.
        return False
    scenario = NO_SCENARIO.given(known)
    if scenario is None:
        return None
    decided = scenario.decide(asked)
    return decided if isinstance(decided, bool) else None


class Scenario:
    """Assumptions that can be true together, in the order in which they were made."""

    __slots__ = ("_excluded", "_held", "_values", "assumptions")

    def __init__(
        self,
        assumptions: tuple[tuple[Atom, bool], ...] = (),
        values: Mapping[Subject, object] = MappingProxyType({}),
        excluded: Mapping[Subject, frozenset[object]] = MappingProxyType({}),
        held: Mapping[str, bool] = MappingProxyType({}),
    ) -> None:
        self.assumptions = assumptions
        self._values = values
        self._excluded = excluded
        self._held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.assumptions == other.assumptions

    def __hash__(self) -> int:
        return hash(self.assumptions)

    def __repr__(self) -> str:
        return f"Scenario({self.assumptions!r})"

    def decide(self, condition: Condition) -> bool | Atom:
        """Whether the condition holds here; where that is open, the atom to assume next."""
        match condition:
            case Is(subject, value):
                if subject in self._values:
                    return same_value(self._values[subject], value)
                excluded = self._excluded.get(subject, frozenset())
                if _key(value) in excluded:
                    return False
                if subject.domain is not None:
                    left = [v for v in subject.domain if _key(v) not in excluded]
                    if not any(same_value(v, value) for v in left):
                        return False
                    if len(left) == 1:
                        return True
                return condition
            case Holds(text):
                return self._held.get(text, condition)
            case Not(of):
                inner = self.decide(of)
                return not inner if isinstance(inner, bool) else inner
            case And(parts) | Or(parts):
                absorbing = isinstance(condition, Or)
                first: Atom | None = None
                for part in parts:
                    inner = self.decide(part)
                    if inner is absorbing:
                        return absorbing
                    if not isinstance(inner, bool) and first is None:
                        first = inner
                return first if first is not None else not absorbing

    def assume(self, atom: Atom, holds: bool) -> "Scenario | None":
        """This scenario with one assumption more; None where the two contradict each other."""
        decided = self.decide(atom)
        if isinstance(decided, bool):
            return self if decided is holds else None
        made = (*self.assumptions, (atom, holds))
        if isinstance(atom, Holds):
            return Scenario(made, self._values, self._excluded, {**self._held, atom.text: holds})
        if holds:
            return Scenario(made, {**self._values, atom.subject: atom.value}, self._excluded, self._held)
        excluded = self._excluded.get(atom.subject, frozenset()) | {_key(atom.value)}
        return Scenario(made, self._values, {**self._excluded, atom.subject: excluded}, self._held)

    def given(self, condition: Condition) -> "Scenario | None":
        """This scenario with what a condition certainly implies; None where it contradicts.

        Of a disjunction nothing is taken: the result is weaker than the condition, never stronger.
        """
        match condition:
            case Is() | Holds():
                return self.assume(condition, True)
            case Not(Is() as atom) | Not(Holds() as atom):
                return self.assume(atom, False)
            case Not(Not(of)):
                return self.given(of)
            case And(parts):
                return self._given_all(parts)
            case Not(Or(parts)):
                return self._given_all(tuple(negation(part) for part in parts))
            case _:
                return None if self.decide(condition) is False else self

    def _given_all(self, parts: tuple[Condition, ...]) -> "Scenario | None":
        scenario: Scenario | None = self
        for part in parts:
            if scenario is None:
                return None
            scenario = scenario.given(part)
        return scenario

    def implies(self, other: "Scenario") -> bool:
        """Whether all that another scenario assumes holds here."""
        return all(self.decide(atom) is holds for atom, holds in other.assumptions)

    def __str__(self) -> str:
        parts = dict.fromkeys(self._shown(atom, holds) for atom, holds in self.assumptions)
        return " and ".join(str(part) for part in parts)

    def _shown(self, atom: Atom, holds: bool) -> Condition:
        """An assumption as it is told: of a subject with one value left, that it has this value."""
        if holds:
            return atom
        if isinstance(atom, Is) and atom.subject.domain is not None and atom.subject not in self._values:
            excluded = self._excluded.get(atom.subject, frozenset())
            left = [value for value in atom.subject.domain if _key(value) not in excluded]
            if len(left) == 1:
                return Is(atom.subject, left[0])
        return Not(atom)


NO_SCENARIO: Final = Scenario()
"""Nothing is assumed."""

# A formula that repeats its inputs is looked at in scenarios with so many parts in all before it counts as open.
_MAX_PARTS: Final = 2_000


def settled(condition: Condition) -> Condition | bool:
    """A formula as True or False where that holds in every scenario that can occur."""
    match condition:
        case And(parts) if all(map(_is_literal, parts)):
            return condition if _can_hold(parts) else False
        case Or(parts) if all(map(_is_literal, parts)):
            return condition if _can_hold(tuple(negation(part) for part in parts)) else True
    size = _size(condition)
    seen: set[bool] = set()
    todo = [NO_SCENARIO]
    for _ in range(_MAX_PARTS // size):
        if len(seen) > 1:
            return condition
        if not todo:
            return seen.pop() if seen else condition
        scenario = todo.pop()
        found = scenario.decide(condition)
        if isinstance(found, bool):
            seen.add(found)
        else:
            todo += [made for holds in (False, True) if (made := scenario.assume(found, holds)) is not None]
    return condition


def _is_literal(condition: Condition) -> bool:
    return isinstance(condition.of if isinstance(condition, Not) else condition, (Is, Holds))


def _can_hold(literals: tuple[Condition, ...]) -> bool:
    """Whether literals can be true together; only those about one subject can exclude each other."""
    groups: dict[Subject, list[Condition]] = {}
    for literal in literals:
        atom = literal.of if isinstance(literal, Not) else literal
        if isinstance(atom, Is):
            groups.setdefault(atom.subject, []).append(literal)
    return all(len(group) == 1 or NO_SCENARIO.given(And(tuple(group))) is not None for group in groups.values())


def _size(condition: Condition) -> int:
    """How many atoms a formula has."""
    count = 0
    todo: list[Condition] = [condition]
    while todo:
        match todo.pop():
            case And(parts) | Or(parts):
                todo += parts
            case Not(of):
                todo.append(of)
            case _:
                count += 1
    return count


def same_value(one: object, other: object) -> bool:
    """Equal as templates compare: `true` and "true" are one value, 1 and "1" are one value."""
    return _key(one) == _key(other)


def _key(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value
