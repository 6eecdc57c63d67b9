"""Replay tables of expressions against the real Terraform and print the rows that differ.

Usage: python bench/function_oracle.py TABLE...

A table is a YAML list of rows as in tests/terraform/functions: `expression` with either `json`, what `jsonencode` of
its value gives, or `error: true`. Expressions may read the files in the folder `files` beside their table. The exit
status is 1 if any row differs.

`terraform` must be on the PATH; tables of built-in functions need no network. A table that calls `provider::x::f` is
initialised first, so that provider must be at hand: TF_CLI_CONFIG_FILE may name a mirror.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

_PROVIDER = re.compile(r"\bprovider::(\w+)::")
_BUILT_IN = {"terraform": "terraform.io/builtin/terraform"}


def module(expressions: list[str]) -> str:
    """A root module with a local value for each expression: its JSON in a list, an empty list where it fails."""
    names = sorted({name for expression in expressions for name in _PROVIDER.findall(expression)})
    required = "".join(f'    {name} = {{ source = "{_BUILT_IN.get(name, "hashicorp/" + name)}" }}\n' for name in names)
    head = f"terraform {{\n  required_providers {{\n{required}  }}\n}}\n" if names else ""
    rows = "".join(f"  row{at} = try([jsonencode({text})], [])\n" for at, text in enumerate(expressions))
    return f"{head}locals {{\n{rows}}}\n"


def terraform(folder: Path, *arguments: str, text: str = "") -> str:
    """What a command of Terraform prints."""
    environment = dict(os.environ)
    if not Path(environment.get("TF_CLI_CONFIG_FILE", "")).is_file():
        # A file that does not exist only gives a warning among the output.
        environment.pop("TF_CLI_CONFIG_FILE", None)
    ran = subprocess.run(
        ["terraform", *arguments, "-no-color"],
        cwd=folder,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        sys.exit(f"terraform {arguments[0]} failed:\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def answers(table: Path, expressions: list[str]) -> list[str | None]:
    """What Terraform gives for each expression, as JSON; None where it reports an error."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if (table.parent / "files").is_dir():
            shutil.copytree(table.parent / "files", folder, dirs_exist_ok=True)
        text = module(expressions)
        (folder / "main.tf").write_text(text, encoding="utf-8")
        if "required_providers" in text:
            terraform(folder, "init")
        # In base64, because the console shows strings with escapes of its own.
        asked = ", ".join(f"local.row{at}" for at in range(len(expressions)))
        shown = terraform(folder, "console", text=f"base64encode(jsonencode([{asked}]))\n")
    return [found[0] if found else None for found in json.loads(base64.b64decode(shown.strip().strip('"')))]


def differences(table: Path) -> list[str]:
    """Three lines for each row that Terraform does not bear out."""
    rows: list[dict[str, Any]] = yaml.safe_load(table.read_text(encoding="utf-8"))
    found = answers(table, [row["expression"] for row in rows])
    lines = []
    for row, actual in zip(rows, found, strict=True):
        if actual != row.get("json"):
            lines.append(f"{table.name}: {row['expression']}")
            lines.append(f"  table:     {row.get('json', 'an error')}")
            lines.append(f"  terraform: {'an error' if actual is None else actual}")
    return lines


def main(tables: list[str]) -> int:
    lines = [line for table in tables for line in differences(Path(table))]
    print("\n".join(lines) if lines else "Terraform agrees with every row")
    return 1 if lines else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
