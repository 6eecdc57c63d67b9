"""Long work shows itself, ends when asked to, and goes on when told to watch: real processes on real terminals."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.test_history import FAULTY, MENDED

WALINT = Path(sys.executable).parent / "walint"
PATIENCE = 60
# Judges one template for as long as the file "slow" is there.
SLOW = """
import os, sys, time
from walint import cli
from walint.policy.judge import Judge
judge = Judge.judge
def slowly(self, graph):
    print("begun", flush=True)
    while os.path.exists("slow"):
        time.sleep(0.05)
    return judge(self, graph)
Judge.judge = slowly
sys.argv = ["walint", *sys.argv[1:]]
cli.main()
"""


def interruptible() -> None:
    """What a shell does for the programs that it runs in the foreground; those in the background pass SIGINT by."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Screen:
    """What a process writes to its terminal."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process = process
        self.text = ""
        self._terminal = terminal

    def wait_for(self, text: str, times: int = 1) -> None:
        until = time.monotonic() + PATIENCE
        while self.text.count(text) < times:
            assert time.monotonic() < until, f"{text!r} is not in {self.text!r}"
            self.read(seconds=0.2)
        assert self.text.count(text) >= times, self.text

    def read(self, seconds: float) -> None:
        """What comes next, if it comes in some time."""
        if select.select([self._terminal], [], [], seconds)[0]:
            self.text += os.read(self._terminal, 65536).decode()

    def end(self) -> int:
        """Read to the end; the exit code."""
        while True:
            try:
                data = os.read(self._terminal, 65536)
            except OSError:  # how Linux tells of the other side's end
                break
            if not data:
                break
            self.text += data.decode()
        return self.process.wait(PATIENCE)


@contextmanager
def terminal(folder: Path, *command: str, stdout: int | None = None) -> Iterator[Screen]:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
        preexec_fn=interruptible,
    )
    os.close(theirs)
    try:
        yield Screen(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(FAULTY)
    (tmp_path / "slow").touch()
    return tmp_path


ONLY = ("--select", "ebs-volume-encrypted", "--jobs", "1")


def test_a_bar_appears_while_one_template_takes_long_and_leaves_no_trace(folder: Path) -> None:
    with terminal(folder, sys.executable, "-c", SLOW, "check", *ONLY) as screen:
        screen.wait_for("a.yaml")
        assert "judging [" in screen.text
        assert "0/1" in screen.text
        (folder / "slow").unlink()
        assert screen.end() == 1
        report = screen.text.rsplit("\r\x1b[2K", 1)[1]
        assert "judging" not in report
        assert "is not encrypted" in report


def test_no_bar_when_quiet(folder: Path) -> None:
    with terminal(folder, sys.executable, "-c", SLOW, "check", *ONLY, "--quiet") as screen:
        screen.wait_for("begun")
        time.sleep(2)
        (folder / "slow").unlink()
        assert screen.end() == 1
    assert "judging" not in screen.text


def test_no_bar_without_a_terminal(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "check", *ONLY], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(2)
    (folder / "slow").unlink()
    assert process.communicate(timeout=PATIENCE)[1] == b""


def test_an_interruption_ends_in_130_and_leaves_nothing_half_written(folder: Path) -> None:
    (folder / "out.sarif").write_text("former")
    command = [sys.executable, "-c", SLOW, "check", *ONLY, "--output", "sarif=out.sarif"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=interruptible
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert out == ""
    assert (folder / "out.sarif").read_text() == "former"
    assert sorted(os.listdir(folder)) == ["a.yaml", "out.sarif", "slow"]


def test_an_interruption_while_several_processes_work_ends_all_of_them(folder: Path) -> None:
    for number in range(60):
        (folder / f"{number}.yaml").write_text(FAULTY)
    command = [sys.executable, "-c", SLOW, "check", "--jobs", "2"]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        preexec_fn=interruptible,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_watching_lints_again_on_each_save_until_it_is_interrupted(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FAULTY)
    with terminal(tmp_path, str(WALINT), "check", *ONLY, "--watch", "--output", "json=out.json") as screen:
        screen.wait_for("watching; Ctrl-C ends it")
        assert "1 finding in 1 file" in screen.text
        # Watching may begin a moment after it is said.
        for number in range(PATIENCE):
            (tmp_path / "a.yaml").write_text(f"# {number}\n{MENDED}")
            screen.read(seconds=2)
            if "Nothing to report" in screen.text:
                break
        screen.wait_for("Nothing to report")
        (tmp_path / "a.yaml").write_text("Resources: {A: {Type: AWS::S3::Bucket, Properties: [}}")
        screen.wait_for("a.yaml:1:")
        screen.process.send_signal(signal.SIGINT)
        assert screen.end() == 130
        assert "Traceback" not in screen.text


def test_watching_without_its_package_says_how_to_get_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['watchfiles'] = None; from walint import cli; cli.main()"
    ran = subprocess.run([sys.executable, "-c", code, "check", "--watch"], cwd=tmp_path, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "walint: --watch needs the package watchfiles: pip install 'walint[watch]'\n"
