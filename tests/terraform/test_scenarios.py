"""What only a variable's default decides: as given, or explored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
