"""What a rule's expression is evaluated with: the environment that reads values as a scenario has them.

A `Choice` is never seen by an operator: reading a value asks the scenario, and where that leaves the condition open,
`Fork` starts the evaluation again for each side.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias, Union

from walint.conditions import Atom, Condition, Scenario
from walint.graph import Graph, Resource
from walint.source import Place
from walint.values import Choice, Presence, Property, Reference, Unknown

Truth: TypeAlias = Union[bool, Unknown]
NUMBERS: Final = (int, float, Fraction)
_SCALAR_KINDS: Final = frozenset(("string", "number", "bool"))
_PLAIN: Final = frozenset((str, int, bool))


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

    __slots__ = ("asked", "graph", "locals", "memo", "resource", "scenario", "subject", "trace")

    def __init__(
        self,
        graph: Graph,
        resource: Resource,
        subject: Resource | Property,
        scenario: Scenario,
        asked: dict[str, int] | None = None,
    ) -> None:
        self.graph = graph
        self.resource = resource
        self.subject = subject
        self.scenario = scenario
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
            inner = value.value
            return inner if self.asked is None and type(inner) is not Choice else self._settled(value)
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
            inner = value.value
            return inner if self.asked is None and type(inner) is not Choice else self._settled(value)
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
                if item.presence is None and self.asked is None and type(item.value) is not Choice:
                    if item.value is not None:
                        out.append(Item(item, None))
                    continue
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
                if type(item) in _PLAIN:
                    out.append(item)
                    continue
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
