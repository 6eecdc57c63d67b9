"""Faults of walint, and deaths of its processes: one template or verdict is lost, and the rest is judged."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import walint
from walint.policy.judge import Judge
from walint.report import REPORTS, render
from walint.report.options import Options
from walint.units import FrontEnds

BAD = "unit07"


def write_tree(folder: Path) -> None:
    for number in range(30):
        (folder / f"unit{number:02}").mkdir()
        (folder / f"unit{number:02}" / "main.tf").write_text('resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n')


def files(report: Any) -> set[str]:
    return {finding.span.file.partition("/")[0] for finding in report.findings}


def disturbed(monkeypatch: pytest.MonkeyPatch, disturb: Callable[[], None]) -> None:
    """Something happens whenever the graph of one unit is made."""
    graph = FrontEnds.graph

    def made(self: FrontEnds, unit: Any) -> Any:
        if unit.name == BAD:
            disturb()
        return graph(self, unit)

    monkeypatch.setattr(FrontEnds, "graph", made)


def fail() -> None:
    raise KeyError("the secret of a template")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_in_a_front_end_costs_one_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    write_tree(tmp_path)
    disturbed(monkeypatch, fail)
    report = walint.check([tmp_path], cwd=tmp_path, jobs=jobs)
    (problem,) = report.problems
    assert (problem.file, problem.severity) == (BAD, "error")
    assert problem.message.startswith("internal error, it is not judged: KeyError in tests/test_hostile.py:")
    assert "secret" not in problem.message
    assert "WALINT_TRACEBACK" in problem.message
    assert len(files(report)) == 29


def test_a_fault_in_a_rule_costs_one_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path)
    before = walint.check([tmp_path], cwd=tmp_path)
    compiled_for = Judge._compiled_for

    def broken(self: Judge, rule: Any) -> Any:
        compiled = compiled_for(self, rule)
        if rule.id == "s3-bucket-public-access-blocked":
            compiled.require = lambda env: fail()
        return compiled

    monkeypatch.setattr(Judge, "_compiled_for", broken)
    after = walint.check([tmp_path / BAD], cwd=tmp_path)
    (problem,) = after.problems
    assert problem.severity == "error"
    assert "s3-bucket-public-access-blocked is open for aws_s3_bucket.b" in problem.message
    others = [it for it in before.findings if it.span.file.startswith(BAD) and it.rule.id not in problem.message]
    kept = [it for it in after.findings if it.rule.id not in problem.message]
    assert [it.rule.id for it in kept] == [it.rule.id for it in others]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_process_killed_once_changes_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, flag = tmp_path / "tree", tmp_path / "killed"
    tree.mkdir()
    write_tree(tree)
    quiet = walint.check([tree], cwd=tree, jobs=2, profile="strict")

    def die_once() -> None:
        if not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    disturbed(monkeypatch, die_once)
    again = walint.check([tree], cwd=tree, jobs=2, profile="strict")
    assert flag.exists()
    for name in REPORTS:
        assert render(name, again, Options("1.0")) == render(name, quiet, Options("1.0"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_template_that_kills_its_process_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path)
    disturbed(monkeypatch, lambda: os.kill(os.getpid(), signal.SIGKILL))
    report = walint.check([tmp_path], cwd=tmp_path, jobs=2)
    (problem,) = report.problems
    assert (problem.file, problem.severity) == (BAD, "error")
    assert problem.message.startswith("not judged: the process that judged it was killed (signal 9)")
    assert len(files(report)) == 29
