"""A bound in time: what takes too long is interrupted, wherever it is.

The system's timer counts processor time, so a machine under load, or one that is suspended, gives the same answer as a
quiet one. It works in the main thread of a process, which is where units of work are judged; children of a fork have
timers of their own. Where there is none (Windows, an embedding program's other thread), nothing is interrupted.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

# How long after a first interruption that was swallowed the next one comes.
_AGAIN: Final = 1.0


class OutOfTime(BaseException):
    """The time is over. No Exception, so that nobody takes it for a fault of what is interrupted."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in what is done within, after so many seconds of processor time, until somebody calls `stop`."""
    try:
        before = signal.signal(signal.SIGPROF, _over)
    except (AttributeError, ValueError):  # no such signal, or not the main thread
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        stop()
        signal.signal(signal.SIGPROF, before)


def stop() -> None:
    """No more interruptions: whoever caught one has to finish."""
    signal.setitimer(signal.ITIMER_PROF, 0)


def _over(number: int, frame: FrameType | None) -> None:
    raise OutOfTime
