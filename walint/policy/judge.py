"""Judges a graph by rules: pass, fail or open, scenario by scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from walint.conditions import Condition, Is, Scenario, and_
from walint.conditions import Subject as Input
from walint.crash import described
from walint.graph import Graph, Resource
from walint.limits import OverLimit, exceeded, limits, used_up
from walint.policy.checks import CHECKS, Hit
from walint.policy.compiler import Compiled, compile_node
from walint.policy.functions import callables
from walint.policy.messages import render
from walint.policy.model import Finding, Related, Rule, type_and_path
from walint.policy.runtime import Env, Fork, Missing, Surprise, Truth, touched, truth
from walint.policy.whole import TEMPLATE, template_of
from walint.source import Place, Problem, Source, Span
from walint.values import Choice, Property, Unknown
from walint.watchdog import Exhausted, stop

# A finding looks for the shortest names of so many scenarios, and an open one names only what has so few parts.
MAX_NAMED: Final = 16
MAX_ASSUMPTIONS: Final = 6
_NO_SCENARIO: Final = Scenario()


@dataclass(slots=True)
class Judgement:
    """What judging one graph brought.

    Attributes:
        passed: how often each rule passed.
        surprises: what a rule did not expect, one sentence each; their verdicts are open.
        problems: faults of ours, and what there was no time for.
        asked: how often values were asked for, by the reason why they are unknown ("" for those that are known).
        sources: the sources that findings point into, by name.
    """

    findings: list[Finding] = field(default_factory=list)
    passed: dict[str, int] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def add(self, finding: Finding, place: Place | None, resource: Resource) -> None:
        self.findings.append(finding)
        for source in (
            place.source if place else resource.place.source,
            *(call.place.source for call in resource.calls),
        ):
            self.sources[source.name] = source


class Subject(NamedTuple):
    """What a rule judges at once: a resource, or one item of a property of it."""

    of: Resource | Property
    presence: Condition | None


class Leaf(NamedTuple):
    """The verdict in one scenario."""

    scenario: Scenario
    verdict: str  # "pass", "fail", "open", or "none" where the rule does not apply
    message: str = ""
    reason: str = ""
    place: Place | None = None
    path: str = ""


class CompiledRule:
    """A rule with its expressions as closures."""

    __slots__ = ("check", "message", "parameters", "require", "rule", "when")

    def __init__(self, rule: Rule, parameters: dict[str, Any]) -> None:
        functions = callables()
        self.rule = rule
        self.parameters = {**rule.parameters, **parameters}
        self.when: Compiled | None = None if rule.when is None else compile_node(rule.when, functions)
        self.require: Compiled | None = None if rule.require is None else compile_node(rule.require, functions)
        self.message: list[Any] = [
            part if isinstance(part, str) else compile_node(part, functions) for part in rule.message_parts
        ]
        self.check: Callable[[Env], Iterable[Hit]] | None = None if rule.check is None else CHECKS[rule.check]


class Judge:
    """Applies a set of rules to graphs; compiles each rule when its first resource turns up.

    Args:
        rules: the rules to judge by.
        parameters: the user's thresholds, by rule id and parameter name.
        count_values: whether to count the values asked for (`--stats`).
    """

    def __init__(
        self, rules: Iterable[Rule], parameters: dict[str, dict[str, Any]] | None = None, count_values: bool = False
    ) -> None:
        self._by_type: dict[str, list[tuple[Rule, str]]] = {}
        for rule in rules:
            for target in rule.applies_to:
                type_, path = type_and_path(target)
                self._by_type.setdefault(type_, []).append((rule, path))
        self._parameters = parameters or {}
        self._compiled: dict[str, CompiledRule] = {}
        self._count_values = count_values

    def judge(self, graph: Graph) -> Judgement:
        """All verdicts. Where the watchdog barks in between, those that are left are open."""
        out = Judgement()
        done = 0
        try:
            for compiled, resource, path in self._pairs(graph):
                self._judge_resource(graph, compiled, resource, path, out)
                done += 1
            for type_ in self._types(graph):
                rules = self._by_type.get(type_, [])
                for resource in graph.owners_elsewhere(type_) if rules else []:
                    for rule, path in rules:
                        elsewhere = self._compiled_for(rule, graph)
                        if elsewhere is not None:
                            self._judge_elsewhere(graph, elsewhere, resource, path, out)
        except Exhausted as error:
            stop()
            self._leave_open(graph, done, used_up(error.limit), out)
        return out

    def _pairs(self, graph: Graph) -> Iterator[tuple[CompiledRule, Resource, str]]:
        """Which rule judges which resource, always in the same order; nothing is evaluated for it."""
        whole = template_of(graph)
        for rule, path in self._by_type.get(TEMPLATE, []) if whole is not None else []:
            compiled = self._compiled_for(rule, graph)
            if compiled is not None and whole is not None:
                yield compiled, whole, path
        everywhere = self._by_type.get("*", [])
        for type_ in self._types(graph):
            rules = self._by_type.get(type_, [])
            if "::" not in type_ or type_.startswith(("AWS::", "Custom::", "Alexa::")):
                rules = rules + everywhere
            for rule, path in rules:
                compiled = self._compiled_for(rule, graph)
                if compiled is not None:
                    for resource in graph.of_type(type_):
                        yield compiled, resource, path

    @staticmethod
    def _types(graph: Graph) -> Iterable[str]:
        return dict.fromkeys((*graph.types(), *sorted(graph.owner_types())))

    def _leave_open(self, graph: Graph, done: int, reason: str, out: Judgement) -> None:
        """What was not judged for want of time or memory: a finding for each rule, at the first resource it lacks."""
        left: dict[str, list[Resource]] = {}
        rules: dict[str, Rule] = {}
        for compiled, resource, _ in islice(self._pairs(graph), done, None):
            rules[compiled.rule.id] = compiled.rule
            left.setdefault(compiled.rule.id, []).append(resource)
        for name, resources in left.items():
            first = resources[0]
            others = f" and {len(resources) - 1} others" if len(resources) > 1 else ""
            message = f"{first.known_as}{others}: it was not judged whether {rules[name].title} holds."
            leaf = Leaf(_NO_SCENARIO, "open", message, reason, first.place)
            out.add(_finding(rules[name], first, leaf, "", ""), first.place, first)
        count = sum(map(len, left.values()))
        message = f"judging it takes {reason}; {count} verdicts are open"
        out.problems.append(Problem(graph.name, 1, 1, "error", message))

    def _compiled_for(self, rule: Rule, graph: Graph) -> CompiledRule | None:
        """The rule as closures; None where it does not judge the graph's language."""
        if graph.language not in rule.languages:
            return None
        compiled = self._compiled.get(rule.id)
        if compiled is None:
            compiled = self._compiled[rule.id] = CompiledRule(rule, self._parameters.get(rule.id, {}))
        return compiled

    def _judge_elsewhere(
        self, graph: Graph, compiled: CompiledRule, owner: Resource, path: str, out: Judgement
    ) -> None:
        """Judge what a part says of an owner that is not here: only what certainly fails is worth telling."""
        if compiled.check is not None:
            return
        found = Judgement()
        self._judge_resource(graph, compiled, owner, path, found)
        out.findings += [finding for finding in found.findings if finding.verdict == "fail"]
        out.sources.update(found.sources)
        out.surprises += found.surprises

    def _judge_resource(
        self, graph: Graph, compiled: CompiledRule, resource: Resource, path: str, out: Judgement
    ) -> None:
        asked = out.asked if self._count_values else None
        try:
            if compiled.check is not None:
                self._run_check(graph, compiled, resource, asked, out)
                return
            for subject in subjects(graph, resource, path):
                leaves = _scenarios(
                    graph,
                    compiled,
                    resource,
                    subject,
                    asked,
                    out.surprises,
                    partial(_verdict, compiled, resource, subject),
                )
                holder = _holder(graph, resource, subject)
                finding = conclude(compiled.rule, holder, subject, leaves, path)
                if finding is not None:
                    out.add(*finding, holder)
                elif any(leaf.verdict == "pass" for leaf in leaves):
                    out.passed[compiled.rule.id] = out.passed.get(compiled.rule.id, 0) + 1
        except OverLimit as error:
            self._give_up(compiled.rule, resource, str(error), out)
        except Exception as error:  # a bug of ours must cost this one verdict only
            lost = f"{compiled.rule.id} is open for {resource.known_as}"
            out.problems.append(Problem.at(resource.place, described(error, lost), "error"))
            self._give_up(compiled.rule, resource, f"an internal error ({type(error).__name__})", out)

    @staticmethod
    def _give_up(rule: Rule, resource: Resource, reason: str, out: Judgement) -> None:
        leaf = Leaf(_NO_SCENARIO, "open", reason=reason, place=resource.place)
        out.add(_finding(rule, resource, leaf, "", ""), resource.place, resource)

    def _run_check(
        self, graph: Graph, compiled: CompiledRule, resource: Resource, asked: dict[str, int] | None, out: Judgement
    ) -> None:
        """A named check yields hits by itself; it explores choices on its own or leaves them to forks."""
        rule = compiled.rule
        assert compiled.check is not None
        if resource.presence is None and self._is_clean(graph, compiled.check, resource, compiled.parameters, asked):
            out.passed[rule.id] = out.passed.get(rule.id, 0) + 1
            return
        condition = resource.presence if not isinstance(resource.presence, Unknown) else None
        subject = Subject(resource, condition)
        hits: dict[tuple[int, str], tuple[Hit, list[Leaf]]] = {}
        others: list[Leaf] = []

        def evaluate(env: Env) -> Leaf:
            assert compiled.check is not None
            found = list(compiled.check(env))
            for hit in found:
                place = hit.place or resource.place
                leaf = Leaf(env.scenario, hit.verdict, hit.message, hit.reason, place, hit.path)
                hits.setdefault((id(hit.place), hit.path), (hit, []))[1].append(leaf)
            return Leaf(env.scenario, "none" if found else "pass")

        others = _scenarios(graph, compiled, resource, subject, asked, out.surprises, evaluate)
        for _, leaves in hits.values():
            failing = {leaf.scenario for leaf in leaves}
            rest = [leaf for leaf in others if leaf.scenario not in failing]
            finding = conclude(rule, resource, subject, [*leaves, *rest], "")
            if finding is not None:
                out.add(*finding, resource)
        if not hits and any(leaf.verdict == "pass" for leaf in others):
            out.passed[rule.id] = out.passed.get(rule.id, 0) + 1

    @staticmethod
    def _is_clean(
        graph: Graph,
        check: Callable[[Env], Iterable[Hit]],
        resource: Resource,
        parameters: dict[str, Any],
        asked: dict[str, int] | None,
    ) -> bool:
        """Whether a check finds nothing, whatever the scenario: the usual case, and a quick one."""
        try:
            return next(iter(check(Env(graph, resource, resource, _NO_SCENARIO, parameters, asked))), None) is None
        except (Fork, Surprise):
            return False


