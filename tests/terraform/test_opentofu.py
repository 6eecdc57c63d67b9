"""What OpenTofu has beyond Terraform, and modules that `init` has fetched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import walint
from walint.graph import Graph, Resource
from walint.values import plain

QUEUE = 'resource "aws_sqs_queue" "q" {\n  name = "%s"\n}\n'


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def load(folder: Path, files: dict[str, str], **options: Any) -> Graph:
    write(folder, files)
    (graph,) = walint.load([folder], **options)
    return graph


def queues(graph: Graph) -> dict[str, Resource]:
    return {address: found for address, found in graph.resources.items() if found.source_type == "aws_sqs_queue"}


def names(graph: Graph) -> dict[str, Any]:
    return {address: plain(found.lookup("QueueName")) for address, found in queues(graph).items()}


def test_its_own_files_stand_for_terraforms(tmp_path: Path) -> None:
    files = {"main.tf": QUEUE % "tf", "main.tofu": QUEUE % "tofu", "over_override.tofu": QUEUE % "over"}
    assert names(load(tmp_path, files)) == {"aws_sqs_queue.q": "over"}


@pytest.mark.parametrize("source", ['"./${var.which}"', "local.source", "var.whole"])
def test_a_modules_source_may_be_computed(tmp_path: Path, source: str) -> None:
    main = (
        'variable "which" {\n  default = "m"\n}\nvariable "whole" {\n  default = "./m"\n}\n'
        'locals {\n  source = "./${var.which}"\n}\n'
        f'module "a" {{\n  source = {source}\n}}\n'
    )
    # The folder is judged through its caller, and not a second time.
    assert names(load(tmp_path, {"main.tofu": main, "m/main.tofu": QUEUE % "in"})) == {"module.a.aws_sqs_queue.q": "in"}


PROVIDERS = """
provider "aws" {
  for_each = toset(["us-east-1", "eu-west-1"])
  alias    = "by"
  region   = each.key
  default_tags {
    tags = { Region = each.value }
  }
}

resource "aws_sqs_queue" "q" {
  for_each = toset(["eu-west-1"])
  provider = aws.by[each.key]
  name     = "q"
}

module "m" {
  source    = "./m"
  for_each  = toset(["us-east-1"])
  providers = { aws = aws.by[each.key] }
}
"""


def test_providers_of_several_regions_add_their_own_tags(tmp_path: Path) -> None:
    graph = load(tmp_path, {"main.tofu": PROVIDERS, "m/main.tofu": QUEUE % "in"})
    assert {address: plain(found.lookup("Tags")) for address, found in queues(graph).items()} == {
        'aws_sqs_queue.q["eu-west-1"]': {"Region": "eu-west-1"},
        'module.m["us-east-1"].aws_sqs_queue.q': {"Region": "us-east-1"},
    }
    assert list(graph.problems) == []


def test_what_is_not_enabled_is_not_there(tmp_path: Path) -> None:
    text = (
        'variable "on" {\n  type = bool\n}\n'
        'resource "aws_sqs_queue" "off" {\n  name = "off"\n  lifecycle {\n    enabled = 1 > 2\n  }\n}\n'
        'resource "aws_sqs_queue" "open" {\n  name = "open"\n  lifecycle {\n    enabled = var.on\n  }\n}\n'
        'resource "aws_sqs_queue" "name" {\n  name = try(aws_sqs_queue.off.name, "none")\n}\n'
    )
    graph = load(tmp_path, {"main.tofu": text})
    assert names(graph) == {"aws_sqs_queue.open": "open", "aws_sqs_queue.name": "none"}
    assert str(graph.resources["aws_sqs_queue.open"].presence) == "var.on is true"


def test_modules_that_init_has_fetched_are_read(tmp_path: Path) -> None:
    entries = [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "a", "Source": "example.com/x/a/aws", "Dir": ".terraform/modules/a/modules/inner"},
        {"Key": "a.deep", "Source": "example.com/x/deep/aws", "Dir": ".terraform/modules/a.deep"},
    ]
    files = {
        "main.tf": 'module "a" {\n  source = "example.com/x/a/aws//modules/inner"\n  count  = 1\n}\n',
        ".terraform/modules/modules.json": json.dumps({"Modules": entries}),
        ".terraform/modules/a/modules/inner/main.tf": 'module "deep" {\n  source = "example.com/x/deep/aws"\n}\n'
        'module "beside" {\n  source = "../beside"\n}\n',
        ".terraform/modules/a/modules/beside/main.tf": QUEUE % "beside",
        ".terraform/modules/a.deep/main.tf": QUEUE % "deep",
    }
    graph = load(tmp_path, files)
    assert names(graph) == {
        "module.a[0].module.deep.aws_sqs_queue.q": "deep",
        "module.a[0].module.beside.aws_sqs_queue.q": "beside",
    }
    assert graph.opaque == ()
    assert [call.address for call in queues(graph)["module.a[0].module.deep.aws_sqs_queue.q"].calls] == [
        "module.a[0]",
        "module.a[0].module.deep",
    ]
