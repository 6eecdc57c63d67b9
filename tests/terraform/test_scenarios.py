"""What only a variable's default decides: as given, or explored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import walint

MAIN = """
variable "env" {
  default = "dev"
}

variable "spare" {
  type    = bool
  default = false
}

resource "aws_ebs_volume" "main" {
  encrypted = var.env != "test"
}

resource "aws_ebs_volume" "spare" {
  count     = var.spare ? 1 : 0
  encrypted = false
}
"""


def findings(folder: Path, **options: Any) -> list[tuple[str, str, str]]:
    (folder / "main.tf").write_text(MAIN, encoding="utf-8")
    report = walint.check([folder], select=["ebs-volume-encrypted"], **options)
    return [(finding.addresses[0], finding.verdict, finding.when) for finding in report.findings]


def test_defaults_decide(tmp_path: Path) -> None:
    assert findings(tmp_path) == []


def test_other_values_than_the_defaults_are_explored(tmp_path: Path) -> None:
    assert findings(tmp_path, scenarios="all") == [
        ("aws_ebs_volume.main", "fail", 'var.env is "test"'),
        ("aws_ebs_volume.spare[0]", "fail", "var.spare is true"),
    ]


def test_a_value_that_is_given_is_not_explored(tmp_path: Path) -> None:
    given = {"env": "prod", "spare": "false"}
    assert findings(tmp_path, scenarios="all", variables=given) == []


ENUMERATED = """
variable "env" {
  type = string
%(default)s
  validation {
    condition     = %(condition)s
    error_message = "Unheard of."
  }
}

locals {
  small = startswith(var.env, "d") && var.env != "demo"
}

resource "aws_ebs_volume" "main" {
  encrypted = contains(["prod", "test"], var.env) || (local.small && var.env == "demo")
}

resource "aws_ebs_volume" "never" {
  count     = var.env == "never" ? 1 : 0
  encrypted = false
}

resource "aws_ebs_volume" "nested" {
  count     = local.small && var.env == "dev" ? 1 : 0
  encrypted = local.small && var.env == "dev" ? false : local.small && var.env == "dev" ? true : false
}
"""
LISTED = [
    'contains(["dev", "test", "prod"], var.env)',
    'var.env == "dev" || (var.env == "test" || "prod" == var.env)',
    'contains(["dev", "test", "prod", "never"], var.env) && contains(["prod", "test", "dev", "x"], var.env)',
]


@pytest.mark.parametrize("default", ['  default = "dev"', ""], ids=["default", "no default"])
@pytest.mark.parametrize("condition", LISTED)
def test_a_validation_bounds_what_a_variable_can_be(tmp_path: Path, condition: str, default: str) -> None:
    text = ENUMERATED % {"condition": condition, "default": default}
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    report = walint.check([tmp_path], select=["ebs-volume-encrypted"], scenarios="all")
    assert [(it.addresses[0], it.verdict, it.when) for it in report.findings] == [
        ("aws_ebs_volume.main", "fail", 'var.env is "dev"'),
        ("aws_ebs_volume.nested[0]", "fail", 'var.env is "dev"'),
    ]


@pytest.mark.parametrize("condition", ["length(var.env) > 2", 'contains(["dev", local.x], var.env)', "var.env != null"])
def test_other_validations_bound_nothing(tmp_path: Path, condition: str) -> None:
    text = ENUMERATED % {"condition": condition, "default": '  default = "dev"'}
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    report = walint.check([tmp_path], select=["ebs-volume-encrypted"], scenarios="all")
    assert "aws_ebs_volume.never[0]" in [it.addresses[0] for it in report.findings]
