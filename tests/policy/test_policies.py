"""What policy statements allow, to whom and how far, in every way of writing them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import walint
from tests.policy.conftest import graph_of, rule_of
from walint.policy.functions.actions import covers, takes_resource
from walint.policy.judge import Judge
from walint.values import JsonText, Property, Reference, Unknown

OPEN = Unknown('parameter "X", which has no default')
ACCOUNT = "111122223333"


def placed(value: Any) -> Any:
    """Plain data with a property at each step, as a front end gives it."""
    if isinstance(value, dict):
        return {key: Property(None, placed(item)) for key, item in value.items()}
    if isinstance(value, list):
        return [Property(None, placed(item)) for item in value]
    return value


def answer(expression: str, document: Any) -> str:
    """Whether an expression on a resource with this policy holds: "yes", "no" or "open"."""
    graph = graph_of({"R": ("AWS::T::T", {"Policy": document})})
    out = Judge([rule_of(expression)]).judge(graph)
    assert not out.surprises
    if not out.findings:
        return "yes"
    return {"fail": "no", "open": "open"}[out.findings[0].verdict]


def statement(**parts: Any) -> Any:
    return placed({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **parts}]})


PUBLIC = "any(public(s) for s in statements(Policy))"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"Principal": "*"}, "yes"),
        ({"Principal": {"AWS": "*"}}, "yes"),
        ({"Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "*"]}}, "yes"),
        ({"Principal": {"*": "*"}}, "yes"),
        ({"Principal": ["somebody", "*"]}, "yes"),
        ({"Principal": {"AWS": "arn:aws:iam::*:role/deploy"}}, "yes"),
        ({"Principal": {"AWS": "arn:aws:iam::*"}}, "yes"),
        ({"NotPrincipal": {"AWS": ACCOUNT}}, "yes"),
        ({"Principal": "*", "Effect": "Deny"}, "no"),
        ({"NotPrincipal": {"AWS": ACCOUNT}, "Effect": "Deny"}, "no"),
        ({"Principal": {"AWS": ACCOUNT}}, "no"),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, "no"),
        ({"Principal": {"Federated": "accounts.google.com"}}, "no"),
        ({"Principal": {"AWS": OPEN}}, "open"),
        ({"Principal": {"AWS": Reference("Role", "Arn")}}, "no"),
        ({"Principal": "*", "Effect": OPEN}, "open"),
        ({"Principal": "*", "Condition": OPEN}, "open"),
        ({}, "no"),
    ],
)
def test_who_is_everybody(document: Any, expected: str) -> None:
    assert answer(PUBLIC, statement(**document)) == expected


NARROW = [
    ("StringEquals", "aws:SourceAccount", ACCOUNT),
    ("StringEquals", "AWS:SOURCEACCOUNT", [ACCOUNT, "444455556666"]),
    ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*"),
    ("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d"),
    ("StringEquals", "aws:VpceAccount", ACCOUNT),
    ("ArnEquals", "aws:SourceArn", f"arn:aws:sns:eu-central-1:{ACCOUNT}:events"),
    ("ArnLike", "aws:SourceArn", f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::walint-logs"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:walint-logs"),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*"),
    ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
    ("StringLike", "aws:userid", "AROAEXAMPLEID:*"),
    ("StringEquals", "kms:CallerAccount", ACCOUNT),
    ("StringLike", "sns:Endpoint", "*@example.com"),
    ("Bool", "elasticfilesystem:AccessedViaMountTarget", "true"),
    ("StringEquals", "aws:SourceAccount", OPEN),
    ("ArnLike", "aws:SourceArn", Reference("Topic", "Arn")),
]
WIDE = [
    ("StringLike", "aws:SourceAccount", "*"),
    ("StringLike", "aws:SourceVpc", "vpc-*"),
    ("StringLike", "aws:PrincipalOrgID", "o-*"),
    ("StringEquals", "aws:SourceVpce", ["vpce-1a2b3c4d", "*"]),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"),
    ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy"),
    ("ArnNotEquals", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:root"),
    ("StringNotEquals", "aws:SourceVpce", "vpce-1a2b3c4d"),
    ("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT),
    ("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "128.0.0.0/1"]),
    ("IpAddress", "aws:SourceIp", "::/0"),
    ("Bool", "aws:SecureTransport", "true"),
    ("Bool", "elasticfilesystem:AccessedViaMountTarget", "false"),
    ("StringEquals", "kms:ViaService", "s3.eu-central-1.amazonaws.com"),
    ("StringEquals", "aws:RequestedRegion", "eu-central-1"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "key", "value"), NARROW)
def test_conditions_that_let_only_ones_own_through(operator: str, key: str, value: Any) -> None:
    assert answer(PUBLIC, statement(Principal="*", Condition={operator: {key: value}})) == "no"


@pytest.mark.parametrize(("operator", "key", "value"), WIDE)
def test_conditions_that_let_everybody_through(operator: str, key: str, value: Any) -> None:
    assert answer(PUBLIC, statement(Principal="*", Condition={operator: {key: value}})) == "yes"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, "yes"),
        ({"Bool": {"aws:SecureTransport": False}}, "yes"),
        ({"Bool": {"aws:SecureTransport": ["false"]}}, "yes"),
        ({"BoolIfExists": {"aws:securetransport": "false"}}, "yes"),
        ({"Bool": {"aws:SecureTransport": "true"}}, "no"),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, "no"),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, "no"),
        ({"Bool": {"aws:SecureTransport": OPEN}}, "open"),
        ({"Bool": OPEN}, "open"),
        ({"StringEquals": OPEN}, "no"),
        (OPEN, "open"),
        (["Bool"], "open"),
        ({"Bool": "false"}, "no"),
        (None, "no"),
    ],
)
def test_requests_without_tls(condition: Any, expected: str) -> None:
    document = statement(Effect="Deny", Principal="*", Condition=condition)
    assert answer("any(without_tls(s) for s in statements(Policy))", document) == expected


def test_one_condition_that_narrows_is_enough() -> None:
    condition = {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert answer(PUBLIC, statement(Principal="*", Condition=condition)) == "no"


TEXT = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}})


@pytest.mark.parametrize(
    "document",
    [
        TEXT,
        TEXT[:-1] + ", }",
        f"\n  {TEXT}\n",
        JsonText(TEXT, placed(json.loads(TEXT))),
        Unknown("x", "string", None, (TEXT[:-1] + ', "Id": "', OPEN, '"}')),
        placed(json.loads(TEXT)),
        placed({"Statement": [{"Principal": "*", "Action": "*", "Resource": "*"}]}),
    ],
    ids=["text", "a comma too many", "blanks", "jsonencode", "a hole", "mapping", "no effect"],
)
def test_a_document_is_read_in_whatever_form_it_stands(document: Any) -> None:
    assert answer(PUBLIC, document) == "yes"
    assert answer("any(any_action(s) and wildcard_resource(s) for s in granted(Policy))", document) == "yes"


@pytest.mark.parametrize("document", [None, "", "no JSON", "[]", 5, [1], placed({"Statement": 5})])
def test_what_is_no_document_is_never_a_crash(document: Any) -> None:
    for expression in (PUBLIC, "grants(Policy, 'iam:PassRole')", "any(restrictable(a) for a in Policy.Action)"):
        graph = graph_of({"R": ("AWS::T::T", {"Policy": document})})
        out = Judge([rule_of(expression)]).judge(graph)
        assert all("internal" not in surprise for surprise in out.surprises)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"Action": "iam:PassRole"}], "yes"),
        ([{"Action": ["s3:*", "iam:Pass*"]}], "yes"),
        ([{"Action": "IAM:passrole"}], "yes"),
        ([{"NotAction": "s3:*"}], "yes"),
        ([{"Action": None, "NotAction": ["iam:*"]}], "no"),
        ([{"Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/web"}], "no"),
        ([{"Action": "iam:PassRole", "Resource": None, "NotResource": "arn:aws:iam::111122223333:role/web"}], "yes"),
        ([{"Action": "iam:PassRole", "Condition": {"StringEquals": {"iam:PassedToService": "ec2"}}}], "no"),
        ([{"Action": "iam:*"}, {"Effect": "Deny", "Action": "iam:Pass*"}], "no"),
        ([{"Action": "iam:*"}, {"Effect": "Deny", "Action": "iam:Pass*", "Resource": "arn:x"}], "yes"),
        ([{"Action": "iam:*"}, {"Effect": "Deny", "Action": "iam:*", "Condition": {"Bool": {"x": "true"}}}], "yes"),
        ([{"Action": OPEN}], "open"),
        ([{"Action": "iam:PassRole", "Resource": OPEN}], "open"),
        ([{"Action": "iam:PassRole", "Effect": OPEN}], "open"),
        ([], "no"),
    ],
)
def test_what_a_document_grants(statements: list[dict[str, Any]], expected: str) -> None:
    document = placed({"Statement": [{"Effect": "Allow", "Resource": "*", **given} for given in statements]})
    assert answer("grants(Policy, 'iam:PassRole')", document) == expected


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "s3:GetObject", True),
        ("s3:*", "s3:GetObject", True),
        ("S3:get*", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:*Object*", "s3:GetObjectAcl", True),
        ("s3:Get", "s3:GetObject", False),
        ("ec2:*", "s3:GetObject", False),
        ("", "s3:GetObject", False),
        ("*" * 50 + "x", "s3:" + "a" * 200, False),
    ],
)
def test_patterns_of_actions(pattern: str, action: str, expected: bool) -> None:
    assert covers(pattern, action) is expected


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        ("s3:GetObject", "s3:GetObject"),
        ("S3:getobject", "s3:GetObject"),
        ("s3:ListAllMyBuckets", None),
        ("ec2:DescribeInstances", None),
        ("autoscaling:Describe*", None),
        ("ecr:GetAuthorizationToken", None),
        ("iam:ListRoles", None),
        ("iam:ListRole*", "iam:ListRolePolicies"),
        ("unheard-of:Action", None),
        ("s3", None),
        ("", None),
    ],
)
def test_only_some_actions_can_be_restricted_to_resources(pattern: str, example: str | None) -> None:
    assert takes_resource(pattern) == example


FORMS = {
    "jsonencode": 'policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })',
    "text": r'policy = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}"',
    "heredoc": 'policy = <<-EOT\n  {"Statement": {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}}\n  EOT',
    "template": 'policy = templatefile("${path.module}/policy.json.tftpl", { action = "*" })',
    "file": 'policy = file("${path.module}/policy.json")',
    "document": "policy = data.aws_iam_policy_document.all.json",
    "local": "policy = local.policy",
    "module input": None,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_policy_of_terraform_in_every_form(form: str, tmp_path: Path) -> None:
    body = FORMS[form]
    (tmp_path / "policy.json").write_text(TEXT, encoding="utf-8")
    (tmp_path / "policy.json.tftpl").write_text(
        '{"Statement": {"Effect": "Allow", "Action": "${action}", "Resource": "*"}}', encoding="utf-8"
    )
    text = """
