"""Values as a template's text gives them: plain data, or a symbol for what the text leaves open.

- `Unknown`: not decidable from the text, with the reason.
- `Reference`: decided at deployment, but what it points at is known.
- `Choice`: one of two values, by a `Condition` that the text leaves open.

`Property` puts a value at its place in the source and evaluates it when somebody asks, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias, Union, final

from walint.conditions import Condition, Subject, assuming, negation
from walint.limits import PER_VALUE, OverLimit, at_most, check_text, exceeded, limits
from walint.source import Place

Scalar: TypeAlias = Union[None, bool, int, float, Fraction, str]
# Data is what evaluation computes with; a Value is Data whose containers hold placed, lazy properties.
Data: TypeAlias = "Union[Scalar, Unknown, Reference, Choice, list[Any], dict[str, Any]]"
Value: TypeAlias = "Union[Scalar, Unknown, Reference, Choice, list[Property], dict[str, Property]]"

# A value that depends on more conditions than this is not spelled out case by case.
MAX_CASES: Final = 64


@final
class Unknown:
    """A value that the text does not decide.

    Attributes:
        reason: what it depends on, as a phrase that completes "depends on ...": `variable "env", which has no value`.
        kind: "string", "number", "bool", "list", "set", "map" or "object" where the type is known, else None. As a
            presence, "list" says that the one thing stands for any number of them.
        subject: the open input whose value this is exactly; two unknowns of one subject are equal.
        parts: for a string of which some stretches are known: strings, and symbols between them.
        data: what is known of it, places included: for a text of JSON with open stretches the structure that it was
            made from; for a map or list of which not all items are known those that are there in any case; else None.
    """

    __slots__ = ("data", "kind", "parts", "reason", "subject")

    def __init__(
        self,
        reason: str,
        kind: str | None = None,
        subject: Subject | None = None,
        parts: tuple[str | Unknown | Reference, ...] | None = None,
        data: Data = None,
    ) -> None:
        self.data = data
        self.reason = reason
        self.kind = kind
        self.subject = subject
        self.parts = parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and (self.reason, self.kind, self.subject, self.parts) == (
            other.reason,
            other.kind,
            other.subject,
            other.parts,
        )

    def __hash__(self) -> int:
        return hash((self.reason, self.kind, self.subject, self.parts))

    def __repr__(self) -> str:
        shown = "" if self.parts is None else f", parts={self.parts!r}"
        return f"Unknown({self.reason!r}{shown})"


@final
class Reference:
    """A value known at deployment: an attribute of a resource in the same graph.

    Attributes:
        resource: the resource's address in the graph.
        attribute: as the source language names it ("arn", "Arn"); "Ref" for CloudFormation's Ref, "" for the whole.
        kind: as for `Unknown`.
    """

    __slots__ = ("attribute", "kind", "resource")

    def __init__(self, resource: str, attribute: str, kind: str | None = None) -> None:
        self.resource = resource
        self.attribute = attribute
        self.kind = kind

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self.resource == other.resource and self.attribute == other.attribute

    def __hash__(self) -> int:
        return hash((self.resource, self.attribute))

    def __repr__(self) -> str:
        return f"Reference({self.resource!r}, {self.attribute!r})"


@final
class Choice:
    """`then` where the condition holds, `otherwise` where not. Built by `choose`, which simplifies.

    The branches are Data, or Properties where each has a place of its own (CloudFormation's Fn::If).
    """

    __slots__ = ("condition", "otherwise", "then")

    def __init__(self, condition: Condition, then: Any, otherwise: Any) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Choice)
            and self.condition == other.condition
            and self.then == other.then
            and self.otherwise == other.otherwise
        )

    def __hash__(self) -> int:
        return hash((self.condition, repr(self.then), repr(self.otherwise)))

    def __repr__(self) -> str:
        return f"Choice({self.condition}, {self.then!r}, {self.otherwise!r})"


class PlacedMap(dict[str, Any]):
    """A mapping of Data that remembers where its items were written (for those that have a place)."""

    __slots__ = ("places",)

    def __init__(self, items: Iterable[tuple[str, Any]] = (), places: dict[str, Place] | None = None) -> None:
        super().__init__(items)
        self.places: dict[str, Place] = {} if places is None else places


class PlacedList(list[Any]):
    """A list of Data that remembers where its items were written.

    `places` is as long as the list, with None for an item that has no place, or empty where none has.
    """

    __slots__ = ("places",)

    def __init__(self, items: Iterable[Any], places: Sequence[Place | None]) -> None:
        super().__init__(items)
        self.places = places


class Blocks(list[Any]):
    """A list of what repeated blocks of one Terraform type give, in source order, whether written or from `dynamic`.

    One block stands for the object that CloudFormation may have in its place.
    """

    __slots__ = ()


class JsonText(str):
    """A string of JSON that still knows the structure it was made from, places included."""

    __slots__ = ("data",)
    data: Data

    def __new__(cls, text: str, data: Data) -> JsonText:
        made = super().__new__(cls, text)
        made.data = data
        return made


Presence: TypeAlias = Union[None, Condition, Unknown]
"""Whether something is there at all: None certainly; a condition; or not decidable, and why."""

_UNSET: Final = object()


class Property:
    """A value at its place.

    Attributes:
        place: the smallest stretch of source that an author would edit: the attribute or key with its value.
        presence: whether the item is there at all (an item of a list whose length is open, a conditional block).
        owner: the address of the resource that it was written in; differs from the resource that is asked where
            the value was joined from a part (`aws_s3_bucket_versioning`).
    """

    __slots__ = ("_compute", "_references", "_value", "owner", "place", "presence")

    def __init__(
        self,
        place: Place | None,
        data: Data | Value | object = _UNSET,
        *,
        compute: Callable[[], Data | Value | Property] | None = None,
        presence: Presence = None,
        owner: str | None = None,
        references: tuple[Reference, ...] | Callable[[], tuple[Reference, ...]] = (),
    ) -> None:
        self.place = place
        self.presence = presence
        self.owner = owner
        self._compute = compute
        self._references = references
        self._value: Any = _UNSET if data is _UNSET else _placed_children(data, self)

    @property
    def value(self) -> Value:
        """The value, evaluated on the first call. Lists and mappings hold properties."""
        if self._value is _UNSET:
            compute = self._compute
            # A value that needs itself is a mistake in the template, which the front end reports.
            self._value = Unknown("itself: its definition is circular")
            if compute is not None:
                try:
                    made = compute()
                    if isinstance(made, Property):
                        # The value is what stands elsewhere, such as the branch of a condition that is decided.
                        self.place = made.place
                        made = made.value
                except BaseException:
                    self._value = _UNSET
                    raise
                self._value = _placed_children(made, self)
            self._compute = None
        return self._value  # type: ignore[no-any-return]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The resources that the value was computed from, also where the value itself is plain.

        Terraform knows `aws_s3_bucket.b.bucket` from the configuration; the edge is there all the same.
        """
        found = self._references
        if callable(found):
            found = self._references = found()
        return found

    def __repr__(self) -> str:
        return f"Property({'...' if self._value is _UNSET else repr(self._value)})"


def _placed_children(data: Any, parent: Property) -> Any:
    """Containers of Data as containers of properties; each child at its own place or else at its parent's."""
    if not isinstance(data, (dict, list)):
        return data
    if isinstance(data, dict):
        places = data.places if isinstance(data, PlacedMap) else {}
        return {
            key: item
            if isinstance(item, Property)
            else Property(places.get(key, parent.place), item, owner=parent.owner)
            for key, item in data.items()
        }
    if isinstance(data, Blocks):
        return Blocks(
            item if isinstance(item, Property) else Property(parent.place, item, owner=parent.owner) for item in data
        )
    if isinstance(data, PlacedList) and data.places:
        return [
            item if isinstance(item, Property) else Property(place or parent.place, item, owner=parent.owner)
            for item, place in zip(data, data.places, strict=True)
        ]
    return [item if isinstance(item, Property) else Property(parent.place, item, owner=parent.owner) for item in data]


def plain(value: Any) -> Any:
    """Data out of a Value: properties evaluated and unwrapped, at any depth, symbols kept where they stand."""
    if isinstance(value, Property):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Choice):
        return choose(value.condition, plain(value.then), plain(value.otherwise))
    return value


