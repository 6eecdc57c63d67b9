"""Templates as graphs: resources, where they exist, what they refer to, and where things stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cloudformation.made import graph_of
from walint.cloudformation.parameters import ParameterFileError, read_parameter_file
from walint.graph import Graph
from walint.report.graph_json import encode
from walint.report.links import edges
from walint.values import Property


def properties(graph: Graph, address: str) -> dict[str, object]:
    resource = graph.resources[address]
    return {name: encode(resource.lookup(name)) for name in resource.names()}


def text_at(found: Property | None) -> str:
    assert found is not None and found.place is not None
    return found.place.text()


def test_a_resource_has_its_type_properties_and_attributes() -> None:
    graph = graph_of(
        """\
        Resources:
          Db:
            Type: AWS::RDS::DBInstance
            DeletionPolicy: Snapshot
            UpdateReplacePolicy: Retain
            DependsOn: [Bucket]
            Metadata: {Note: x}
            Properties:
              Engine: mysql
              DeletionProtection: true
          Bucket:
            Type: AWS::S3::Bucket
        """
    )
    assert [(it.address, it.type, it.source_type) for it in graph.resources.values()] == [
        ("Db", "AWS::RDS::DBInstance", "AWS::RDS::DBInstance"),
        ("Bucket", "AWS::S3::Bucket", "AWS::S3::Bucket"),
    ]
    assert properties(graph, "Db") == {
        "Engine": "mysql",
        "DeletionProtection": True,
        "DeletionPolicy": "Snapshot",
        "UpdateReplacePolicy": "Retain",
        "DependsOn": ["Bucket"],
        "Metadata": {"Note": "x"},
    }
    assert encode(graph.resources["Db"].source_properties) == {"Engine": "mysql", "DeletionProtection": True}


def test_tags_are_one_mapping() -> None:
    graph = graph_of(
        """\
        Parameters: {Env: {Type: String}}
        Resources:
          A: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: a, Value: b}, {Key: c, Value: !Ref Env}]}}
        """
    )
    assert properties(graph, "A") == {"Tags": {"a": "b", "c": {"$unknown": 'parameter "Env", which has no default'}}}


@pytest.mark.parametrize(
    ("type_", "name", "written"),
    [
        ("AWS::Route53::HostedZone", "HostedZoneTags", "[{Key: Owner, Value: shop}]"),
        ("AWS::Backup::BackupVault", "BackupVaultTags", "{Owner: shop}"),
    ],
)
def test_tags_go_by_one_name_whatever_their_type_calls_them(type_: str, name: str, written: str) -> None:
    graph = graph_of(f"Resources: {{A: {{Type: {type_}, Properties: {{{name}: {written}}}}}}}")
    tags = graph.get(graph.resources["A"], "Tags")
    assert tags is not None
    assert {key: value.value for key, value in tags.value.items()} == {"Owner": "shop"}


PRESENCE = [
    ("no condition", "", None),
    ("one that holds", "Condition: Yes", None),
    ("one that is open", "Condition: IsProd", 'Env is "prod"'),
    ("one that is open and turned round", "Condition: IsOther", 'Env is not "prod"'),
]


@pytest.mark.parametrize(("written", "presence"), [pytest.param(w, p, id=name) for name, w, p in PRESENCE])
def test_a_resource_is_there_where_its_condition_holds(written: str, presence: str | None) -> None:
    graph = graph_of(
        f"""\
        Parameters: {{Env: {{Type: String}}}}
        Conditions:
          Yes: !Equals [a, a]
          IsProd: !Equals [!Ref Env, prod]
          IsOther: !Not [!Condition IsProd]
        Resources:
          A:
            Type: AWS::S3::Bucket
            {written}
        """
    )
    found = graph.resources["A"].presence
    assert (None if found is None else str(found)) == presence


def test_a_resource_whose_condition_is_false_is_not_there() -> None:
    graph = graph_of(
        """\
        Conditions: {No: !Equals [a, b]}
        Resources:
          A: {Type: AWS::S3::Bucket, Condition: No}
          B: {Type: AWS::S3::Bucket}
        """
    )
    assert list(graph.resources) == ["B"]


MISTAKES = [
    (
        "condition that there is not",
        "A: {Type: AWS::S3::Bucket, Condition: Nope}",
        '2:41: there is no condition "Nope"',
    ),
    ("resource without a type", "A: {Properties: {}}\n  B: {Type: AWS::S3::Bucket}", '2:3: resource "A" has no Type'),
    ("resource that is text", "A: x\n  B: {Type: AWS::S3::Bucket}", '2:3: resource "A" is no mapping'),
    ("resource with an empty type", "A: {Type: }\n  B: {Type: AWS::S3::Bucket}", '2:3: resource "A" has no Type'),
    (
        "order behind a resource that there is not",
        "A: {Type: AWS::S3::Bucket, DependsOn: [B, Nope]}\n  B: {Type: AWS::S3::Bucket}",
        '2:45: DependsOn: there is no resource "Nope"',
    ),
]


@pytest.mark.parametrize(("written", "message"), [pytest.param(w, m, id=name) for name, w, m in MISTAKES])
def test_a_mistake_in_a_resource_is_told_at_its_place(written: str, message: str) -> None:
    graph = graph_of(f"Resources:\n  {written}\n")
    assert [f"{it.line}:{it.column}: {it.message}" for it in graph.problems] == [message]


MISSING = [
    ("Ref", "!Ref Nope", '2:55: there is no parameter or resource "Nope"'),
    ("Ref in JSON's way", '{"Ref" : "Nope"}', '2:64: there is no parameter or resource "Nope"'),
    ("GetAtt", "!GetAtt Nope.Arn", '2:55: there is no resource "Nope"'),
    ("GetAtt in JSON's way", '{"Fn::GetAtt": ["Nope", "Arn"]}', '2:70: there is no resource "Nope"'),
    ("Sub", "!Sub 'x-${Nope}'", '2:55: there is no parameter or resource "Nope"'),
    ("FindInMap", "!FindInMap [Nope, a, b]", '2:67: there is no mapping "Nope"'),
]


@pytest.mark.parametrize(("written", "message"), [pytest.param(w, m, id=name) for name, w, m in MISSING])
def test_what_there_is_not_is_told_though_nobody_asks_for_the_value(written: str, message: str) -> None:
    graph = graph_of(f"Resources:\n  A: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {written}}}}}\n")
    assert [f"{it.line}:{it.column}: {it.message}" for it in graph.problems] == [message]


def test_a_mistake_is_told_once_however_often_its_value_is_asked_for() -> None:
    graph = graph_of("Resources:\n  A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${X}'}}\n")
    for _ in range(2):
        properties(graph, "A")
        encode(graph.resources["A"].source_properties)
    assert len(graph.problems) == 1


def test_parameters_and_outputs_are_resources_of_their_own_kind() -> None:
    graph = graph_of(
        """\
        Parameters: {Password: {Type: String, NoEcho: true, Default: x}}
        Resources: {A: {Type: AWS::S3::Bucket}}
        Outputs: {Name: {Value: !Ref A, Export: {Name: !Sub "${AWS::StackName}-a"}}}
        """
    )
    assert [(it.address, it.type) for it in graph.resources.values()] == [
        ("A", "AWS::S3::Bucket"),
        ("Parameters.Password", "cloudformation::parameter"),
        ("Outputs.Name", "cloudformation::output"),
    ]
    assert properties(graph, "Parameters.Password") == {"Type": "String", "NoEcho": True, "Default": "x"}
    assert properties(graph, "Outputs.Name")["Value"] == {"$ref": "A", "attribute": "Ref"}


# --- places -----------------------------------------------------------------------------------------------------

PLACED = """\
Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  A:
    Type: AWS::T::T
    Properties:
      Text: abc   # why
      "Quoted": "x"
      List:
        - one
        - {Two: 2}

      Block: |
        line 1
        line 2

      Chosen: !If [IsProd, {Size: 3}, {Size: 1}]
      Ümlaut: ä
      Decided: !If
        - Yes
        - [a]
        - b
