"""Nested stacks, stack sets, modules, and the templates that CDK writes."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.cloudformation.made import graph_of
from walint.cloudformation import CloudFormationOptions, called_templates
from walint.graph import Graph
from walint.report.graph_json import encode
from walint.report.links import edges
from walint.source import Source

VPC = """\
Parameters:
  Cidr: {Type: String, Default: 10.0.0.0/16}
  Subnets: {Type: CommaDelimitedList, Default: ""}
  Env: {Type: String}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Cidr}}
  Logs: {Type: AWS::EC2::FlowLog, Condition: IsProd, Properties: {ResourceId: !Ref Vpc, LogGroupName: !Ref Nope}}
  Group: {Type: AWS::T::T, Properties: {Subnets: !Ref Subnets, Stack: !Ref AWS::StackName}}
Outputs:
  Id: {Value: !Ref Vpc}
  Name: {Value: !Sub "vpc-${Cidr}"}
"""


def graph_in(folder: Path, text: str, name: str = "t/main.yaml", **options: Any) -> Graph:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return graph_of(text, name, root=str(folder), folder=str(path.parent), **options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t").mkdir()
    (tmp_path / "t/vpc.yaml").write_text(VPC, encoding="utf-8")
    return tmp_path


def test_a_nested_stack_is_part_of_the_graph(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Parameters: {Env: {Type: String}}
        Resources:
          Network:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: vpc.yaml
              Parameters:
                Cidr: 10.1.0.0/16
                Subnets: !Join [",", [!Ref Subnet, subnet-1]]
                Env: !Ref Env
          Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !GetAtt Network.Outputs.Id}}
        Outputs: {Name: {Value: !GetAtt Network.Outputs.Name}}
        """,
    )
    assert [it.address for it in graph.resources.values()] == [
        "Network",
        "Subnet",
        "Parameters.Env",
        "Outputs.Name",
        "Network/Vpc",
        "Network/Logs",
        "Network/Group",
        "Network/Parameters.Cidr",
        "Network/Parameters.Subnets",
        "Network/Parameters.Env",
        "Network/Outputs.Id",
        "Network/Outputs.Name",
    ]
    vpc = graph.resources["Network/Vpc"]
    assert encode(vpc.lookup("CidrBlock")) == "10.1.0.0/16"
    assert encode(graph.resources["Network/Group"].lookup("Subnets")) == [
        {"$ref": "Subnet", "attribute": "Ref"},
        "subnet-1",
    ]
    assert encode(graph.resources["Subnet"].lookup("VpcId")) == {"$ref": "Network/Vpc", "attribute": "Ref"}
    assert encode(graph.resources["Outputs.Name"].lookup("Value")) == "vpc-10.1.0.0/16"
    assert str(graph.resources["Network/Logs"].presence) == 'Env is "prod"'
    found = {(it.source, it.target, it.property) for it in edges(graph)}
    assert {
        ("Subnet", "Network/Vpc", "VpcId"),
        ("Network/Group", "Subnet", "Subnets[0]"),
        ("Network/Logs", "Network/Vpc", "ResourceId"),
    } <= found


def test_what_a_nested_stack_says_stands_in_its_file_with_the_way_there(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Resources:
          Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./vpc.yaml}}
        """,
    )
    vpc = graph.resources["Network/Vpc"]
    assert vpc.place.span()[:3] == ("t/vpc.yaml", 7, 3)
    assert [(it.address, it.place.span()[:3]) for it in vpc.calls] == [("Network", ("t/main.yaml", 2, 73))]
    assert graph.resources["Network"].calls == ()
    encode(graph.resources["Network/Logs"].lookup("LogGroupName"))
    assert [str(it) for it in graph.problems] == ['t/vpc.yaml:8:103: there is no parameter or resource "Nope"']


def test_an_input_of_a_nested_stack_is_told_with_its_path(folder: Path) -> None:
    graph = graph_in(
        folder, "Resources: {Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: vpc.yaml}}}\n"
    )
    assert str(graph.resources["Network/Logs"].presence) == 'Network/Env is "prod"'
    own = graph.resources["Network/Group"].lookup("Stack")
    assert own is not None
    assert own.value.subject.name == "Network/AWS::StackName"  # type: ignore[union-attr]


def test_the_condition_of_a_stack_holds_for_all_in_it(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Parameters: {Env: {Type: String}, With: {Type: String}}
        Conditions: {IsWith: !Equals [!Ref With, "yes"]}
        Resources:
          Network:
            Type: AWS::CloudFormation::Stack
            Condition: IsWith
            Properties: {TemplateURL: vpc.yaml, Parameters: {Env: !Ref Env}}
        """,
    )
    assert str(graph.resources["Network/Vpc"].presence) == 'With is "yes"'
    assert str(graph.resources["Network/Logs"].presence) == 'With is "yes" and Env is "prod"'


