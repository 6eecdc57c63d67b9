"""The resource graph: what a template declares, in one vocabulary, and what refers to what.

One graph holds one Terraform root module with the modules it calls, or one CloudFormation template with its
nested stacks. Types and properties are CloudFormation's; a resource that CloudFormation lacks keeps its own type.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple

from walint.source import Place, Problem
from walint.values import Choice, Presence, Property, Reference, Unknown, symbols

Language = Literal["cloudformation", "terraform"]
# The types under which a graph holds what a template is given.
INPUTS: Final = ("cloudformation::parameter", "terraform::variable")


class Call(NamedTuple):
    """One step on the way to a resource: the module call or nested stack that led there.

    Attributes:
        extent: the whole of it, where more is known than the place of its header.
    """

    address: str
    place: Place
    extent: Place | None = None


class PartOf(NamedTuple):
    """Says that a resource configures another one (`aws_s3_bucket_versioning` and its bucket).

    Attributes:
        type: the owner's type in the common vocabulary.
        through: the part's property whose value names the owner, in the source's words.
        lookup: the owner's properties that this part gives, by their first name in the common vocabulary.
        names: the first names that `lookup` may answer.
    """

    type: str
    through: Property
    lookup: Callable[[str], Property | None]
    names: frozenset[str]


class Resource:
    """One resource instance.

    Attributes:
        address: unique in its graph: Terraform's address with module path and instance key, or CloudFormation's
            logical id with the nested stacks before it (`Outer/Inner`).
        type: in the common vocabulary: "AWS::EC2::Volume".
        source_type: in the source's words: "aws_ebs_volume".
        place: the header: block labels, or the logical id.
        lookup: a property by its first name in the common vocabulary, without what parts add; None where it is
            not set. Resource attributes (DeletionPolicy) answer to their names, the rest of Terraform's attributes
            under "terraform".
        names: the names that `lookup` answers, in source order.
        source_properties: a mapping, as the source language names them.
        presence: whether the resource is created at all.
        calls: the module calls or nested stacks from the root down to it.
        part_of: the resource that this one configures a part of, if it does.
        identities: the properties by whose value others may name this resource ("BucketName").
        construct: the CDK construct path, where the template tells.
        extent: the whole declaration, header included; None where nobody wrote it as such.
        written_as: the address of the resource that its author wrote, where a transform added this one; else "".
        provider: the address of the provider's configuration that makes it, where it is known; else "".
    """

    __slots__ = (
        "_joined",
        "address",
        "calls",
        "construct",
        "extent",
        "identities",
        "language",
        "lookup",
        "names",
        "part_of",
        "place",
        "presence",
        "provider",
        "source_properties",
        "source_type",
        "type",
        "written_as",
    )

    def __init__(
        self,
        address: str,
        type: str,
        source_type: str,
        language: Language,
        place: Place,
        lookup: Callable[[str], Property | None],
        names: Callable[[], Iterable[str]],
        source_properties: Property,
        presence: Presence = None,
        calls: tuple[Call, ...] = (),
        part_of: PartOf | None = None,
        identities: tuple[str, ...] = (),
        construct: str | None = None,
        extent: Place | None = None,
        written_as: str = "",
        provider: str = "",
    ) -> None:
        self.address = address
        self.type = type
        self.source_type = source_type
        self.language = language
        self.place = place
        self.lookup = lookup
        self.names = names
        self.source_properties = source_properties
        self.presence = presence
        self.calls = calls
        self.part_of = part_of
        self.identities = identities
        self.construct = construct
        self.extent = extent
        self.written_as = written_as
        self.provider = provider
        self._joined: dict[str, Property | None] = {}

    def __repr__(self) -> str:
        return f"Resource({self.address!r})"

    @property
    def known_as(self) -> str:
        """The address that its author knows."""
        return self.written_as or self.address


class Opaque(NamedTuple):
    """Something that was called but could not be read; what a rule misses may be in there.

    Attributes:
        arguments: what it was called with: it can only touch resources that it was told of. None where that is not
            known (a file with a syntax error).
    """

    address: str
    reason: str
    place: Place
    arguments: Property | None = None


class Related(NamedTuple):
    """A resource found over an edge, and whether the edge is certain."""

    resource: Resource
    presence: Presence


class Graph:
    """Resources by address and by type, and the questions that rules ask of their links.

    Args:
        name: the root module's folder or the template's file, as reports call it.
        resources: in source order; addresses are unique.
        problems: what could not be read or evaluated; grows while properties are evaluated.
        opaque: what was called but not read.
        metadata: what each template says of itself as a whole (CloudFormation's Metadata section).
        hidden: the texts that inputs marked as secret have; grows while properties are evaluated.
    """

    def __init__(
        self,
        name: str,
        language: Language,
        resources: Iterable[Resource],
        problems: list[Problem] | None = None,
        opaque: tuple[Opaque, ...] = (),
        metadata: tuple[Property, ...] = (),
        hidden: set[str] | None = None,
    ) -> None:
        self.name = name
        self.language = language
        self.resources: dict[str, Resource] = {resource.address: resource for resource in resources}
        self.problems: list[Problem] = [] if problems is None else problems
        self.opaque = opaque
        self.metadata = metadata
        self.hidden: set[str] = set() if hidden is None else hidden
        # What others derive from this graph's values and want to derive once.
        self.memo: dict[object, Any] = {}
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        self._instances: dict[str, list[Resource]] = defaultdict(list)
        # The resources that configure a part of another one, and where these belong, by the owner's type and address.
        self._pieces = [resource for resource in self.resources.values() if resource.part_of is not None]
        self._parts: dict[str, dict[str, list[Related]]] = {}
        self._open: dict[tuple[str, str], list[tuple[tuple[Any], Related]]] = {}
        self._incoming: dict[tuple[str, str], dict[str | tuple[Any], list[Related]]] = {}
        self._names: dict[str, set[tuple[Any]]] = {}
        self._seeking: set[str] = set()
        for resource in self.resources.values():
            self._by_type[resource.type].append(resource)
            self._instances[without_keys(resource.address)].append(resource)

    def of_type(self, type_: str) -> list[Resource]:
        return self._by_type.get(type_, [])

    def types(self) -> Iterable[str]:
        return self._by_type.keys()

    def owner_types(self) -> set[str]:
        """The types of which there are parts."""
        return {piece.part_of.type for piece in self._pieces if piece.part_of is not None}

    def owners_elsewhere(self, type_: str) -> list[Resource]:
        """Resources of a type that are certainly or possibly not in this graph, though parts of them are.

        Each is what one such part says of it, under the part's address; all else of it is Unknown. What is wrong
        with that is wrong whatever the owner is: `block_public_acls = false` for a bucket that a variable names.
        """
        return [
            _outside(part, part.part_of)
            for part in self._pieces
            if part.part_of is not None
            and part.part_of.type == type_
            and all(presence is not None for _, presence in self.matches(part.part_of.through, type_))
        ]

    # --- properties, parts included -----------------------------------------------------------------------------

    def get(self, resource: Resource, name: str) -> Property | None:
        """A property by its first name, with what the resource's parts add to it; None where nothing sets it.

        A part whose owner is not known may belong here: then a property that is otherwise not set is Unknown.
        """
        joined = resource._joined
        if name in joined:
            return joined[name]
        own = resource.lookup(name)
        joined[name] = own  # what asks for itself while its parts are joined sees its own value
        answer = own
        parts = self.parts(resource)
        # What is certain comes first: what may belong here adds nothing to it.
        for related in sorted(parts, key=lambda related: related.presence is not None) if parts else ():
            part = related.resource.part_of
            if part is None or name not in part.names:
                continue
            given = part.lookup(name)
            if given is None:
                continue
            answer = _with_part(answer, given, related, name)
        joined[name] = answer
        return answer

    def names(self, resource: Resource) -> list[str]:
        """The names of all properties that are set, those from parts last."""
        found = dict.fromkeys(resource.names())
        for related in self.parts(resource):
            part = related.resource.part_of
            if part is not None:
                found.update(dict.fromkeys(sorted(part.names)))
        return [name for name in found if self.get(resource, name) is not None]

    def parts(self, resource: Resource) -> list[Related]:
        """The resources that configure a part of this one."""
        if not self._pieces:
            return []
        index = self._parts.get(resource.type)
        if index is None:
            index = self._parts[resource.type] = self._parts_of_type(resource.type)
        return index.get(resource.address, [])

    def _parts_of_type(self, type_: str) -> dict[str, list[Related]]:
        index: dict[str, list[Related]] = defaultdict(list)
        for part in self._pieces:
            if part.part_of is not None and part.part_of.type == type_:
                for owner, presence in self.matches(part.part_of.through, type_):
                    index[owner.address].append(Related(part, _both(part.presence, presence)))
        return index

    # --- edges ----------------------------------------------------------------------------------------------------

    def target(self, value: Property) -> Resource | Unknown | None:
        """The resource of this graph that a value points at; None where it certainly points at none of them."""
        found = list(self.matches(value, None))
        if len(found) == 1 and found[0][1] is None:
            return found[0][0]
        if found:
            return Unknown("which of several resources is meant")
        inner = value.value
        if isinstance(inner, Unknown) and inner.parts is not None:
            # Text with an open stretch, such as an ARN in any partition, is no reference.
            return None
        for symbol in symbols(value):
            if isinstance(symbol, Unknown):
                return symbol
        return None

    def incoming(self, resource: Resource, type_: str, path: str) -> list[Related]:
        """The resources of a type that point at this one with the property (a dotted path, `[*]` for all items).

        Who points at what configures a part of it points at it: a bucket's website is the bucket.
        """
        key = (type_, path)
        index = self._incoming.get(key)
        if index is None:
            index = self._incoming[key] = self._incoming_by(type_, path)
        parts = [related.resource.address for related in self.parts(resource)]
        pointers: list[str | tuple[Any]] = [resource.address, *parts, *_names_of(resource)]
        found: dict[str, Related] = {}
        for pointed in pointers:
            for related in index.get(pointed, ()):
                found.setdefault(related.resource.address, related)
        open_ = self._open_sources(type_, path)
        if open_:
            named = self._names_by_type(resource.type)
            for name, related in open_:
                if related.resource.address not in found and name not in named and _may_name(name[0], resource):
                    found[related.resource.address] = related
        return list(found.values())

    def _names_by_type(self, type_: str) -> set[tuple[Any]]:
        """The names that resources of a type have: a source that gives one of them means that resource."""
        found = self._names.get(type_)
        if found is None:
            found = self._names[type_] = {name for resource in self.of_type(type_) for name in _names_of(resource)}
        return found

    def _incoming_by(self, type_: str, path: str) -> dict[str | tuple[Any], list[Related]]:
        """Sources by the address that they refer to, or by the name that they give (as a tuple)."""
        index: dict[str | tuple[Any], list[Related]] = defaultdict(list)
        for source in self.of_type(type_):
            for value in self.follow(source, path):
                pointed: str | tuple[Any]
                for owner, presence in self.matches(value, None):
                    pointed = owner.address
                    if not index[pointed] or index[pointed][-1].resource is not source:
                        index[pointed].append(Related(source, _both(source.presence, presence)))
                if _is_name(value.value):
                    pointed = (value.value,)
                    if not index[pointed] or index[pointed][-1].resource is not source:
                        index[pointed].append(Related(source, source.presence))
        return index

    def _open_sources(self, type_: str, path: str) -> list[tuple[tuple[Any], Related]]:
        """Sources whose property is not known: each may point at any resource that has no other name than this."""
        out = self._open.get((type_, path))
        if out is not None:
            return out
        out = self._open[type_, path] = []
        for source in self.of_type(type_):
            for value in self.follow(source, path):
                if value.references or any(isinstance(symbol, Reference) for symbol in symbols(value)):
                    continue  # it names its resource, whatever else of the text is open (an ARN's partition)
                reason = open_reason(value)
                if reason is not None:
                    doubt = Unknown(f"whether {source.address} belongs to it: that is {reason}")
                    name = (value.value if _is_name(value.value) else None,)
                    out.append((name, Related(source, doubt)))
        return out

    def follow(self, resource: Resource, path: str) -> Iterator[Property]:
        """The properties at a path: dotted names, `[*]` for every item of a list; both branches of a choice."""
        steps = path.replace("[*]", ".[*]").split(".")
        first = self.get(resource, steps[0])
        if first is not None:
            yield from _follow(first, steps[1:])

    def matches(self, value: Property, type_: str | None) -> Iterator[tuple[Resource, Presence]]:
        """The resources that a value may point at, each with whether it certainly does.

        By reference, or by name: both sides give the same known name, or the same template of the same unknown.
        """
        seen: set[str] = set()
        references = [symbol for symbol in symbols(value) if isinstance(symbol, Reference)]
        references += [reference for reference in value.references if reference not in references]
        for reference in references:
            for candidate, presence in self.meant(reference):
                owner = self._owner(candidate) if type_ is not None and candidate.type != type_ else candidate
                if owner is not None and owner.address not in seen and type_ in (None, owner.type):
                    seen.add(owner.address)
                    yield owner, presence
        if seen or type_ is None or isinstance(value.value, Reference):
            return
        named = {candidate: self._same_name(value, candidate) for candidate in self.of_type(type_)}
        certain = any(same is True for same in named.values())
        for candidate, same in named.items():
            if same is True:
                yield candidate, None
            elif same is not False and not certain:
                yield candidate, Unknown(f"whether {candidate.address} is meant: that is {same}")

    def meant(self, reference: Reference) -> list[tuple[Resource, Unknown | None]]:
        """The resources that a reference may mean: the one at its address, or all instances of it."""
        exact = self.resources.get(reference.resource)
        if exact is not None:
            return [(exact, None)]
        address = without_keys(reference.resource)
        instances = self._instances.get(address)
        if not instances:
            return []
        presence = Unknown(f"which instance of {address} is meant")
        return [(instance, presence) for instance in instances]

    def _owner(self, part: Resource) -> Resource | None:
        if part.part_of is None or part.address in self._seeking:
            return None  # parts that point at each other belong to nothing
        self._seeking.add(part.address)
        try:
            return next((owner for owner, _ in self.matches(part.part_of.through, part.part_of.type)), None)
        finally:
            self._seeking.discard(part.address)

    def _same_name(self, value: Property, candidate: Resource) -> bool | str:
        """Whether a value is the candidate's name: True, False, or what it depends on."""
        wanted = value.value
        reason = open_reason(value)
        for name in candidate.identities:
            own = candidate.lookup(name)
            if own is None:
                continue
            given = own.value
            if wanted == given and (isinstance(wanted, str) or equals_itself(wanted)):
                return True
            if _may_be_same(wanted, given):
                reason = reason or open_reason(own)
        return (reason or False) if _may_name(wanted, candidate) else False


def _outside(part: Resource, of: PartOf) -> Resource:
    """The owner of a part, as far as the part tells."""
    unknown = Property(part.place, Unknown(f"what {part.address} belongs to, which is not in this template"))

    def lookup(name: str) -> "Property | None":
        return (of.lookup(name) if name in of.names else None) or unknown

    return Resource(
        part.address,
        of.type,
        part.source_type,
        part.language,
        part.place,
        lookup,
        lambda: sorted(of.names),
        part.source_properties,
        part.presence,
        part.calls,
    )


def _names_of(resource: Resource) -> Iterator[tuple[Any]]:
    """The names by which others may name a resource."""
    for name in resource.identities:
        own = resource.lookup(name)
        if own is not None and _is_name(own.value):
            yield (own.value,)


def _is_name(value: object) -> bool:
    """Whether a value is always the same, also where it is open in part: two that are equal name one thing."""
    return isinstance(value, str) or (isinstance(value, Unknown) and equals_itself(value))


def open_reason(value: Property) -> str | None:
    """What an unknown value depends on; None for plain values and references."""
    for symbol in symbols(value):
        if isinstance(symbol, Unknown):
            return symbol.reason
    return None


_KEYS: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^"\]]*)\]', re.DOTALL)


def without_keys(address: str) -> str:
    """An address without instance keys: `module.m["a"].aws_x.y[0]` gives `module.m.aws_x.y`."""
    return _KEYS.sub("", address) if "[" in address else address


def _may_name(value: Any, resource: Resource) -> bool:
    """Whether a value can be the name of a resource; what AWS names can have any."""
    names = [resource.lookup(name) for name in resource.identities]
    return not names or any(name is None or _may_be_same(value, name.value) for name in names)


def _may_be_same(one: Any, other: Any) -> bool:
    """Whether two names can be the same; `${App}-logs` and `${App}-data` cannot, whatever the parameter is."""
    left, right = _tokens(one), _tokens(other)
    if left is None or right is None:
        return True
    for at in (0, -1):  # from the front, then from the back
        while left and right and left[at] == right[at] and (isinstance(left[at], str) or equals_itself(left[at])):
            del left[at], right[at]
        if left and right and isinstance(left[at], str) and isinstance(right[at], str):
            return False
    # Nothing is left of one: then the other is empty as well, or holds text.
    return bool(left and right) or not any(isinstance(token, str) for token in (*left, *right))


def _tokens(value: Any) -> list[Any] | None:
    """A text as its characters, with symbols for its open stretches; None where nothing of it is known."""
    if isinstance(value, str):
        return list(value)
    if isinstance(value, Unknown) and value.parts is not None:
        return [token for part in value.parts for token in (part if isinstance(part, str) else (part,))]
    return None


def equals_itself(value: object) -> bool:
    """Whether an open value equals itself: a parameter does, "some data source" does not."""
    if isinstance(value, Reference):
        return True
    if not isinstance(value, Unknown):
        return isinstance(value, Choice)
    if value.parts is not None and len(value.parts) > 1:
        return all(isinstance(part, str) or equals_itself(part) for part in value.parts)
    return value.subject is not None


def _follow(value: Property, steps: list[str]) -> Iterator[Property]:
    found = value.value
    if isinstance(found, Choice):
        for branch in (found.then, found.otherwise):
            inner = branch if isinstance(branch, Property) else Property(value.place, branch, owner=value.owner)
            yield from _follow(inner, steps)
        return
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(found, list):
        for item in found:
            yield from _follow(item, rest if step == "[*]" else steps)
    elif isinstance(found, dict):
        if step in found:
            yield from _follow(found[step], rest)
    elif isinstance(found, (Unknown, Reference)):
        yield value


def _both(one: Presence, other: Presence) -> Presence:
    """Present where both are; what is not decidable outweighs a condition."""
    if one is None or one == other:
        return other
    if other is None:
        return one
    if isinstance(one, Unknown):
        return one
    if isinstance(other, Unknown):
        return other
    from walint.conditions import and_

    joined = and_(one, other)
    return None if joined is True else Unknown("conditions that exclude each other") if joined is False else joined


def _with_part(own: Property | None, given: Property, related: Related, name: str) -> Property:
    """A property together with what a part says of it."""
    part = related.resource
    given.owner = part.address
    presence = related.presence
    if presence is not None and not isinstance(presence, Unknown):
        rest = None if own is None else own
        return Property(given.place, Choice(presence, given, rest), owner=part.address)
    if own is None:
        if presence is None:
            return given
        reason = f"{part.address}, which may set {name}: {presence.reason}"
        return Property(given.place, Unknown(reason), owner=part.address)
    if presence is not None:
        return own
    before, added = own.value, given.value
    if isinstance(before, list) and isinstance(added, list):
        return Property(own.place, [*before, *added], owner=own.owner)
    if isinstance(before, dict) and isinstance(added, dict):
        return Property(own.place, {**before, **added}, owner=own.owner)
    return given if before is None or before == [] else own
