"""One run: paths in, a report out.

Discovery finds the templates, a front end makes a graph of each, the judge judges it, and what it found is brought
together. Each graph is a unit of work that depends on no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING

from walint import workers
from walint.config.govern import Governor
from walint.crash import REPORT_IT, described
from walint.discovery import TERRAFORM_SUFFIXES, Candidate, Discovery, Module, discover, display_name, find_tree_root
from walint.graph import Graph
from walint.limits import Limits, OverLimit, limits, used_up, using
from walint.options import Options
from walint.outcome import Outcome
from walint.policy.model import Report, Rule
from walint.policy.suppressions import Suppressor
from walint.policy.suppressions.rules import RULES as ABOUT_SUPPRESSIONS
from walint.policy.suppressions.rules import judged as judge_suppression
from walint.source import Problem
from walint.units import FrontEnds, Root, Unit, comments
from walint.watchdog import Exhausted, deadline

if TYPE_CHECKING:
    from walint.policy.tally import Drawing

__all__ = ["Options", "bounded", "check", "check_text", "load"]

# A template of so many bytes is the usual work. What a module calls has often been read, and its texts are short.
_USUAL_TEMPLATE = 8000
_USUAL_MODULE = 15
# Edits are proven by judging again, which takes so many times the work, and leaves as much more behind.
_WEIGHT_OF_REMEDIES = 4

# Told how many templates and root modules are done, how many there are, and which one comes, where that is known.
Progress = Callable[[int, int, str], None]


def unheard(done: int, total: int, name: str) -> None:
    """Progress that nobody watches."""


def load(paths: Sequence[Path], options: Options, cwd: Path | None = None) -> tuple[list[Graph], list[Problem]]:
    """The graphs of all templates below the paths, and what could not be found or read on the way."""
    cwd = Path.cwd() if cwd is None else cwd
    found = discover(paths, cwd)
    problems = list(found.problems)
    front = FrontEnds(options, cwd)
    graphs: list[Graph] = []
    units: list[Unit] = [*front.templates(found.candidates), *front.roots(found.modules)]

    def take(unit: Unit) -> None:
        made = front.graph(unit)
        if isinstance(made, Graph):
            graphs.append(made)
        elif made is not None:
            problems.append(made)

    for unit in units:
        fault = bounded(unit.name, options.as_config().limits(unit.path), partial(take, unit))
        if fault is not None:
            problems.append(fault)
            front = FrontEnds(options, cwd)
    return graphs, problems


def check(
    paths: Sequence[Path],
    options: Options,
    rules: Sequence[Rule],
    cwd: Path | None = None,
    progress: Progress = unheard,
    front_ends: FrontEnds | None = None,
) -> Report:
    """Judge all templates below the paths.

    Args:
        front_ends: for these options, where the caller keeps what they read.

    Raises:
        UnknownSelector: `select` or `ignore` names something that is no rule, service, pillar or severity.
    """
    cwd = Path.cwd() if cwd is None else cwd
    front_ends = front_ends or FrontEnds(options, cwd)
    return _judge(discover(paths, cwd), options, rules, cwd, front_ends, progress=progress)


def check_text(text: str, name: str, options: Options, rules: Sequence[Rule], cwd: Path | None = None) -> Report:
    """Judge one template that an editor holds; Terraform is judged with the other files of its folder."""
    cwd = Path.cwd() if cwd is None else cwd
    path = os.path.normpath(os.path.join(cwd, name))
    tree = str(find_tree_root(Path(path)))
    if name.endswith(TERRAFORM_SUFFIXES):
        folder = os.path.dirname(path)
        module = Module(folder, display_name(folder, str(cwd)), frozenset((os.path.basename(path),)), tree)
        found = Discovery((), (module,), (), 0, 0)
    else:
        found = Discovery((Candidate(path, display_name(path, str(cwd)), True, tree),), (), (), 0, 0)
    overlay = {path: text}
    return _judge(found, options, rules, cwd, FrontEnds(options, cwd, overlay), overlay)


def _judge(
    found: Discovery,
    options: Options,
    rules: Sequence[Rule],
    cwd: Path,
    front_ends: FrontEnds,
    overlay: dict[str, str] | None = None,
    progress: Progress = unheard,
) -> Report:
    config = options.as_config()
    governor = Governor(config, rules, str(cwd), options.stats)

    def judged(units: Sequence[Unit]) -> Outcome:
        front = front_ends.again()
        suppressor = Suppressor(options.suppressions, rules, comments)
        out = Outcome()

        def judge(unit: Unit) -> None:
            made = front.graph(unit)
            if isinstance(made, Graph):
                judgement = governor.judge(unit.path).judge(made)
                findings = governor.kept(unit.path, judgement.findings)
                kept = suppressor.apply(made, findings, judgement.sources)
                if options.remedies and any(one.rule.fix is not None for one in kept):
                    from walint.fixing.mending import Mender

                    mender = Mender(options, rules, cwd, unsafe=True, governor=governor, front=front, overlay=overlay)
                    kept = mender.remedies(unit, made, kept)
                out.take(made, judgement, kept)
                if options.look is not None:
                    out.seen.append(options.look(made))
            else:
                out.leave(made)

        for unit in units:
            steps.begin(unit)
            fault = bounded(unit.name, config.limits(unit.path), partial(judge, unit))
            if fault is not None:
                out.problems.append(fault)
                front = FrontEnds(options, cwd, overlay)  # what was being read may be there in part
        out.elsewhere = steps.elsewhere(units)
        out.suppressions = suppressor.ledger
        if options.suppressions.report_unused:
            for directive in suppressor.ledger.met:
                out.keep_lines(directive.span, suppressor.sources)
        return out

    drawing = _drawing(options)
    known = (*rules, *ABOUT_SUPPRESSIONS)
    weight = partial(_weight, remedies=options.remedies)
    work = workers.Work(judged, _lost, weight, partial(_dump, drawing=drawing), partial(_load, rules=known), _prepare)
    whole = Outcome(list(found.problems))
    units: list[Unit] = [*front_ends.templates(found.candidates), *front_ends.roots(found.modules)]
    steps = _Steps(progress, len(units))
    FrontEnds.prepare(units)
    with workers.results(units, work, options.jobs) as coming:
        for outcome in coming:
            steps.came(outcome.elsewhere)
            whole.add(outcome, drawing)
        used = governor.rules([unit.path for unit in units], whole.rules())
        suppressor = Suppressor(options.suppressions, rules, comments)
        suppressor.ledger.add(whole.suppressions)
        declared = suppressor.declared(used)
        if options.suppressions.report_unused:
            used = sorted((*used, *ABOUT_SUPPRESSIONS), key=lambda rule: rule.id)
            whole.findings += [finding for one in declared for finding in judge_suppression(one)]
        return whole.report(used, found, cwd, declared, known, drawing)


def bounded(name: str, within: Limits, work: Callable[[], None]) -> Problem | None:
    """Work on one unit within its limits; what went wrong costs no other."""
    with using(within):
        try:
            with deadline(limits().seconds, limits().memory), workers.without_collection():
                work()
                return None
        except Exhausted as error:
            message = f"not judged: reading it takes {used_up(error.limit)}"
        except OverLimit as error:
            message = f"not judged: {error}"
        except MemoryError:
            message = "not judged: there is not enough memory for it"
        except Exception as error:  # a bug of ours must cost this one template only
            message = described(error, "it is not judged")
    return Problem(name, 1, 1, "error", message)


class _Steps:
    """Tells of units as they begin in this process, and as their results come out of others."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._process = os.getpid()

    def begin(self, unit: Unit) -> None:
        if os.getpid() == self._process:
            self._progress(self._done, self._total, unit.name)
            self._done += 1

    def elsewhere(self, units: Sequence[Unit]) -> int:
        """How many units were judged in another process than the one that tells of them."""
        return 0 if os.getpid() == self._process else len(units)

    def came(self, number: int) -> None:
        if number:
            self._done += number
            self._progress(self._done, self._total, "")


