"""SAM: what the transform generates and where it stands.

`serverless/expected.json` is what AWS's own translator makes of the templates beside it (bench/sam_oracle.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cloudformation.made import graph_of
from walint.graph import Graph
from walint.report.graph_json import encode
from walint.report.links import edges

FOLDER = Path(__file__).parent / "serverless"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
FUNCTION = "{Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, InlineCode: x%s}}"


def sam(text: str, **options: str) -> Graph:
    return graph_of("Transform: AWS::Serverless-2016-10-31\n" + dedent(text), **options)


def place_of(graph: Graph, address: str, *path: str) -> tuple[int, str]:
    """The line and the text of a property."""
    found = graph.resources[address].lookup(path[0])
    for step in path[1:]:
        assert found is not None
        found = found.value[step]  # type: ignore[index, call-overload]
    assert found is not None and found.place is not None
    return found.place.span().line, found.place.text()


@pytest.mark.parametrize("template", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_transform_generates_what_aws_translator_does(template: Path) -> None:
    graph = graph_of(template.read_text(encoding="utf-8"), region="us-east-1")
    found = {it.address: it.type for it in graph.resources.values() if not it.type.startswith("cloudformation::")}
    assert found == EXPECTED[template.stem]
    for resource in graph.resources.values():
        encode(resource.source_properties)
        for name in resource.names():
            encode(resource.lookup(name))
    assert graph.problems == []


def test_each_generated_resource_stands_at_what_its_author_wrote() -> None:
    graph = sam(
        """\
        Resources:
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              Handler: a.b
              Tracing: Active
              Policies:
                - S3ReadPolicy: {BucketName: b}
              Events:
                Clock:
                  Type: Schedule
                  Properties: {Schedule: rate(1 day)}
        """
    )
    lines = {it.address: it.place.span().line for it in graph.resources.values()}
    assert lines == {"Fn": 3, "FnClock": 11, "FnClockPermission": 11, "FnRole": 3}
    assert place_of(graph, "Fn", "Handler") == (6, "Handler: a.b")
    assert place_of(graph, "Fn", "TracingConfig", "Mode") == (7, "Active")
    assert place_of(graph, "Fn", "Role")[0] == 3
    assert place_of(graph, "FnRole", "Policies")[0] == 8
    assert place_of(graph, "FnClock", "ScheduleExpression") == (13, "Schedule: rate(1 day)")


def test_a_generated_resource_tells_what_it_was_made_of() -> None:
    graph = sam(f"Resources: {{Fn: {FUNCTION % ''}}}\n")
    function, role = graph.resources["Fn"], graph.resources["FnRole"]
    assert (function.type, function.source_type) == ("AWS::Lambda::Function", "AWS::Serverless::Function")
    assert (role.type, role.source_type) == ("AWS::IAM::Role", "AWS::Serverless::Function")
    assert encode(function.source_properties) == {"Handler": "a.b", "Runtime": "python3.12", "InlineCode": "x"}
    assert encode(role.source_properties) == {}


def test_a_value_of_globals_stands_there() -> None:
    graph = sam(
        "Globals:\n"
        "  Function:\n"
        "    Timeout: 10\n"
        "    Environment: {Variables: {A: global, B: global}}\n"
        "Resources:\n"
        f"  Fn: {FUNCTION % ', Environment: {Variables: {B: local}}'}\n"
    )
    assert place_of(graph, "Fn", "Timeout") == (4, "Timeout: 10")
    assert place_of(graph, "Fn", "Environment", "Variables", "A") == (5, "A: global")
    assert place_of(graph, "Fn", "Environment", "Variables", "B") == (7, "B: local")


NAMES = [
    ("version", "!Ref Fn.Version", {"$ref": "FnVersion", "attribute": "Ref"}),
    ("alias", "!Ref Fn.Alias", {"$ref": "FnAliaslive", "attribute": "Ref"}),
    ("attribute of the version", "!GetAtt Fn.Version.Version", {"$ref": "FnVersion", "attribute": "Version"}),
    ("role", "!GetAtt FnRole.Arn", {"$ref": "FnRole", "attribute": "Arn"}),
    ("in a text", '!Sub "${Fn.Version}"', {"$ref": "FnVersion", "attribute": "Ref"}),
    ("implicit API", "!Ref ServerlessRestApi", {"$ref": "ServerlessRestApi", "attribute": "Ref"}),
    ("its stage", "!Ref ServerlessRestApi.Stage", {"$ref": "ServerlessRestApiProdStage", "attribute": "Ref"}),
    ("the function itself", "!GetAtt Fn.Arn", {"$ref": "Fn", "attribute": "Arn"}),
]


@pytest.mark.parametrize(("written", "value"), [pytest.param(w, v, id=name) for name, w, v in NAMES])
def test_what_sam_generates_has_the_names_that_authors_call_it_by(written: str, value: object) -> None:
    event = "{A: {Type: Api, Properties: {Path: /a, Method: get}}}"
    graph = sam(
        f"Resources:\n  Fn: {FUNCTION % f', AutoPublishAlias: live, Events: {event}'}\n"
        f"  Other: {{Type: AWS::T::T, Properties: {{P: {written}}}}}\n"
    )
    assert encode(graph.resources["Other"].lookup("P")) == value
    assert graph.problems == []


POLICIES = [
    ("name", "AdministratorAccess", "ManagedPolicyArns", "arn:aws:iam::aws:policy/AdministratorAccess"),
    (
        "name in a folder",
        "AWSLambdaVPCAccessExecutionRole",
        "ManagedPolicyArns",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    ),
    ("ARN", '"arn:aws:iam::aws:policy/Own"', "ManagedPolicyArns", "arn:aws:iam::aws:policy/Own"),
    (
        "template",
        "{SQSPollerPolicy: {QueueName: q}}",
        "Policies",
        {
            "PolicyName": "FnRolePolicy0",
            "PolicyDocument": {
                "Statement": [
                    {
                        "Action": [
                            "sqs:ChangeMessageVisibility",
                            "sqs:ChangeMessageVisibilityBatch",
                            "sqs:DeleteMessage",
                            "sqs:DeleteMessageBatch",
                            "sqs:GetQueueAttributes",
                            "sqs:ReceiveMessage",
                        ],
                        "Effect": "Allow",
                        "Resource": "arn:aws:sqs:eu-west-1:111122223333:q",
                    }
                ]
            },
        },
    ),
    (
        "document",
        '{Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}',
        "Policies",
        {
            "PolicyName": "FnRolePolicy0",
            "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
        },
    ),
]


@pytest.mark.parametrize(("written", "name", "value"), [pytest.param(w, p, v, id=name) for name, w, p, v in POLICIES])
def test_policies_become_the_role(written: str, name: str, value: object) -> None:
    text = f"Resources:\n  Fn: {FUNCTION % f', Policies: [{written}]'}\n"
    graph = sam(text, region="eu-west-1", account_id="111122223333")
    found = encode(graph.resources["FnRole"].lookup(name))
    assert found[-1] == value


def test_events_link_what_they_connect() -> None:
    events = (
        "{Q: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}, "
        "B: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: s3:ObjectCreated:*}}}"
    )
    graph = sam(
        f"Resources:\n  Fn: {FUNCTION % f', Events: {events}'}\n"
        "  Queue: {Type: AWS::SQS::Queue}\n  Bucket: {Type: AWS::S3::Bucket}\n"
    )
    found = {(it.source, it.target, it.property) for it in edges(graph)}
    assert ("FnQ", "Queue", "EventSourceArn") in found
    assert ("FnQ", "Fn", "FunctionName") in found
    assert ("Bucket", "Fn", "NotificationConfiguration.LambdaConfigurations[0].Function") in found
    assert encode(graph.resources["Bucket"].lookup("DependsOn")) == ["FnBPermission"]


def test_resources_that_the_transform_has_not_stay_as_they_are() -> None:
    graph = sam("Resources: {A: {Type: AWS::Serverless::Unheard, Properties: {P: 1}}, B: {Type: AWS::S3::Bucket}}\n")
    assert [(it.address, it.type) for it in graph.resources.values()] == [
        ("A", "AWS::Serverless::Unheard"),
        ("B", "AWS::S3::Bucket"),
    ]


def test_without_the_transform_nothing_is_generated() -> None:
    graph = graph_of(f"Resources: {{Fn: {FUNCTION % ''}}}\n")
    assert [(it.address, it.type) for it in graph.resources.values()] == [("Fn", "AWS::Serverless::Function")]


ODD = [
    "{Type: AWS::Serverless::Function}",
    "{Type: AWS::Serverless::Function, Properties: {Events: [a], Policies: {}, Tags: [x]}}",
    "{Type: AWS::Serverless::Function, Properties: {Events: {A: x, B: {Type: Api}, C: {Type: S3}, D: {Type: [x]}}}}",
    "{Type: AWS::Serverless::Function, Properties: {Policies: [{}, [], !If [a], x], DeadLetterQueue: x}}",
    "{Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: !Ref Nope, DeploymentPreference: x}}",
    "{Type: AWS::Serverless::Function, Properties: {FunctionUrlConfig: x, EventInvokeConfig: [x], CodeUri: [x]}}",
    "{Type: AWS::Serverless::Api, Properties: {Auth: x, Domain: x, EndpointConfiguration: [x], DefinitionBody: x}}",
    "{Type: AWS::Serverless::Api, Properties: {Auth: {Authorizers: [x], ResourcePolicy: x, UsagePlan: x}}}",
    "{Type: AWS::Serverless::HttpApi, Properties: {Auth: {Authorizers: {A: x}}, CorsConfiguration: x, Domain: {}}}",
    "{Type: AWS::Serverless::StateMachine, Properties: {Definition: x, Events: {A: {Type: Api}}, Tracing: x}}",
    "{Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: x}}",
    "{Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: {A: b}, RetentionPolicy: [x]}}",
    "{Type: AWS::Serverless::Application, Properties: {Location: {}}}",
    "{Type: AWS::Serverless::Connector, Properties: {Source: x, Destination: {Id: A}, Permissions: Read}}",
    "{Type: AWS::Serverless::Connector}",
    "{Type: AWS::Serverless::CapacityProvider}",
    "{Type: AWS::Serverless::CapacityProvider, Properties: {ScalingConfig: x, InstanceRequirements: [x]}}",
    "{Type: AWS::Serverless::CapacityProvider, Properties: {ManagedResourceTags: x, LoggingConfig: [x]}}",
    "{Type: AWS::Serverless::NetworkConnector, Properties: {VpcConfig: [x], ComputeTypes: x}}",
    "{Type: AWS::Serverless::MicrovmImage, Properties: {CodeUri: [x], EnvironmentVariables: x}}",
    "{Type: AWS::Serverless::MicrovmImage}",
    "{Type: AWS::Serverless::WebFunction, Properties: {RevisionWeights: [x], EnvironmentVariables: [x]}}",
    "{Type: AWS::Serverless::WebFunction}",
    "{Type: AWS::Serverless::WebSocketApi, Properties: {Routes: {$connect: x, b: [x]}, Auth: x, Domain: x}}",
    "{Type: AWS::Serverless::WebSocketApi, Properties: {Auth: {AuthType: CUSTOM}, Routes: {$connect: {}}}}",
    "{Type: AWS::Serverless::Api, Properties: {Domain: {EndpointConfiguration: PRIVATE, AccessAssociation: x}}}",
    "{Type: AWS::Serverless::HttpApi, Properties: {RouteSettings: x}}",
    "{Type: AWS::Serverless::GraphQLApi, Properties: {Auth: {Additional: [x, {LambdaAuthorizer: {}}]}}}",
    "{Type: AWS::Serverless::GraphQLApi, Properties: {DataSources: x, Functions: {a: x}, Resolvers: {Q: {f: x}}}}",
    "{Type: AWS::Serverless::GraphQLApi, Properties: {DataSources: {DynamoDb: {A: x}, Lambda: {B: {}}}, ApiKeys: x}}",
]


@pytest.mark.parametrize("written", ODD)
def test_what_sam_would_refuse_ends_nothing(written: str) -> None:
    graph = sam(f"Resources:\n  A: {written}\n  B: {{Type: AWS::S3::Bucket}}\n")
    assert {"A", "B"} - set(graph.resources) <= {"A"}
    for resource in graph.resources.values():
        encode(resource.source_properties)
        for name in resource.names():
            encode(resource.lookup(name))
