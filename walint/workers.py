"""Work in chunks, in processes of their own where that pays.

Forked processes work on chunks and end after some: nothing has to be freed one by one, and memory is bounded. A process
that dies costs its chunk a second try, unit by unit, so that the one at fault is known. Only results travel.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import pickle
import selectors
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Generic, NoReturn, TypeVar

Unit = TypeVar("Unit")
Result = TypeVar("Result")

# Below so many units a process costs more than it saves.
LEAST: Final = 24
# What a process leaves behind is freed as a whole; so many units of the usual size take some 100 MB.
MOST: Final = 250
# More chunks than processes, so that all have work to the end.
_CHUNKS_EACH: Final = 6
_READ: Final = 1 << 20
_CHUNK: Final = struct.Struct("!QQ")
_LENGTH: Final = struct.Struct("!Q")


class Work(Generic[Unit, Result]):
    """What is to be done with units, and how results come back.

    Args:
        run: the result of some units; it runs in another process, and must not depend on what others do.
        lost: the result for a unit at which the process ended, given how it did: "was killed (signal 9)".
        weight: how much work a unit is; 1 for a file of the usual size.
        pickler, unpickler: for results that hold more than plain data.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Unit]], Result],
        lost: Callable[[Unit, str], Result],
        weight: Callable[[Unit], int] = lambda unit: 1,
        pickler: Callable[[Any], pickle.Pickler] = pickle.Pickler,
        unpickler: Callable[[Any], pickle.Unpickler] = pickle.Unpickler,
    ) -> None:
        self.run = run
        self.lost = lost
        self.weight = weight
        self.pickler = pickler
        self.unpickler = unpickler


def processors() -> int:
    """How many processes can run at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def results(units: Sequence[Unit], work: Work[Unit, Result], jobs: int) -> Iterator[Result]:
    """The results of all units, chunk by chunk as they come.

    Args:
        jobs: how many processes may run at once; with 1, with little work, or on a system that cannot fork, all is
            done in this one.
    """
    whole = sum(map(work.weight, units))
    if jobs <= 1 or whole < LEAST or not hasattr(os, "fork"):
        for chunk in _chunks(units, work, MOST):
            yield _without_collection(work.run, units[chunk])
    else:
        yield from _in_processes(units, work, jobs, min(MOST, -(-whole // (jobs * _CHUNKS_EACH))))


def _chunks(units: Sequence[Unit], work: Work[Unit, Result], size: int) -> list[slice]:
    """Neighbours together, so that what they share is read once."""
    out: list[slice] = []
    start = weight = 0
    for at, unit in enumerate(units):
        own = work.weight(unit)
        if weight and weight + own > size:
            out.append(slice(start, at))
            start, weight = at, 0
        weight += own
    if start < len(units):
        out.append(slice(start, len(units)))
    return out


def _without_collection(run: Callable[[Sequence[Unit]], Result], chunk: Sequence[Unit]) -> Result:
    """Graphs are full of cycles, and looking for garbage while they are in use finds none: it is left to the end."""
    was = gc.isenabled()
    gc.disable()
    try:
        return run(chunk)
    finally:
        if was:
            gc.enable()


class _Process:
    """A process that works on one chunk after the other.

    Attributes:
        requests: where chunks are asked for, as the numbers of their first unit and of the one after their last.
        answers: where results come from, each after its length.
        chunk: what it is at, None while it waits.
        load: the weight of all that it was given.
    """

    def __init__(self, pid: int, requests: int, answers: int) -> None:
        self.pid = pid
        self.requests = requests
        self.answers = answers
        self.chunk: slice | None = None
        self.load = 0
        self.received = bytearray()

    def ask(self, chunk: slice, weight: int) -> None:
        self.chunk = chunk
        self.load += weight
        with contextlib.suppress(BrokenPipeError):  # it is dead, which its answers tell
            os.write(self.requests, _CHUNK.pack(chunk.start, chunk.stop))

    def answer(self) -> bytes | None:
        """The whole answer, once it is there."""
        if len(self.received) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(self.received)[0]
        if len(self.received) < end:
            return None
        made = bytes(self.received[_LENGTH.size : end])
        del self.received[:end]
        return made

    def end(self) -> int:
        """Let it go; its exit status."""
        os.close(self.requests)
        os.close(self.answers)
        return os.waitpid(self.pid, 0)[1]


def _in_processes(units: Sequence[Unit], work: Work[Unit, Result], jobs: int, size: int) -> Iterator[Result]:
    todo = _chunks(units, work, size)[::-1]
    processes: dict[int, _Process] = {}
    with selectors.DefaultSelector() as selector:

        def give(process: _Process) -> None:
            chunk = todo.pop()
            process.ask(chunk, sum(map(work.weight, units[chunk])))

        def dismiss(process: _Process) -> int:
            selector.unregister(process.answers)
            del processes[process.answers]
            return process.end()

        try:
            while todo or processes:
                while todo and len(processes) < jobs:
                    started = _start(units, work, processes)
                    processes[started.answers] = started
                    selector.register(started.answers, selectors.EVENT_READ)
                    give(started)
                for key, _ in selector.select():
                    process = processes[key.fd]
                    data = os.read(process.answers, _READ)
                    process.received += data
                    made = process.answer()
                    if made is not None:
                        process.chunk = None
                        if todo and process.load < MOST:
                            give(process)
                        else:
                            dismiss(process)
                        yield work.unpickler(io.BytesIO(made)).load()
                    elif not data:
                        chunk, how = process.chunk, _ending(dismiss(process))
                        assert chunk is not None
                        if chunk.stop - chunk.start == 1:
                            yield work.lost(units[chunk.start], how)
                        else:
                            todo += (slice(at, at + 1) for at in range(chunk.stop - 1, chunk.start - 1, -1))
        finally:
            for process in processes.values():
                os.kill(process.pid, signal.SIGKILL)
                process.end()


def _start(units: Sequence[Unit], work: Work[Unit, Result], others: dict[int, _Process]) -> _Process:
    asked, requests = os.pipe()
    answers, answered = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        for process in others.values():
            os.close(process.requests)
            os.close(process.answers)
        os.close(requests)
        os.close(answers)
        _serve(units, work, asked, answered)
    os.close(asked)
    os.close(answered)
    return _Process(pid, requests, answers)


def _serve(units: Sequence[Unit], work: Work[Unit, Result], asked: int, answered: int) -> NoReturn:
    """In the new process: work on what is asked for, and end without tidying up."""
    code = 1
    try:
        # An interruption ends the first process, which ends this one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        gc.disable()
        with open(answered, "wb") as out:
            while request := os.read(asked, _CHUNK.size):
                made = io.BytesIO()
                work.pickler(made).dump(work.run(units[slice(*_CHUNK.unpack(request))]))
                out.write(_LENGTH.pack(made.tell()))
                out.write(made.getbuffer())
                out.flush()
        code = 0
    except BaseException as error:
        if os.environ.get("WALINT_TRACEBACK"):
            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        os._exit(code)


def _ending(status: int) -> str:
    """How a process ended before its work was done."""
    code = os.waitstatus_to_exitcode(status)
    return f"was killed (signal {-code})" if code < 0 else f"ended early (code {code})"
