"""The expression language: each row of console.tsv gives what `terraform console` gave (bench/console_oracle.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.terraform.context import Context, Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.functions import FUNCTIONS
from walint.terraform.functions.encoding import json_text
from walint.terraform.parse import parse_expression
from walint.values import Unknown, is_known

TABLE = Path(__file__).with_name("console.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]


class NoSuchFiles:
    """A tree in which there is no file."""

    def read(self, path: str) -> bytes | Unknown | None:
        return None

    def glob(self, base: str, pattern: str) -> list[str] | Unknown:
        return []


@pytest.mark.parametrize(("expression", "expected"), ROWS, ids=[row[0][:60] for row in ROWS])
def test_terraform_gives_the_same(expression: str, expected: str) -> None:
    parsed, unreadable = parse_expression(expression)
    problems = [problem.message for problem in unreadable]
    context = Context(lambda problem: problems.append(problem.message), NoSuchFiles())
    value = evaluate(parsed, Scope({}), context)
    if expected == "error":
        assert problems, f"no error, but {value!r}"
    else:
        assert problems == []
        assert is_known(value)
        assert json_text(value) == expected


def test_every_function_has_rows() -> None:
    """Those aside whose value nobody can foretell, or that need files."""
    aside = {
        "base64gzip", "bcrypt", "rsadecrypt", "timestamp", "plantimestamp", "uuid", "ephemeralasnull", "issensitive",
        "nonsensitive", "sensitive", "abspath", "file", "filebase64", "fileset", "templatefile", "templatestring",
        # OpenTofu's own
        "base64gunzip", "cidrcontains", "urldecode",
        *(name for name in FUNCTIONS if name.startswith(("file", "provider::"))),
    }  # fmt: skip
    text = TABLE.read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if name not in aside and f"{name}(" not in text] == []