def test_a_stack_that_is_not_created_has_nothing_in_it(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Conditions: {No: !Equals [a, b]}
        Resources:
          Network: {Type: AWS::CloudFormation::Stack, Condition: No, Properties: {TemplateURL: vpc.yaml}}
          A: {Type: AWS::S3::Bucket}
        """,
    )
    assert list(graph.resources) == ["A"]


def test_stacks_nest_at_any_depth(folder: Path) -> None:
    (folder / "t/deep").mkdir()
    (folder / "t/deep/middle.yaml").write_text(
        "Parameters: {Cidr: {Type: String}}\n"
        "Resources:\n"
        "  Inner:\n"
        "    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: ../vpc.yaml, Parameters: {Cidr: !Ref Cidr}}\n"
        "Outputs: {Id: {Value: !GetAtt Inner.Outputs.Id}}\n",
        encoding="utf-8",
    )
    graph = graph_in(
        folder,
        """\
        Resources:
          Outer:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: deep/middle.yaml, Parameters: {Cidr: 10.9.0.0/16}}
          Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !GetAtt Outer.Outputs.Id}}
        """,
    )
    vpc = graph.resources["Outer/Inner/Vpc"]
    assert encode(vpc.lookup("CidrBlock")) == "10.9.0.0/16"
    assert [it.address for it in vpc.calls] == ["Outer", "Outer/Inner"]
    assert vpc.place.span().file == "t/vpc.yaml"
    assert encode(graph.resources["Subnet"].lookup("VpcId")) == {"$ref": "Outer/Inner/Vpc", "attribute": "Ref"}


NOT_READ = [
    ("https://s3.amazonaws.com/b/t.yaml", "https://s3.amazonaws.com/b/t.yaml lies outside of the linted files"),
    ('!Sub "https://${AWS::StackName}/t.yaml"', "its template is named by a value that is open"),
    ("nothing.yaml", "there is no file nothing.yaml"),
    ("../../x.yaml", "../../x.yaml lies outside of the linted tree"),
    ("broken.yaml", "broken.yaml is no template"),
    ("main.yaml", "it contains itself"),
]


@pytest.mark.parametrize(("url", "reason"), NOT_READ)
def test_a_template_that_is_not_read_is_opaque(folder: Path, url: str, reason: str) -> None:
    (folder / "t/broken.yaml").write_text("a: b: c\n", encoding="utf-8")
    text = f"Resources: {{Inner: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {url}, Parameters: {{A: !Ref B}}}}}}, B: {{Type: AWS::S3::Bucket}}}}\n"  # noqa: E501
    graph = graph_in(folder, text)
    (opaque,) = [it for it in graph.opaque if it.reason == reason]
    assert opaque.address.endswith("Inner")
    assert encode(opaque.arguments) == {"A": {"$ref": f"{opaque.address[:-5]}B", "attribute": "Ref"}}


def test_an_output_that_the_nested_stack_has_not_is_open(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Resources:
          Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: vpc.yaml}}
          A: {Type: AWS::T::T, Properties: {P: !GetAtt Network.Outputs.Nope}}
        """,
    )
    assert encode(graph.resources["A"].lookup("P")) == {"$unknown": 'the output "Nope", which the nested stack has not'}


