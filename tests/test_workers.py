"""Work in several processes: the same report, and a process that dies costs no more than what it was at."""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import walint
from walint.report import REPORTS, render
from walint.report.options import Options
from walint.workers import LEAST, MOST, Work, results
from walint.workers.work import Result

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

UNITS = list(range(3 * LEAST))


def squares(units: Sequence[int]) -> list[int]:
    return [unit * unit for unit in units]


def work(
    run: Callable[[Sequence[int]], Result],
    lost: Callable[[int, str], Result],
    weight: Callable[[int], int] = lambda unit: 1,
) -> Work[int, Result]:
    return Work(run, lost, weight, pickle.dumps, pickle.loads, lambda: None)


def made(units: Sequence[int], how: Work[int, Result], jobs: int) -> list[Result]:
    with results(units, how, jobs) as coming:
        return list(coming)


def killed_at(*fatal: int) -> Work[int, list[int | str]]:
    def run(units: Sequence[int]) -> list[int | str]:
        for unit in units:
            if unit in fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        return list(units)

    return work(run, lambda unit, how: [f"{unit} {how}"])


@pytest.mark.parametrize("jobs", [0, 1, 2, 5])
def test_every_unit_is_worked_on_once(jobs: int) -> None:
    chunks = made(UNITS, work(squares, lambda unit, how: []), jobs)
    assert sorted(square for chunk in chunks for square in chunk) == squares(UNITS)


def test_neighbours_are_worked_on_together_up_to_a_bound() -> None:
    sizes = [len(chunk) for chunk in made(range(2 * MOST + 1), work(list, lambda unit, how: []), 1)]
    assert sizes == [MOST, MOST, 1]


def test_heavy_units_make_small_chunks() -> None:
    halves: Work[int, list[int]] = work(list, lambda unit, how: [], lambda unit: MOST // 2)
    assert [len(chunk) for chunk in made(range(5), halves, 1)] == [2, 2, 1]


def test_the_last_chunks_are_small_so_that_no_process_waits_for_another() -> None:
    sizes = [len(chunk) for chunk in made(range(200), work(list, lambda unit, how: []), 2)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 20 and sizes[-1] <= 4


def test_the_heaviest_unit_is_begun_first(tmp_path: Path) -> None:
    begun = tmp_path / "begun"

    def run(units: Sequence[int]) -> list[int]:
        while UNITS[-1] not in units and not begun.exists():
            time.sleep(0.01)
        begun.touch()
        return list(units)

    heavy: Work[int, list[int]] = work(run, lambda unit, how: [], lambda unit: MOST if unit == UNITS[-1] else 1)
    assert [unit for chunk in made(UNITS, heavy, 1) for unit in chunk] == UNITS


def test_results_come_in_the_order_of_the_units_whichever_is_done_first(tmp_path: Path) -> None:
    last_is_done = tmp_path / "done"

    def run(units: Sequence[int]) -> list[int]:
        while units[0] == UNITS[0] and not last_is_done.exists():
            time.sleep(0.01)
        if units[-1] == UNITS[-1]:
            last_is_done.touch()
        return list(units)

    chunks = made(UNITS, work(run, lambda unit, how: []), 2)
    assert [unit for chunk in chunks for unit in chunk] == UNITS


def test_much_work_is_done_elsewhere_even_for_one_job() -> None:
    """What a process leaves behind is freed as it ends, in no time."""
    own = os.getpid()
    here: Work[int, list[int]] = work(lambda units: [os.getpid()], lambda unit, how: [])
    assert own not in [pid for chunk in made(range(MOST + 1), here, 1) for pid in chunk]
    assert [pid for chunk in made(range(MOST), here, 1) for pid in chunk] == [own]
    assert {pid for chunk in made(range(MOST + 1), here, 0) for pid in chunk} == {own}


def test_no_process_is_left_behind_when_all_is_done() -> None:
    own: Work[int, list[int]] = work(lambda units: [os.getpid()], lambda unit, how: [])
    assert len({pid for chunk in made(range(6 * MOST), own, 2) for pid in chunk}) > 2
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_unit_at_which_its_process_dies_is_named_and_the_others_are_worked_on() -> None:
    found = [result for chunk in made(UNITS, killed_at(5, 40), 2) for result in chunk]
    lost = {"5 was killed (signal 9)", "40 was killed (signal 9)"}
    assert {result for result in found if isinstance(result, str)} == lost
    assert sorted(result for result in found if isinstance(result, int)) == [u for u in UNITS if u not in (5, 40)]


def test_no_process_is_left_behind_when_nobody_wants_the_rest() -> None:
    with results(UNITS, work(squares, lambda unit, how: []), 2) as coming:
        next(coming)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_report_does_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    fixtures = Path(__file__).parent.parent / "fixtures"
    some = [fixtures / service for service in ("efs", "ebs", "eks", "vpc")]
    reports = [walint.check(some, cwd=fixtures, profile="strict", jobs=jobs) for jobs in (1, 2)]
    assert len(reports[0].findings) > 100
    for name in REPORTS:
        one, other = (render(name, report, Options("1.0")) for report in reports)
        assert one == other


SHARED = """
resource "aws_ebs_volume" "v" {
  availability_zone = "eu-west-1a"
  size              = 8
  password          = "not shown"
}
"""


@pytest.mark.parametrize("quiet", [False, True])
def test_text_is_the_same_whether_the_processes_that_judge_write_it_or_not(tmp_path: Path, quiet: bool) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "main.tf").write_text(SHARED)
    for at in range(LEAST):
        root = tmp_path / f"root{at}"
        root.mkdir()
        (root / "main.tf").write_text(
            f'module "m{at}" {{\n  source = "../shared"\n}}\nresource "aws_sqs_queue" "q" {{\n  name = "q{at}"\n}}\n'
        )
    how = Options("1.0", quiet=quiet, show_open=True, verbose=True)
    plain, drawn = (
        walint.check([tmp_path], cwd=tmp_path, profile="strict", jobs=jobs, text=text)
        for jobs, text in ((1, None), (2, how))
    )
    assert "root7/main.tf" in render("text", plain, how)
    assert "shared/main.tf" in render("text", plain, how)
    assert render("text", drawn, how) == render("text", plain, how)
    other = Options("1.0", width=60)
    assert render("text", drawn, other) == render("text", plain, other)
