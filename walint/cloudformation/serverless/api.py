"""AWS::Serverless::Api: the REST API with its deployment and stage, and what belongs to them.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
"""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode, Node

from walint.cloudformation.nodes import child, entries, function_of, made, text_of
from walint.cloudformation.serverless.authorizers import permit
from walint.cloudformation.serverless.definitions import rest_definition
from walint.cloudformation.serverless.domains import add_rest_domain
from walint.cloudformation.serverless.function import location
from walint.cloudformation.serverless.routes import IMPLICIT_REST, stage_name
from walint.cloudformation.serverless.sam import Entry, Part, Sam, entry, ref
from walint.cloudformation.serverless.tags import tag_list

_OF_API: Final = (
    "Name",
    "Description",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "FailOnWarnings",
    "DisableExecuteApiEndpoint",
    "ApiKeySourceType",
    "Mode",
    "Policy",
    "SecurityPolicy",
    "EndpointAccessMode",
)
_OF_STAGE: Final = (
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "ClientCertificateId",
    "MethodSettings",
    "TracingEnabled",
    "Variables",
)


def add_api(sam: Sam, of: Part) -> None:
    deployment = f"{of.name}Deployment"
    stage = f"{of.name}{stage_name(of.get('StageName'))}"
    stage = stage if stage.endswith("Stage") and text_of(of.get("StageName")) is None else f"{stage}Stage"
    properties = [*of.entries(_OF_API), *_body(sam, of), *_endpoint(of)]
    carried = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
    sam.add(of.name, "AWS::ApiGateway::RestApi", properties, of, carried, written=of.name != IMPLICIT_REST)
    deployed = {"RestApiId": ref(of.name), "StageName": "Stage"}
    sam.add(deployment, "AWS::ApiGateway::Deployment", deployed, of)
    staged: list[Entry] = [
        entry("RestApiId", ref(of.name), of.key),
        entry("DeploymentId", ref(deployment), of.key),
        *(of.entry("StageName") or [entry("StageName", "Prod", of.key)]),
        *of.entries(_OF_STAGE),
        *tag_list(of, None),
    ]
    sam.add(stage, "AWS::ApiGateway::Stage", staged, of)
    sam.alias(f"{of.name}.Stage", stage)
    sam.alias(f"{of.name}.Deployment", deployment)
    permit(sam, of, lambda authorizer: child(authorizer, "DisableFunctionDefaultPermissions") is None)
    add_rest_domain(sam, of, stage)
    _add_usage_plan(sam, of, stage)


def _body(sam: Sam, of: Part) -> list[Entry]:
    """The definition: the author's own, one in S3, or what the events of functions give."""
    uri = of.get("DefinitionUri")
    if of.get("DefinitionBody") is None and uri is not None:
        found = location(uri, "Bucket", "Key", "Version")
        return [("BodyS3Location", of.at("DefinitionUri"), made(found, uri))]
    return [("Body", of.at("DefinitionBody"), rest_definition(sam, of, sam.routes.of(of.name)))]


def _endpoint(of: Part) -> list[Entry]:
    written = of.get("EndpointConfiguration")
    if written is None:
        return []
    at = of.at("EndpointConfiguration")
    if isinstance(written, MappingNode) and function_of(written) is None:
        kind, endpoints = child(written, "Type"), child(written, "VPCEndpointIds")
        body: dict[str, Any] = {} if kind is None else {"Types": [kind]}
        if endpoints is not None:
            body["VpcEndpointIds"] = endpoints
        ip = child(written, "IpAddressType")
        if ip is not None:
            body["IpAddressType"] = ip
        made_parameters = [] if kind is None else [entry("Parameters", {"endpointConfigurationTypes": kind}, at)]
        return [("EndpointConfiguration", at, made(body, written)), *made_parameters]
    return [
        ("EndpointConfiguration", at, made({"Types": [written]}, written)),
        entry("Parameters", {"endpointConfigurationTypes": written}, at),
    ]


def _add_usage_plan(sam: Sam, of: Part, stage: str) -> None:
    """A usage plan with a key: for this API, or one that all APIs share."""
    written = child(of.get("Auth"), "UsagePlan")
    kind = text_of(child(written, "CreateUsagePlan"))
    if written is None or kind not in ("PER_API", "SHARED"):
        return
    prefix = of.name if kind == "PER_API" else "Serverless"
    staged = {"ApiId": ref(of.name), "Stage": ref(stage)}
    if kind == "SHARED" and f"{prefix}UsagePlan" in sam.resources:
        sam.extend(f"{prefix}UsagePlan", ("ApiStages",), [made(staged, of.key)], of.key)
        sam.wait(f"{prefix}UsagePlan", of.name, of.key)
        keyed = {"RestApiId": ref(of.name), "StageName": ref(stage)}
        sam.extend(f"{prefix}ApiKey", ("StageKeys",), [made(keyed, of.key)], of.key)
        return
    plan: dict[str, Any] = {"ApiStages": [staged], **_but(written, "CreateUsagePlan", "Tags")}
    tags = child(written, "Tags")
    if tags is not None:
        plan["Tags"] = tags
    sam.add(f"{prefix}UsagePlan", "AWS::ApiGateway::UsagePlan", plan, of, more={"DependsOn": [of.name]})
    key = {"Enabled": True, "StageKeys": [{"RestApiId": ref(of.name), "StageName": ref(stage)}]}
    sam.add(f"{prefix}ApiKey", "AWS::ApiGateway::ApiKey", key, of)
    joined = {"KeyId": ref(f"{prefix}ApiKey"), "KeyType": "API_KEY", "UsagePlanId": ref(f"{prefix}UsagePlan")}
    sam.add(f"{prefix}UsagePlanKey", "AWS::ApiGateway::UsagePlanKey", joined, of)


def _but(written: Node, *names: str) -> dict[str, Node]:
    return {name: value for name, _, value in entries(written) if name not in names}
