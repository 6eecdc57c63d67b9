"""The vocabulary's tables: both sides of every line exist, and faults are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from walint.vocabulary.adapters import ADAPTERS
from walint.vocabulary.audit import coverage
from walint.vocabulary.build import TableError, compile_tables, provider_types
from walint.vocabulary.lines import LineFile, dump
from walint.vocabulary.schema import FILE, Schema

ROOT = Path(__file__).parent.parent.parent / "vocabulary"
KNOWN = Schema(LineFile(ROOT / "cloudformation.txt"))
PROVIDER = provider_types(ROOT / "terraform.txt")


def test_every_line_names_what_both_schemas_have() -> None:
    tables = compile_tables(ROOT / "tables", KNOWN, PROVIDER)
    assert tables["aws_ebs_volume"] == {"type": "AWS::EC2::Volume", "p": {"VolumeType": "type"}}


def test_the_compiled_schema_is_the_source() -> None:
    assert FILE.read_bytes() == (ROOT / "cloudformation.txt").read_bytes(), "run python -m walint.policy.build"


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (
            {"aws_ebs_volume": {"type": "AWS::EC2::Volum"}},
            "t.yaml: aws_ebs_volume: CloudFormation has no type AWS::EC2::Volum; did you mean AWS::EC2::Volume",
        ),
        (
            {"aws_ebs_volume": {"type": "AWS::EC2::Volume", "properties": {"VolumeTyp": "type"}}},
            "aws_ebs_volume: CloudFormation has no VolumeTyp; did you mean VolumeType?",
        ),
        (
            {"aws_ebs_volume": {"type": "AWS::EC2::Volume", "properties": {"VolumeType": "volume_type"}}},
            "aws_ebs_volume: VolumeType: the provider has no volume_type",
        ),
        (
            {
                "aws_s3_bucket": {
                    "type": "AWS::S3::Bucket",
                    "properties": {"VersioningConfiguration.State": "versioning.enabled"},
                }
            },
            "CloudFormation has no VersioningConfiguration.State; did you mean Status?",
        ),
        (
            {
                "aws_s3_bucket": {
                    "type": "AWS::S3::Bucket",
                    "properties": {"VersioningConfiguration.Status": "versioning.on"},
                }
            },
            "VersioningConfiguration.Status: the provider has no versioning.on",
        ),
        (
            {
                "aws_lb": {
                    "type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                    "properties": {"LoadBalancerAttributes": {"adapter": "keyed", "with": {"of": {"a": "no_such"}}}},
                }
            },
            "LoadBalancerAttributes: the provider has no no_such",
        ),
        (
            {"aws_s3_bucket_acl": {"part_of": {"type": "AWS::S3::Bucket", "through": "bucke"}}},
            "the provider has no bucke; did you mean bucket?",
        ),
        ({"aws_nothing": {"type": "AWS::EC2::Volume"}}, "t.yaml: aws_nothing: the provider has no such type"),
        ({"aws_vpc": {"typ": "AWS::EC2::VPC"}}, "t.yaml: aws_vpc: unknown key typ; one of like, part_of"),
        (
            {"aws_vpc": {"type": "AWS::EC2::VPC", "properties": {"Tags": {"form": "tags"}}}},
            "t.yaml: aws_vpc: unknown key form",
        ),
        (
            {"aws_vpc": {"type": "AWS::EC2::VPC", "properties": {"Tags": {"adapter": "itemz"}}}},
            "aws_vpc: there is no adapter itemz; did you mean items?",
        ),
        (
            {
                "aws_s3_bucket": {
                    "type": "AWS::S3::Bucket",
                    "properties": {"VersioningConfiguration": "versioning", "VersioningConfiguration.Status": "acl"},
                }
            },
            "VersioningConfiguration is given twice",
        ),
        ({"identities": {"AWS::S3::Bucket": ["Name"]}}, "identities: AWS::S3::Bucket has no Name"),
    ],
)
def test_faults_are_told(tmp_path: Path, table: dict[str, Any], fault: str) -> None:
    (tmp_path / "t.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        compile_tables(tmp_path, KNOWN, PROVIDER)
    assert fault in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    lines = {"VolumeTyp": "type", "Encrypted": "encryptd"}
    (tmp_path / "t.yaml").write_text(
        yaml.safe_dump({"aws_ebs_volume": {"type": "AWS::EC2::Volume", "properties": lines}}), encoding="utf-8"
    )
    (tmp_path / "u.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        compile_tables(tmp_path, KNOWN, PROVIDER)
    assert len([line for line in str(caught.value).splitlines() if line.startswith(("t.yaml", "u.yaml"))]) == 3


def test_a_type_without_a_line_is_found_by_its_name(tmp_path: Path) -> None:
    tables = compile_tables(tmp_path, KNOWN, PROVIDER)
    assert tables["aws_athena_workgroup"]["type"] == "AWS::Athena::WorkGroup"
    assert "aws_acm_certificate_validation" not in tables


def test_names_by_habit(tmp_path: Path) -> None:
    tables = compile_tables(tmp_path, KNOWN, PROVIDER)
    assert tables["aws_dax_parameter_group"]["p"] == {"ParameterGroupName": "name"}
    assert "p" not in tables["aws_glue_job"]


def test_every_adapter_is_used() -> None:
    used: set[str] = set()

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("adapter"), str):
                used.add(node["adapter"])
            for inner in node.values():
                collect(inner)

    collect(compile_tables(ROOT / "tables", KNOWN, PROVIDER))
    assert used == set(ADAPTERS)


def test_coverage_names_what_has_no_counterpart() -> None:
    shape = KNOWN.type("AWS::EC2::Volume")
    assert shape is not None
    entry = {"type": "AWS::EC2::Volume", "p": {"VolumeType": "type"}}
    found = coverage(entry, shape, {"type": "s", "size": "n", "final_snapshot": "b"})
    assert found.folded == [("Size", "size")]
    assert found.lacking == ["final_snapshot"]
    assert "Encrypted" in found.silent


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
def test_a_line_file_finds_each_of_its_keys_and_no_other(tmp_path: Path, count: int) -> None:
    entries = {f"key{'x' * at}": {"at": at} for at in range(count)}
    path = tmp_path / "file.txt"
    path.write_text(dump(entries), encoding="utf-8")
    file = LineFile(path)
    assert sorted(file) == sorted(entries)
    assert {key: file.get(key) for key in entries} == entries
    assert [file.get(key) for key in ("", "key0", "ke", "zz", "keyxxxxxxxxxxxx")] == [None] * 5
