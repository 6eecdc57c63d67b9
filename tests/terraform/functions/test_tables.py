"""The built-in functions: tables of expressions with what Terraform gives for them.

`python bench/function_oracle.py tests/terraform/functions/*.yaml` replays the tables against Terraform itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from walint.source import Problem
from walint.terraform.context import Context, Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.folders import Disk
from walint.terraform.functions import FUNCTIONS
from walint.terraform.functions.providers import FUNCTIONS as PROVIDER_FUNCTIONS
from walint.terraform.inputs import TreeFiles
from walint.terraform.parse import parse_expression

HERE = Path(__file__).parent
FILES = HERE / "files"
TABLES = sorted(HERE.glob("*.yaml"))


def rows(table: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(table.read_text(encoding="utf-8"))


ROWS = [pytest.param(row, id=f"{table.stem}: {row['expression']}") for table in TABLES for row in rows(table)]


@pytest.fixture(autouse=True)
def _provider_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, function in PROVIDER_FUNCTIONS.items():
        monkeypatch.setitem(FUNCTIONS, name, function)


def replay(expression: str) -> tuple[Any, list[str]]:
    """The value of an expression and what is reported about it, with the files beside the tables in reach."""
    written, mistakes = parse_expression(expression)
    problems: list[Problem] = list(mistakes)
    folder = str(FILES)
    context = Context(problems.append, TreeFiles(Disk(folder, folder), folder), cwd=folder)
    return evaluate(written, Scope({}), context), [problem.message for problem in problems]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_every_row_says_what_to_expect(table: Path) -> None:
    for row in rows(table):
        assert row.keys() in ({"expression", "json"}, {"expression", "error"}), row
        assert row.get("error", True) is True, row


@pytest.mark.parametrize("row", ROWS)
def test_an_expression_gives_what_terraform_gives(row: dict[str, Any]) -> None:
    if "json" in row:
        assert replay(f"jsonencode({row['expression']})") == (row["json"], [])
    else:
        # What Terraform refuses is reported, once.
        _, problems = replay(row["expression"])
        assert len(problems) == 1