def test_an_application_of_sam_is_a_nested_stack(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Network:
            Type: AWS::Serverless::Application
            Properties: {Location: vpc.yaml, Parameters: {Cidr: 10.2.0.0/16}}
          Remote:
            Type: AWS::Serverless::Application
            Properties: {Location: {ApplicationId: "arn:aws:serverlessrepo:x", SemanticVersion: 1.0.0}}
        """,
    )
    assert encode(graph.resources["Network/Vpc"].lookup("CidrBlock")) == "10.2.0.0/16"
    assert [it.address for it in graph.opaque] == ["Remote"]


def test_a_stack_set_brings_its_template_along(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Resources:
          Everywhere:
            Type: AWS::CloudFormation::StackSet
            Properties:
              Parameters: [{ParameterKey: Name, ParameterValue: !Ref Topic}]
              TemplateBody: |
                Parameters: {Name: {Type: String}}
                Resources:
                  Bucket:
                    Type: AWS::S3::Bucket
                    Properties:
                      BucketName: !Ref Name

                      Tags: [{Key: region, Value: !Ref AWS::Region}]
          Local:
            Type: AWS::CloudFormation::StackSet
            Properties: {TemplateURL: vpc.yaml}
          Put:
            Type: AWS::CloudFormation::StackSet
            Properties: {TemplateBody: !Sub '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'}
          Topic: {Type: AWS::SNS::Topic}
        """,
        region="eu-west-1",
    )
    bucket = graph.resources["Everywhere/Bucket"]
    name, tags = bucket.lookup("BucketName"), bucket.lookup("Tags")
    assert encode(name) == {"$ref": "Topic", "attribute": "Ref"}
    assert encode(tags) == {"region": {"$unknown": "AWS::Region, which deployment decides"}}
    assert name is not None and name.place is not None and tags is not None and tags.place is not None
    assert (name.place.span()[:3], name.place.text()) == (("t/main.yaml", 12, 15), "BucketName: !Ref Name")
    assert tags.place.span()[:3] == ("t/main.yaml", 14, 15)
    assert "Local/Vpc" in graph.resources
    assert graph.resources["Put/Queue"].place.span()[:3] == ("t/main.yaml", 20, 32)


def test_a_module_is_opaque() -> None:
    graph = graph_of(
        """\
        Resources:
          Mod: {Type: My::S3::Bucket::MODULE, Properties: {Key: !Ref Other}}
          Other: {Type: AWS::KMS::Key}
          A: {Type: AWS::T::T, Properties: {P: !GetAtt Mod.Bucket.Arn, Q: !Ref Mod.Bucket}}
        """
    )
    (opaque,) = graph.opaque
    assert (opaque.address, opaque.reason) == ("Mod", "the text of a module lies in the account's registry")
    assert encode(opaque.arguments) == {"Key": {"$ref": "Other", "attribute": "Ref"}}
    assert encode(graph.resources["A"].lookup("P")) == {"$ref": "Mod", "attribute": "Bucket.Arn"}
    assert encode(graph.resources["A"].lookup("Q")) == {"$ref": "Mod", "attribute": "Bucket"}
    assert graph.problems == []


# --- which templates are judged on their own ---------------------------------------------------------------------


def called(folder: Path, files: dict[str, str]) -> set[str]:
    sources = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        options = CloudFormationOptions(root=str(folder), folder=str(path.parent))
        sources.append((str(path), Source(name, text), options))
    return {str(Path(path).relative_to(folder.resolve())) for path in called_templates(sources)}


def calls(*names: str) -> str:
    return "Resources:\n" + "".join(
        f"  S{at}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {name}}}}}\n"
        for at, name in enumerate(names)
    )


def test_a_template_that_another_one_calls_is_not_judged_on_its_own(tmp_path: Path) -> None:
    files = {"main.yaml": calls("a/one.yaml"), "a/one.yaml": calls("two.yaml"), "a/two.yaml": calls(), "b.yaml": "x"}
    assert called(tmp_path, files) == {"a/one.yaml", "a/two.yaml"}


def test_of_templates_that_call_each_other_one_is_judged(tmp_path: Path) -> None:
    assert called(tmp_path, {"a.yaml": calls("b.yaml"), "b.yaml": calls("a.yaml")}) == {"b.yaml"}
    assert called(tmp_path, {"a.yaml": calls("a.yaml")}) == set()


