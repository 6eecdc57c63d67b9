"""Work in chunks, in processes of their own where that pays.

Forked processes work on chunks and end after some: nothing has to be freed one by one, and memory is bounded. A process
that dies costs its chunk a second try, unit by unit, so that the one at fault is known. Only results travel.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

from walint.workers.work import MOST, Result, Unit, Work, chunks

__all__ = ["LEAST", "MOST", "Work", "processors", "results", "without_collection"]

# Below so many units a process costs more than it saves.
LEAST: Final = 24
# What a process takes of the work that is left: one part of so many for each process.
_PARTS_EACH: Final = 4


def processors() -> int:
    """How many processes can run at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def results(units: Sequence[Unit], work: Work[Unit, Result], jobs: int) -> AbstractContextManager[Iterator[Result]]:
    """The results of all units, chunk by chunk, in their order.

    Processes that have done their work end while the block goes on; after it none is left.

    Args:
        jobs: how many processes may work at once; little work is done in this one, and all of it with 0 or on a
            system that cannot fork.
    """
    weights = [work.weight(unit) for unit in units]
    cut = chunks(weights) if jobs <= 1 else chunks(weights, jobs * _PARTS_EACH)
    if len(cut) < 2 or sum(weights) < LEAST or not jobs or not hasattr(os, "fork"):
        return nullcontext(_here(units, work, chunks(weights)))
    from walint.workers.processes import in_processes

    return in_processes(units, weights, work, cut, jobs)


def _here(units: Sequence[Unit], work: Work[Unit, Result], cut: Sequence[slice]) -> Iterator[Result]:
    with without_collection():
        for at, chunk in enumerate(cut):
            if at:
                gc.collect()
            yield work.run(units[chunk])


@contextmanager
def without_collection() -> Iterator[None]:
    """Graphs are full of cycles, and looking for garbage while they are in use finds none: it is done between chunks.

    What the last one leaves is for whoever had collection switched on; a command is about to end.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