data "aws_iam_policy_document" "all" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

locals {
  policy = data.aws_iam_policy_document.all.json
}
"""
    if body is None:
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "main.tf").write_text(
            'variable "policy" {}\nresource "aws_iam_policy" "p" {\n  policy = var.policy\n}\n', encoding="utf-8"
        )
        text += 'module "m" {\n  source = "./m"\n  policy = local.policy\n}\n'
    else:
        text += f'resource "aws_iam_policy" "p" {{\n  {body}\n}}\n'
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    report = walint.check([tmp_path], select=["iam-policy-no-full-admin"])
    addresses = {address for finding in report.findings for address in finding.addresses}
    assert {finding.verdict for finding in report.findings} == {"fail"}
    assert ("module.m." if body is None else "") + "aws_iam_policy.p" in addresses


@pytest.mark.parametrize(
    "document",
    [
        "\n        Statement: {Effect: Allow, Action: '*', Resource: '*'}",
        ' \'{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}\'',
        ' !Sub \'{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": ["*", "arn:${AWS::Partition}:x"]}]}\'',
        '\n        Fn::Sub: \'{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}\'',
        "\n        Statement: !If [Wide, {Effect: Allow, Action: '*', Resource: '*'}, !Ref AWS::NoValue]",
    ],
    ids=["mapping", "text", "short Sub", "long Sub", "If"],
)
def test_a_policy_of_cloudformation_in_every_form(document: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "Parameters: {Wide: {Type: String}}\n"
        "Conditions: {Wide: !Equals [!Ref Wide, 'yes']}\n"
        f"Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:{document}\n",
        encoding="utf-8",
    )
    report = walint.check([tmp_path], select=["iam-policy-no-full-admin"])
    assert [(finding.verdict, finding.addresses) for finding in report.findings] == [("fail", ("P",))]
