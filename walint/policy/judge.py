"""Judges a graph by rules: pass, fail or open, scenario by scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final

from walint.conditions import NO_SCENARIO
from walint.crash import described
from walint.graph import Graph, Language, Resource
from walint.limits import OverLimit, exceeded, limits, used_up
from walint.policy.checks import CHECKS, Check, Hit
from walint.policy.compiler import Compiled, Names, compile_node
from walint.policy.functions import CALLABLES
from walint.policy.logic import truth
from walint.policy.messages import render
from walint.policy.model import Finding, Rule, type_and_path
from walint.policy.runtime import Env, Fork, Missing, Surprise, Truth, touched
from walint.policy.subjects import Subject, holder_of, subjects
from walint.policy.verdicts import Leaf, conclude, finding_of
from walint.policy.whole import TEMPLATE, template_of
from walint.source import Place, Problem, Source
from walint.values import Unknown
from walint.watchdog import Exhausted, stop

# The verdicts that make no finding.
_SILENT: Final = frozenset(("pass", "none"))


class Judgement:
    """What judging one graph brought.

    Attributes:
        passed: how often each rule passed.
        surprises: what a rule did not expect, one sentence each; their verdicts are open.
        problems: faults of ours, and what there was no time for.
        asked: how often values were asked for, by the reason why they are unknown ("" for those that are known).
        sources: the sources that findings point into, by name.
    """

    __slots__ = ("asked", "findings", "passed", "problems", "sources", "surprises")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.passed: dict[str, int] = {}
        self.surprises: list[str] = []
        self.problems: list[Problem] = []
        self.asked: dict[str, int] = {}
        self.sources: dict[str, Source] = {}

    def add(self, finding: Finding, place: Place | None, resource: Resource) -> None:
        self.findings.append(finding)
        for source in (
            place.source if place else resource.place.source,
            *(call.place.source for call in resource.calls),
        ):
            self.sources[source.name] = source


class CompiledRule:
    """A rule with its expressions as closures; its message is compiled for the first finding."""

    __slots__ = ("_message", "_names", "check", "require", "rule", "when")

    def __init__(self, rule: Rule, parameters: dict[str, Any]) -> None:
        self.rule = rule
        self._names = names = Names(CALLABLES, {**rule.parameters, **parameters})
        self.when: Compiled | None = None if rule.when is None else compile_node(rule.when, names)
        self.require: Compiled | None = None if rule.require is None else compile_node(rule.require, names)
        self._message: list[str | Compiled] | None = None
        self.check: Check | None = None if rule.check is None else CHECKS[rule.check]

    def message(self) -> list[str | Compiled]:
        """The parts of the message: texts, and closures for what is put in between."""
        if self._message is None:
            parts = self.rule.message_parts
            self._message = [part if isinstance(part, str) else compile_node(part, self._names) for part in parts]
        return self._message


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
        self._compiled_by_type: dict[tuple[str, Language], list[tuple[CompiledRule, str]]] = {}
        self._count_values = count_values

    def judge(self, graph: Graph) -> Judgement:
        """All verdicts. Where the watchdog barks in between, those that are left are open."""
        out = Judgement()
        done = 0
        try:
            for compiled, resources, path in self._groups(graph):
                if _finds_nothing(compiled, graph):
                    out.passed[compiled.rule.id] = out.passed.get(compiled.rule.id, 0) + len(resources)
                    done += len(resources)
                    continue
                for resource in resources:
                    self._judge_resource(graph, compiled, resource, path, out)
                    done += 1
            for type_ in self._types(graph):
                rules = self._rules_for(type_, graph.language)
                for resource in graph.owners_elsewhere(type_) if rules else []:
                    for compiled, path in rules:
                        self._judge_elsewhere(graph, compiled, resource, path, out)
        except Exhausted as error:
            stop()
            self._leave_open(graph, done, used_up(error.limit), out)
        return out

    def _groups(self, graph: Graph) -> Iterator[tuple[CompiledRule, Sequence[Resource], str]]:
        """Which rule judges which resources, always in the same order; nothing is evaluated for it."""
        whole = template_of(graph)
        if whole is not None:
            yield from ((compiled, (whole,), path) for compiled, path in self._rules_for(TEMPLATE, graph.language))
        everywhere = self._rules_for("*", graph.language)
        for type_ in self._types(graph):
            resources = graph.of_type(type_)
            if not resources:
                continue  # there are parts of some elsewhere
            rules = self._rules_for(type_, graph.language)
            if "::" not in type_ or type_.startswith(("AWS::", "Custom::", "Alexa::")):
                rules = rules + everywhere
            yield from ((compiled, resources, path) for compiled, path in rules)

    @staticmethod
    def _types(graph: Graph) -> Iterable[str]:
        return dict.fromkeys((*graph.types(), *sorted(graph.owner_types())))

    def _leave_open(self, graph: Graph, done: int, reason: str, out: Judgement) -> None:
        """What was not judged for want of time or memory: a finding for each rule, at the first resource it lacks."""
        left: dict[str, list[Resource]] = {}
        rules: dict[str, Rule] = {}
        pairs = ((compiled, resource) for compiled, resources, _ in self._groups(graph) for resource in resources)
        for compiled, resource in islice(pairs, done, None):
            rules[compiled.rule.id] = compiled.rule
            left.setdefault(compiled.rule.id, []).append(resource)
        for name, resources in left.items():
            first = resources[0]
            others = f" and {len(resources) - 1} others" if len(resources) > 1 else ""
            message = f"{first.known_as}{others}: it was not judged whether {rules[name].title} holds."
            leaf = Leaf(NO_SCENARIO, "open", message, reason, first.place)
            out.add(finding_of(rules[name], first, leaf, "", ""), first.place, first)
        count = sum(map(len, left.values()))
        message = f"judging it takes {reason}; {count} verdicts are open"
        out.problems.append(Problem(graph.name, 1, 1, "error", message))

    def _rules_for(self, type_: str, language: Language) -> list[tuple[CompiledRule, str]]:
        """The rules that judge resources of a type in a language, as closures, each with the path to its subjects."""
        found = self._compiled_by_type.get((type_, language))
        if found is None:
            rules = [(rule, path) for rule, path in self._by_type.get(type_, []) if language in rule.languages]
            found = [(self._compiled_for(rule), path) for rule, path in rules]
            self._compiled_by_type[type_, language] = found
        return found

    def _compiled_for(self, rule: Rule) -> CompiledRule:
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
                verdicts = {leaf.verdict for leaf in leaves}
                if verdicts <= _SILENT:
                    if "pass" in verdicts:
                        out.passed[compiled.rule.id] = out.passed.get(compiled.rule.id, 0) + 1
                    continue
                holder = holder_of(graph, resource, subject)
                finding = conclude(compiled.rule, holder, leaves, path)
                if finding is not None:
                    out.add(*finding, holder)
        except OverLimit as error:
            self._give_up(compiled.rule, resource, str(error), out)
        except Exception as error:  # a bug of ours must cost this one verdict only
            lost = f"{compiled.rule.id} is open for {resource.known_as}"
            out.problems.append(Problem.at(resource.place, described(error, lost), "error"))
            self._give_up(compiled.rule, resource, f"an internal error ({type(error).__name__})", out)

    @staticmethod
    def _give_up(rule: Rule, resource: Resource, reason: str, out: Judgement) -> None:
        leaf = Leaf(NO_SCENARIO, "open", reason=reason, place=resource.place)
        out.add(finding_of(rule, resource, leaf, "", ""), resource.place, resource)

    def _run_check(
        self, graph: Graph, compiled: CompiledRule, resource: Resource, asked: dict[str, int] | None, out: Judgement
    ) -> None:
        """A named check yields hits by itself; it explores choices on its own or leaves them to forks."""
        rule = compiled.rule
        check = compiled.check
        assert check is not None
        if resource.presence is None and self._is_clean(graph, check.run, resource, asked):
            out.passed[rule.id] = out.passed.get(rule.id, 0) + 1
            return
        condition = resource.presence if not isinstance(resource.presence, Unknown) else None
        subject = Subject(resource, condition)
        hits: dict[tuple[int, str], tuple[Hit, list[Leaf]]] = {}
        others: list[Leaf] = []

        def evaluate(env: Env) -> Leaf:
            found = list(check.run(env))
            for hit in found:
                place = hit.place or resource.place
                leaf = Leaf(env.scenario, hit.verdict, hit.message, hit.reason, place, hit.path)
                hits.setdefault((id(hit.place), hit.path), (hit, []))[1].append(leaf)
            return Leaf(env.scenario, "none" if found else "pass")

        others = _scenarios(graph, compiled, resource, subject, asked, out.surprises, evaluate)
        for _, leaves in hits.values():
            failing = {leaf.scenario for leaf in leaves}
            rest = [leaf for leaf in others if leaf.scenario not in failing]
            finding = conclude(rule, resource, [*leaves, *rest], "")
            if finding is not None:
                out.add(*finding, resource)
        if not hits and any(leaf.verdict == "pass" for leaf in others):
            out.passed[rule.id] = out.passed.get(rule.id, 0) + 1

    @staticmethod
    def _is_clean(
        graph: Graph,
        check: Callable[[Env], Iterable[Hit]],
        resource: Resource,
        asked: dict[str, int] | None,
    ) -> bool:
        """Whether a check finds nothing, whatever the scenario: the usual case, and a quick one."""
        try:
            return next(iter(check(Env(graph, resource, resource, NO_SCENARIO, asked))), None) is None
        except (Fork, Surprise):
            return False


def _finds_nothing(compiled: CompiledRule, graph: Graph) -> bool:
    """Whether a check tells that it finds nothing in the whole graph; what goes wrong is told at each resource."""
    is_clean = None if compiled.check is None else compiled.check.is_clean
    try:
        return is_clean is not None and is_clean(graph)
    except Exception:
        return False


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
    todo = [NO_SCENARIO]
    while todo:
        scenario = todo.pop()
        env = Env(graph, resource, subject.of, scenario, asked)
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
    text = "".join(part if isinstance(part, str) else render(part(env), env) for part in compiled.message())
    env.trace[:] = trace
    return text


def _place(env: Env, subject: Subject) -> Place | None:
    return next(touched(env.trace, env.graph, env.resource), None) or subject.of.place


def _path(env: Env) -> str:
    for entry in env.trace:
        if isinstance(entry, Missing):
            return entry.name
    return ""
