"""Root modules in, resources and values out: as Terraform plans them, and where it would refuse or not know."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.planned import Planned, Verdict, compare, compare_resource, resources_of
from walint.graph import Graph
from walint.terraform import Disk, TerraformOptions, load

ROOTS = Path(__file__).parent / "roots"
EXPECTED = sorted(ROOTS.glob("*/expected.json"))


def graph_of(folder: Path, **options: Any) -> Graph:
    root = str(folder)
    graph = load(Disk(root, root), root, TerraformOptions(root=root, cwd=root, **options))
    assert graph is not None
    return graph


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.parent.name)
def test_a_root_module_is_what_terraform_plans(expected: Path) -> None:
    plan = json.loads(expected.read_text(encoding="utf-8"), parse_float=Fraction)
    graph = graph_of(expected.parent)
    resources = resources_of(graph)
    assert sorted(resources) == sorted(plan["resources"])
    assert [resource.presence for resource in resources.values()] == [None] * len(resources)

    verdicts: list[Verdict] = []
    for address, (values, unknown) in plan["resources"].items():
        verdicts += compare_resource(address, resources[address], Planned(values, unknown))
    for address, text in plan["documents"].items():
        verdicts += compare(graph.resources[address].lookup("json"), text, False, f"{address} json")
    for name, (value, unknown) in plan["outputs"].items():
        verdicts += compare(graph.resources[f"output.{name}"].lookup("value"), value, unknown, f"output.{name}")
    # What a data source or the provider decides, no text says.
    assert [verdict for verdict in verdicts if verdict.kind not in ("equal", "data", "default", "ahead")] == []
    assert [str(problem) for problem in graph.problems] == []


def test_every_root_module_has_its_plan() -> None:
    assert len(EXPECTED) >= 40
    assert [path.name for path in ROOTS.iterdir() if not (path / "expected.json").exists()] == []


@pytest.mark.parametrize(
    ("given", "instances"),
    [
        ('["b", "a"]', ['aws_sns_topic.t["a"]', 'aws_sns_topic.t["b"]']),
        ('[for name in ["a"] : name]', ['aws_sns_topic.t["a"]']),
        ("[1, 2]", ["aws_sns_topic.t[*]"]),
        ('"a"', ["aws_sns_topic.t[*]"]),
    ],
)
def test_a_list_of_texts_in_for_each_is_refused_and_read_as_the_set_that_is_meant(
    tmp_path: Path, given: str, instances: list[str]
) -> None:
    (tmp_path / "main.tf").write_text(f'resource "aws_sns_topic" "t" {{\n  for_each = {given}\n}}\n')
    graph = graph_of(tmp_path)
    assert sorted(resources_of(graph)) == instances
    (problem,) = graph.problems
    assert "for_each is a map, or a set of strings" in str(problem)
