"""The forms of expressions: tables with what Terraform gives for each.

`python bench/function_oracle.py tests/terraform/expressions/*.yaml` replays the tables against Terraform itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from walint.source import Problem
from walint.terraform.context import Context, Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.parse import parse_expression

TABLES = sorted((Path(__file__).parent / "expressions").glob("*.yaml"))
ROWS = [
    pytest.param(row, id=f"{table.stem}: {row['expression'].strip()}")
    for table in TABLES
    for row in yaml.safe_load(table.read_text(encoding="utf-8"))
]


def replay(expression: str) -> tuple[Any, list[str]]:
    """The value of an expression, and what is reported about it."""
    written, mistakes = parse_expression(expression)
    problems: list[Problem] = list(mistakes)
    value = evaluate(written, Scope({}), Context(problems.append))
    return value, [problem.message for problem in problems]


@pytest.mark.parametrize("row", ROWS)
def test_an_expression_gives_what_terraform_gives(row: dict[str, Any]) -> None:
    value, problems = replay(f"jsonencode({row['expression']})")
    if "json" in row:
        assert (value, problems) == (row["json"], [])
    else:
        assert problems != []


@pytest.mark.parametrize("expression", ["false && null", "true || null", "false && upper([])"])
def test_the_right_side_is_not_looked_at_where_the_left_decides(expression: str) -> None:
    """So since Terraform 1.12; before, a mistake on the right was one all the same."""
    value, problems = replay(expression)
    assert (value, problems) == (expression.startswith("true"), [])


def test_there_are_tables_for_every_form() -> None:
    assert len(ROWS) >= 400
    assert {table.stem for table in TABLES} == {
        *("calls", "conditionals", "heredocs", "literals", "loops", "operators", "steps", "templates"),
    }


@pytest.mark.parametrize(("written", "meant"), [("True", True), ("False", False), ("FALSE", False)])
def test_a_misspelt_boolean_is_reported_and_taken_as_meant(written: str, meant: bool) -> None:
    value, problems = replay(written)
    assert value is meant
    assert problems == [f'There is nothing named "{written}" here; did you mean {written.lower()}?']


def test_a_misspelt_boolean_fails_an_attempt() -> None:
    assert replay('try(True, "no")') == ("no", [])
