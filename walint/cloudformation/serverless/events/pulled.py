"""Events that Lambda polls for: streams, queues, brokers. Each is an event source mapping."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import Node, SequenceNode

from walint.cloudformation.nodes import child, entries, function_of, made, text_of
from walint.cloudformation.serverless.events.target import Granted, Target
from walint.cloudformation.serverless.policies import document, inline, statement, to_bucket
from walint.cloudformation.serverless.sam import Entry, Part, entry, sub

# Properties of an event that the mapping has under another name, or not at all.
_RENAMED: Final = {"Stream": "EventSourceArn", "Queue": "EventSourceArn", "Cluster": "EventSourceArn"}
_OWN: Final = frozenset(
    (
        "Broker",
        "DynamicPolicyName",
        "ConsumerGroupId",
        "KafkaBootstrapServers",
        "SchemaRegistryConfig",
        "SecretsManagerKmsKeyId",
        "SourceAccessConfigurations",
    )
)
_FAILURE_ACTIONS: Final = {"SQS": "sqs:SendMessage", "SNS": "sns:publish"}


def _add_mapping(target: Target, event: Part, more: list[Entry]) -> None:
    kept = [
        (_RENAMED.get(name, name), *found)
        for name, found in event.properties.items()
        if name not in _OWN and name != "DestinationConfig"
    ]
    properties = [
        *kept,
        *_destination(event),
        *event.entry("SourceAccessConfigurations"),
        *more,
        entry("FunctionName", target.ref, event.key),
    ]
    target.add(target.name(event), "AWS::Lambda::EventSourceMapping", properties, event)


def _destination(event: Part) -> list[Entry]:
    """Where records go that could not be processed; the Type is SAM's own."""
    written = event.get("DestinationConfig")
    failure = child(written, "OnFailure")
    if written is None or failure is None:
        return event.entry("DestinationConfig")
    kept = {name: value for name, _, value in entries(failure) if name != "Type"}
    return [("DestinationConfig", event.at("DestinationConfig"), made({"OnFailure": kept}, written))]


def _failure_policy(target: Target, event: Part) -> tuple[Any, ...]:
    failure = child(event.get("DestinationConfig"), "OnFailure")
    kind, destination = text_of(child(failure, "Type")), child(failure, "Destination")
    if destination is None:
        return ()
    if kind == "S3":
        return (to_bucket(target.name(event), destination),)
    if kind not in _FAILURE_ACTIONS:
        return ()
    return (inline(target.name(event, f"{kind}Policy"), statement("Allow", _FAILURE_ACTIONS[kind], destination)),)


def sqs(target: Target, event: Part) -> Granted:
    _add_mapping(target, event, [])
    return Granted(("AWSLambdaSQSQueueExecutionRole",))


def kinesis(target: Target, event: Part) -> Granted:
    _add_mapping(target, event, [])
    return Granted(("AWSLambdaKinesisExecutionRole",), _failure_policy(target, event))


def dynamodb(target: Target, event: Part) -> Granted:
    _add_mapping(target, event, [])
    return Granted(("AWSLambdaDynamoDBExecutionRole",), _failure_policy(target, event))


def msk(target: Target, event: Part) -> Granted:
    _add_mapping(target, event, _consumers(event, "AmazonManagedKafkaEventSourceConfig"))
    statements = _registry(target, event)
    secret = _uri(event, "CLIENT_CERTIFICATE_TLS_AUTH")
    if secret is not None:
        statements.append(statement("Allow", ["secretsmanager:GetSecretValue"], secret))
    own = (inline("MSKExecutionRolePolicy", *statements),) if statements else ()
    return Granted(("AWSLambdaMSKExecutionRole",), own + _failure_policy(target, event))


def _consumers(event: Part, name: str) -> list[Entry]:
    """What a mapping says of the consumers of a Kafka topic, and of the registry of its schemas."""
    names = ("ConsumerGroupId", "SchemaRegistryConfig")
    config = {name: event.get(name) for name in names if event.get(name) is not None}
    return [entry(name, config, event.key)] if config else []


def _registry(target: Target, event: Part) -> list[Any]:
    """What it takes to read the schemas of a topic: secrets of the registry, and Glue where that is the registry."""
    config = event.get("SchemaRegistryConfig")
    access = child(config, "AccessConfigs")
    listed = access.value if isinstance(access, SequenceNode) else []
    secrets = [uri for item in listed if (uri := child(item, "URI")) is not None]
    granted = [statement("Allow", ["secretsmanager:GetSecretValue"], uri) for uri in secrets]
    where = child(config, "SchemaRegistryURI")
    function = None if where is None else function_of(where)
    text = text_of(function[1]) if function is not None and function[0] == "Sub" else target.sam.text(where)
    parts = (text or "").split(":")
    if parts[0] == "arn" and len(parts) > 5 and parts[5].startswith("registry/"):
        schemas = f"{_GLUE}{parts[5].removeprefix('registry/')}/*"
        granted.append(statement("Allow", ["glue:GetRegistry"], where))
        granted.append(statement("Allow", ["glue:GetSchemaVersion"], [sub(schemas)]))
    return granted


