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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A template, and a module that calls another with what a regular expression finds."""
    (tmp_path / "main.tf").write_text(
        'module "disk" {\n  source    = "./disk"\n  encrypted = regex("^[a-z]+", "no disk") == "yes"\n}\n'
    )
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "main.tf").write_text(
        'variable "encrypted" {\n  type = bool\n}\nresource "aws_ebs_volume" "data" {\n  encrypted = var.encrypted\n}\n'
    )
    (tmp_path / "stack.yaml").write_text(
        "Resources:\n  Data: {Type: AWS::EC2::Volume, Properties: {Encrypted: false}}\n"
    )
    return tmp_path


def test_a_check_needs_neither_dataclasses_nor_inspect(folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "walint", "check", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.count("ebs-volume-encrypted") == 2
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert {"walint.cloudformation.load", "walint.terraform.functions.regexp"} <= imported
    assert imported.isdisjoint({"dataclasses", "inspect"})


def test_a_check_compiles_no_annotations(folder: Path) -> None:
    """The `typing` module compiles each annotation of a named tuple that is a text: together as long as a parser."""
    code = (
        "import sys; from walint.__main__ import main\n"
        "def compiled(event, of):\n"
        "    if event == 'compile' and of[1] == '<string>' and 'lambda' not in str(of[0]): print('compiled', of[0])\n"
        f"sys.addaudithook(compiled); sys.argv = ['walint', 'check', {str(folder)!r}]; main()"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.stdout.count("ebs-volume-encrypted") == 2
    assert "compiled" not in ran.stdout
