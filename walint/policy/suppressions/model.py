"""What suppressions are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from walint.policy.starring import starred
from walint.source import Span

# A line and what begins on it; a block and all within; a whole file; one resource.
Reach = Literal["line", "block", "file", "resource"]
State = Literal["in force", "unused", "expired", "refused", "not judged"]


@dataclass(frozen=True, slots=True)
class Directive:
    """One rule that a comment or an entry of metadata silences; a comment that names several gives several.

    Attributes:
        syntax: whose way of writing it is: "walint", "checkov", "tfsec", "trivy", "cfn_nag", "guard", "cfn-lint".
        name: a rule's id, another tool's, or a pattern (`s3-*`).
        until: the last day on which it holds.
        span: where it stands.
        target: the line that it speaks of, where `reach` is "line"; else its own.
        metadata: whether it is an entry of metadata rather than a comment.
        fault: why it can never hold (a date that is none), as a clause; "" for most.
    """

    syntax: str
    name: str
    reason: str
    until: date | None
    span: Span
    reach: Reach
    target: int = 0
    metadata: bool = False
    fault: str = ""

    def __post_init__(self) -> None:
        # It is shown to others, and may be the very secret that a finding is about.
        object.__setattr__(self, "reason", starred(self.reason))


@dataclass(frozen=True, slots=True)
class SuppressionPolicy:
    """What a team lets suppressions do.

    Attributes:
        enabled: False judges as if there were none.
        require_reason: one without a reason does not hold.
        protected: rules that can't be silenced, as selectors.
        report_unused: report those that silence nothing or give no reason.
        everything: read all that there are, also where nothing is found, for a list of them.
        today: a suppression whose last day is before has ended.
    """

    enabled: bool = True
    require_reason: bool = False
    protected: tuple[str, ...] = ()
    report_unused: bool = False
    everything: bool = False
    today: date = field(default_factory=date.today)


@dataclass(frozen=True, slots=True)
class Declared:
    """A suppression that was met, and what became of it.

    Attributes:
        silenced: how many findings it silences.
        state: "in force" silences something; "unused" nothing; "expired" and "refused" would, but do not hold; "not
            judged" is one that speaks of no rule of this run.
        why: what is wrong with one that does not hold or can never be of use, as a clause.
    """

    directive: Directive
    silenced: int
    state: State
    why: str = ""
