"""Suppressions: a template in, what is reported and what is silenced out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import walint
from walint.policy.model import Report
from walint.policy.suppressions import SuppressionPolicy

TODAY = date(2026, 11, 23)
Check = Callable[..., Report]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Writes files, given by name, and judges their volumes' encryption, or what `select` names."""

    def run(files: dict[str, str] | str, select: str = "ebs-volume-encrypted", **policy: Any) -> Report:
        for name, text in ({"main.tf": files} if isinstance(files, str) else files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return walint.check(
            [tmp_path],
            cwd=tmp_path,
            profile="strict",
            select=select.split(),
            suppressions=SuppressionPolicy(today=TODAY, **policy),
        )

    return run


def outcome(report: Report) -> dict[str, str]:
    """What became of each resource: "" where it is reported, else how its suppression is written."""
    return {
        address: "" if finding.suppression is None else f"{finding.suppression.kind} {finding.suppression.syntax}"
        for finding in report.findings
        for address in finding.addresses
    }


def volume(name: str, before: str = "", header: str = "", inside: str = "", size: str = "") -> str:
    return (
        f'{before}resource "aws_ebs_volume" "{name}" {{ {header}\n  availability_zone = local.zone {size}\n{inside}}}\n'
    )


@pytest.mark.parametrize(
    ("text", "silenced"),
    [
        (volume("v", before="# walint:ignore ebs-volume-encrypted it is scratch space\n"), True),
        (volume("v", before="// walint:ignore ebs-volume-encrypted it is scratch space\n"), True),
        (volume("v", before="/* walint:ignore ebs-volume-encrypted it is scratch space */\n"), True),
        (volume("v", header="# walint:ignore ebs-volume-encrypted it is scratch space"), True),
        (volume("v", before="# walint:ignore s3-*, ebs-*, it is scratch space\n# of the team\n"), True),
        (volume("v", before="# walint:ignore CKV_AWS_3 it is scratch space\n"), True),
        (volume("v", before="# walint:ignore securityhub:EC2.3 it is scratch space\n"), True),
        (volume("v", before="# walint:ignore ebs-volume-encrypted it is scratch space\n\n"), False),
        (volume("v", inside="  # walint:ignore ebs-volume-encrypted it is scratch space\n"), False),
        (volume("v", before="# walint:ignore s3-bucket-encrypted another rule\n"), False),
        (volume("v", before="# walint:ignored ebs-volume-encrypted\n"), False),
        (volume("v", size='\n tags = { note = "# walint:ignore-file" }'), False),
        (volume("v", size="\n tags = { note = <<T\n# walint:ignore-file\nT\n}"), False),
        (volume("v", before="# walint:ignore-file generated\n\n"), True),
        (volume("v", before="# walint:ignore-file ebs-* generated\n\n"), True),
        (volume("v", before="# walint:ignore-file s3-* generated\n\n"), False),
        (volume("v", before="# é 漢字\n# walint:ignore ebs-volume-encrypted it is scratch space\n"), True),
    ],
)
def test_where_a_comment_stands_decides_what_it_silences(check, text, silenced):
    assert [bool(how) for how in outcome(check(text)).values()] == [silenced]


def test_comment_on_the_line_of_the_property(check):
    text = 'resource "aws_ebs_volume" "v" {\n  encrypted = false # walint:ignore ebs-* a copy of public data\n}\n'
    (finding,) = check(text).findings
    assert finding.suppression is not None
    assert (finding.suppression.reason, finding.suppression.place[1:3]) == ("a copy of public data", (2, 23))


def test_comment_silences_its_own_resource_only(check):
    report = check(volume("a", header="# walint:ignore ebs-* x") + volume("b"))
    assert outcome(report) == {"aws_ebs_volume.a": "inline walint", "aws_ebs_volume.b": ""}


def test_suppression_ends_after_its_last_day_and_says_so(check):
    until = "# walint:ignore ebs-* until={} moved in the spring\n"
    report = check(volume("a", until.format("2026-11-23")) + volume("b", until.format("2026-11-22")))
    silent, back = report.findings
    assert silent.suppression is not None
    assert (silent.suppression.until, silent.suppression.reason) == (TODAY, "moved in the spring")
    assert back.suppression is None
    assert [place.message for place in back.related] == ["the suppression here does not hold: it ended on 2026-11-22"]


def test_date_that_is_none_does_not_silence(check):
    (finding,) = check(volume("a", "# walint:ignore ebs-* until=2026-13-01 soon\n")).findings
    assert finding.suppression is None
    assert '"2026-13-01" is no day of the form YYYY-MM-DD' in finding.related[0].message


MODULE = {"m/main.tf": volume("v")}


@pytest.mark.parametrize(
    "call",
    [
        '# walint:ignore ebs-* a sandbox\nmodule "a" {\n  source = "./m"\n}\n',
        'module "a" { # walint:ignore ebs-* a sandbox\n  source = "./m"\n}\n',
        'module "a" {\n  # checkov:skip=CKV_AWS_3:a sandbox\n  source = "./m"\n}\n',
        '#trivy:ignore:AVD-AWS-0026\nmodule "a" {\n  source = "./m"\n}\n',
    ],
)
def test_comment_on_a_module_call_silences_what_it_leads_to_and_nothing_else(check, call):
    report = check({**MODULE, "main.tf": call + 'module "b" {\n  source = "./m"\n}\n' + volume("own")})
    syntax = next(tool for tool in ("walint", "checkov", "trivy") if tool in call)
    assert outcome(report) == {
        "module.a.aws_ebs_volume.v": f"call {syntax}",
        "module.b.aws_ebs_volume.v": "",
        "aws_ebs_volume.own": "",
    }


CHILD = "Resources:\n  V:\n    Type: AWS::EC2::Volume\n    Properties: {Size: 1}\n"
PARENT = """\
Resources:
  Outer:{comment}
    Type: AWS::CloudFormation::Stack
{metadata}    Properties: {{TemplateURL: ./child.yaml}}
  Other:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: ./child.yaml}}
"""


@pytest.mark.parametrize(
    ("comment", "metadata"),
    [
        (" # walint:ignore ebs-* a sandbox", ""),
        ("", "    Metadata: {walint: {ignore: [{rule: ebs-*, reason: a sandbox}]}}\n"),
    ],
)
def test_nested_stack_is_silenced_where_it_is_called(check, comment, metadata):
    report = check({"main.yaml": PARENT.format(comment=comment, metadata=metadata), "child.yaml": CHILD})
    found = outcome(report)
    assert (found["Outer/V"], found["Other/V"]) == ("call walint", "")


@pytest.mark.parametrize(
    ("metadata", "how"),
    [
        ({"walint": {"ignore": [{"rule": "ebs-*", "reason": "x"}]}}, "metadata walint"),
        (
            {"walint": {"ignore": [{"rule": ["s3-*", "ebs-*"], "reason": "x", "until": "2099-01-01"}]}},
            "metadata walint",
        ),
        ({"walint": {"ignore": [{"rule": "ebs-*", "reason": "x", "until": "2020-01-01"}]}}, ""),
        ({"checkov": {"skip": [{"id": "CKV_AWS_3", "comment": "x"}]}}, "foreign checkov"),
        ({"cfn_nag": {"rules_to_suppress": [{"id": "F1", "reason": "x"}]}}, "foreign cfn_nag"),
        ({"cfn_nag": {"rules_to_suppress": [{"id": "F2", "reason": "x"}]}}, ""),
        ({"guard": {"SuppressedRules": ["ENCRYPTED_VOLUMES"]}}, "foreign guard"),
        ({"cfn-lint": {"config": {"ignore_checks": ["E3012"]}}}, ""),
        ({"walint": "nonsense", "checkov": {"skip": 3}, "cfn_nag": [], "guard": {"SuppressedRules": None}}, ""),
    ],
)
def test_metadata_of_a_resource(check, metadata, how):
    template = {"Resources": {name: {"Type": "AWS::EC2::Volume", "Properties": {"Size": 1}} for name in "ab"}}
    template["Resources"]["a"]["Metadata"] = metadata
    assert outcome(check({"t.json": json.dumps(template, indent=1)})) == {"a": how, "b": ""}


def test_metadata_of_the_template_holds_for_all_of_it(check):
    template = {
        "Metadata": {"walint": {"ignore": [{"rule": "ebs-*", "reason": "an example"}]}},
        "Resources": {"a": {"Type": "AWS::EC2::Volume", "Properties": {"Size": 1}}},
    }
    assert outcome(check({"t.json": json.dumps(template)})) == {"a": "file walint"}


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (volume("v", inside="  # checkov:skip=CKV_AWS_3:reason\n"), "foreign checkov"),
        (volume("v", inside="  #checkov:skip=CKV_AWS_189,CKV_AWS_3\n"), "foreign checkov"),
        (volume("v", inside="  # bridgecrew:skip=CKV_AWS_3: reason\n"), "foreign checkov"),
        (volume("v", before="# checkov:skip=CKV_AWS_3:outside of the block\n"), ""),
        (volume("v", inside="  # checkov:skip=CKV_AWS_1:another\n"), ""),
        (volume("v", before="#tfsec:ignore:aws-ebs-enable-volume-encryption\n"), "foreign tfsec"),
        (volume("v", header="#tfsec:ignore:aws-ebs-enable-volume-encryption"), "foreign tfsec"),
        (volume("v", before="#tfsec:ignore:aws-s3-* #tfsec:ignore:aws-ebs-*\n"), "foreign tfsec"),
        (volume("v", before="#trivy:ignore:AVD-AWS-0026\n"), "foreign trivy"),
        (volume("v", before="# trivy:ignore:aws-0026:exp:2099-01-01\n"), "foreign trivy"),
        (volume("v", before="#trivy:ignore:AWS-0026:exp:2020-01-01\n"), ""),
        (volume("v", before="#trivy:ignore:*\n"), "foreign trivy"),
        (volume("v", inside="  #trivy:ignore:AWS-0026\n"), ""),
    ],
)
def test_other_tools_comments_each_in_its_own_scope(check, text, how):
    assert list(outcome(check(text)).values()) == [how]


