"""What is to be done, and in what chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

Unit = TypeVar("Unit")
Result = TypeVar("Result")

# What a process leaves behind is freed as a whole; so many units of the usual size take some 200 MB. A new process has
# to compile rules again, which takes as long as ten of them.
MOST: Final = 500
# Less than this is not worth the way to another process and back.
_SMALLEST: Final = 4


class Work(Generic[Unit, Result]):
    """What is to be done with units, and how results come back.

    Args:
        run: the result of some units; it runs in another process, and must not depend on what others do.
        lost: the result for a unit at which the process ended, given how it did: "was killed (signal 9)".
        weight: how much work a unit is; 1 for a file of the usual size.
        dump, load: a result as bytes, and back.
        prepare: called before any process is started, for what all of them would else do one by one.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Unit]], Result],
        lost: Callable[[Unit, str], Result],
        weight: Callable[[Unit], int],
        dump: Callable[[Result], bytes],
        load: Callable[[bytes], Result],
        prepare: Callable[[], None],
    ) -> None:
        self.run = run
        self.lost = lost
        self.weight = weight
        self.dump = dump
        self.load = load
        self.prepare = prepare


def chunks(weights: Sequence[int], share: int = 1) -> list[slice]:
    """Neighbours together, so that what they share is read once.

    Args:
        weights: those of the units.
        share: into how many parts the work that is left is cut, again for each chunk: the last ones are small, so
            that all processes end at about the same time.
    """
    out: list[slice] = []
    left = sum(weights)
    start = weight = 0
    for at, own in enumerate(weights):
        if weight and weight + own > min(MOST, max(left // share, _SMALLEST)):
            out.append(slice(start, at))
            left -= weight
            start, weight = at, 0
        weight += own
    if start < len(weights):
        out.append(slice(start, len(weights)))
    return out
