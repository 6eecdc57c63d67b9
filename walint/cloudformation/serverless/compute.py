"""What functions run on: capacity providers, network connectors, images of micro virtual machines.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-capacityprovider.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from yaml.nodes import MappingNode, Node

from walint.cloudformation.nodes import child, entries, function_of, made
from walint.cloudformation.serverless import policies
from walint.cloudformation.serverless.policies import managed, statement
from walint.cloudformation.serverless.sam import Entry, Part, Sam, arn, sub
from walint.cloudformation.serverless.tags import tag_list

_CREATED_BY: Final = "lambda:createdBy"
_CARRIED: Final = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata", "UpdatePolicy")
_INSTANCES: Final = {"AllowedTypes": "AllowedInstanceTypes", "ExcludedTypes": "ExcludedInstanceTypes"}
_LOGS: Final = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


def add_capacity_provider(sam: Sam, of: Part) -> None:
    """AWS::Serverless::CapacityProvider: the instances that functions run on, with the role that manages them."""
    role = _role(sam, of, "Operator", {"ManagedPolicyArns": [managed("AWSLambdaManagedEC2ResourceOperator")]})
    properties: list[Entry] = [
        *of.entries(("CapacityProviderName", "VpcConfig", "KmsKeyArn")),
        ("PermissionsConfig", of.at("OperatorRole"), made({"CapacityProviderOperatorRoleArn": role}, of.key)),
        *_changed(of, "InstanceRequirements", "InstanceRequirements", _requirements),
        *_changed(of, "ScalingConfig", "CapacityProviderScalingConfig", _scaling),
        *_changed(of, "LoggingConfig", "TelemetryConfig", lambda written: {"LoggingConfig": written}),
        *_changed(of, "ManagedResourceTags", "PropagateTags", _managed_tags),
        *tag_list(of, _CREATED_BY),
    ]
    sam.add(of.name, "AWS::Lambda::CapacityProvider", properties, of, _CARRIED, written=True)


def _changed(of: Part, name: str, renamed: str, change: Any) -> list[Entry]:
    written = of.get(name)
    return [] if written is None else [(renamed, of.at(name), made(change(written), written))]


def _requirements(written: Node) -> Any:
    if not _is_mapping(written):
        return written
    return {_INSTANCES.get(name, name): value for name, _, value in entries(written)}


def _scaling(written: Node) -> Any:
    if not _is_mapping(written):
        return written
    wanted = child(written, "AverageCPUUtilization")
    scaling: dict[str, Any] = {name: value for name, _, value in entries(written) if name == "MaxVCpuCount"}
    scaling["ScalingMode"] = "Auto" if wanted is None else "Manual"
    if wanted is not None:
        metric = "LambdaCapacityProviderAverageCPUUtilization"
        scaling["ScalingPolicies"] = [{"PredefinedMetricType": metric, "TargetValue": wanted}]
    return scaling


def _managed_tags(written: Node) -> Any:
    tags = child(written, "Tags")
    if tags is None:
        return {}
    return {"Mode": "Explicit", "ExplicitTags": [{"Key": key, "Value": value} for key, _, value in entries(tags)]}


def add_network_connector(sam: Sam, of: Part) -> None:
    """AWS::Serverless::NetworkConnector: the way of micro virtual machines into a VPC."""
    role = _role(sam, of, "Operator", {"ManagedPolicyArns": [managed("AWSLambdaNetworkConnectorOperatorPolicy")]})
    kinds = of.get("ComputeTypes") or ["MicroVm"]
    egress = {name: value for name, _, value in entries(of.get("VpcConfig") or of.key)}
    configuration = {"VpcEgressConfiguration": {**egress, "AssociatedComputeResourceTypes": kinds}}
    properties: list[Entry] = [
        *of.entry("Name"),
        ("Configuration", of.at("VpcConfig"), made(configuration, of.at("VpcConfig"))),
        ("OperatorRole", of.at("OperatorRole"), made(role, of.key)),
        *tag_list(of, _CREATED_BY),
    ]
    sam.add(of.name, "AWS::Lambda::NetworkConnector", properties, of, _CARRIED, written=True)


def add_image(sam: Sam, of: Part) -> None:
    """AWS::Serverless::MicrovmImage: an image, with the role that builds it."""
    granted = [statement("Allow", ["s3:GetObject"], _bucket(sam, of.get("CodeUri"))), statement("Allow", _LOGS, "*")]
    policy = {"PolicyName": "MicrovmImageBuildPolicy", "PolicyDocument": policies.document(*granted)}
    role = _role(sam, of, "Build", {"Policies": [policy]}, "BuildRoleArn")
    properties: list[Entry] = [
        *of.entries(("Name", "BaseImageArn", "BaseImageVersion", "Description")),
        *_changed(of, "CodeUri", "CodeArtifact", lambda written: {"Uri": written}),
        ("BuildRoleArn", of.at("BuildRoleArn"), made(role, of.key)),
        *of.entries(("Logging", "EgressNetworkConnectors", "CpuConfigurations", "Resources")),
        *of.entries(("AdditionalOsCapabilities", "Hooks")),
        *_changed(of, "EnvironmentVariables", "EnvironmentVariables", _pairs),
        *tag_list(of, _CREATED_BY),
    ]
    sam.add(of.name, "AWS::Lambda::MicrovmImage", properties, of, _CARRIED, written=True)


def _bucket(sam: Sam, code: Node | None) -> Any:
    """The objects of the bucket that an image is built from."""
    where = sam.text(code)
    if where is not None and where.startswith("s3://"):
        return sub(f"arn:${{AWS::Partition}}:s3:::{where[5:].partition('/')[0]}/*")
    bucket = {"Fn::Select": [2, {"Fn::Split": ["/", code]}]}
    return {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Bucket}/*", {"Bucket": bucket}]}


def _pairs(written: Node) -> Any:
    return [{"Key": key, "Value": value} for key, _, value in entries(written)] if _is_mapping(written) else written


def _role(sam: Sam, of: Part, purpose: str, granted: Mapping[str, Any], named: str = "OperatorRole") -> Any:
    """The ARN of the author's role, or of the one that SAM generates."""
    written = of.get(named)
    if written is not None:
        return written
    name = f"{of.name}{purpose}Role"
    trust = policies.assume_role("lambda.amazonaws.com")
    properties = {"AssumeRolePolicyDocument": trust, **granted, "Tags": [{"Key": _CREATED_BY, "Value": "SAM"}]}
    sam.add(name, "AWS::IAM::Role", properties, of)
    return arn(name)


def _is_mapping(node: Node) -> bool:
    return isinstance(node, MappingNode) and function_of(node) is None