# --- CDK ----------------------------------------------------------------------------------------------------------

PROGRAM = "import { Bucket } from 'aws-cdk-lib/aws-s3';\n\nexport class Data extends Stack {\n  constructor() {\n    new Bucket(this, 'B');\n  }\n}\n"  # noqa: E501


def cdk(folder: Path, resource: dict[str, Any], metadata: dict[str, Any], apart: bool = False) -> Graph:
    out = folder / "app/cdk.out"
    out.mkdir(parents=True)
    (folder / "app/lib").mkdir()
    (folder / "app/lib/data.ts").write_text(PROGRAM, encoding="utf-8")
    artifact: dict[str, Any] = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "Data.template.json"},
    }
    if apart:
        artifact["additionalMetadataFile"] = "Data.metadata.json"
        (out / "Data.metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    else:
        artifact["metadata"] = metadata
    (out / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": {"Data": artifact}}))
    return graph_of(
        json.dumps({"Resources": {"BF1": {"Type": "AWS::S3::Bucket", **resource}}}),
        "app/cdk.out/Data.template.json",
        root=str(folder),
        folder=str(out),
    )


TRACE = [
    "new Bucket2 (/build/app/node_modules/aws-cdk-lib/aws-s3/lib/bucket.js:1:2)",
    "new Data (/build/app/lib/data.ts:5:5)",
    "Object.<anonymous> (/build/app/bin/app.ts:3:1)",
]
METADATA = {"/Data/B/Resource": [{"type": "aws:cdk:logicalId", "data": "BF1", "trace": TRACE}]}


@pytest.mark.parametrize("apart", [False, True], ids=["in the manifest", "in a file of its own"])
@pytest.mark.parametrize(
    "resource", [{"Metadata": {"aws:cdk:path": "Data/B/Resource"}}, {}], ids=["with a path", "without a path"]
)
def test_a_resource_of_cdk_has_its_construct_and_the_place_in_the_program(
    tmp_path: Path, resource: dict[str, Any], apart: bool
) -> None:
    graph = cdk(tmp_path, resource, METADATA, apart)
    bucket = graph.resources["BF1"]
    assert bucket.construct == "Data/B/Resource"
    (call,) = bucket.calls
    assert (call.address, call.place.text()) == ("Data/B/Resource", "new Bucket(this, 'B');")
    assert call.place.span()[:3] == ("app/lib/data.ts", 5, 5)


@pytest.mark.parametrize(
    "trace",
    [
        [],
        TRACE[:1],
        ["x (/build/gone.ts:1:1)"],
        ["x (/build/app/lib/data.ts:99:1)"],
        ["nonsense", 7, "(/etc/passwd:1:1)"],
        "text",
    ],
)
def test_a_trace_that_leads_nowhere_is_passed_by(tmp_path: Path, trace: object) -> None:
    metadata = {"/Data/B/Resource": [{"type": "aws:cdk:logicalId", "data": "BF1", "trace": trace}]}
    graph = cdk(tmp_path, {}, metadata)
    assert graph.resources["BF1"].construct == "Data/B/Resource"
    assert graph.resources["BF1"].calls == ()


def test_a_nested_stack_of_cdk_is_found_by_its_asset(folder: Path) -> None:
    graph = graph_in(
        folder,
        """\
        Resources:
          Nested:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: !Sub "https://s3.${AWS::Region}.amazonaws.com/assets/x.json"}
            Metadata: {"aws:cdk:path": Data/N, "aws:asset:path": vpc.yaml, "aws:asset:property": TemplateURL}
        """,
    )
    assert "Nested/Vpc" in graph.resources


@pytest.mark.parametrize("text", ["", "[]", "{", '{"artifacts": []}', '{"artifacts": {"A": 1}}'])
def test_a_manifest_that_is_none_is_passed_by(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    graph = graph_of(
        '{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}', "a.template.json", root=str(tmp_path), folder=str(tmp_path)
    )
    assert graph.resources["A"].construct is None
