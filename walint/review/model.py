"""A review as plain data: what all its renderers are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from walint.policy.model import Severity
from walint.source import Problem

# A finding: to be mended; not decided by the templates; accepted by a suppression; in the baseline.
ItemState = Literal["fail", "open", "accepted", "known"]
PracticeState = Literal["not-met", "open", "met", "nothing", "elsewhere"]
LineState = Literal["fail", "warn", "open", "pass", "nothing", "left-out", "elsewhere"]

PRACTICE_STATES: dict[PracticeState, str] = {
    "not-met": "not met",
    "open": "open",
    "met": "met",
    "nothing": "nothing here",
    "elsewhere": "decided elsewhere",
}
ITEM_STATES: dict[ItemState, str] = {
    "fail": "failing",
    "known": "known before",
    "open": "open",
    "accepted": "suppressed",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as the review shows it.

    Attributes:
        id: its anchor; the same in a later run as long as it is the same finding.
        fingerprint: what it is recognised by in a later run.
        service: the service that its rule is about.
        why: of an open one what it depends on, of a suppressed one the reason that was given.
        excerpt: lines of the source by number, secrets starred out.
    """

    id: str
    fingerprint: str
    rule: str
    state: ItemState
    severity: Severity
    pillar: str
    service: str
    message: str
    addresses: tuple[str, ...]
    type: str
    file: str
    line: int
    when: str
    why: str
    new: bool = False
    excerpt: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How a rule that was judged came out.

    Attributes:
        items: the ids of its findings.
        engine: the other program that it belongs to, or "".
    """

    id: str
    title: str
    pillar: str
    practice: str
    severity: Severity
    profile: str
    rationale: str
    remediation: str
    references: tuple[str, ...]
    passed: int
    failed: int
    open: int
    accepted: int
    items: tuple[str, ...]
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Practice:
    """A best practice.

    Attributes:
        risk: as AWS has it, "" where it gives none.
        rules: the rules about it that were judged and applied to something, by id.
        items: its findings, worst first.
        note: what an open one depends on; what decides it instead; which rules would say more.
    """

    id: str
    title: str
    risk: str
    state: PracticeState
    rules: tuple[str, ...]
    items: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    title: str
    practices: tuple[Practice, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A pillar's score, and what it was worked out from.

    Attributes:
        value: 0 to 100; None where nothing was judged.
        rules: how many rules decided it.
        lost: what each rule that failed somewhere took from 100, greatest first: (rule, points).
    """

    value: int | None
    rules: int
    lost: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Pillar:
    """A pillar; `counts` are its practices by state, `findings` those to be mended by severity."""

    id: str
    name: str
    questions: tuple[Question, ...]
    score: Score
    counts: dict[str, int]
    findings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the Config pane or of the Trusted Advisor board.

    Attributes:
        group: the category: a pillar's id.
        number: how many resources do not comply.
        rules: walint's rules that say it.
        talk: whether the talk shows it.
        note: what a running account would have to say, or why there is nothing to say here.
    """

    id: str
    name: str
    group: str
    state: LineState
    number: int
    rules: tuple[str, ...]
    items: tuple[str, ...]
    talk: bool
    note: str


@dataclass(frozen=True, slots=True)
class ShownResource:
    """A resource.

    Attributes:
        id: its anchor.
        graph: the name of the template or root module.
        worst: the severity of the worst finding to be mended, "open" where something is open, else "".
        excerpt: as for `Item`.
        more: whether the declaration goes on after the excerpt.
    """

    id: str
    graph: str
    address: str
    type: str
    source_type: str
    service: str
    file: str
    line: int
    worst: str
    items: tuple[str, ...]
    excerpt: tuple[tuple[int, str], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since an earlier review.

    Attributes:
        mended: findings that are gone, as the earlier review told them: (rule, address, file, severity).
        came: the ids of findings that were not there.
        scores: each pillar's score then, by pillar.
    """

    mended: tuple[tuple[str, str, str, str], ...]
    came: tuple[str, ...]
    scores: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that is shown.

    Attributes:
        edition: the framework's.
        items: all findings, worst first.
        counts: findings by state.
        problems: what could not be read or evaluated.
        notices: what the run could not do as it was asked to.
        not_read: modules and stacks that were called but not read: (address, reason, file, line).
        stats: "templates", "files", "resources", "passed".
        paths: what was asked for.
        revision: the repository's commit, or "".
    """

    version: str
    edition: str
    paths: tuple[str, ...]
    revision: str
    pillars: tuple[Pillar, ...]
    config: tuple[Line, ...]
    advisor: tuple[Line, ...]
    items: tuple[Item, ...]
    rules: tuple[RuleResult, ...]
    resources: tuple[ShownResource, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...]
    not_read: tuple[tuple[str, str, str, int], ...]
    stats: dict[str, int]
    notices: tuple[str, ...] = ()
    change: Change | None = None
    edges: tuple[tuple[str, str, str], ...] = field(default=())
