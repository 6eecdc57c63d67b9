"""Forked processes that work on chunks of units until they have had enough."""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import struct
import sys
from collections.abc import Generator, Iterator, Sequence
from typing import Final, NoReturn

from walint.workers.work import MOST, Result, Unit, Work

_READ: Final = 1 << 20
_CHUNK: Final = struct.Struct("!QQ")
_LENGTH: Final = struct.Struct("!Q")


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

    def dismiss(self) -> None:
        """Let it end, which takes it some milliseconds."""
        os.close(self.requests)
        os.close(self.answers)


class _Processes:
    """The processes of one run.

    Attributes:
        working: by the file that their answers come from.
        ending: those that have nothing more to do.
    """

    def __init__(self) -> None:
        self.working: dict[int, _Process] = {}
        self.ending: list[int] = []

    def dismiss(self, process: _Process) -> None:
        del self.working[process.answers]
        process.dismiss()
        self.ending = [pid for pid in self.ending if not os.waitpid(pid, os.WNOHANG)[0]]
        self.ending.append(process.pid)

    def died(self, process: _Process) -> str:
        """How it ended."""
        del self.working[process.answers]
        process.dismiss()
        return _ending(os.waitpid(process.pid, 0)[1])

    def end(self) -> None:
        for process in self.working.values():
            os.kill(process.pid, signal.SIGKILL)
            process.dismiss()
            self.ending.append(process.pid)
        for pid in self.ending:
            os.waitpid(pid, 0)


@contextlib.contextmanager
def in_processes(
    units: Sequence[Unit], weights: Sequence[int], work: Work[Unit, Result], chunks: Sequence[slice], jobs: int
) -> Generator[Iterator[Result]]:
    """The results of chunks of units, in the order of the units, whichever is done first.

    The heaviest are worked on first: one that is begun last would keep all others waiting.
    """

    def weight(chunk: slice) -> int:
        return sum(weights[chunk])

    processes = _Processes()
    lightest_last = sorted(chunks, key=weight, reverse=True)
    try:
        with contextlib.closing(_as_they_come(units, weights, work, lightest_last, jobs, processes)) as coming:
            yield _in_order(coming, chunks[0].start)
    finally:
        processes.end()


def _in_order(coming: Iterator[tuple[slice, Result]], due: int) -> Iterator[Result]:
    done: dict[int, tuple[int, Result]] = {}
    for chunk, result in coming:
        done[chunk.start] = chunk.stop, result
        while due in done:
            due, following = done.pop(due)
            yield following


def _as_they_come(
    units: Sequence[Unit],
    weights: Sequence[int],
    work: Work[Unit, Result],
    chunks: Sequence[slice],
    jobs: int,
    processes: _Processes,
) -> Generator[tuple[slice, Result]]:
    work.prepare()
    todo = list(chunks)[::-1]
    working = processes.working
    with selectors.DefaultSelector() as selector:

        def give(process: _Process) -> None:
            chunk = todo.pop()
            process.ask(chunk, sum(weights[chunk]))

        while todo or working:
            while todo and len(working) < jobs:
                started = _start(units, work, working)
                working[started.answers] = started
                selector.register(started.answers, selectors.EVENT_READ)
                give(started)
            for key, _ in selector.select():
                process = working[key.fd]
                data = os.read(process.answers, _READ)
                process.received += data
                made = process.answer()
                chunk = process.chunk
                assert chunk is not None
                if made is not None:
                    if todo and process.load < MOST:
                        give(process)
                    else:
                        selector.unregister(process.answers)
                        processes.dismiss(process)
                    yield chunk, work.load(made)
                elif not data:
                    selector.unregister(process.answers)
                    how = processes.died(process)
                    if chunk.stop - chunk.start == 1:
                        yield chunk, work.lost(units[chunk.start], how)
                    else:
                        todo += (slice(at, at + 1) for at in range(chunk.stop - 1, chunk.start - 1, -1))


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
                made = work.dump(work.run(units[slice(*_CHUNK.unpack(request))]))
                out.write(_LENGTH.pack(len(made)))
                out.write(made)
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
