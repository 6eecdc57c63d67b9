"""The index of CloudFormation's types."""

from __future__ import annotations

import pytest

from walint.vocabulary import schema


@pytest.mark.parametrize(
    ("type_", "path", "kind"),
    [
        ("AWS::EC2::Volume", "", "object"),
        ("AWS::EC2::Volume", "Encrypted", "boolean"),
        ("AWS::EC2::Volume", "Size", "number"),
        ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", "list"),
        ("AWS::EC2::SecurityGroup", "SecurityGroupIngress.CidrIp", "string"),
        ("AWS::Lambda::Function", "Environment.Variables", "map"),
        ("AWS::IAM::ManagedPolicy", "PolicyDocument", "json"),
        ("AWS::DynamoDB::Table", "KeySchema", "list"),
        # A type that contains itself, as deep as anybody likes.
        ("AWS::WAFv2::WebACL", "Rules.Statement.NotStatement.Statement.NotStatement.Statement", "object"),
    ],
)
def test_what_a_property_holds(type_: str, path: str, kind: str) -> None:
    shape = schema().type(type_)
    for name in path.split(".") if path else ():
        assert shape is not None
        shape = shape.get(name)
    assert shape is not None and shape.kind == kind


@pytest.mark.parametrize(("type_", "name"), [("AWS::EC2::Volume", "Encryptd"), ("AWS::EC2::Volume", "VolumeId")])
def test_what_cannot_be_set_is_not_there(type_: str, name: str) -> None:
    shape = schema().type(type_)
    assert shape is not None and shape.get(name) is None


def test_a_type_that_does_not_exist() -> None:
    assert schema().type("AWS::EC2::Volum") is None
    assert schema().type("aws_ebs_volume") is None


def test_types_are_sorted_and_found_each() -> None:
    types = schema().types()
    assert types == sorted(types)
    assert "AWS::S3::Bucket" in types
    for type_ in (types[0], types[-1], types[len(types) // 2]):
        assert schema().type(type_) is not None


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("AWS::EC2::Volume", "Tags"),
        ("AWS::Route53::HostedZone", "HostedZoneTags"),
        ("AWS::EC2::VolumeAttachment", None),
        ("aws_ami", None),
    ],
)
def test_the_property_that_holds_tags(type_: str, expected: str | None) -> None:
    assert schema().tag_property(type_) == expected
