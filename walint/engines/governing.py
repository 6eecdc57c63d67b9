"""What a configuration and suppressions leave of other programs' findings, as of walint's own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from walint.discovery import discover
from walint.graph import Graph
from walint.options import Options
from walint.policy.model import Finding, Report, Rule
from walint.policy.selection import fits, is_elsewhere, twins
from walint.policy.suppressions import Suppressor
from walint.reading import Unreadable, read_text
from walint.source import Source
from walint.units import FrontEnds, Unit, comments

# What a text holds if a suppression of walint's own may be in it: a comment, or an entry of metadata.
_OURS = "walint"


def governed(report: Report, options: Options) -> Report:
    """The report without what is ignored, or not selected, among the findings of other programs.

    Who selects by the rules of walint alone still gets what a program found that walint has no rule for: the program
    was asked for by name.
    """
    config = options.as_config()
    findings: list[Finding] = []
    for finding in report.findings:
        rule = finding.rule
        if not rule.engine:
            findings.append(finding)
            continue
        file = _absolute(report, finding)
        root = file if finding.language == "cloudformation" else os.path.dirname(file)
        settings = config.settings(config.layers(root, file))
        bound = twins(rule) or any(is_elsewhere(name, rule.engine) for name in settings.select)
        wanted = not settings.select or not bound or any(fits(rule, name) for name in settings.select)
        if wanted and not any(fits(rule, name) for name in settings.ignore):
            severity = settings.severity_of(rule)
            findings.append(finding if severity == rule.severity else _with_severity(finding, severity))
    return report._replace(findings=tuple(findings))


def _with_severity(finding: Finding, severity: object) -> Finding:
    return finding._replace(rule=finding.rule._replace(severity=severity))  # type: ignore[arg-type]


def silenced(report: Report, paths: Sequence[Path], options: Options, rules: Sequence[Rule]) -> Report:
    """The report with those findings of other programs marked that comments and metadata for walint speak of.

    What is in comments for the programs themselves they have heeded already.
    """
    theirs: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.rule.engine:
            theirs.setdefault(finding.span.file, []).append(finding)
    wanted = {file for file, found in theirs.items() if _mentions_us(_absolute(report, found[0]))}
    if not wanted or not options.suppressions.enabled:
        return report
    cwd = Path(report.root)
    made = {id(finding.rule): finding.rule for found in theirs.values() for finding in found}
    suppressor = Suppressor(options.suppressions, [*rules, *made.values()], comments)
    marked: dict[int, Finding] = {}
    found = discover(paths, cwd)
    front_ends = FrontEnds(options, cwd)
    units: list[Unit] = [*front_ends.templates(found.candidates), *front_ends.roots(found.modules)]
    for unit in units:
        graph = front_ends.graph(unit)
        if not isinstance(graph, Graph):
            continue
        sources = _sources(graph)
        here = [it for file in sources if file in wanted for it in theirs[file] if id(it) not in marked]
        marked |= {id(old): new for old, new in zip(here, suppressor.apply(graph, here, sources), strict=True)}
    return report._replace(findings=tuple(marked.get(id(finding), finding) for finding in report.findings))


def _absolute(report: Report, finding: Finding) -> str:
    return os.path.normpath(os.path.join(report.root, finding.span.file))


def _mentions_us(file: str) -> bool:
    try:
        return _OURS in read_text(file)
    except (Unreadable, OSError):
        return False


def _sources(graph: Graph) -> dict[str, Source]:
    """The texts that a graph was made of, by name."""
    places = [resource.place for resource in graph.resources.values()]
    places += [about.place for about in graph.metadata if about.place is not None]
    return {place.source.name: place.source for place in places}
