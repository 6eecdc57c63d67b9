"""Every type of both schemas enters the graph, whether or not a rule or the vocabulary speaks of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import walint
from walint.graph import Graph
from walint.policy.functions.types import taggable
from walint.policy.runtime import Env, Scenario
from walint.values import plain
from walint.vocabulary import schema
from walint.vocabulary.build import provider_types

ROOT = Path(__file__).parent.parent.parent
PROVIDER = provider_types(ROOT / "vocabulary" / "terraform.txt")
TAGS = {"Team": "web", "Environment": "test"}


def loaded(folder: Path, name: str, text: str) -> Graph:
    (folder / name).write_text(text, encoding="utf-8")
    (graph,) = walint.load([folder])
    return graph


def tags_of(graph: Graph, address: str) -> Any:
    found = graph.get(graph.resources[address], "Tags")
    return None if found is None else plain(found.value)


def can_be_tagged(graph: Graph, address: str) -> bool:
    resource = graph.resources[address]
    return taggable(Env(graph, resource, resource, Scenario(), {}), resource)


def declared() -> Iterator[str]:
    """Each type of the provider once, with tags and a password where it has room for them."""
    for type_, tree in PROVIDER.items():
        lines = [f'  {name} = "hunter2222"' for name in tree if name in ("password", "master_password", "auth_token")]
        if "tags" in tree:
            lines.append('  tags = { Team = "web", Environment = "test" }')
        elif "tag" in tree:
            lines += [f'  tag {{\n    key = "{key}"\n    value = "{value}"\n  }}' for key, value in TAGS.items()]
        yield "\n".join((f'resource "{type_}" "it" {{', *lines, "}"))


def test_every_type_of_the_provider(tmp_path: Path) -> None:
    graph = loaded(tmp_path, "main.tf", "\n".join(declared()))
    assert {f"{type_}.it" for type_ in PROVIDER} <= set(graph.resources)
    for type_, tree in PROVIDER.items():
        resource = graph.resources[f"{type_}.it"]
        assert resource.source_type == type_
        assert resource.type == type_ or schema().type(resource.type) is not None
        if "tags" in tree or type_ == "aws_autoscaling_group":
            assert tags_of(graph, resource.address) == TAGS, type_
            assert can_be_tagged(graph, resource.address), type_
        else:
            assert not can_be_tagged(graph, resource.address), type_


def test_every_type_of_cloudformation(tmp_path: Path) -> None:
    resources: dict[str, Any] = {}
    for at, type_ in enumerate(schema().types()):
        name = schema().tag_property(type_)
        shape = None if name is None else schema().type(type_)
        held = None if shape is None or name is None else shape.get(name)
        listed = held is not None and held.kind == "list"
        tags = [{"Key": key, "Value": value} for key, value in TAGS.items()] if listed else TAGS
        resources[f"R{at}"] = {"Type": type_, "Properties": {} if name is None else {name: tags}}
    graph = loaded(tmp_path, "t.json", json.dumps({"Resources": resources}))
    for address, written in resources.items():
        assert graph.resources[address].type == written["Type"]
        if written["Properties"]:
            assert tags_of(graph, address) == TAGS, written["Type"]
        assert can_be_tagged(graph, address) is bool(written["Properties"])


def test_what_no_schema_knows_enters_under_its_own_name(tmp_path: Path) -> None:
    text = 'resource "aws_not_there_yet" "it" {\n  tags = { Team = "web" }\n}\nresource "awscc_s3_bucket" "b" {}\n'
    graph = loaded(tmp_path, "main.tf", text)
    assert graph.resources["aws_not_there_yet.it"].type == "aws_not_there_yet"
    assert tags_of(graph, "aws_not_there_yet.it") == {"Team": "web"}
    assert graph.resources["awscc_s3_bucket.b"].type == "AWS::S3::Bucket"


def test_only_scaling_groups_are_tagged_by_blocks() -> None:
    by_blocks = [type_ for type_, tree in PROVIDER.items() if "tag" in tree and "tags" not in tree]
    assert by_blocks == ["aws_autoscaling_group", "aws_autoscaling_group_tag"]