def subjects(graph: Graph, resource: Resource, path: str) -> Iterator[Subject]:
    """What `applies_to` names on a resource: the resource itself, or each item at a path (`A.B[*].C`)."""
    presence = None if isinstance(resource.presence, Unknown) else resource.presence
    if not path:
        yield Subject(resource, presence)
        return
    steps = path.replace("[*]", ".[*]").split(".")
    first = graph.get(resource, steps[0])
    if first is not None:
        yield from _items(first, steps[1:], presence)


def _items(value: Property, steps: list[str], presence: Condition | None) -> Iterator[Subject]:
    if value.presence is not None and not isinstance(value.presence, Unknown):
        joined = value.presence if presence is None else and_(presence, value.presence)
        if joined is False:
            return
        presence = None if joined is True else joined
    inner = value.value
    if isinstance(inner, Choice):
        from walint.conditions import negation

        for branch, condition in ((inner.then, inner.condition), (inner.otherwise, negation(inner.condition))):
            joined = condition if presence is None else and_(presence, condition)
            if joined is False:
                continue
            item = branch if isinstance(branch, Property) else Property(value.place, branch, owner=value.owner)
            yield from _items(item, steps, None if joined is True else joined)
        return
    if inner is None:
        return
    if not steps:
        yield Subject(value, presence)
        return
    step, rest = steps[0], steps[1:]
    if isinstance(inner, Unknown):
        yield Subject(value, presence)
    elif step == "[*]":
        for item in inner if isinstance(inner, list) else [value] if isinstance(inner, dict) else []:
            yield from _items(item, rest, presence)
    elif isinstance(inner, dict) and step in inner:
        yield from _items(inner[step], rest, presence)
    elif isinstance(inner, list):
        for item in inner:
            yield from _items(item, steps, presence)


