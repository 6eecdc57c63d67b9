"""What suppressions are made of."""

from datetime import date
from typing import Literal, NamedTuple

from walint.policy.starring import starred
from walint.source import Span

# A line and what begins on it; a block and all within; a whole file; one resource.
Reach = Literal["line", "block", "file", "resource"]
State = Literal["in force", "unused", "expired", "refused", "not judged"]


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

    __slots__ = ("fault", "metadata", "name", "reach", "reason", "span", "syntax", "target", "until")

    def __init__(
        self,
        syntax: str,
        name: str,
        reason: str,
        until: date | None,
        span: Span,
        reach: Reach,
        target: int = 0,
        metadata: bool = False,
        fault: str = "",
    ) -> None:
        self.syntax = syntax
        self.name = name
        # It is shown to others, and may be the very secret that a finding is about.
        self.reason = starred(reason)
        self.until = until
        self.span = span
        self.reach = reach
        self.target = target
        self.metadata = metadata
        self.fault = fault

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Directive) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.span, self.syntax, self.name))


class SuppressionPolicy(NamedTuple):
    """What a team lets suppressions do.

    Attributes:
        enabled: False judges as if there were none.
        require_reason: one without a reason does not hold.
        protected: rules that can't be silenced, as selectors.
        report_unused: report those that silence nothing or give no reason.
        everything: read all that there are, also where nothing is found, for a list of them.
        today: a suppression whose last day is before has ended; None for the day on which this is asked.
    """

    enabled: bool = True
    require_reason: bool = False
    protected: tuple[str, ...] = ()
    report_unused: bool = False
    everything: bool = False
    today: date | None = None


class Declared(NamedTuple):
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
