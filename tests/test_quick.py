"""Reading arguments quickly: the same values as typer reads, or none at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

import pytest
import typer
from typer.testing import CliRunner

from walint.cli import quick
from walint.cli.app import _for_typer
from walint.cli.commands import COMMANDS, command_of


def as_typer_reads(command: Callable[..., Any], arguments: list[str]) -> dict[str, Any] | None:
    """The values that typer gives to the command; None where it refuses."""
    got: list[dict[str, Any]] = []

    def keep(**given: Any) -> int:
        got.append(given)
        return 0

    keep.__wrapped__ = command  # type: ignore[attr-defined]
    keep.__annotations__ = get_type_hints(command, include_extras=True)
    app = typer.Typer(add_completion=False)
    app.command()(_for_typer(keep))
    CliRunner().invoke(app, arguments)
    return got[0] if got else None


CHECKS = [
    [],
    ["a.yaml", "b"],
    ["--format", "sarif", "a"],
    ["-f", "json", "--output=out.json", "--output", "junit=x.xml"],
    ["-s", "s3", "--select", "rds", "--ignore=ebs"],
    ["--profile", "strict", "--fail-on", "high", "--exit-zero"],
    ["--var", "a=b", "--var=c=d", "--parameter", "X=Y", "--region", "eu-west-1"],
    ["--jobs", "3", "--quiet", "x", "--stats"],
    ["--scenarios", "all", "--root", "/", "-v"],
    ["--since", "main", "--baseline", "b.json", "--stdin-filename", "x.yaml", "-"],
]


@pytest.mark.parametrize("arguments", CHECKS, ids=" ".join)
def test_what_is_read_is_what_typer_reads(arguments: list[str]) -> None:
    command = command_of("check")
    read = quick.arguments(command, arguments)
    assert read is not None
    assert read == as_typer_reads(command, arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["-h"],
        ["--no-such-option"],
        ["--format", "xml"],
        ["--format"],
        ["--jobs", "0"],
        ["--jobs", "many"],
        ["--quiet=yes"],
        ["-qv"],
        ["--select", "-x"],
    ],
    ids=" ".join,
)
def test_what_is_not_plain_is_left_to_typer(arguments: list[str]) -> None:
    assert quick.arguments(command_of("check"), arguments) is None


def test_what_must_be_given_is_not_made_up() -> None:
    assert quick.arguments(command_of("explain"), []) is None
    assert quick.arguments(command_of("graph"), []) is None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_read_quickly(name: str) -> None:
    assert quick.arguments(command_of(name), ["x"]) is not None or name in ("rules", "init")
