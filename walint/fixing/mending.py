"""Makes fixes and proves them: what was mended is judged again, and what did not help is taken back."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from walint.config.govern import Governor
from walint.discovery import Candidate, display_name
from walint.fixing.change import Change
from walint.fixing.edits import Refused, replacements
from walint.fixing.inputs import TextOf
from walint.fixing.planning import Fix, Planner, Unfixed
from walint.graph import Graph
from walint.options import Options
from walint.policy.judge import Judge
from walint.policy.model import Finding, Remedy, Replacement, Rule
from walint.policy.suppressions import Suppressor
from walint.reading import Unreadable, read_text
from walint.source import Problem
from walint.units import FrontEnds, Unit, comments

# One fix may bring another one's turn: a block that is there now can get its other attributes.
_MAX_ROUNDS: Final = 4
# A rule may ask for several things, of which a finding names the first.
_MAX_CAUSES: Final = 8
_REMAINS: Final = "the finding would remain; change it by hand"

Wanted = Callable[[Rule], bool]


@dataclass(slots=True)
class Mended:
    """What became of the fixes.

    Attributes:
        fixed: the fixes that were made.
        unfixed: the findings whose fix was not made, each with the reason.
        unsafe: those whose fix would be made if unsafe ones were asked for.
        before: the texts of the changed files as they were read, by absolute path.
        texts: the same as they are to be.
        problems: what could not be read.
    """

    fixed: list[Fix] = field(default_factory=list)
    unfixed: list[Unfixed] = field(default_factory=list)
    unsafe: list[Unfixed] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


_Verdict = tuple[str, str]  # rule and address
_Identity = tuple[_Verdict, str]


@dataclass(slots=True)
class _State:
    """How a unit is judged: how often each rule fails, and speaks at all, of each address."""

    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def fails(self) -> Counter[_Verdict]:
        return Counter(_about(it) for it in self.findings if it.verdict == "fail")

    def all(self) -> Counter[_Verdict]:
        return Counter(_about(it) for it in self.findings)


class Mender:
    """Mends units one after the other; a module that several roots call is mended once, and proven for all.

    Args:
        options: as for judging. Fixes are proven by all rules of the profile.
        cwd: what names of files are relative to.
        wanted: the rules whose findings are to be mended.
        unsafe: whether to make fixes that may break a running system.
        governor: the run's, where there is one.
        front: the run's, where there is one.
        overlay: texts that stand for files, by absolute path (an editor's buffer).

    Attributes:
        result: what became of the fixes so far.
    """

    def __init__(
        self,
        options: Options,
        rules: Sequence[Rule],
        cwd: Path,
        wanted: Wanted = lambda rule: True,
        unsafe: bool = False,
        governor: Governor | None = None,
        front: FrontEnds | None = None,
        overlay: dict[str, str] | None = None,
    ) -> None:
        self._options = options
        self._rules = rules
        self._cwd = cwd
        self._wanted = wanted
        self._unsafe = unsafe
        self._governor = governor or Governor(options.as_config(), rules, str(cwd))
        self._judge: Judge | None = None
        self._done: list[tuple[Unit, _State]] = []
        self._front = front or FrontEnds(options, cwd, overlay)
        self._applications: dict[tuple[str, str], str] = {}
        self.result = Mended(before=dict(overlay or {}))

    def mend(self, unit: Unit) -> None:
        """Mend what can be mended in a unit."""
        refused: dict[_Identity, str] = {}
        self._applications.clear()
        for _ in range(_MAX_ROUNDS):
            state, plans = self._planned(unit)
            fixes = [plan for plan in plans if isinstance(plan, Fix)]
            fresh = [fix for fix in fixes if _identity(fix) not in refused]
            made = self._settled(unit, state, fresh, refused)
            if not made:
                break
            self._accept(made)
        else:
            state, plans = self._planned(unit)
        self._done.append((unit, state))
        self.result.problems += state.problems
        for plan in plans:
            if isinstance(plan, Unfixed):
                (self.result.unsafe if plan.unsafe else self.result.unfixed).append(plan)
            elif isinstance(plan, Fix):
                reason = refused.get(_identity(plan), _REMAINS)
                self.result.unfixed.append(Unfixed(plan.finding, reason, plan.finding.span))

    def remedies(self, unit: Unit, graph: Graph, findings: Sequence[Finding]) -> list[Finding]:
        """The findings of a unit, each with the edits of its file's text that mend it, where there are such.

        Since a report should not cost twice the time, they are proven by the rules with a finding to mend alone.
        """
        plans = self._plans(unit, graph, self._state(graph, findings))
        fixes = [plan for plan in plans if isinstance(plan, Fix)]
        rules = {fix.finding.rule.id: fix.finding.rule for fix in fixes}
        state = self._state(graph, [it for it in findings if it.rule.id in rules])
        parameters = {id_: self._governor.parameters(unit.path, rule) for id_, rule in rules.items()}
        self._judge = Judge(rules.values(), parameters)
        made = {id(fix.finding): fix for fix in self._settled(unit, state, fixes, {})}
        return [it._replace(remedy=self._remedy(made[id(it)])) if id(it) in made else it for it in findings]

    def _remedy(self, fix: Fix) -> Remedy:
        edits: list[Replacement] = []
        for path, text in self._applied([fix]).items():
            edits += replacements(display_name(path, str(self._cwd)), self.result.before[path], text)
        return Remedy(tuple(edits), fix.unsafe)

    # --- judging --------------------------------------------------------------------------------------------------

    def _judged(self, unit: Unit, texts: dict[str, str]) -> tuple[_State, Graph | None]:
        made = self._front.overlaid(texts).graph(unit)
        if not isinstance(made, Graph):
            return _State(problems=[] if made is None else [made]), None
        judgement = (self._judge or self._governor.judge(unit.path)).judge(made)
        suppressor = Suppressor(self._options.suppressions, self._rules, comments)
        kept = suppressor.apply(made, self._governor.kept(unit.path, judgement.findings), judgement.sources)
        return self._state(made, kept), made

    def _state(self, graph: Graph, findings: Iterable[Finding]) -> _State:
        files = {self._path(resource.place.source.name) for resource in graph.resources.values()}
        return _State([it for it in findings if it.reported], list(graph.problems), files)

    def _planned(self, unit: Unit) -> tuple[_State, list[Fix | Unfixed]]:
        state, graph = self._judged(unit, self.result.texts)
        return state, [] if graph is None else self._plans(unit, graph, state)

    def _plans(self, unit: Unit, graph: Graph, state: _State) -> list[Fix | Unfixed]:
        planner = self._planner(unit, graph, partial(self._text, self.result.texts))
        plans: list[Fix | Unfixed] = []
        for finding in state.findings:
            if finding.verdict == "fail" and finding.rule.fix is not None and self._wanted(finding.rule):
                plan = planner.plan(finding, self._governor.parameters(unit.path, finding.rule))
                if isinstance(plan, Fix) and plan.unsafe and not self._unsafe:
                    plan = Unfixed(finding, plan.unsafe, finding.span, unsafe=True)
                if plan is not None:
                    plans.append(plan)
        return plans

    def _planner(self, unit: Unit, graph: Graph, text_of: TextOf) -> Planner:
        is_plan = isinstance(unit, Candidate) and graph.language == "terraform"
        return Planner(graph, str(self._cwd), str(self._options.root or unit.tree), text_of, self._with, is_plan)

    # --- proving --------------------------------------------------------------------------------------------------

    def _settled(
        self,
        unit: Unit,
        state: _State,
        fixes: list[Fix],
        refused: dict[_Identity, str],
    ) -> list[Fix]:
        """Those of the fixes that help and harm nothing; the others are noted with the reason."""
        made: list[Fix] = []
        # What has several ways is tried one by one.
        todo = [[fix for fix in fixes if not fix.others], *([fix] for fix in fixes if fix.others)]
        todo = [group for group in todo if group]
        while todo:
            group = todo.pop(0)
            fault = self._fault(unit, state, [*made, *group])
            if not fault:
                made += group
            elif len(group) == 1:
                other = self._other(unit, state, made, group[0])
                if other is None:
                    refused[_identity(group[0])] = fault
                else:
                    made.append(other)
            else:
                half = len(group) // 2
                todo[:0] = [group[:half], group[half:]]
        return made

    def _other(self, unit: Unit, state: _State, made: list[Fix], fix: Fix) -> Fix | None:
        """The fix in one of its other ways, where that helps."""
        for changes in fix.others:
            other = replace(fix, changes=changes, others=())
            if not self._fault(unit, state, [*made, other]):
                return other
        return self._followed(unit, state, made, fix)

    def _followed(self, unit: Unit, state: _State, made: list[Fix], fix: Fix) -> Fix | None:
        """The fix with what its finding asks for once its first cause is mended; None where that leads nowhere."""
        for _ in range(_MAX_CAUSES):
            try:
                texts = self._applied([*made, fix])
            except Refused:
                return None
            after, graph = self._judged(unit, texts)
            if graph is None or _worse(state, after):
                return None
            planner = self._planner(unit, graph, partial(self._text, texts))
            parameters = self._governor.parameters(unit.path, fix.finding.rule)
            left = [it for it in after.findings if it.verdict == "fail" and _about(it) == _about(fix.finding)]
            plans = (planner.plan(finding, parameters) for finding in left)
            more = next((it for it in plans if isinstance(it, Fix) and it.changes[0] not in fix.changes), None)
            if more is None:
                return None
            fix = replace(fix, changes=(*fix.changes, *more.changes))
            if not self._fault(unit, state, [*made, fix]):
                return fix
        return None

    def _fault(self, unit: Unit, state: _State, fixes: list[Fix]) -> str:
        """What is wrong after the fixes, "" where all is well."""
        try:
            texts = self._applied(fixes)
        except Refused as error:
            return error.message
        changed = {path for path, text in texts.items() if self.result.texts.get(path) != text}
        after, _ = self._judged(unit, texts)
        fault = _worse(state, after)
        if not fault:
            mended = Counter(_about(fix.finding) for fix in fixes)
            before, now = state.fails(), after.fails()
            if any(now[key] > before[key] - count for key, count in mended.items()):
                return _REMAINS
        for other, known in self._done:
            if not fault and known.files & changed:
                fault = _worse(known, self._judged(other, texts)[0])
        return fault

    # --- texts ----------------------------------------------------------------------------------------------------

    def _applied(self, fixes: Iterable[Fix]) -> dict[str, str]:
        """All texts that differ from the files', with the fixes made."""
        texts = dict(self.result.texts)
        for change in _distinct(fixes):
            texts[change.file] = self._with(change, self._text(texts, change.file))
        return texts

    def _with(self, change: Change, text: str) -> str:
        """A file's text with a change made; one change is planned, proven and reported on the same text."""
        key = (repr(change), text)
        if key not in self._applications:
            self._applications[key] = change.apply(display_name(change.file, str(self._cwd)), text)
        return self._applications[key]

    def _text(self, texts: dict[str, str], file: str) -> str:
        """A file's text: one of those given, else as it was read first."""
        if file in texts:
            return texts[file]
        if file not in self.result.before:
            try:
                self.result.before[file] = read_text(file)
            except Unreadable as error:
                raise Refused(f"its file {error}") from None
        return self.result.before[file]

    def _accept(self, fixes: list[Fix]) -> None:
        self.result.texts = self._applied(fixes)
        self.result.fixed += fixes

    def _path(self, name: str) -> str:
        return os.path.normpath(os.path.join(self._cwd, name))


def _distinct(fixes: Iterable[Fix]) -> Iterable[Change]:
    """The changes of fixes in order, each once: instances of a resource are mended by one."""
    return {repr(change): change for fix in fixes for change in fix.changes}.values()


def _about(finding: Finding) -> _Verdict:
    return finding.rule.id, finding.addresses[0]


def _identity(fix: Fix) -> _Identity:
    return _about(fix.finding), repr(fix.changes)


def _worse(before: _State, after: _State) -> str:
    """What is there after a change that was not there before, "" for nothing."""
    known = {problem.message for problem in before.problems}
    for problem in after.problems:
        if problem.message not in known:
            return f"it would bring a mistake: {problem.message}"
    for was, now in ((before.fails(), after.fails()), (before.all(), after.all())):
        for rule, address in now:
            if now[rule, address] > was[rule, address]:
                return f"it would bring another finding: {rule} at {address}; change it by hand"
    return ""