def test_tfsec_comment_above_a_nested_block(check):
    text = """\
resource "aws_security_group" "g" {
  #tfsec:ignore:AWS008
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
    report = check(text, "ec2-security-group-no-public-ssh")
    assert outcome(report) == {"aws_security_group.g": "foreign tfsec"}


def test_checkov_comment_in_a_part_speaks_of_what_stands_there(check):
    text = """\
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_versioning" "b" {
  # checkov:skip=CKV_AWS_21:a cache
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = "Suspended"
  }
}
"""
    assert outcome(check(text, "s3-bucket-versioning-enabled")) == {"aws_s3_bucket.b": "foreign checkov"}


def test_comments_in_yaml_but_not_in_its_texts(check):
    template = """\
Resources:
  A: # walint:ignore ebs-* x
    Type: AWS::EC2::Volume
    Properties:
      Size: 1
  B:
    Type: AWS::EC2::Volume
    Properties:
      # checkov:skip=CKV_AWS_3:y
      Size: 1
  C:
    Type: AWS::EC2::Volume
    Properties:
      Size: 1
      Tags: [{Key: a, Value: "# checkov:skip=CKV_AWS_3:z"}]
  D:
    Type: AWS::EC2::Volume
    Metadata:
      Text: |
        # checkov:skip=CKV_AWS_3:z
        # walint:ignore-file
