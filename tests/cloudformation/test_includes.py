"""AWS::Include with local files, and macros."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.cloudformation.made import graph_of
from walint.graph import Graph
from walint.report.graph_json import encode


def graph_in(folder: Path, text: str) -> Graph:
    return graph_of(text, "t/main.yaml", root=str(folder), folder=str(folder / "t"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t").mkdir()
    for name, text in {
        "t/properties.yaml": "BucketName: !Sub 'b-${Env}'\nVersioningConfiguration:\n  Status: Enabled\n",
        "t/list.json": '["a", {"Ref": "Env"}]',
        "t/resources.yaml": "Included:\n  Type: AWS::SNS::Topic\n  Properties: {TopicName: !Ref Nope}\n",
        "t/mapping.yaml": "prod: {size: large}\n",
        "t/top.yaml": "Resources:\n  Top: {Type: AWS::SQS::Queue}\nOutputs:\n  O: {Value: !Ref Top}\n",
        "t/resource.yaml": "Type: AWS::SQS::Queue\nProperties: {QueueName: !Ref Env}\n",
        "t/itself.yaml": "Fn::Transform: {Name: AWS::Include, Parameters: {Location: itself.yaml}}\n",
        "t/broken.yaml": "a: b: c\n",
        "outside.yaml": "A: b\n",
    }.items():
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    return tmp_path


def properties_with(folder: Path, included: str) -> dict[str, object]:
    graph = graph_in(
        folder,
        f"""\
        Parameters: {{Env: {{Type: String, Default: dev}}}}
        Resources:
          A:
            Type: AWS::S3::Bucket
            Properties:
              Own: 1
              {included}
        """,
    )
    resource = graph.resources["A"]
    return {name: encode(resource.lookup(name)) for name in resource.names()}


def include(location: str) -> str:
    return f"{{Name: AWS::Include, Parameters: {{Location: {location}}}}}"


def test_a_snippet_stands_where_it_is_included(folder: Path) -> None:
    assert properties_with(folder, f"Fn::Transform: {include('properties.yaml')}") == {
        "Own": 1,
        "BucketName": "b-dev",
        "VersioningConfiguration": {"Status": "Enabled"},
    }


@pytest.mark.parametrize("written", ["{Fn::Transform: %s}", "!Transform %s"])
def test_a_snippet_may_be_a_value(folder: Path, written: str) -> None:
    assert properties_with(folder, f"P: {written % include('list.json')}")["P"] == ["a", "dev"]


def test_what_an_included_file_says_stands_in_that_file(folder: Path) -> None:
    graph = graph_in(
        folder,
        f"""\
        Resources:
          A: {{Type: AWS::S3::Bucket}}
          Fn::Transform: {include("resources.yaml")}
        """,
    )
    topic = graph.resources["Included"]
    assert topic.place.span()[:3] == ("t/resources.yaml", 1, 1)
    name = topic.lookup("TopicName")
    assert name is not None and name.place is not None and name.value
    assert name.place.span()[:3] == ("t/resources.yaml", 3, 16)
    assert [str(it) for it in graph.problems] == ['t/resources.yaml:3:27: there is no parameter or resource "Nope"']
    assert graph.opaque == ()


def test_the_transform_section_includes_whole_sections(folder: Path) -> None:
    graph = graph_in(
        folder,
        f"""\
        Transform: {include("top.yaml")}
        Resources: {{A: {{Type: AWS::S3::Bucket}}}}
        """,
    )
    assert list(graph.resources) == ["A", "Top", "Outputs.O"]


def test_a_mapping_may_be_included(folder: Path) -> None:
    graph = graph_in(
        folder,
        f"""\
        Mappings: {{M: {{Fn::Transform: {include("mapping.yaml")}}}}}
        Resources: {{A: {{Type: AWS::T::T, Properties: {{P: !FindInMap [M, prod, size]}}}}}}
        """,
    )
    assert encode(graph.resources["A"].lookup("P")) == "large"


NOT_READ = [
    ("s3://bucket/x.yaml", "the included snippet, since s3://bucket/x.yaml lies outside of the linted files"),
    ("../../outside.yaml", "the included snippet, since ../../outside.yaml lies outside of the linted tree"),
    ("/etc/hostname", "the included snippet, since /etc/hostname lies outside of the linted tree"),
    ("nothing.yaml", "the included snippet, since there is no file nothing.yaml"),
    (".", "the included snippet, since there is no file ."),
    ("!Ref Nothing", "a snippet that is included from a place that is open"),
    ("broken.yaml", "the included snippet broken.yaml"),
    ("list.json", "a snippet that is no mapping"),
]


@pytest.mark.parametrize(("location", "reason"), NOT_READ)
def test_what_is_not_read_leaves_open_what_it_may_hold(folder: Path, location: str, reason: str) -> None:
    graph = graph_in(
        folder,
        f"""\
        Resources:
          A:
            Type: AWS::S3::Bucket
            Properties:
              Own: 1
              Inner: {{X: 1, Fn::Transform: {include(location)}}}
              Fn::Transform: {include(location)}
        """,
    )
    resource = graph.resources["A"]
    assert encode(resource.lookup("Own")) == 1
    assert encode(resource.lookup("Inner")) == {"$unknown": reason}
    assert encode(resource.lookup("BucketName")) == {"$unknown": reason}
    assert resource.lookup("DeletionPolicy") is None


def test_a_snippet_that_includes_itself_ends(folder: Path) -> None:
    found = properties_with(folder, f"P: {{X: 1, Fn::Transform: {include('itself.yaml')}}}")
    assert found["P"] == {"$unknown": "a snippet that includes itself"}


def test_resources_that_are_not_read_may_hold_anything(folder: Path) -> None:
    graph = graph_in(
        folder,
        f"""\
        Transform: [AWS::LanguageExtensions, MyMacro]
        Resources:
          A: {{Type: AWS::S3::Bucket}}
          Fn::Transform: {include("s3://b/x.yaml")}
        """,
    )
    assert list(graph.resources) == ["A"]
    assert [(it.address, it.reason) for it in graph.opaque] == [
        ("Transform MyMacro", "the macro MyMacro runs at deployment"),
        ("Fn::Transform", "the included snippet, since s3://b/x.yaml lies outside of the linted files"),
    ]


OTHER = "\n  B: {Type: AWS::S3::Bucket}\n"


@pytest.mark.parametrize("written", ["Fn::Transform: {}", "!Transform {}"])
def test_a_snippet_may_be_a_whole_resource(folder: Path, written: str) -> None:
    body = written.format(include("resource.yaml"))
    graph = graph_in(folder, "Parameters: {Env: {Type: String, Default: dev}}\nResources:\n  A:\n    " + body + OTHER)
    assert (graph.resources["A"].type, encode(graph.resources["A"].lookup("QueueName"))) == ("AWS::SQS::Queue", "dev")
    assert graph.problems == []


def test_the_properties_may_be_a_snippet_in_the_short_form(folder: Path) -> None:
    graph = graph_in(
        folder, f"Resources: {{A: {{Type: AWS::S3::Bucket, Properties: !Transform {include('properties.yaml')}}}}}\n"
    )
    assert encode(graph.resources["A"].lookup("VersioningConfiguration")) == {"Status": "Enabled"}


MACRO = "Fn::Transform: {Name: MyMacro}"


@pytest.mark.parametrize(
    "body", [f"{MACRO}", f"Properties: {{A: b, {MACRO}}}", "Properties: !Transform {Name: MyMacro}"]
)
def test_what_a_macro_may_add_to_a_resource_is_open(body: str) -> None:
    graph = graph_of(f"Resources:\n  A:\n    Type: AWS::S3::Bucket\n    {body}\n")
    assert encode(graph.resources["A"].lookup("BucketEncryption")) == {
        "$unknown": "the macro MyMacro, which runs at deployment"
    }
    assert graph.problems == []


@pytest.mark.parametrize("body", [MACRO, "Type: {" + MACRO + "}"])
def test_a_resource_whose_type_a_macro_makes_is_opaque(body: str) -> None:
    graph = graph_of(f"Resources:\n  A:\n    {body}\n  B: {{Type: AWS::S3::Bucket, DependsOn: A}}\n")
    assert list(graph.resources) == ["B"]
    assert [(it.address, it.reason) for it in graph.opaque] == [("A", "the macro MyMacro, which runs at deployment")]
    assert graph.problems == []


def test_what_a_macro_may_make_is_open_and_no_mistake() -> None:
    graph = graph_of(
        """\
        Transform: MyMacro
        Resources:
          A:
            Type: AWS::S3::Bucket
            Condition: Nope
            DependsOn: Nope
            Properties: {B: !Ref Made, C: !GetAtt Made.Arn, D: !FindInMap [Made, a, b], E: !If [Made, a, b]}
        """
    )
    resource = graph.resources["A"]
    assert [encode(resource.lookup(name)) for name in "BCDE"] == [
        {"$unknown": '"Made", which the macro MyMacro may make'}
    ] * 4
    assert graph.problems == []


# --- what `rain pkg` fills in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("directive", ["!Rain::Module m.yml", '{"Rain::Module": "m.yml"}'])
def test_a_module_of_a_packager_is_opaque_and_may_make_what_is_named_after_it(directive: str) -> None:
    graph = graph_of(
        f"""\
        Resources:
          Net: {{Type: {directive}, Properties: {{A: b}}}}
          A: {{Type: AWS::T::T, Properties: {{P: !Ref NetVpc, Q: !GetAtt NetVpc.Id}}}}
        """
    )
    assert list(graph.resources) == ["A"]
    assert [(it.address, it.reason) for it in graph.opaque] == [
        ("Net", "Rain::Module is filled in by rain pkg, before deployment")
    ]
    assert encode(graph.resources["A"].lookup("P")) == {"$unknown": '"NetVpc", which the module "Net" may make'}
    assert encode(graph.resources["A"].lookup("Q")) == {"$unknown": '"NetVpc", which the module "Net" may make'}
    assert graph.problems == []


@pytest.mark.parametrize("directive", ["!Rain::Embed a.sh", '{"Rain::Embed": "a.sh"}'])
def test_what_a_packager_fills_in_is_open_and_told_once(directive: str) -> None:
    written = f"{{P: !Base64 {{'Fn::Sub': {directive}}}, Q: {directive}}}"
    graph = graph_of(f"Resources: {{A: {{Type: AWS::T::T, Properties: {written}}}}}\n")
    for name in "PQ":
        found = encode(graph.resources["A"].lookup(name))
        assert found == {"$unknown": "Rain::Embed, which is filled in before deployment"}
    assert [it.message for it in graph.problems] == [
        "Rain::Embed is filled in by rain pkg; what it stands for is judged in the packaged template"
    ]
