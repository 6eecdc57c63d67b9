"""One run: paths in, a report out.

Discovery finds the templates, a front end makes a graph of each, the judge judges it, and what it found is brought
together. Each graph is a unit of work that depends on no other.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from walint.discovery import (
    TERRAFORM_SUFFIXES,
    Discovery,
    Module,
    Template,
    discover,
    display_name,
    find_tree_root,
)
from walint.graph import Graph
from walint.policy.judge import Judge, Judgement, merge
from walint.policy.model import Finding, Report, Rule
from walint.policy.selection import chosen
from walint.policy.suppressions import CommentReader, Declared, SuppressionPolicy, Suppressor
from walint.policy.suppressions.rules import RULES as ABOUT_SUPPRESSIONS
from walint.policy.suppressions.rules import judged as judge_suppression
from walint.source import Problem, Source


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do.

    Attributes:
        profile: "recommended" judges by the rules that most teams want, "strict" by all.
        select: only rules of these ids, services, pillars or aliases; all of the profile where it is empty.
        ignore: rules to leave out, named likewise.
        variables: Terraform variables by name, as the text that `--var` takes.
        var_files: Terraform variable files; later ones win.
        parameters: CloudFormation parameters by name.
        region, account_id, partition: CloudFormation's pseudo parameters; None leaves them open.
        workspace: Terraform's workspace.
        scenarios: "given" judges a template as it would be deployed, defaults included; "all" also explores what
            only a default decides.
        rule_parameters: thresholds by rule id and name.
        suppressions: what suppressions may do.
        root: reads never leave this folder; None for the repository that holds each path.
        stats: count the values that rules ask for.
    """

    profile: Literal["recommended", "strict"] = "recommended"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    var_files: tuple[Path, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    region: str | None = None
    account_id: str | None = None
    partition: str | None = None
    workspace: str = "default"
    scenarios: Literal["given", "all"] = "given"
    rule_parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    suppressions: SuppressionPolicy = field(default_factory=SuppressionPolicy)
    root: Path | None = None
    stats: bool = False


def load(paths: Sequence[Path], options: Options, cwd: Path | None = None) -> tuple[list[Graph], list[Problem]]:
    """The graphs of all templates below the paths, and what could not be found or read on the way."""
    cwd = Path.cwd() if cwd is None else cwd
    found = discover(paths, cwd)
    problems = list(found.problems)
    graphs = list(_graphs(found, options, cwd, problems))
    return graphs, problems


def check(paths: Sequence[Path], options: Options, rules: Sequence[Rule], cwd: Path | None = None) -> Report:
    """Judge all templates below the paths.

    Raises:
        UnknownSelector: `select` or `ignore` names something that is no rule, service, pillar or severity.
    """
    cwd = Path.cwd() if cwd is None else cwd
    found = discover(paths, cwd)
    return _judge(found, options, rules, cwd)


def check_text(text: str, name: str, options: Options, rules: Sequence[Rule], cwd: Path | None = None) -> Report:
    """Judge one template that an editor holds; Terraform is judged with the other files of its folder."""
    cwd = Path.cwd() if cwd is None else cwd
    path = os.path.normpath(os.path.join(cwd, name))
    shown = display_name(path, str(cwd))
    tree = str(find_tree_root(Path(path)))
    if name.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")):
        folder = os.path.dirname(path)
        module = Module(folder, display_name(folder, str(cwd)), frozenset((os.path.basename(path),)), tree)
        found = Discovery((), (module,), (), 0, 0)
        return _judge(found, options, rules, cwd, {path: text})
    found = Discovery((Template(path, shown, "cloudformation", text, True, tree),), (), (), 0, 0)
    return _judge(found, options, rules, cwd)


def _judge(
    found: Discovery, options: Options, rules: Sequence[Rule], cwd: Path, overlay: dict[str, str] | None = None
) -> Report:
    known = rules
    rules = chosen(rules, options.profile, options.select, options.ignore)
    judge = Judge(rules, options.rule_parameters, options.stats)
    suppressor = Suppressor(options.suppressions, rules, known, _comments)
    gathered = _Gathered(list(found.problems))
    for graph in _graphs(found, options, cwd, gathered.problems, overlay, gathered.skip):
        judged = judge.judge(graph)
        gathered.take(graph, judged, suppressor.apply(graph, judged.findings, judged.sources))
    declared = suppressor.declared()
    if options.suppressions.report_unused:
        rules = sorted((*rules, *ABOUT_SUPPRESSIONS), key=lambda rule: rule.id)
        gathered.add([finding for one in declared for finding in judge_suppression(one)], suppressor.sources)
    return gathered.report(rules, found, cwd, declared)


def _comments(source: Source) -> CommentReader:
    """The comments of a file, as its language has them."""
    if source.name.endswith(TERRAFORM_SUFFIXES):
        from walint.terraform.comments import Comments as TerraformComments

        return TerraformComments(source)
    from walint.cloudformation.comments import PROGRAMS, Comments, ProgramComments

    return ProgramComments(source) if source.name.endswith(PROGRAMS) else Comments(source)


class _Gathered:
    """The outcome of a run while it grows."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.findings: list[Finding] = []
        self.surprises: list[str] = []
        self.passed: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.stats: Counter[str] = Counter()
        self.opaque: dict[tuple[str, str, str, int], None] = {}
        self.lines: dict[str, dict[int, str]] = {}

    def skip(self) -> None:
        self.stats["passed_by"] += 1

    def take(self, graph: Graph, judged: Judgement, findings: list[Finding]) -> None:
        self.stats["templates"] += 1
        self.stats["resources"] += sum(
            "::" not in r.type or r.type.startswith("AWS::") for r in graph.resources.values()
        )
        self.add(findings, judged.sources)
        self.problems += graph.problems
        self.surprises += judged.surprises
        self.passed.update(judged.passed)
        self.asked.update(judged.asked)
        for opaque in graph.opaque:
            span = opaque.place.span()
            self.opaque[(opaque.address, opaque.reason, span.file, span.line)] = None

    def add(self, findings: list[Finding], sources: dict[str, Source]) -> None:
        """Findings, and the lines that they point at."""
        self.findings += findings
        for finding in findings:
            self._keep_lines(finding, sources)

    def _keep_lines(self, finding: Finding, sources: dict[str, Source]) -> None:
        for span in (finding.span, *(related.span for related in finding.related)):
            source = sources.get(span.file)
            if source is not None:
                kept = self.lines.setdefault(span.file, {})
                for line in range(max(1, span.line - 1), min(source.line_count(), span.line + 1) + 1):
                    if line not in kept:
                        kept[line] = source.line_text(line)

    def report(self, rules: Sequence[Rule], found: Discovery, cwd: Path, declared: Sequence[Declared]) -> Report:
        findings = merge(self.findings)
        self.stats["files"] = len(found.templates) + len(found.modules)
        self.stats["passed_by"] += found.passed_by
        self.stats["ignored"] = found.ignored
        self.stats["passed"] = self.passed.total()
        return Report(
            findings=tuple(findings),
            problems=tuple(sorted(set(self.problems))),
            rules=tuple(rules),
            surprises=tuple(sorted(set(self.surprises))),
            root=str(cwd),
            lines=self.lines,
            stats=dict(self.stats),
            passed=dict(self.passed),
            asked=dict(self.asked),
            opaque=tuple(sorted(self.opaque)),
            suppressions=tuple(declared),
        )


def _graphs(
    found: Discovery,
    options: Options,
    cwd: Path,
    problems: list[Problem],
    overlay: dict[str, str] | None = None,
    skip: Callable[[], None] = lambda: None,
) -> Iterator[Graph]:
    """A graph for each template and each root module; a template that turns out to be none is counted."""
    for template in found.templates:
        read = _plan if template.kind == "plan" else _cloudformation
        graph = read(template, options, cwd)
        if isinstance(graph, Graph):
            yield graph
        elif template.named:
            problems.append(Problem(template.name, 1, 1, "warning", f"no template: {graph}"))
        else:
            skip()
    if found.modules:
        yield from _terraform(found.modules, options, cwd, problems, overlay)


def _terraform(
    modules: Sequence[Module], options: Options, cwd: Path, problems: list[Problem], overlay: dict[str, str] | None
) -> Iterator[Graph]:
    """A graph for each module that no other calls."""
    from walint.terraform import Disk, TerraformOptions, load, root_modules

    by_root: dict[str, list[Module]] = {}
    for module in modules:
        root = str(options.root or module.tree)
        by_root.setdefault(root, []).append(module)
    for root, found in by_root.items():
        disk = Disk(root, str(cwd), overlay)
        made = TerraformOptions(
            variables=options.variables,
            var_files=tuple(str(path) for path in options.var_files),
            workspace=options.workspace,
            root=root,
            cwd=str(cwd),
            scenarios=options.scenarios,
        )
        for path in root_modules(disk, [module.path for module in found]):
            graph = load(disk, path, made)
            if graph is not None:
                yield graph


def _plan(template: Template, options: Options, cwd: Path) -> Graph | str:
    from walint.terraform import Disk
    from walint.terraform.plan import load_plan

    disk = Disk(str(options.root or template.tree), str(cwd))
    return load_plan(Source(template.name, template.text), disk, os.path.dirname(template.path))


def _cloudformation(template: Template, options: Options, cwd: Path) -> Graph | str:
    from walint.cloudformation import CloudFormationOptions, load

    return load(
        Source(template.name, template.text),
        CloudFormationOptions(
            parameters=options.parameters,
            region=options.region,
            account_id=options.account_id,
            partition=options.partition,
            scenarios=options.scenarios,
            root=str(options.root or template.tree),
            folder=os.path.dirname(template.path),
        ),
    )
