"""Intrinsic functions, pseudo parameters, positions of mistakes: the tables of `cases/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cloudformation.made import CASES, Case, Evaluated, cases, evaluate

TABLES = sorted(path.name for path in Path(CASES).glob("*.yaml"))
ROWS = [pytest.param(case, id=f"{table}: {case.name}") for table in TABLES for case in cases(table)]


@pytest.mark.parametrize("case", ROWS)
def test_an_expression_gives_its_value_and_its_mistakes(case: Case) -> None:
    found = evaluate(case.given, case.context, **case.options)
    assert found == Evaluated(case.gives, case.problems)