_GLUE: Final = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:schema/"


def mq(target: Target, event: Part) -> Granted:
    _add_mapping(target, event, event.entry("Broker", "EventSourceArn"))
    statements = []
    secret = _uri(event, "BASIC_AUTH")
    if secret is not None:
        statements.append(statement("Allow", ["secretsmanager:GetSecretValue"], secret))
    broker = event.get("Broker")
    if broker is not None:
        statements.append(statement("Allow", ["mq:DescribeBroker"], broker))
    if secret is not None:
        statements += _decryption(event)
    name = "SamAutoGeneratedAMQPolicy"
    if target.sam.is_true(event.get("DynamicPolicyName")):
        name = target.name(event, "AMQPolicy")
    return Granted((), (inline(name, *statements),))


def kafka(target: Target, event: Part) -> Granted:
    servers = event.get("KafkaBootstrapServers")
    more: list[Entry] = []
    if servers is not None:
        at = event.at("KafkaBootstrapServers")
        more.append(entry("SelfManagedEventSource", {"Endpoints": {"KafkaBootstrapServers": servers}}, at))
    _add_mapping(target, event, more + _consumers(event, "SelfManagedKafkaEventSourceConfig"))
    statements: list[Any] = []
    secrets = [
        uri
        for kind in ("BASIC_AUTH", "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH")
        if (uri := _uri(event, kind)) is not None
    ]
    statements += [statement("Allow", ["secretsmanager:GetSecretValue"], uri) for uri in secrets]
    certificate = _uri(event, "SERVER_ROOT_CA_CERTIFICATE")
    if certificate is not None:
        statements.append(statement("Allow", ["secretsmanager:GetSecretValue"], certificate))
    statements += _decryption(event)
    if _uri(event, "VPC_SUBNET") is not None:
        statements.append(statement("Allow", _NETWORK_ACTIONS, "*"))
    statements += _registry(target, event)
    policy = {"PolicyName": "SelfManagedKafkaExecutionRolePolicy", "PolicyDocument": document(*statements)}
    return Granted((), (policy,) if statements else ())


_NETWORK_ACTIONS: Final = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
]


def document_db(target: Target, event: Part) -> Granted:
    names = ("DatabaseName", "CollectionName", "FullDocument")
    config = {name: event.get(name) for name in names if event.get(name) is not None}
    for name in names:
        event.properties.pop(name, None)
    _add_mapping(target, event, [entry("DocumentDBEventSourceConfig", config, event.key)])
    statements: list[Any] = []
    secret = _uri(event, "BASIC_AUTH")
    if secret is not None:
        statements.append(statement("Allow", ["secretsmanager:GetSecretValue"], secret))
    cluster = event.get("Cluster")
    if cluster is not None:
        statements.append(statement("Allow", ["rds:DescribeDBClusterParameters"], _PARAMETER_GROUPS))
    statements.append(statement("Allow", ["rds:DescribeDBSubnetGroups"], sub(_RDS.format("subgrp"))))
    if cluster is not None:
        statements.append(statement("Allow", ["rds:DescribeDBClusters"], cluster))
    statements += _decryption(event)
    statements.append(statement("Allow", _NETWORK_ACTIONS, "*"))
    return Granted((), (inline("SamAutoGeneratedDocumentDBPolicy", *statements),))


_RDS: Final = "arn:${{AWS::Partition}}:rds:${{AWS::Region}}:${{AWS::AccountId}}:{}:*"
_PARAMETER_GROUPS: Final = sub(_RDS.format("cluster-pg"))


def _uri(event: Part, kind: str) -> Node | None:
    """The URI of an access configuration of a kind."""
    written = event.get("SourceAccessConfigurations")
    for item in written.value if isinstance(written, SequenceNode) else []:
        if text_of(child(item, "Type")) == kind:
            return child(item, "URI")
    return None


def _decryption(event: Part) -> list[Any]:
    key = event.get("SecretsManagerKmsKeyId")
    if key is None:
        return []
    resource = {"Fn::Sub": ["arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}", {"Key": key}]}
    return [statement("Allow", "kms:Decrypt", resource)]
