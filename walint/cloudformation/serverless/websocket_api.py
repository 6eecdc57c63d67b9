"""AWS::Serverless::WebSocketApi: the API with its stage, and for each route an integration and a permission.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-websocketapi.html
"""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import Node

from walint.cloudformation.nodes import child, entries, text_of
from walint.cloudformation.serverless.domains import add_http_domain
from walint.cloudformation.serverless.sam import Entry, Part, Sam, entry, ref
from walint.cloudformation.serverless.tags import tag_map

CREATED_BY: Final = "websocketapi:createdBy"
_CARRIED: Final = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
_OF_API: Final = (
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "RouteSelectionExpression",
)
_OF_ROUTE: Final = (
    "ApiKeyRequired",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
)
_OF_STAGE: Final = ("StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings")
_CALL: Final = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations"
)
_SOURCE: Final = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"


def add_websocket_api(sam: Sam, of: Part) -> None:
    properties: list[Entry] = [
        *of.entries(_OF_API),
        *(of.entry("Name") or [entry("Name", of.name, of.key)]),
        *tag_map(of, CREATED_BY),
        entry("ProtocolType", "WEBSOCKET", of.key),
    ]
    sam.add(of.name, "AWS::ApiGatewayV2::Api", properties, of, _CARRIED, written=True)
    for route, key, written in entries(of.get("Routes") or of.key):
        _add_route(sam, of, route, key, written)
    stage = _add_stage(sam, of)
    _add_authorizer(sam, of)
    add_http_domain(sam, of, stage, CREATED_BY)


def _add_route(sam: Sam, of: Part, route: str, at: Node, written: Node) -> None:
    called = f"{of.name}{route.removeprefix('$').capitalize()}"
    properties: list[Entry] = [
        entry("RouteKey", route, at),
        entry("ApiId", ref(of.name), at),
        *((name, key, value) for name, key, value in entries(written) if name in _OF_ROUTE),
        entry("Target", {"Fn::Join": ["/", ["integrations", ref(f"{called}Integration")]]}, at),
    ]
    auth = of.get("Auth")
    if route == "$connect" and auth is not None:
        kind = sam.text(child(auth, "AuthType"))
        properties.append(entry("AuthorizationType", child(auth, "AuthType") or "NONE", of.at("Auth")))
        if kind == "CUSTOM":
            properties.append(entry("AuthorizerId", ref(f"{of.name}ConnectAuthorizer"), of.at("Auth")))
    sam.add(f"{called}Route", "AWS::ApiGatewayV2::Route", properties, of, at=at)
    function = child(written, "FunctionArn")
    integration: dict[str, Any] = {
        "ApiId": ref(of.name),
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": {"Fn::Sub": [_CALL, {"Function": function}]},
    }
    timeout = child(written, "IntegrationTimeout")
    if timeout is not None:
        integration["TimeoutInMillis"] = timeout
    sam.add(f"{called}Integration", "AWS::ApiGatewayV2::Integration", integration, of, at=at)
    named = {"Api": {"Fn::GetAtt": [of.name, "ApiId"]}, "Stage": _stage(of)}
    permission = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": function,
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": {"Fn::Sub": [f"{_SOURCE}${{Api}}/${{Stage}}/{route}", named]},
    }
    sam.add(f"{called}Permission", "AWS::Lambda::Permission", permission, of, at=at)


def _add_stage(sam: Sam, of: Part) -> str:
    named = text_of(_stage(of)) if of.get("StageName") is not None else "default"
    name = f"{of.name}{'Default' if named == 'default' else named or ''}Stage"
    properties: list[Entry] = [
        entry("ApiId", ref(of.name), of.key),
        entry("StageName", _stage(of), of.at("StageName")),
        *of.entries(_OF_STAGE),
        entry("Tags", {CREATED_BY: "SAM"}, of.key),
        entry("AutoDeploy", True, of.key),
    ]
    sam.add(name, "AWS::ApiGatewayV2::Stage", properties, of)
    sam.alias(f"{of.name}.Stage", name)
    return name


def _add_authorizer(sam: Sam, of: Part) -> None:
    auth = of.get("Auth")
    if auth is None or sam.text(child(auth, "AuthType")) != "CUSTOM":
        return
    name = f"{of.name}ConnectAuthorizer"
    function = child(auth, "AuthArn")
    role = child(auth, "InvokeRole")
    properties: dict[str, Any] = {
        "ApiId": ref(of.name),
        "AuthorizerCredentialsArn": role,
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": {"Fn::Sub": [_CALL, {"Function": function}]},
        "IdentitySource": child(auth, "IdentitySource"),
        "Name": child(auth, "Name") or name,
    }
    given = {key: value for key, value in properties.items() if value is not None}
    sam.add(name, "AWS::ApiGatewayV2::Authorizer", given, of, at=of.at("Auth"))
    if role is None:
        permission = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": function,
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": [f"{_SOURCE}${{Api}}/authorizers/*", {"Api": ref(of.name)}]},
        }
        sam.add(f"{of.name}AuthorizerPermission", "AWS::Lambda::Permission", permission, of, at=of.at("Auth"))


def _stage(of: Part) -> Any:
    return of.get("StageName") or "default"