"""
PLACES = [
    ("Text", (), "Text: abc"),
    ("Quoted", (), '"Quoted": "x"'),
    ("List", (), "List:\n        - one\n        - {Two: 2}"),
    ("List", (0,), "one"),
    ("List", (1,), "{Two: 2}"),
    ("List", (1, "Two"), "Two: 2"),
    ("Block", (), "Block: |\n        line 1\n        line 2"),
    ("Chosen", (), "Chosen: !If [IsProd, {Size: 3}, {Size: 1}]"),
    ("Chosen", ("then",), "{Size: 3}"),
    ("Chosen", ("then", "Size"), "Size: 3"),
    ("Chosen", ("otherwise", "Size"), "Size: 1"),
    ("Ümlaut", (), "Ümlaut: ä"),
]


@pytest.mark.parametrize(("name", "path", "text"), PLACES)
def test_a_value_stands_where_its_author_wrote_it(name: str, path: tuple[str | int, ...], text: str) -> None:
    found = graph_of(PLACED).resources["A"].lookup(name)
    for step in path:
        assert found is not None
        value = found.value
        found = getattr(value, step) if step in ("then", "otherwise") else value[step]  # type: ignore[index, call-overload]
    assert text_at(found) == text


def test_the_branch_of_a_decided_condition_is_the_place() -> None:
    graph = graph_of(
        """\
        Conditions: {Yes: !Equals [a, a]}
        Resources:
          A:
            Type: AWS::T::T
            Properties:
              P: !If
                - Yes
                - [a]
                - b
        """
    )
    found = graph.resources["A"].lookup("P")
    assert found is not None and found.value
    assert text_at(found) == "[a]"


# --- edges ------------------------------------------------------------------------------------------------------

EDGES = [
    ("Ref", "!Ref B", ["P"]),
    ("GetAtt", "!GetAtt B.Arn", ["P"]),
    ("Sub", '!Sub "${B.Arn}/*"', ["P"]),
    ("in a list", "[a, !Ref B]", ["P[1]"]),
    ("in a mapping", "{K: {L: !Ref B}}", ["P.K.L"]),
    ("in one branch", "!If [IsProd, !Ref B, x]", ["P"]),
    ("lost in a split", '!Select [5, !Split [":", !GetAtt B.Arn]]', ["P"]),
    ("lost in a Cidr", "!Select [0, !Cidr [!GetAtt B.CidrBlock, 4, 8]]", ["P"]),
    ("in a dynamic reference", "!Sub '{{resolve:secretsmanager:${B}:SecretString:x}}'", ["P"]),
    ("none", "B", []),
]


@pytest.mark.parametrize(("written", "found"), [pytest.param(w, f, id=name) for name, w, f in EDGES])
def test_a_reference_is_an_edge(written: str, found: list[str]) -> None:
    graph = graph_of(
        f"""\
        Parameters: {{Env: {{Type: String}}}}
        Conditions: {{IsProd: !Equals [!Ref Env, prod]}}
        Resources:
          A: {{Type: AWS::T::T, Properties: {{P: {written}}}}}
          B: {{Type: AWS::T::U}}
        """
    )
    assert [it.property for it in edges(graph) if (it.source, it.target) == ("A", "B")] == found


# --- parameter files --------------------------------------------------------------------------------------------

FILES = [
    ("the CLI's list", '[{"ParameterKey": "A", "ParameterValue": "b"}]', {"A": "b"}),
    ("a value that only the stack knows", '[{"ParameterKey": "A", "UsePreviousValue": true}]', {}),
    ("list of texts", '["A=b", "C=d=e"]', {"A": "b", "C": "d=e"}),
    ("deployment file", '{"Parameters": {"A": "b"}, "Tags": {"x": "y"}}', {"A": "b"}),
    ("deployment file with a list", '{"Parameters": [{"ParameterKey": "A", "ParameterValue": "b"}]}', {"A": "b"}),
    ("plain mapping", '{"A": "b", "C": ["d"]}', {"A": "b", "C": ["d"]}),
    ("YAML", "Parameters:\n  A: 007\n  B: 2020-01-01\n", {"A": "007", "B": "2020-01-01"}),
]


@pytest.mark.parametrize(("text", "found"), [pytest.param(t, f, id=name) for name, t, f in FILES])
def test_a_parameter_file_is_read_in_each_form(text: str, found: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(text, encoding="utf-8")
    assert read_parameter_file(path) == found


@pytest.mark.parametrize("text", ['"x"', '[{"Key": "a"}]', "a: b: c"])
def test_another_file_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterFileError, match=r"p\.json"):
        read_parameter_file(path)
