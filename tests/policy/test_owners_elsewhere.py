"""Parts of resources that the template does not hold: what is wrong with them is wrong whatever they belong to."""

from __future__ import annotations

from pathlib import Path

import pytest

import walint

BLOCK = """
variable "bucket" {
  type = string
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = BUCKET
  block_public_acls       = false
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"""


def findings(folder: Path, text: str) -> list[tuple[str, str, tuple[str, ...], int]]:
    (folder / "main.tf").write_text(text, encoding="utf-8")
    report = walint.check([folder], profile="strict", select=["s3"])
    return [(f.rule.id, f.verdict, f.addresses, f.span.line) for f in report.findings]


def test_a_part_of_something_elsewhere_fails_by_itself(tmp_path: Path) -> None:
    for bucket in ("var.bucket", '"somebody-elses"'):
        found = findings(tmp_path, BLOCK.replace("BUCKET", bucket))
        assert ("s3-bucket-block-public-acls", "fail", ("aws_s3_bucket_public_access_block.this",), 8) in found
        assert "s3-bucket-block-public-policy" not in {rule for rule, *_ in found}


def test_nothing_is_said_of_what_the_part_leaves_open(tmp_path: Path) -> None:
    found = findings(tmp_path, BLOCK.replace("BUCKET", "var.bucket").replace("false", "true"))
    assert found == []


def test_a_part_whose_owner_is_here_is_judged_once(tmp_path: Path) -> None:
    text = BLOCK.replace("BUCKET", "aws_s3_bucket.b.id") + '\nresource "aws_s3_bucket" "b" {}\n'
    found = [finding for finding in findings(tmp_path, text) if finding[0].startswith("s3-bucket-")]
    assert ("s3-bucket-public-access-blocked", "fail", ("aws_s3_bucket.b",), 8) in found
    assert [finding for finding in found if finding[0] == "s3-bucket-block-public-acls"] == [
        ("s3-bucket-block-public-acls", "fail", ("aws_s3_bucket_public_access_block.this",), 8)
    ]


VERSIONS = """
variable "name" {}

resource "aws_s3_bucket" "named" {
  bucket = var.name
}

resource "aws_s3_bucket" "other" {
  bucket = "other"
}

resource "aws_s3_bucket_versioning" "named" {
  bucket = var.name
  versioning_configuration {
    status = "Enabled"
  }
}
"""


def test_a_part_that_certainly_belongs_to_one_belongs_to_no_other(tmp_path: Path) -> None:
    found = {(rule, verdict, addresses) for rule, verdict, addresses, _ in findings(tmp_path, VERSIONS)}
    assert ("s3-bucket-versioning-enabled", "fail", ("aws_s3_bucket.other",)) in found
    assert not any("aws_s3_bucket.named" in addresses for rule, _, addresses in found if "versioning" in rule)


def test_what_is_not_declared_is_none_of_the_resources_that_are(tmp_path: Path) -> None:
    text = """
resource "aws_s3_bucket" "plain" {}

resource "aws_s3_bucket" "logged" {
  logging {
    target_bucket = aws_s3_bucket.elsewhere.id
  }
}
"""
    found = [finding[:3] for finding in findings(tmp_path, text) if finding[0] == "s3-bucket-logging-enabled"]
    assert found == [("s3-bucket-logging-enabled", "fail", ("aws_s3_bucket.plain",))]


def test_a_variable_that_is_not_declared_is_judged_on_both_sides(tmp_path: Path) -> None:
    text = """
resource "aws_s3_bucket" "b" {
  dynamic "versioning" {
    for_each = var.undeclared ? [1] : []
    content {
      enabled = false
    }
  }
}
"""
    found = [finding[:3] for finding in findings(tmp_path, text) if finding[0] == "s3-bucket-versioning-enabled"]
    assert found == [("s3-bucket-versioning-enabled", "fail", ("aws_s3_bucket.b",))]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("${App}-logs", "pass"),
        ("${App}-logs-old", "fail"),
        ("${App}-data", "fail"),
        ("data-${App}", "open"),
        ("${Other}-logs", "open"),
        ("${Other}-data", "fail"),
        ("${App}", "fail"),
        ("logs", "fail"),
        ("x-logs", "open"),
    ],
)
def test_names_that_can_not_be_the_same_belong_to_different_buckets(name: str, verdict: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        f"""
Parameters: {{App: {{Type: String}}, Other: {{Type: String}}}}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {{BucketName: !Sub "{name}"}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Sub "${{App}}-logs"
      PolicyDocument:
        Statement:
          Effect: Deny
          Principal: "*"
          Action: s3:*
          Resource: "*"
          Condition: {{Bool: {{aws:SecureTransport: false}}}}
""",
        encoding="utf-8",
    )
    report = walint.check([tmp_path], profile="strict", select=["s3-bucket-tls-only"])
    assert [finding.verdict for finding in report.findings] == ([] if verdict == "pass" else [verdict])