def _holder(graph: Graph, resource: Resource, subject: Subject) -> Resource:
    """The resource in whose text the subject stands: the part that an item comes from, or the resource itself."""
    owner = subject.of.owner if isinstance(subject.of, Property) else None
    part = None if owner is None or owner == resource.address else graph.resources.get(owner)
    return resource if part is None or part.part_of is None else part


def _scenarios(
    graph: Graph,
    compiled: CompiledRule,
    resource: Resource,
    subject: Subject,
    asked: dict[str, int] | None,
    surprises: list[str],
    evaluate: Callable[[Env], Leaf],
) -> list[Leaf]:
    """The verdict in every scenario that the rule can tell apart."""
    leaves: list[Leaf] = []
    todo = [Scenario()]
    while todo:
        scenario = todo.pop()
        env = Env(graph, resource, subject.of, scenario, compiled.parameters, asked)
        try:
            if subject.presence is not None and not env.decide(subject.presence):
                leaves.append(Leaf(scenario, "none"))
                continue
            leaves.append(evaluate(env))
        except Fork as fork:
            if len(leaves) + len(todo) >= limits().scenarios:
                reason = exceeded("scenarios", "more than {} combinations of conditions")
                leaves.append(Leaf(scenario, "open", reason=reason, place=_place(env, subject)))
                continue
            for holds in (False, True):
                next_ = scenario.assume(fork.atom, holds)
                if next_ is not None:
                    todo.append(next_)
        except Surprise as surprise:
            surprises.append(f"{compiled.rule.id} at {resource.address} ({resource.place.source.name}): {surprise}")
            leaves.append(Leaf(scenario, "open", reason=str(surprise), place=_place(env, subject)))
    return leaves