def is_known(value: Any) -> bool:
    """Whether a Value or Data is plain data through and through."""
    if isinstance(value, Property):
        return is_known(value.value)
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return not isinstance(value, (Unknown, Reference, Choice))


def symbols(value: Any) -> Iterator[Unknown | Reference]:
    """The unknowns and references in a Value or Data, in order, those inside strings and both branches included."""
    if isinstance(value, Property):
        yield from symbols(value.value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from symbols(item)
    elif isinstance(value, list):
        for item in value:
            yield from symbols(item)
    elif isinstance(value, Choice):
        yield from symbols(value.then)
        yield from symbols(value.otherwise)
    elif isinstance(value, Unknown):
        if value.parts is None:
            yield value
        else:
            for part in value.parts:
                if not isinstance(part, str):
                    yield from symbols(part)
    elif isinstance(value, Reference):
        yield value


def choose(condition: Condition | bool, then: Any, otherwise: Any) -> Any:
    """`then` or `otherwise` by a condition; a Choice only where it makes a difference."""
    if condition is True:
        return then
    if condition is False:
        return otherwise
    then = assume(then, condition)
    otherwise = assume(otherwise, negation(condition))
    if type(then) is type(otherwise) and not isinstance(then, Property) and then == otherwise:
        return then
    return Choice(condition, then, otherwise)


def assume(value: Any, condition: Condition) -> Any:
    """A value where the condition is taken to hold: choices that it decides are replaced by their branch."""
    while isinstance(value, Choice):
        decided = assuming(condition, value.condition)
        if decided is None:
            then = assume(value.then, condition)
            otherwise = assume(value.otherwise, condition)
            if then is value.then and otherwise is value.otherwise:
                return value
            return Choice(value.condition, then, otherwise)
        value = value.then if decided else value.otherwise
    return value


class TooManyCases(Exception):
    """A value would have more than `MAX_CASES` cases."""


def lift(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function with arguments of which some may be choices: once for each case that can occur.

    Only choices at the top of an argument are spread; those inside containers stay where they are.
    Beyond `MAX_CASES` cases the result is Unknown.
    """
    if not any(isinstance(argument, Choice) for argument in arguments):
        return function(*arguments)
    cases = [0]

    def spread(args: tuple[Any, ...]) -> Any:
        for argument in args:
            if isinstance(argument, Choice):
                condition = argument.condition
                otherwise = negation(condition)
                return choose(
                    condition,
                    spread(tuple(assume(a, condition) for a in args)),
                    spread(tuple(assume(a, otherwise) for a in args)),
                )
        cases[0] += 1
        if cases[0] > MAX_CASES:
            raise TooManyCases
        return function(*args)

    try:
        return spread(arguments)
    except TooManyCases:
        return Unknown(f"more than {MAX_CASES} combinations of conditions")


def size_of(value: Any) -> int:
    """How many values there are in a value, counted no further than the limit allows.

    A part that stands in it twice counts twice, however it is held: whoever walks over it meets it twice. Long texts
    count as several values.

    Raises:
        OverLimit: more than `values`.
    """
    if isinstance(value, str):
        return 1 + len(value) // PER_VALUE
    if not isinstance(value, (dict, list, Choice)):
        return 1
    most = limits().values
    count = 1
    todo: list[Any] = [value]
    while todo:
        inner = todo.pop()
        items: Iterable[Any] = (
            inner.values()
            if isinstance(inner, dict)
            else inner
            if isinstance(inner, list)
            else (inner.then, inner.otherwise)
        )
        count += len(inner) if isinstance(inner, (dict, list)) else 2
        for item in items:
            if isinstance(item, str):
                count += len(item) // PER_VALUE
            elif isinstance(item, (dict, list, Choice)):
                todo.append(item)
        if count > most:
            raise OverLimit(exceeded("values", "a value would hold more than {} others"))
    return count


def characters_in(value: Any) -> int:
    """How many characters the strings in a value have, keys included; each open stretch counts as `PER_VALUE`."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Unknown):
        return PER_VALUE if value.parts is None else sum(map(characters_in, value.parts))
    if isinstance(value, dict):
        return sum(map(len, value)) + sum(map(characters_in, value.values()))
    return sum(map(characters_in, value)) if isinstance(value, list) else 0


def texts_in(value: Any) -> Iterator[str]:
    """The strings in a value, and its numbers as they are written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, Choice):
        yield from texts_in(value.then)
        yield from texts_in(value.otherwise)
    elif isinstance(value, (int, float, Fraction)) and not isinstance(value, bool):
        yield str(value)


def join_parts(parts: Iterable[Any]) -> Data:
    """A string out of strings and symbols: plain where all is known, else an Unknown that keeps its known stretches.

    Choices are spread over the whole string. Raises OverLimit where it is too long.
    """
    return lift(_join_parts, *parts)  # type: ignore[no-any-return]


def _join_parts(*parts: Any) -> Data:
    out: list[str | Unknown | Reference] = []
    check_text(sum(len(part) for part in parts if isinstance(part, str)))
    for part in parts:
        at_most("values", len(out), "a string would have more than {} open stretches")
        pieces = part.parts if isinstance(part, Unknown) and part.parts is not None else (part,)
        for piece in pieces:
            if isinstance(piece, str):
                if out and isinstance(out[-1], str):
                    out[-1] += piece
                elif piece:
                    out.append(piece)
            else:
                out.append(piece)
    if not out:
        return ""
    if len(out) == 1 and isinstance(out[0], (str, Reference)):
        return out[0]
    open_parts = [part for part in out if not isinstance(part, str)]
    first = open_parts[0]
    reason = first.reason if isinstance(first, Unknown) else f"{first.resource}, which does not exist yet"
    subject = first.subject if isinstance(first, Unknown) and len(out) == 1 else None
    return Unknown(reason, "string", subject, tuple(out))
