"""`check` over folders with nested stacks."""

from __future__ import annotations

from pathlib import Path

import pytest

import walint

CHILD = """\
Parameters: {State: {Type: String, Default: Suspended}}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !Ref State}}
"""
PARENT = """\
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {State: Enabled}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "child.yaml").write_text(CHILD, encoding="utf-8")
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")
    return tmp_path


def test_a_nested_stack_is_judged_with_what_it_is_called_with(folder: Path) -> None:
    assert walint.check([folder], select=["s3-bucket-versioning-enabled"]).findings == ()


def test_a_template_whose_caller_is_not_among_the_paths_is_judged_on_its_own(folder: Path) -> None:
    (finding,) = walint.check([folder / "child.yaml"], select=["s3-bucket-versioning-enabled"]).findings
    assert finding.addresses == ("Bucket",)
