"""Imports: they point one way, and a start of the program needs few."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_each_layer_imports_only_what_stands_below_it() -> None:
    pytest.importorskip("importlinter", reason="import-linter belongs to the development extra")
    ran = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


# Each of these costs more to import than a small template costs to judge.
HEAVY = (
    "asyncio",
    "cfnlint",
    "dataclasses",  # with inspect; and each class that it makes takes as long as a module
    "email",
    "hcl2",
    "http",
    "importlib.metadata",
    "inspect",
    "jsonschema",
    "rich",
    "tree_sitter",
    "yaml",
)


@pytest.mark.parametrize("module", ["walint", "walint.cli", "walint.run", "walint.discovery", "walint.policy.pack"])
def test_start_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def test_a_check_of_terraform_needs_neither_dataclasses_nor_inspect(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'module "disk" {\n  source    = "./disk"\n  encrypted = regex("^[a-z]+", "no disk") == "yes"\n}\n'
    )
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "main.tf").write_text(
        'variable "encrypted" {\n  type = bool\n}\nresource "aws_ebs_volume" "data" {\n  encrypted = var.encrypted\n}\n'
    )
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "walint", "check", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ebs-volume-encrypted" in ran.stdout
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "walint.terraform.functions.regexp" in imported
    assert imported.isdisjoint({"dataclasses", "inspect"})
