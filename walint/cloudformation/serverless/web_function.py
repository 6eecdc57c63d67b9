"""AWS::Serverless::WebFunction: the function with a revision of its code and the endpoint that serves it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-webfunction.html
"""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode, Node, SequenceNode

from walint.cloudformation.nodes import entries, function_of, made
from walint.cloudformation.serverless import policies
from walint.cloudformation.serverless.function import CREATED_BY, location
from walint.cloudformation.serverless.sam import Entry, Part, Sam, arn, entry
from walint.cloudformation.serverless.tags import tag_list

_CARRIED: Final = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
_LIMIT: Final = 55
# The stack's id ends in a UUID, whose first eight characters make a name unique.
_OF_STACK: Final = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
_SUFFIX: Final = {"Fn::Select": [0, {"Fn::Split": ["-", _OF_STACK]}]}


def add_web_function(sam: Sam, of: Part) -> None:
    tags = tag_list(of, CREATED_BY)
    role: Any = of.get("ExecutionRoleArn")
    if role is None:
        role = arn(f"{of.name}Role")
        basic = ("AWSLambdaBasicExecutionRole",)
        policies.add_role(
            sam, of, f"{of.name}Role", policies.Policies([], []), "lambda.amazonaws.com", tags, basic=basic
        )
    unnamed = {"Fn::Sub": [of.name[:_LIMIT] + "-${StackIdSuffix}", {"StackIdSuffix": _SUFFIX}]}
    name = of.entry("FunctionName") or [entry("FunctionName", unnamed, of.key)]
    sam.add(of.name, "AWS::Lambda::WebFunction", [*name, *tags], of, _CARRIED, written=True)
    revision = f"{of.name}Revision"
    properties: list[Entry] = [
        *name,
        *of.entry("RevisionDescription", "Description"),
        *of.entry("KmsKeyArn"),
        ("BuildConfig", of.at("CodeUri"), made(_build(of), of.at("CodeUri"))),
        ("ServiceConfig", of.key, made(_service(of, role), of.key)),
    ]
    sam.add(revision, "AWS::Lambda::WebFunctionRevision", properties, of)
    sam.wait(revision, of.name, of.key)
    endpoint: list[Entry] = [
        *name,
        *(of.entry("EndpointName") or [entry("EndpointName", "prod", of.key)]),
        *(of.entry("EndpointType") or [entry("EndpointType", "HomeRegion", of.key)]),
        *of.entry("AuthType"),
        ("RevisionWeights", of.at("RevisionWeights"), made(_weights(of, revision), of.key)),
        *_regions(of),
        *of.entry("EndpointDescription", "Description"),
        *of.entries(("ScalingConfig", "ThrottleConfig")),
    ]
    sam.add(f"{of.name}Endpoint", "AWS::Lambda::WebFunctionEndpoint", endpoint, of)
    sam.wait(f"{of.name}Endpoint", of.name, of.key)
    sam.wait(f"{of.name}Endpoint", revision, of.key)


def _build(of: Part) -> dict[str, Any]:
    code = of.get("CodeUri")
    runtime = of.get("Runtime")
    out: dict[str, Any] = {} if runtime is None else {"RuntimeConfig": {"Runtime": runtime}}
    if code is not None:
        out["CodeConfig"] = {"S3Object": location(code, "Bucket", "Key", "VersionId")}
    return out


def _service(of: Part, role: Any) -> dict[str, Any]:
    out: dict[str, Any] = {"ExecutionRoleArn": role}
    variables: Any = of.get("EnvironmentVariables")
    start = of.get("EntryPoint")
    if start is not None and (variables is None or _is_mapping(variables)):
        given = {} if variables is None else {name: value for name, _, value in entries(variables)}
        variables = {**given, "AWS_LAMBDA_NODEJS_ENTRYPOINT": start}
    if variables is not None:
        out["EnvironmentVariables"] = variables
    if of.get("LoggingConfig") is not None:
        out["TelemetryConfig"] = {"LoggingConfig": of.get("LoggingConfig")}
    for name in ("MaxConcurrencyPerEnvironment", "EgressNetworkConnectorArn"):
        if of.get(name) is not None:
            out[name] = of.get(name)
    out["TimeoutSeconds"] = of.get("Timeout") or 30
    return out


def _weights(of: Part, revision: str) -> Any:
    """Which revisions serve how much: the author's, else the one that this deployment makes serves all."""
    written = of.get("RevisionWeights")
    if written is None:
        return [{"RevisionId": {"Fn::GetAtt": [revision, "RevisionId"]}, "Weight": 100}]
    if not _is_mapping(written):
        return written
    return [{"RevisionId": name, "Weight": value} for name, _, value in entries(written)]


def _regions(of: Part) -> list[Entry]:
    """The Regions of the endpoint where they are listed; what names groups of Regions is left out."""
    written = of.get("ReplicaRegions")
    return of.entry("ReplicaRegions", "Regions") if isinstance(written, SequenceNode) else []


def _is_mapping(node: Node) -> bool:
    return isinstance(node, MappingNode) and function_of(node) is None
