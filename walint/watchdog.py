"""Bounds in time and memory: what takes too much of either is interrupted, wherever it is.

The system's timer counts processor time, so a machine under load, or one that is suspended, gives the same answer as a
quiet one. It works in the main thread of a process, which is where units of work are judged; children of a fork have
timers of their own. Where there is none (Windows, an embedding program's other thread), nothing is interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

# How often the processor's clock and the memory in use are looked at.
_TICK: Final = 0.05
# How long after a first interruption that was swallowed the next one comes.
_AGAIN: Final = 1.0
_MEGABYTE: Final = 1_000_000


class Exhausted(BaseException):
    """Too much of something. No Exception, so that nobody takes it for a fault of what is interrupted.

    Attributes:
        limit: the name of what is used up, as `Limits` has it.
    """

    limit = ""


class OutOfTime(Exhausted):
    limit = "seconds"


class OutOfMemory(Exhausted):
    limit = "memory"


@contextmanager
def deadline(seconds: float, megabytes: float) -> Iterator[None]:
    """Raise Exhausted in what is done within, after so much processor time or memory, until somebody calls `stop`."""
    end = time.process_time() + seconds
    # What is done before the first tick needs no bound; most units are.
    most: float | None = None

    def look(number: int, frame: FrameType | None) -> None:
        nonlocal end, most
        if most is None:
            most = _in_use() + megabytes * _MEGABYTE
        if time.process_time() >= end:
            end += _AGAIN
            raise OutOfTime
        if _in_use() > most:
            most = float("inf")
            end = time.process_time() + _AGAIN
            raise OutOfMemory

    try:
        before = signal.signal(signal.SIGPROF, look)
    except (AttributeError, ValueError):  # no such signal, or not the main thread
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, min(seconds, _TICK), _TICK)
    try:
        yield
    finally:
        stop()
        signal.signal(signal.SIGPROF, before)


def stop() -> None:
    """No more interruptions: whoever caught one has to finish."""
    signal.setitimer(signal.ITIMER_PROF, 0)


def _from_proc() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * _PAGE


def _from_peak() -> int:
    """The most that was ever in use, where the system does not tell what is now."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
# The memory that this process uses, in bytes.
_in_use: Callable[[], int] = (
    _from_proc if os.path.exists("/proc/self/statm") else _from_peak if hasattr(os, "fork") else int
)
