"""Lint a tree twice, once with a process killed in the middle, and compare: `python -m bench.disturbed FOLDER...`.

Both runs have two processes and an address space of 1 GB each. The killed one's templates are judged again, and the
reports must be the same byte for byte. What else stands in the way is said, and ends in exit code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

GIGABYTE = 1 << 30


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.disturbed", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    folders = [str(folder.resolve()) for folder in parser.parse_args().folders]
    with tempfile.TemporaryDirectory() as scratch:
        quiet, took = lint(folders, Path(scratch) / "quiet.sarif", lambda pid, started: False)
        killed: list[int] = []

        def disturb(pid: int, started: float) -> bool:
            """Kill one of the processes when half of the time has gone by."""
            if time.monotonic() - started < took / 2:
                return False
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if children:
                killed.append(int(children[0]))
                os.kill(killed[0], signal.SIGKILL)
            return bool(children)

        disturbed, _ = lint(folders, Path(scratch) / "disturbed.sarif", disturb)
    print(f"undisturbed, {took:.1f} s: {described(quiet)}")
    print(f"process {killed[0] if killed else 'none'} killed: {described(disturbed)}")
    if not killed:
        print("no process could be killed: the run was over too soon")
        return 1
    print("the same" if quiet == disturbed else "NOT the same")
    return quiet != disturbed


def lint(folders: list[str], out: Path, disturb: Callable[[int, float], bool]) -> tuple[bytes, float]:
    """The SARIF report of the folders, and how long it took.

    Args:
        disturb: asked again and again until it has done something, with the process and when it was started.
    """
    command = [sys.executable, "-m", "walint", "check", *folders, "--profile", "strict", "--jobs", "2", "--exit-zero"]
    command += ["--format", "sarif", "--output", str(out)]
    started = time.monotonic()
    running = subprocess.Popen(command, preexec_fn=limit, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = False
    while running.poll() is None:
        done = done or disturb(running.pid, started)
        time.sleep(0.01)
    if running.returncode not in (0, 2):
        sys.exit(f"walint ended with exit code {running.returncode}")
    return out.read_bytes(), time.monotonic() - started


def described(report: bytes) -> str:
    return f"{len(report):,} bytes, sha256 {hashlib.sha256(report).hexdigest()}"


def limit() -> None:
    """Of this process and its children, each."""
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))


if __name__ == "__main__":
    sys.exit(main())
