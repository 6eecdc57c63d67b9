"""From the verdicts in all scenarios to one finding that says when, and from many findings to a sorted few."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from walint.conditions import NO_SCENARIO, Is, Scenario, Subject
from walint.graph import Resource
from walint.policy.model import Finding, Related, Rule
from walint.source import Place, Span

# A finding looks for the shortest names of so many scenarios, and an open one names only what has so few parts.
MAX_NAMED: Final = 16
MAX_ASSUMPTIONS: Final = 6


class Leaf(NamedTuple):
    """The verdict in one scenario."""

    scenario: Scenario
    verdict: str  # "pass", "fail", "open", or "none" where the rule does not apply
    message: str = ""
    reason: str = ""
    place: Place | None = None
    path: str = ""


def conclude(rule: Rule, resource: Resource, leaves: list[Leaf], path: str) -> tuple[Finding, Place | None] | None:
    """One finding, and where, out of the verdicts in all scenarios: a reachable failure fails, and says when."""
    if len(leaves) == 1:
        only = leaves[0]
        return (finding_of(rule, resource, only, "", path), only.place) if only.verdict in ("fail", "open") else None
    fails = [leaf for leaf in leaves if leaf.verdict == "fail"]
    opens = [leaf for leaf in leaves if leaf.verdict == "open"]
    chosen = fails or opens
    if not chosen:
        return None
    others = [leaf.scenario for leaf in leaves if leaf.verdict != chosen[0].verdict]
    chosen = sorted(chosen, key=lambda leaf: (len(leaf.scenario.assumptions), str(leaf.scenario)))
    cases = _cases(chosen[:MAX_NAMED], others)
    leaf = next(iter(cases.values()))
    return finding_of(rule, resource, leaf, _when(cases, bool(fails)) if others else "", path), leaf.place


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
    values: dict[Subject, list[Scenario]] = {}
    for one in named:
        match one.assumptions:
            case ((Is(subject), True),) if subject.domain is not None:
                values.setdefault(subject, []).append(one)
    out = list(named)
    for subject, group in values.items():
        left = [it for it in subject.domain or () if not any(one.decide(Is(subject, it)) is True for one in group)]
        if len(group) > 1 and len(left) == 1:
            without = NO_SCENARIO.assume(Is(subject, left[0]), False)
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
    made = NO_SCENARIO
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


def finding_of(rule: Rule, resource: Resource, leaf: Leaf, when: str, path: str) -> Finding:
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
            first = first._replace(
                addresses=addresses, when=when, related=related, others=tuple(reversed(others.values()))
            )
        out.append(first)
    return sorted(out, key=lambda finding: finding.sort_key)