def _verdict(compiled: CompiledRule, resource: Resource, subject: Subject, env: Env) -> Leaf:
    applies: Truth = True
    if compiled.when is not None:
        applies = truth(compiled.when(env), env)
        if applies is False:
            return Leaf(env.scenario, "none")
        if applies is True:
            env.trace.clear()
    assert compiled.require is not None
    mark = len(env.trace)
    holds = truth(compiled.require(env), env)
    if holds is True:
        return Leaf(env.scenario, "pass")
    if isinstance(applies, Unknown):
        # Whether the rule applies is open, and it would not pass.
        del env.trace[mark:]
        return Leaf(env.scenario, "open", _message(compiled, env), applies.reason, _place(env, subject), _path(env))
    if isinstance(holds, Unknown):
        return Leaf(env.scenario, "open", _message(compiled, env), holds.reason, _place(env, subject), _path(env))
    return Leaf(env.scenario, "fail", _message(compiled, env), "", _place(env, subject), _path(env))


def _message(compiled: CompiledRule, env: Env) -> str:
    trace = list(env.trace)
    text = "".join(part if isinstance(part, str) else render(part(env), env) for part in compiled.message)
    env.trace[:] = trace
    return text


def _place(env: Env, subject: Subject) -> Place | None:
    return next(touched(env.trace, env.graph, env.resource), None) or subject.of.place


def _path(env: Env) -> str:
    for entry in env.trace:
        if isinstance(entry, Missing):
            return entry.name
    return ""


def conclude(
    rule: Rule, resource: Resource, subject: Subject, leaves: list[Leaf], path: str
) -> tuple[Finding, Place | None] | None:
    """One finding, and where, out of the verdicts in all scenarios: a reachable failure fails, and says when."""
    fails = [leaf for leaf in leaves if leaf.verdict == "fail"]
    opens = [leaf for leaf in leaves if leaf.verdict == "open"]
    chosen = fails or opens
    if not chosen:
        return None
    others = [leaf.scenario for leaf in leaves if leaf.verdict != chosen[0].verdict]
    chosen = sorted(chosen, key=lambda leaf: (len(leaf.scenario.assumptions), str(leaf.scenario)))
    cases = _cases(chosen[:MAX_NAMED], others)
    leaf = next(iter(cases.values()))
    return _finding(rule, resource, leaf, _when(cases, bool(fails)) if others else "", path), leaf.place


