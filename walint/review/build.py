"""A review out of a run's report and the sketches of its graphs."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from walint.policy.model import SEVERITIES, Finding, Report, Rule
from walint.policy.selection import service_of
from walint.report.fingerprints import fingerprints
from walint.report.links import Edge
from walint.report.options import Options
from walint.report.paths import relative_paths
from walint.report.secrets import Lines
from walint.report.shown import headline
from walint.review.boards import advisor_board, config_pane
from walint.review.excerpts import readable
from walint.review.model import ITEM_STATES, Item, ItemState, Review, RuleResult, ShownResource
from walint.review.practices import edition, pillars
from walint.review.sketch import Sketch, Sketched

_RANK: Final[dict[ItemState, int]] = {"fail": 0, "known": 1, "open": 2, "accepted": 3}


def build(
    report: Report,
    sketches: Sequence[Sketch],
    known: Sequence[Rule],
    options: Options,
    paths: Sequence[str],
) -> Review:
    """Everything that the review shows.

    Args:
        known: all rules that there are, judged or not.
        paths: what was asked for, as the user wrote it.
    """
    lines = readable(report, sketches)
    marks = fingerprints(report.findings, relative_paths(report, options).__getitem__)
    items = [
        _item(finding, mark, lines)
        for finding, mark in zip(report.findings, marks, strict=True)
        if finding.state != "absent"
    ]
    items.sort(key=lambda it: (_RANK[it.state], SEVERITIES.index(it.severity), it.rule, it.file, it.line, it.addresses))
    by_id = {item.id: item for item in items}
    results = _results(report, items)
    by_rule = {result.id: result for result in results}
    return Review(
        version=options.version,
        edition=edition(),
        paths=tuple(paths),
        revision=options.repository.revision if options.repository is not None else "",
        pillars=pillars(results, by_id, known),
        config=tuple(config_pane(by_rule, by_id, known)),
        advisor=tuple(advisor_board(by_rule, by_id)),
        items=tuple(items),
        rules=tuple(results),
        resources=_resources(sketches, items, lines),
        counts={str(state): sum(item.state == state for item in items) for state in ITEM_STATES},
        problems=report.problems,
        not_read=report.opaque,
        notices=report.notices,
        stats={name: report.stats.get(name, 0) for name in ("templates", "files", "resources", "passed")},
        edges=tuple((link.source, link.target, link.property) for link in _edges(sketches)),
    )


def resource_id(graph: str, address: str) -> str:
    """The anchor of a resource."""
    return "r-" + sha256(f"{graph}\0{address}".encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _item(finding: Finding, mark: str, lines: Lines) -> Item:
    state: ItemState = "fail" if finding.verdict == "fail" else "open"
    why = finding.reason
    if finding.suppression is not None:
        state, why = "accepted", finding.suppression.reason or "no reason is given"
    elif finding.verdict == "fail" and not finding.reported:
        state = "known"
    kept = lines.get(finding.span.file, {})
    near = range(finding.span.line - 1, finding.span.line + 2)
    digest, _, ordinal = mark.partition(":")
    return Item(
        id=f"f-{digest[:10]}-{ordinal}",
        fingerprint=mark,
        rule=finding.rule.id,
        state=state,
        severity=finding.rule.severity,
        pillar=finding.rule.pillar,
        service=service(finding.type).lower() if finding.rule.engine else service_of(finding.rule),
        message=headline(finding),
        addresses=finding.addresses,
        type=finding.type,
        file=finding.span.file,
        line=finding.span.line,
        when=finding.when,
        why=why,
        new=finding.state == "new",
        excerpt=tuple((number, kept[number]) for number in near if number in kept),
    )


def _results(report: Report, items: Sequence[Item]) -> list[RuleResult]:
    """The rules that were judged or found something, by id."""
    rules = {rule.id: rule for rule in report.rules}
    # A rule may have another severity where a configuration says so; the findings carry theirs.
    for finding in report.findings:
        rules.setdefault(finding.rule.id, finding.rule)
    mine: dict[str, list[Item]] = {}
    for item in items:
        mine.setdefault(item.rule, []).append(item)
    return [_result(rules[id_], report.passed.get(id_, 0), mine.get(id_, [])) for id_ in sorted(rules)]


def _result(rule: Rule, passed: int, items: list[Item]) -> RuleResult:
    def number(*states: ItemState) -> int:
        return sum(max(len(item.addresses), 1) for item in items if item.state in states)

    return RuleResult(
        id=rule.id,
        title=rule.title,
        pillar=rule.pillar,
        practice=rule.best_practice,
        severity=min((item.severity for item in items), key=SEVERITIES.index, default=rule.severity),
        profile=rule.profile,
        rationale=rule.rationale,
        remediation=rule.remediation,
        references=rule.references,
        passed=passed,
        failed=number("fail", "known"),
        open=number("open"),
        accepted=number("accepted"),
        items=tuple(item.id for item in items),
        engine=rule.engine,
    )


def _resources(sketches: Sequence[Sketch], items: Sequence[Item], lines: Lines) -> tuple[ShownResource, ...]:
    files: dict[str, list[str]] = {}
    for sketch in sketches:
        for resource in sketch.resources:
            files.setdefault(resource.address, []).append(resource.file)
    at: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        for address in item.addresses:
            # A finding may stand in another file than its resource's header, such as that of a part.
            declared = files.get(address, [])
            file = declared[0] if len(declared) == 1 else item.file
            at.setdefault((file, address), []).append(item)
    return tuple(
        _resource(sketch, resource, at.get((resource.file, resource.address), []), lines)
        for sketch in sketches
        for resource in sketch.resources
    )


def _resource(sketch: Sketch, resource: Sketched, items: list[Item], lines: Lines) -> ShownResource:
    kept = lines.get(resource.file, {})
    numbers = range(resource.line, resource.line + len(resource.lines))
    return ShownResource(
        id=resource_id(sketch.name, resource.address),
        graph=sketch.name,
        address=resource.address,
        type=resource.type,
        source_type=resource.source_type,
        service=service(resource.type),
        file=resource.file,
        line=resource.line,
        worst=worst(items),
        items=tuple(item.id for item in items),
        excerpt=tuple((number, kept[number]) for number in numbers if number in kept),
        more=resource.more,
    )


def worst(items: Sequence[Item]) -> str:
    """The severity of the worst of them that is to be mended; "open" where none is, but something is open; else ""."""
    failing = [item.severity for item in items if item.state in ("fail", "known")]
    if failing:
        return min(failing, key=SEVERITIES.index)
    return "open" if any(item.state == "open" for item in items) else ""


def service(type_: str) -> str:
    """The service of a type in the common vocabulary: `AWS::EC2::Volume` is of EC2."""
    steps = type_.split("::")
    return steps[1] if len(steps) > 1 else type_.partition("_")[0]


def _edges(sketches: Sequence[Sketch]) -> list[Edge]:
    """All edges, between anchors."""
    return [
        Edge(resource_id(sketch.name, edge.source), resource_id(sketch.name, edge.target), edge.property)
        for sketch in sketches
        for edge in sketch.edges
    ]
