"""What rules, findings and reports are made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from walint.source import Problem, Span

if TYPE_CHECKING:
    from walint.policy.suppressions.model import Declared

Severity = Literal["critical", "high", "medium", "low", "info"]
Verdict = Literal["pass", "fail", "open"]
State = Literal["", "new", "unchanged", "absent"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
PILLARS: dict[str, str] = {
    "operational-excellence": "Operational Excellence",
    "security": "Security",
    "reliability": "Reliability",
    "performance-efficiency": "Performance Efficiency",
    "cost-optimization": "Cost Optimization",
    "sustainability": "Sustainability",
}


def type_and_path(target: str) -> tuple[str, str]:
    """What an entry of `applies_to` names: a type (a data source's begins with "data."), and the path to its items."""
    prefix = "data." if target.startswith("data.") else ""
    type_, _, path = target.removeprefix(prefix).partition(".")
    return prefix + type_, path


class Rule(NamedTuple):
    """A rule as its file gives it, checked; the expressions are compiled when a resource of its types is there.

    Attributes:
        id: kebab-case, for ever.
        applies_to: types, each with an optional path to the items that are judged one by one.
        require: the expression that must be true (its syntax tree in JSON form), or None for a check in Python.
        message: as written; `message_parts` has its strings and the syntax trees of the expressions in braces.
        when: a precondition; where it is false the rule does not apply.
        check: the name of a check in Python, for what no expression can say well.
        languages: the languages whose resources it can judge.
        parameters: thresholds by name, with their defaults.
        descriptions: what each parameter means.
        best_practice: the id of the Well-Architected best practice, such as "SEC08-BP02".
        aliases: the same control elsewhere: "checkov:CKV_AWS_3", "config:encrypted-volumes".
        replaces: earlier ids of this rule, which stay valid in suppressions.
        engine: the program whose rule it is; "" for one of walint's own language.
    """

    id: str
    title: str
    pillar: str
    best_practice: str
    severity: Severity
    profile: Literal["recommended", "strict"]
    applies_to: tuple[str, ...]
    message: str
    rationale: str
    remediation: str
    message_parts: tuple[Any, ...] = ()
    require: Any = None
    when: Any = None
    check: str | None = None
    languages: tuple[Literal["cloudformation", "terraform"], ...] = ("cloudformation", "terraform")
    parameters: Mapping[str, Any] = MappingProxyType({})
    descriptions: Mapping[str, str] = MappingProxyType({})
    fix: dict[str, Any] | None = None
    aliases: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    engine: str = ""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Related(NamedTuple):
    """A further place that a finding is about: a module call, the other resource."""

    message: str
    span: Span


class Suppression(NamedTuple):
    """Why a finding is not reported, as somebody decided it.

    Attributes:
        kind: a comment at the place or the resource ("inline"), the resource's metadata, a comment for the whole file,
            another tool's comment or metadata ("foreign"), or any of these at the module call or nested stack that
            led there ("call").
        reason: as written, "" where none was given.
        until: the last day on which it holds.
        place: where it stands.
        syntax: whose way of writing it is: "walint", "checkov", "tfsec", ...
    """

    kind: Literal["inline", "metadata", "file", "foreign", "call"]
    reason: str
    until: date | None = None
    place: Span | None = None
    syntax: str = "walint"


class Replacement(NamedTuple):
    """A stretch of a file, and the text that stands for it."""

    span: Span
    text: str


class Remedy(NamedTuple):
    """The edits that mend a finding; `unsafe` says why they may break a running system, or is ""."""

    replacements: tuple[Replacement, ...]
    unsafe: str = ""


class Finding(NamedTuple):
    """One verdict that somebody should see.

    Attributes:
        message: one sentence, with the value found.
        span: the property that must change, or the resource's header where it is missing.
        addresses: the resource's address; several where the same place fails for several instances.
        when: the scenario in which it fails, or "" where it always does: `Environment is "prod"`.
        reason: for an open verdict what it depends on, else "".
        related: the calls that led there, outermost first, then other resources involved.
        path: the property in the common vocabulary, for fingerprints; "" for the whole resource.
        suppression: set where it is not reported, but counted.
        state: how it compares with an earlier run; "" where it is not compared.
        also: what other programs that found the same call it: "checkov:CKV_AWS_3".
        construct: the CDK construct that the resource was made by, as its path: "Prod/Data/Bucket/Resource"; else "".
        remedy: the edits that mend it, where they were asked for and there are such.
        others: what was said of each further instance, where several were brought together.
    """

    rule: Rule
    verdict: Literal["fail", "open"]
    message: str
    span: Span
    addresses: tuple[str, ...]
    type: str
    source_type: str
    language: Literal["cloudformation", "terraform"]
    when: str = ""
    reason: str = ""
    related: tuple[Related, ...] = ()
    path: str = ""
    suppression: Suppression | None = None
    state: State = ""
    also: tuple[str, ...] = ()
    construct: str = ""
    remedy: Remedy | None = None
    others: tuple["Finding", ...] = ()

    @property
    def reported(self) -> bool:
        """Whether somebody should act on it: it is neither suppressed, nor was there before, nor is it gone."""
        return self.suppression is None and self.state in ("", "new")

    @property
    def sort_key(self) -> tuple[Any, ...]:
        return (self.span, self.rule.id, self.verdict, self.addresses, self.message)


class Report(NamedTuple):
    """The outcome of one run: what every report format is rendered from.

    Attributes:
        findings: sorted by place, then rule. Of a large run they are unpacked file by file as one goes through them.
        problems: what could not be read or evaluated, sorted by place. An `error` among them means exit 2.
        surprises: internal errors that turned a verdict open, for --verbose.
        rules: the rules that were judged, sorted by id.
        root: the absolute path that the files' names are relative to, or "" .
        lines: the text of the lines that findings point at and their neighbours: {file: {line number: text}}.
        stats: counts by name: "files", "templates", "resources", "passed".
        passed: how often each rule passed, by its id.
        asked: for `--stats`: how often values were asked for, by the reason why they are unknown ("" for known ones).
        opaque: remote modules and stacks that were not read: (address, reason, file, line).
        suppressions: those that speak of what was found, and what became of each; all where that was asked for.
        gone: entries of the baseline that nothing answers to any more: (file, rule, address).
        templates: the files with what was judged, and the folders of root modules, with their languages.
        inputs: the addresses of parameters and variables that templates declare: "Parameters.Stage", "var.stage".
        notices: what the run could not do as it was asked to, one sentence each.
        seen: what was asked to be kept of each graph.
    """

    findings: Sequence[Finding]
    problems: tuple[Problem, ...]
    rules: tuple[Rule, ...]
    surprises: tuple[str, ...] = ()
    root: str = ""
    lines: Mapping[str, dict[int, str]] = MappingProxyType({})
    stats: Mapping[str, int] = MappingProxyType({})
    passed: Mapping[str, int] = MappingProxyType({})
    asked: Mapping[str, int] = MappingProxyType({})
    opaque: tuple[tuple[str, str, str, int], ...] = ()
    suppressions: tuple["Declared", ...] = ()
    gone: tuple[tuple[str, str, str], ...] = ()
    templates: tuple[tuple[str, Literal["cloudformation", "terraform"]], ...] = ()
    inputs: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    seen: tuple[Any, ...] = ()