def _cases(chosen: list[Leaf], others: list[Scenario]) -> dict[Scenario, Leaf]:
    """The scenarios in which a verdict holds, shortest first, none of them a part of another one."""
    found: dict[Scenario, Leaf] = {}
    for leaf in chosen:
        found.setdefault(_shortened(leaf.scenario, others), leaf)
    for one in list(found):
        if any(other != one and one.implies(other) for other in found):
            del found[one]
    return {one: found[one] for one in sorted(found, key=lambda it: (len(it.assumptions), str(it)))}


def _all_but_one(named: list[Scenario]) -> list[Scenario]:
    """Of an input that may have every value but one, that it does not have this one."""
    values: dict[Input, list[Scenario]] = {}
    for one in named:
        match one.assumptions:
            case ((Is(subject), True),) if subject.domain is not None:
                values.setdefault(subject, []).append(one)
    out = list(named)
    for subject, group in values.items():
        left = [it for it in subject.domain or () if not any(one.decide(Is(subject, it)) is True for one in group)]
        if len(group) > 1 and len(left) == 1:
            without = Scenario().assume(Is(subject, left[0]), False)
            out = [one for one in out if one not in group]
            out += [without] if without is not None else []
    return sorted(out, key=lambda one: (len(one.assumptions), str(one)))


def _when(cases: dict[Scenario, Leaf], fails: bool) -> str:
    """The scenarios in words. Of an open verdict a long one explains nothing."""
    named = [one for one in cases if fails or len(one.assumptions) <= MAX_ASSUMPTIONS]
    named = _all_but_one(named) if len(named) < MAX_NAMED else named
    shown = [f"({one})" if len(named) > 1 and " and " in str(one) else str(one) for one in named[:3]]
    if len(named) > 3:
        shown.append("in other cases")
    return " or ".join(shown)


def _shortened(scenario: Scenario, others: list[Scenario]) -> Scenario:
    """The scenario without the assumptions that make no difference to the verdict."""
    kept = list(scenario.assumptions)
    for assumption in list(kept):
        trial = [other for other in kept if other is not assumption]
        if not any(_compatible(trial, other) for other in others):
            kept = trial
    made = Scenario()
    for atom, holds in kept:
        made = made.assume(atom, holds) or made
    return made


def _compatible(assumptions: list[Any], other: Scenario) -> bool:
    """Whether both can be true together."""
    scenario: Scenario | None = other
    for atom, holds in assumptions:
        if scenario is None:
            return False
        scenario = scenario.assume(atom, holds)
    return scenario is not None


def _finding(rule: Rule, resource: Resource, leaf: Leaf, when: str, path: str) -> Finding:
    place = leaf.place or resource.place
    message = leaf.message or f"{resource.known_as}: {rule.title} could not be decided."
    calls = tuple(Related(f"called as {call.address}", narrow(call.place)) for call in resource.calls)
    return Finding(
        rule,
        "fail" if leaf.verdict == "fail" else "open",
        message,
        narrow(place),
        (resource.known_as,),
        resource.type,
        resource.source_type,
        resource.language,
        when,
        leaf.reason,
        calls,
        ".".join(part for part in (path, leaf.path) if part),
        construct=resource.construct or "",
    )


def narrow(place: Place) -> Span:
    """A place as a span of one line: code hosts show a finding only where all its lines are in the change."""
    span = place.span()
    if span.line == span.end_line:
        return span
    end = len(place.source.line_text(span.line).rstrip()) + 1
    return Span(span.file, span.line, span.column, span.line, max(end, span.column + 1))


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Findings sorted, with the instances of one fault at one place brought together, suppressed ones apart.

    Where one instance fails, another that is open at the same place adds nothing.
    """
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule.id, finding.span, finding.suppression, finding.state), []).append(finding)
    out: list[Finding] = []
    for group in groups.values():
        fails = [finding for finding in group if finding.verdict == "fail"]
        same = sorted(fails or group, key=lambda finding: finding.sort_key)
        first = same[0]
        if len(same) > 1:
            addresses = tuple(dict.fromkeys(address for finding in same for address in finding.addresses))
            related = tuple(dict.fromkeys(place for finding in same for place in finding.related))
            when = "" if any(not finding.when for finding in same) else first.when
            others = {finding.addresses: finding for finding in reversed(same) if finding.addresses != first.addresses}
            first = replace(
                first, addresses=addresses, when=when, related=related, others=tuple(reversed(others.values()))
            )
        out.append(first)
    return sorted(out, key=lambda finding: finding.sort_key)