"""
    assert outcome(check({"t.yaml": template})) == {"A": "inline walint", "B": "foreign checkov", "C": "", "D": ""}


def test_terraform_in_json_says_it_under_its_key_for_comments(check):
    template = {"resource": {"aws_ebs_volume": {"v": {"//": "checkov:skip=CKV_AWS_3:x", "availability_zone": "a"}}}}
    report = check({"main.tf.json": json.dumps(template, indent=2)})
    assert outcome(report) == {"aws_ebs_volume.v": "foreign checkov"}


def test_a_comment_of_json_ends_with_its_text(check):
    template = {"resource": {"aws_ebs_volume": {"v": {"//": "walint:ignore ebs-* not used", "size": 1}}}}
    report = check({"main.tf.json": json.dumps(template)})
    assert outcome(report) == {"aws_ebs_volume.v": "inline walint"}
    assert [finding.suppression.reason for finding in report.findings] == ["not used"]


# --- the gate ----------------------------------------------------------------------------------------------------


def test_no_suppressions(check):
    assert outcome(check(volume("v", header="# walint:ignore ebs-* x"), enabled=False)) == {"aws_ebs_volume.v": ""}


def test_reason_can_be_required(check):
    text = volume("a", header="# walint:ignore ebs-*") + volume("b", header="# walint:ignore ebs-* because")
    report = check(text, require_reason=True)
    assert outcome(report) == {"aws_ebs_volume.a": "", "aws_ebs_volume.b": "inline walint"}
    assert "it gives no reason" in report.findings[0].related[0].message


@pytest.mark.parametrize("protected", ["ebs-volume-encrypted", "CKV_AWS_3", "ebs", "security", "high", "ebs-*"])
def test_protected_rules_cannot_be_silenced(check, protected):
    report = check(volume("v", header="# walint:ignore ebs-* x"), protected=(protected,))
    assert outcome(report) == {"aws_ebs_volume.v": ""}
    assert "ebs-volume-encrypted is protected" in report.findings[0].related[0].message


def about(report: Report) -> list[tuple[str, int, str]]:
    return [(f.rule.id, f.span.line, f.message) for f in report.findings if f.rule.id.startswith("suppression")]


def test_unused_and_reasonless_suppressions_are_reported(check):
    text = (
        "# walint:ignore ebs-* nothing is here\n\n"
        + volume("used", before="# walint:ignore ebs-volume-encrypted\n")
        + volume("typo", before="# walint:ignore ebs-volume-encryptd because\n")
        + volume("other", before="# walint:ignore s3-bucket-encrypted this rule is not judged today\n")
    )
    assert about(check(text)) == []
    assert about(check(text, report_unused=True)) == [
        ("suppression-unused", 1, 'This walint suppression is of no use: "ebs-*" has no finding here.'),
        ("suppression-without-reason", 3, 'The suppression of "ebs-volume-encrypted" gives no reason.'),
        (
            "suppression-unused",
            7,
            'This walint suppression is of no use: there is no rule "ebs-volume-encryptd"; did you mean '
            '"ebs-volume-encrypted"?',
        ),
    ]


def test_suppression_in_a_module_is_used_if_any_root_uses_it(check):
    module = 'variable "e" {}\nresource "aws_ebs_volume" "v" {\n  encrypted = var.e # walint:ignore ebs-* x\n}\n'
    call = 'module "m" {{\n  source = "../m"\n  e = {}\n}}\n'
    report = check(
        {"m/main.tf": module, "a/main.tf": call.format("true"), "b/main.tf": call.format("false")}, report_unused=True
    )
    assert about(report) == []


def test_every_suppression_is_listed_with_its_state(check):
    text = (
        volume("a", before="# walint:ignore ebs-* x\n")
        + volume("b", before="# walint:ignore ebs-* until=2020-01-01 x\n")
        + volume("c", before="# walint:ignore s3-* x\n")
        + volume("d", inside="  encrypted = true # walint:ignore ebs-* x\n")
    )
    listed = [(one.directive.span.line, one.state, one.silenced) for one in check(text, everything=True).suppressions]
    assert listed == [(1, "in force", 1), (5, "expired", 0), (9, "not judged", 0), (15, "unused", 0)]
