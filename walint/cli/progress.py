"""Long work shows itself: a bar on stderr, on a terminal only, and only once the work has taken a second."""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType, TracebackType
from typing import Any, Final

_PATIENCE: Final = 1.0
_EVERY: Final = 0.2
_WIDTH: Final = 24
_ERASE: Final = "\r\x1b[2K"


class Bar:
    """A context; call it as the work goes on. The bar is gone when the context ends.

    A timer of the system draws it, for one template alone may take long. No thread does: work is done in forked
    processes, and forking a process with threads is not safe.

    Args:
        wanted: False shows nothing, whatever the terminal.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._began = time.monotonic()
        self._at: tuple[int, int, str] = (0, 0, "")
        self._drawn = False
        self._former: Any = None

    def __enter__(self) -> Bar:
        if self._wanted and hasattr(signal, "setitimer"):
            self._former = signal.signal(signal.SIGALRM, self._tick)
            signal.setitimer(signal.ITIMER_REAL, _PATIENCE, _EVERY)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._former is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._former)
        if self._drawn:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()

    def __call__(self, done: int, total: int, name: str) -> None:
        self._at = (done, total, name)

    def _tick(self, number: int, frame: FrameType | None) -> None:
        import shutil

        from walint.report.terminal import harmless

        done, total, name = self._at
        filled = _WIDTH * done // total if total else 0
        seconds = int(time.monotonic() - self._began)
        text = f"judging [{'#' * filled}{' ' * (_WIDTH - filled)}] {done}/{total} {seconds // 60}:{seconds % 60:02}"
        text = f"{text} {harmless(name)}"[: shutil.get_terminal_size((80, 24)).columns - 1]
        self._drawn = True
        os.write(sys.stderr.fileno(), (_ERASE + text).encode("utf-8", "replace"))
