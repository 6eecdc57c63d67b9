"""`--scenarios all`: what it finds is what all combinations of parameters bring, tried one by one."""

from __future__ import annotations

import random
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from bench.scenario_oracle import combinations, faults, parameters_of

CONDITIONS = {
    "one parameter": "A: !Equals [!Ref Stage, prod]\nB: !Equals [!Ref Stage, dev]",
    "negated": "A: !Not [!Equals [!Ref Stage, prod]]\nB: !Not [{Condition: A}]",
    "both of two": "A: !And [!Equals [!Ref Stage, prod], !Equals [!Ref Small, 'true']]\nB: !Not [{Condition: A}]",
    "either of two": "A: !Or [!Equals [!Ref Stage, prod], !Equals [!Ref Name, '']]\nB: !Equals [!Ref Name, x]",
    "parameters compared": "A: !Equals [!Ref Name, !Ref Stage]\nB: !Equals [!Ref Stage, test]",
    "texts made": 'A: !Equals [!Sub "${Stage}-${Small}", dev-false]\nB: !Equals [!Join ["", [x, !Ref Name]], x]',
    "numbers": "A: !Equals [!Ref Size, 5]\nB: !Or [!Equals [!Ref Size, '7'], !Equals [!Ref Stage, dev]]",
    "never": "A: !Equals [!Ref Stage, never]\nB: !Not [{Condition: A}]",
}
TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, test, prod]}
  Small: {Type: String, AllowedValues: ["true", "false"]}
  Name: {Type: String, Default: ""}
  Size: {Type: Number, Default: 1, AllowedValues: [1, 5, 7]}
Mappings:
  Encryption: {dev: {on: false}, test: {on: true}, prod: {on: true}}
Conditions:
CONDITIONS
Resources:
  Mapped:
    Type: AWS::EC2::Volume
    Condition: A
    Properties: {AvailabilityZone: a, Size: !Ref Size, Encrypted: !FindInMap [Encryption, !Ref Stage, "on"]}
  Nested:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: a, Size: 1, Encrypted: !If [A, true, !If [B, !Ref AWS::NoValue, true]]}
  Versions:
    Type: AWS::S3::Bucket
    Condition: B
    Properties: {VersioningConfiguration: !If [A, {Status: Enabled}, !If [B, {Status: Suspended}, !Ref AWS::NoValue]]}
  Open:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: d
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: !If [B, 22, 443], ToPort: 443, CidrIp: !If [A, 0.0.0.0/0, 10.0.0.0/8]}
        - !If [B, !Ref AWS::NoValue, {IpProtocol: "-1", CidrIp: !If [A, 0.0.0.0/0, 10.0.0.0/8]}]
"""


@pytest.mark.parametrize("conditions", CONDITIONS.values(), ids=CONDITIONS)
def test_findings_are_those_of_all_combinations(tmp_path: Path, conditions: str) -> None:
    text = TEMPLATE.replace("CONDITIONS", "\n".join(f"  {line}" for line in dedent(conditions).splitlines()))
    file = tmp_path / "t.yaml"
    file.write_text(text, encoding="utf-8")
    given = parameters_of(text)
    assert len(list(combinations(given))) > 1
    assert [fault for fault in faults(file, given) if fault.kind != "open"] == []


def made_up(seed: int) -> dict[str, Any]:
    """A template with conditions that call each other, over two parameters of few values."""
    pick = random.Random(seed)
    names = ["One", "Two"]
    values = ["a", "b", "c"]
    conditions: dict[str, Any] = {}

    def formula(depth: int) -> Any:
        kind = pick.choice(["is", "is", "not", "and", "or", "named"]) if depth else "is"
        if kind == "named" and conditions:
            return {"Fn::Not": [{"Condition": pick.choice(list(conditions))}]}
        if kind == "not":
            return {"Fn::Not": [formula(depth - 1)]}
        if kind in ("and", "or"):
            return {f"Fn::{kind.capitalize()}": [formula(depth - 1) for _ in range(2)]}
        return {"Fn::Equals": [{"Ref": pick.choice(names)}, pick.choice(values)]}

    def either(depth: int) -> Any:
        if not depth:
            return pick.choice([True, False, {"Ref": "AWS::NoValue"}])
        return {"Fn::If": [pick.choice(list(conditions)), either(depth - 1), either(depth - 1)]}

    for name in "ABCD":
        conditions[name] = formula(3)
    resources = {
        f"Volume{number}": {
            "Type": "AWS::EC2::Volume",
            "Condition": pick.choice(list(conditions)),
            "Properties": {"AvailabilityZone": "a", "Size": 1, "Encrypted": either(3)},
        }
        for number in range(3)
    }
    parameters = {name: {"Type": "String", "AllowedValues": values, "Default": pick.choice(values)} for name in names}
    return {"Parameters": parameters, "Conditions": conditions, "Resources": resources}


@pytest.mark.parametrize("seed", range(12))
def test_findings_of_templates_by_chance_are_those_of_all_combinations(tmp_path: Path, seed: int) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(yaml.safe_dump(made_up(seed)), encoding="utf-8")
    given = parameters_of(file.read_text(encoding="utf-8"))
    assert [fault for fault in faults(file, given) if fault.kind != "open"] == []