def _weight(unit: Unit, remedies: bool) -> int:
    """How much work a unit is, by the size of its files."""
    if isinstance(unit, Root):
        # Calls of one module have their texts in common, so that many of them take less than as much again for each.
        weight = 1 + isqrt(unit.size) // _USUAL_MODULE
    else:
        weight = 1 + _size_of(unit.path) // _USUAL_TEMPLATE
    return weight * (_WEIGHT_OF_REMEDIES if remedies else 1)


def _size_of(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0  # told where it is read


def _lost(unit: Unit, how: str) -> Outcome:
    """What is left of a unit whose process ended: the others are judged all the same."""
    message = f"not judged: the process that judged it {how}; where it was not out of memory, {REPORT_IT}"
    return Outcome([Problem(unit.name, 1, 1, "error", message)])


def _drawing(options: Options) -> Drawing | None:
    if options.text is None:
        return None
    from walint.policy.tally import Drawing
    from walint.report.text import section

    return Drawing(options.text, partial(section, options=options.text))


def _prepare() -> None:
    """Import what packs findings: a run that stays in one process does without."""
    import walint.policy.archive  # noqa: F401


def _dump(outcome: Outcome, drawing: Drawing | None) -> bytes:
    from walint.policy.packing import dump

    outcome.put_away(drawing)
    return dump(outcome)


def _load(data: bytes, rules: Sequence[Rule]) -> Outcome:
    from walint.policy.packing import Packer

    made: Outcome = Packer(rules).load(data)
    return made
