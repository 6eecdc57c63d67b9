"""Plans and states of `terraform show -json`: what the plan says, placed in the sources where they stand beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import walint
from walint.graph import Resource
from walint.values import Reference, Unknown, plain

HERE = Path(__file__).parent / "plan"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan alone, without its sources."""
    return Path(shutil.copy(HERE / "plan.json", tmp_path))


def resources(path: Path) -> dict[str, Resource]:
    (graph,) = walint.load([path])
    return dict(graph.resources)


def value(resource: Resource, name: str) -> Any:
    found = resource.source_properties.value
    assert isinstance(found, dict)
    return plain(found[name]) if name in found else None


def test_instances_and_values_are_as_planned(plan: Path) -> None:
    found = resources(plan)
    assert set(found) == {
        "aws_ebs_volume.numbered[0]",
        "aws_ebs_volume.numbered[1]",
        "aws_ebs_volume.plain",
        "aws_kms_key.data",
        'aws_s3_bucket.named["a.b"]',
        'aws_s3_bucket.named["c"]',
        'aws_s3_bucket_versioning.named["a.b"]',
        'aws_s3_bucket_versioning.named["c"]',
        "aws_sns_topic_subscription.queue",
        "module.queue.aws_sqs_queue.this",
    }
    assert value(found["aws_ebs_volume.numbered[0]"], "encrypted") is True
    assert value(found["aws_ebs_volume.numbered[1]"], "encrypted") is False


def test_what_nobody_wrote_is_absent_and_not_unknown(plan: Path) -> None:
    assert value(resources(plan)["aws_ebs_volume.plain"], "encrypted") is None


def test_unknown_values_refer_to_what_decides_them(plan: Path) -> None:
    found = resources(plan)
    assert value(found['aws_s3_bucket_versioning.named["c"]'], "bucket") == Reference('aws_s3_bucket.named["c"]', "id")
    key = value(found["module.queue.aws_sqs_queue.this"], "kms_master_key_id")
    assert key == Reference("aws_kms_key.data", "arn")
    endpoint = value(found["aws_sns_topic_subscription.queue"], "endpoint")
    assert endpoint == Reference("module.queue.aws_sqs_queue.this", "arn")


def test_default_tags_count(plan: Path) -> None:
    found = resources(plan)["aws_ebs_volume.plain"].lookup("Tags")
    assert plain(found) == {"Owner": "web"}


def test_what_a_plan_does_not_hold_is_open(plan: Path) -> None:
    found = resources(plan)["aws_ebs_volume.plain"].lookup("DeletionPolicy")
    assert isinstance(plain(found), Unknown)


def findings(path: Path, rule: str) -> list[tuple[str, str, int]]:
    report = walint.check([path], profile="strict", select=[rule])
    return [
        (address, Path(finding.span.file).name, finding.span.line)
        for finding in report.findings
        if finding.verdict == "fail"
        for address in finding.addresses
    ]


def test_findings_stand_in_the_plan_where_there_are_no_sources(plan: Path) -> None:
    found = {address: (file, line) for address, file, line in findings(plan, "encrypted-volumes")}
    assert found.keys() == {"aws_ebs_volume.plain", "aws_ebs_volume.numbered[1]"}
    lines = plan.read_text(encoding="utf-8").splitlines()
    for address, (file, line) in found.items():
        assert file == "plan.json"
        assert f'"address": {json.dumps(address)}' in lines[line - 1]


def test_findings_stand_in_the_sources_beside(plan: Path) -> None:
    shutil.copytree(HERE, plan.parent, dirs_exist_ok=True)
    assert findings(plan, "encrypted-volumes") == [
        ("aws_ebs_volume.plain", "main.tf", 15),
        ("aws_ebs_volume.numbered[1]", "main.tf", 24),
    ]


def test_a_state_is_read_as_well(tmp_path: Path) -> None:
    volume = {
        "address": "aws_ebs_volume.a",
        "mode": "managed",
        "type": "aws_ebs_volume",
        "name": "a",
        "values": {"encrypted": False, "size": 10},
    }
    state = {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": [volume]}}}
    path = tmp_path / "state.json"
    path.write_text(json.dumps(state), encoding="utf-8")
    assert [address for address, _, _ in findings(path, "encrypted-volumes")] == ["aws_ebs_volume.a"]


def test_a_plan_that_is_cut_off_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {', encoding="utf-8")
    (problem,) = walint.check([path]).problems
    assert "not valid JSON" in problem.message


def test_findings_stand_in_modules_that_init_has_fetched(plan: Path) -> None:
    shutil.copytree(HERE, plan.parent, dirs_exist_ok=True)
    main = plan.parent / "main.tf"
    main.write_text(main.read_text(encoding="utf-8").replace('"./modules/queue"', '"example.com/x/queue/aws"'))
    kept = plan.parent / ".terraform" / "modules"
    kept.mkdir(parents=True)
    (plan.parent / "modules" / "queue").rename(kept / "queue")
    entry = {"Key": "queue", "Source": "example.com/x/queue/aws", "Dir": ".terraform/modules/queue"}
    (kept / "modules.json").write_text(json.dumps({"Modules": [entry]}), encoding="utf-8")
    queue = resources(plan)["module.queue.aws_sqs_queue.this"]
    assert Path(queue.place.source.name).name == "main.tf"
    assert [Path(call.place.source.name).name for call in queue.calls] == ["main.tf"]
