"""Finds the suppressions that speak of a finding, and silences it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

from walint.graph import Call, Graph, Resource
from walint.policy.model import Finding, Related, Rule, Suppression
from walint.policy.selection import fits, is_elsewhere
from walint.policy.suppressions.comments import FileComments, mentions, read_comments
from walint.policy.suppressions.metadata import read_metadata
from walint.policy.suppressions.model import Declared, Directive, SuppressionPolicy
from walint.policy.suppressions.names import Names
from walint.source import Place, Source, Span

if TYPE_CHECKING:
    from datetime import date

Kind = Literal["inline", "metadata", "file", "foreign", "call"]


class CommentReader(Protocol):
    """What a front end knows of the comments in one file."""

    def holds(self, at: int, /) -> bool:
        """Whether the character at an offset of the text stands in a comment."""

    def around(self, line: int, column: int, /) -> set[int]:
        """The lines on which what holds a place begins: the argument, its block, the block around it."""


class Extent(NamedTuple):
    """The lines of a declaration."""

    file: str
    first: int
    last: int


_MOST_HINTS: Final = 50


class Ledger:
    """Which suppressions were met, and what became of each: how many findings it silences, or why it does not hold."""

    def __init__(self) -> None:
        self.met: dict[Directive, None] = {}
        self.silenced: Counter[Directive] = Counter()
        self.refused: dict[Directive, str] = {}

    def add(self, other: "Ledger") -> None:
        self.met.update(other.met)
        self.silenced.update(other.silenced)
        self.refused.update(other.refused)


class Suppressor:
    """Applies suppressions, graph by graph, and keeps a ledger of what became of each.

    Args:
        known: all rules, those included that the run leaves out.
        reader: gives the comments of a source.

    Attributes:
        sources: the texts that suppressions were looked for in, by name.
    """

    def __init__(
        self,
        policy: SuppressionPolicy,
        known: Iterable[Rule],
        reader: Callable[[Source], CommentReader],
    ) -> None:
        self._policy = policy
        self._known = list(known)
        self._names = Names(self._known)
        self._hints = 0
        self._protected = {rule.id for rule in self._known if any(fits(rule, name) for name in policy.protected)}
        self._reader = reader
        self._files: dict[str, FileComments] = {}
        self._readers: dict[str, CommentReader] = {}
        self.ledger = Ledger()
        self.sources: dict[str, Source] = {}

    def apply(self, graph: Graph, findings: Iterable[Finding], sources: dict[str, Source]) -> list[Finding]:
        """The findings of one graph, the silenced ones marked."""
        findings = list(findings)
        if not self._policy.enabled:
            return findings
        view = _View(self, graph, sources)
        if self._policy.report_unused or self._policy.everything:
            view.everything()
        return [self._applied(finding, view) for finding in findings]

    def _applied(self, finding: Finding, view: "_View") -> Finding:
        chosen: tuple[Directive, Kind] | None = None
        notes: dict[Related, None] = {}
        seen: set[Directive] = set()
        for directive, kind in view.speaking_of(finding):
            if directive in seen:
                continue
            seen.add(directive)
            self.ledger.met[directive] = None
            if finding.rule.id not in self._names.of(directive):
                continue
            why = self._refusal(directive, finding.rule)
            if why:
                self.ledger.refused[directive] = why
                notes[Related(f"the suppression here does not hold: {why}", directive.span)] = None
                continue
            self.ledger.silenced[directive] += 1
            chosen = chosen or (directive, kind)
        if chosen is None:
            return finding._replace(related=(*finding.related, *notes)) if notes else finding
        directive, kind = chosen
        suppression = Suppression(kind, directive.reason, directive.until, directive.span, directive.syntax)
        return finding._replace(suppression=suppression)

    def _refusal(self, directive: Directive, rule: Rule) -> str:
        """Why a directive that means a rule does not silence it, as a clause; "" where it does."""
        if directive.fault:
            return directive.fault
        if directive.until is not None and self._is_over(directive.until):
            return f"it ended on {directive.until.isoformat()}"
        if rule.id in self._protected:
            return f"{rule.id} is protected"
        if self._policy.require_reason and not directive.reason:
            return "it gives no reason, and one is required"
        return ""

    def _is_over(self, day: "date") -> bool:
        return day < (self._policy.today or day.today())

    def declared(self, judged: Iterable[Rule]) -> list[Declared]:
        """All suppressions that were met, by place, and what became of each.

        Args:
            judged: the rules that the run judged by.
        """
        ids = frozenset(rule.id for rule in judged)
        ordered = sorted(self.ledger.met, key=lambda it: (it.span, it.syntax, it.name))
        return [self._state(directive, ids) for directive in ordered]

    def _state(self, directive: Directive, judged: frozenset[str]) -> Declared:
        silenced = self.ledger.silenced[directive]
        if silenced:
            return Declared(directive, silenced, "in force")
        why = self.ledger.refused.get(directive, "")
        if why:
            ended = directive.until is not None and self._is_over(directive.until)
            return Declared(directive, 0, "expired" if ended else "refused", why)
        meant = self._names.of(directive)
        ours = directive.syntax == "walint" and not is_elsewhere(directive.name)
        if ours and not directive.fault and not meant:
            # Whoever has more wrong names than that did not mistype them, and each takes a while.
            self._hints += 1
            known = [rule.id for rule in self._known] if self._hints <= _MOST_HINTS else []
            from difflib import get_close_matches

            near = get_close_matches(directive.name, known, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            return Declared(directive, 0, "unused", f'there is no rule "{directive.name}"{hint}')
        spoken = bool(directive.fault or meant & judged)
        return Declared(directive, 0, "unused" if spoken else "not judged", directive.fault)

    # --- comments ---------------------------------------------------------------------------------------------------

    def comments(self, source: Source) -> FileComments:
        found = self._files.get(source.name)
        if found is None:
            self.sources[source.name] = source
            found = FileComments()
            if mentions(source.text):
                reader = self._readers[source.name] = self._reader(source)
                found = read_comments(source, reader.holds)
            self._files[source.name] = found
        return found

    def around(self, file: str, line: int, column: int) -> set[int]:
        reader = self._readers.get(file)
        return set() if reader is None else reader.around(line, column)

    def meet(self, directives: Iterable[Directive]) -> None:
        self.ledger.met.update(dict.fromkeys(directives))


class _View:
    """The suppressions of one graph, found by what they speak of."""

    def __init__(self, suppressor: Suppressor, graph: Graph, sources: dict[str, Source]) -> None:
        self._suppressor = suppressor
        self._graph = graph
        self._sources = dict(sources)
        self._metadata: dict[str, list[Directive]] = {}
        self._own: dict[str, Extent] = {}
        self._extents: dict[str, list[Extent]] | None = None
        self._whole: dict[str, list[Directive]] = {}
        # Several rules often find something at one place of a resource.
        self._about: dict[tuple[Span, tuple[str, ...]], list[tuple[Directive, Kind]]] = {}
        for about in graph.metadata:
            if about.place is not None:
                self._sources.setdefault(about.place.source.name, about.place.source)
                self._whole.setdefault(about.place.source.name, []).extend(read_metadata(about, "file"))

    def everything(self) -> None:
        """Meet all suppressions that there are, whether or not something is found where they speak of."""
        sources = dict(self._sources)
        for resource in self._graph.resources.values():
            for place in (resource.place, *(call.place for call in resource.calls)):
                sources.setdefault(place.source.name, place.source)
            self._suppressor.meet(self._of(resource))
        for source in sources.values():
            self._suppressor.meet(self._suppressor.comments(source).all())
        for directives in self._whole.values():
            self._suppressor.meet(directives)

    def speaking_of(self, finding: Finding) -> list[tuple[Directive, Kind]]:
        """The suppressions that speak of a finding's place, its resource, or a call that led there; nearest first."""
        key = (finding.span, finding.addresses)
        found = self._about.get(key)
        if found is None:
            found = self._about[key] = list(self._speaking_of(finding))
        return found

    def _speaking_of(self, finding: Finding) -> Iterator[tuple[Directive, Kind]]:
        span = finding.span
        here = self._comments(span.file)
        yield from _kinds(here.lines.get(span.line, ()))
        if here.lines:
            for line in self._suppressor.around(span.file, span.line, span.column):
                # Others' comments also speak of all that begins on the line.
                yield from _kinds(one for one in here.lines.get(line, ()) if one.syntax != "walint")
        resource = self._graph.resources.get(finding.addresses[0]) if finding.addresses else None
        for extent in self._declarations(finding, resource):
            yield from _kinds(self._at(extent))
        if resource is not None:
            yield from _kinds(self._of(resource))
            for call in resource.calls:
                for directive in self._of_call(call):
                    yield directive, "call"
        yield from ((directive, "file") for directive in here.whole)
        yield from _kinds(self._whole.get(span.file, ()))

    def _declarations(self, finding: Finding, resource: Resource | None) -> Iterator[Extent]:
        """The finding's resource, and what else is declared around the place (a part of it, a module call)."""
        if resource is not None:
            own = self._own.get(resource.address)
            if own is None:
                self._sources.setdefault(resource.place.source.name, resource.place.source)
                own = self._own[resource.address] = _extent(resource.place, resource.extent)
            yield own
        span = finding.span
        here = self._comments(span.file)
        if here.lines or here.blocks:
            for extent in self._extents_in(span.file):
                if extent.first <= span.line <= extent.last:
                    yield extent

    def _at(self, extent: Extent) -> Iterator[Directive]:
        """What speaks of a declaration: by its first line, or from within."""
        comments = self._comments(extent.file)
        yield from comments.lines.get(extent.first, ())
        for directive in comments.blocks:
            if extent.first <= directive.span.line <= extent.last:
                yield directive

    def _of(self, resource: Resource) -> list[Directive]:
        """What a resource's metadata says."""
        if resource.language != "cloudformation":
            return []
        found = self._metadata.get(resource.address)
        if found is None:
            metadata = resource.lookup("Metadata")
            found = [] if metadata is None else list(read_metadata(metadata, "resource"))
            self._metadata[resource.address] = found
        return found

    def _of_call(self, call: Call) -> Iterator[Directive]:
        self._sources.setdefault(call.place.source.name, call.place.source)
        yield from self._at(_extent(call.place, call.extent))
        stack = self._graph.resources.get(call.address)
        if stack is not None:
            yield from self._of(stack)

    def _comments(self, file: str) -> FileComments:
        source = self._sources.get(file)
        return _NONE if source is None else self._suppressor.comments(source)

    def _extents_in(self, file: str) -> list[Extent]:
        if self._extents is None:
            self._extents = {}
            for resource in self._graph.resources.values():
                if resource.extent is not None:
                    extent = _extent(resource.place, resource.extent)
                    self._extents.setdefault(extent.file, []).append(extent)
        return self._extents.get(file, [])


_NONE = FileComments()


def _extent(place: Place, extent: Place | None) -> Extent:
    span = (extent or place).span()
    return Extent(span.file, span.line, span.end_line)


def _kinds(directives: Iterable[Directive]) -> Iterator[tuple[Directive, Kind]]:
    for directive in directives:
        if directive.syntax != "walint":
            yield directive, "foreign"
        elif directive.reach == "file":
            yield directive, "file"
        else:
            yield directive, "metadata" if directive.metadata else "inline"
