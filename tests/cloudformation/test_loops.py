"""Fn::ForEach among resources, conditions and outputs."""

from __future__ import annotations

from tests.cloudformation.made import graph_of
from walint.report.graph_json import encode
from walint.report.links import edges


def test_resources_are_repeated_and_refer_to_each_other() -> None:
    graph = graph_of(
        """\
        Transform: AWS::LanguageExtensions
        Parameters: {Names: {Type: CommaDelimitedList, Default: "One,Two"}}
        Resources:
          Fn::ForEach::Topics:
            - Name
            - !Ref Names
            - "Topic${Name}":
                Type: AWS::SNS::Topic
                DependsOn: "Bucket${Name}"
                Properties: {TopicName: !Join [".", [!Ref Name, fifo]]}
              "Bucket${Name}":
                Type: AWS::S3::Bucket
                Properties: {BucketName: !GetAtt "Topic${Name}.TopicName"}
          Other: {Type: AWS::T::T, Properties: {P: !Ref TopicTwo}}
        """
    )
    assert list(graph.resources)[:5] == ["TopicOne", "BucketOne", "TopicTwo", "BucketTwo", "Other"]
    assert encode(graph.resources["TopicTwo"].lookup("TopicName")) == "Two.fifo"
    assert encode(graph.resources["TopicTwo"].lookup("DependsOn")) == "BucketTwo"
    assert {(it.source, it.target) for it in edges(graph)} == {
        ("BucketOne", "TopicOne"),
        ("BucketTwo", "TopicTwo"),
        ("Other", "TopicTwo"),
    }
    assert not graph.problems
    place = graph.resources["TopicTwo"].place
    assert (place.text(), place.span().line) == ('"Topic${Name}"', 7)


def test_conditions_and_outputs_are_repeated() -> None:
    graph = graph_of(
        """\
        Parameters: {Env: {Type: String}}
        Conditions:
          Fn::ForEach::Is:
            - Name
            - [Dev, Prod]
            - "Is${Name}": !Equals [!Ref Env, !Ref Name]
        Resources:
          Fn::ForEach::Buckets:
            - Name
            - [Dev, Prod]
            - "Bucket${Name}": {Type: AWS::S3::Bucket, Condition: "Is${Name}"}
        Outputs:
          Fn::ForEach::Arns:
            - Name
            - [Dev, Prod]
            - Fn::ForEach::Attributes:
                - Attribute
                - [Arn, DomainName]
                - "${Name}${Attribute}": {Value: !GetAtt [!Sub "Bucket${Name}", !Ref Attribute]}
        """
    )
    assert str(graph.resources["BucketProd"].presence) == 'Env is "Prod"'
    assert encode(graph.resources["Outputs.ProdDomainName"].lookup("Value")) == {
        "$ref": "BucketProd",
        "attribute": "DomainName",
    }
    assert [it for it in graph.resources if it.startswith("Outputs.")] == [
        "Outputs.DevArn",
        "Outputs.DevDomainName",
        "Outputs.ProdArn",
        "Outputs.ProdDomainName",
    ]
    assert not graph.problems


def test_an_open_collection_gives_one_resource_that_stands_for_all() -> None:
    graph = graph_of(
        """\
        Parameters: {Names: {Type: CommaDelimitedList}}
        Conditions:
          Fn::ForEach::C: [Name, !Ref Names, {"C${Name}": !Equals [!Ref Name, x]}]
        Resources:
          Fn::ForEach::Topics:
            - Name
            - !Ref Names
            - "Topic${Name}":
                Type: AWS::SNS::Topic
                Condition: "C${Name}"
                Properties: {TopicName: !Ref Name}
              "Policy${Name}":
                Type: AWS::SNS::TopicPolicy
                Properties: {Topics: [!Ref "Topic${Name}", !GetAtt [!Sub "Topic${Name}", TopicArn]]}
        """
    )
    topic = graph.resources["Topic${Name}"]
    assert encode(topic.lookup("TopicName")) == {"$unknown": 'parameter "Names", which has no default'}
    assert str(topic.presence) == 'each of Names is "x"'
    assert encode(graph.resources["Policy${Name}"].lookup("Topics")) == [
        {"$ref": "Topic${Name}", "attribute": "Ref"},
        {"$ref": "Topic${Name}", "attribute": "TopicArn"},
    ]
    assert not graph.problems


def test_a_conditional_collection_gives_conditional_resources() -> None:
    graph = graph_of(
        """\
        Parameters: {Env: {Type: String, AllowedValues: [dev, prod]}}
        Mappings: {M: {dev: {names: [A]}, prod: {names: [A, B]}}}
        Resources:
          Fn::ForEach::Topics:
            - Name
            - !FindInMap [M, !Ref Env, names]
            - "Topic${Name}": {Type: AWS::SNS::Topic}
        """
    )
    assert graph.resources["TopicA"].presence is None
    assert str(graph.resources["TopicB"].presence) == 'Env is not "dev"'


def test_repetitions_are_bounded() -> None:
    graph = graph_of(
        """\
        Resources:
          Fn::ForEach::A:
            - X
            - [a, b, c, d, e, f, g, h, i, j]
            - Fn::ForEach::B:
                - Y
                - [a, b, c, d, e, f, g, h, i, j]
                - Fn::ForEach::C:
                    - Z
                    - [a, b, c, d, e, f, g, h, i, j]
                    - Fn::ForEach::D:
                        - W
                        - [a, b, c, d, e, f, g, h, i, j]
                        - "T${X}${Y}${Z}${W}": {Type: AWS::SNS::Topic}
        """
    )
    assert len(graph.resources) == 5000
    assert [it.message for it in graph.problems] == [
        "more than 5000 repetitions; the rest is left out (limits.loop-entries)"
    ]
