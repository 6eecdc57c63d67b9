"""What holds for all texts: nothing raises, and verdicts do not depend on the order of files, blocks and keys."""

from __future__ import annotations

import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import walint
from fuzz.targets import TARGETS

# The same examples every time: what fails here fails everywhere.
FEW = settings(max_examples=15, deadline=None, derandomize=True, database=None)
MANY = settings(max_examples=150, deadline=None, derandomize=True, database=None)

NAMES = (
    "abs", "concat", "element", "flatten", "format", "join", "jsondecode", "jsonencode", "keys", "length", "lookup",
    "lower", "merge", "range", "regex", "replace", "setproduct", "slice", "split", "substr", "tolist", "tomap",
    "toset", "try", "can", "values", "yamldecode", "zipmap", "cidrsubnet", "nosuch",
)  # fmt: skip
LEAVES = st.sampled_from(
    ("1", "-2.5", "true", "null", '"a"', '"${var.v}b"', "var.v", "local.l", "aws_sns_topic.t.arn", "each.key",
     "[]", "{}", '"%s-%d"', '"10.0.0.0/8"', "1e300", '"{\\"a\\": [1]}"')
)  # fmt: skip


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(("+", "/", "%", "==", "<", "&&", "||")), inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(NAMES), st.lists(inner, max_size=3).map(", ".join)),
        st.builds("[for k, v in {} : {} if {}]".format, inner, inner, inner),
        st.builds("{{for k, v in {} : k => {}...}}".format, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[*].a".format, inner),
        st.builds('"x${{{}}}%{{ if {} }}y%{{ endif }}"'.format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a = {}, (b) = {}}}".format, inner, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=12)


@MANY
@given(EXPRESSIONS)
def test_expressions_are_evaluated_without_raising(text: str) -> None:
    TARGETS["expression"](text.encode())
    TARGETS["hcl"](
        f'variable "v" {{}}\nlocals {{\n  l = {text}\n}}\nresource "aws_sns_topic" "t" {{\n  for_each = local.l\n'
        f"  name = {text}\n}}\n".encode()
    )


BLOCKS = (
    'variable "v" {}\n',
    'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n',
    'resource "aws_s3_bucket_versioning" "a" {\n  bucket = aws_s3_bucket.a.id\n  versioning_configuration {\n'
    '    status = var.v ? "Enabled" : "Suspended"\n  }\n}\n',
    'resource "aws_s3_bucket_public_access_block" "a" {\n  bucket = aws_s3_bucket.a.id\n'
    "  block_public_acls = true\n}\n",
    'resource "aws_ebs_volume" "v" {\n  size = 1\n  availability_zone = "a"\n  encrypted = local.encrypted\n}\n',
    "locals {\n  encrypted = var.v\n}\n",
    'resource "aws_security_group" "g" {\n  ingress {\n    from_port = 22\n    to_port = 22\n    protocol = "tcp"\n'
    '    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n',
    'resource "aws_sns_topic" "t" {\n  count = var.v ? 1 : 0\n}\n',
)


def verdicts(files: dict[str, str]) -> set[tuple[object, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text)
        report = walint.check([folder], cwd=Path(folder), profile="strict")
    return {(it.rule.id, it.verdict, frozenset(it.addresses), it.when) for it in report.findings}


@FEW
@given(st.permutations(BLOCKS), st.lists(st.sampled_from("abc"), min_size=len(BLOCKS), max_size=len(BLOCKS)))
def test_the_order_of_blocks_and_files_makes_no_difference(blocks: list[str], names: list[str]) -> None:
    files: dict[str, str] = {}
    for name, block in zip(names, blocks, strict=True):
        files[f"{name}.tf"] = files.get(f"{name}.tf", "") + block
    expected = verdicts({"main.tf": "".join(BLOCKS)})
    assert verdicts(files) == expected
    assert len(expected) > 10


RESOURCES = {
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {
        "BucketName": "a", "VersioningConfiguration": {"Status": "Suspended"}}},
    "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}}},
    "Volume": {"Type": "AWS::EC2::Volume", "Properties": {"Size": 1, "Encrypted": {"Ref": "Given"}}},
    "Topic": {"Type": "AWS::SNS::Topic", "Condition": "Wanted"},
}  # fmt: skip
SECTIONS = {
    "Parameters": {"Given": {"Type": "String"}},
    "Conditions": {"Wanted": {"Fn::Equals": [{"Ref": "Given"}, "true"]}},
    "Resources": RESOURCES,
}


def shuffled(value: object, draw: st.DrawFn) -> object:
    if isinstance(value, dict):
        return {key: shuffled(value[key], draw) for key in draw(st.permutations(list(value)))}
    return value


@FEW
@given(st.data())
def test_the_order_of_keys_makes_no_difference(data: st.DataObject) -> None:
    other = shuffled(SECTIONS, data.draw)
    expected = verdicts({"t.yaml": yaml.safe_dump(SECTIONS, sort_keys=False)})
    assert verdicts({"t.yaml": yaml.safe_dump(other, sort_keys=False)}) == expected
    assert expected
