"""Who may call an API: its authorizers and its resource policy, as they stand in its definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from yaml.nodes import MappingNode, Node

from walint.cloudformation.nodes import child, entries, function_of, made_list, text_of
from walint.cloudformation.serverless.paths import INVOKE
from walint.cloudformation.serverless.routes import Route
from walint.cloudformation.serverless.sam import Part, Sam, ref


def rest_authorizers(sam: Sam, auth: Node | None, default: str | None, routes: list[Route]) -> dict[str, Any]:
    schemes: dict[str, Any] = {}
    authorizers = child(auth, "Authorizers")
    for name, _, written in [] if authorizers is None else entries(authorizers):
        schemes[name] = _rest_authorizer(written)
    used = {sam.text(child(route.event.get("Auth"), "Authorizer")) for route in routes}
    if default == "AWS_IAM" or "AWS_IAM" in used:
        schemes["AWS_IAM"] = {
            **_header("Authorization"),
            "x-amazon-apigateway-authtype": "awsSigv4",
        }
    key = child(auth, "ApiKeyRequired")
    if sam.is_true(key) or any(sam.is_true(child(route.event.get("Auth"), "ApiKeyRequired")) for route in routes):
        schemes["api_key"] = _header("x-api-key")
    return schemes


def _header(name: str) -> dict[str, Any]:
    return {"type": "apiKey", "name": name, "in": "header"}


def _rest_authorizer(written: Node) -> Any:
    """A Cognito user pool, or a Lambda function that is asked."""
    identity = child(written, "Identity")
    header = child(identity, "Header")
    shown = {**_header("Authorization"), **({} if header is None else {"name": header})}
    pool = child(written, "UserPoolArn")
    if pool is not None:
        listed = made_list([pool], pool) if not isinstance(pool.value, list) or function_of(pool) else pool
        return {
            **shown,
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": listed},
        }
    function = child(written, "FunctionArn")
    asked: dict[str, Any] = {"type": (text_of(child(written, "FunctionPayloadType")) or "TOKEN").lower()}
    if function is not None:
        asked["authorizerUri"] = _asked_uri(function)
    if asked["type"] == "request":
        shown = _header("Unused")
        asked["identitySource"] = _identity_sources(identity)
    return {**shown, "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": asked}


_SOURCES: Final = {
    "Headers": "header",
    "QueryStrings": "querystring",
    "StageVariables": "stageVariables",
    "Context": "context",
}


def _identity_sources(identity: Node | None) -> str:
    """What a request authorizer looks at, as one text."""
    found = []
    for name, kind in _SOURCES.items():
        written = child(identity, name)
        prefix = kind if kind in ("stageVariables", "context") else f"method.request.{kind}"
        found += [f"{prefix}.{text_of(item)}" for item in (written.value if written is not None else [])]
    return ", ".join(found)


def _asked_uri(function: Node) -> dict[str, Any]:
    return {"Fn::Sub": [INVOKE + "${__FunctionArn__}/invocations", {"__FunctionArn__": function}]}


def resource_policy(policy: Node) -> Any:
    """The API's resource policy: the author's statements, and what is said of addresses, networks and accounts."""
    statements: list[Any] = []
    custom = child(policy, "CustomStatements")
    if custom is not None:
        statements += custom.value if isinstance(custom.value, list) and function_of(custom) is None else [custom]
    if not isinstance(policy, MappingNode):
        return {"Version": "2012-10-17", "Statement": statements}
    anyone = {"Action": "execute-api:Invoke", "Resource": ["execute-api:/*"], "Principal": "*"}
    allowed = child(policy, "AwsAccountWhitelist")
    if allowed is not None:
        statements.append({**anyone, "Effect": "Allow", "Principal": {"AWS": allowed}})
    denied = child(policy, "AwsAccountBlacklist")
    if denied is not None:
        statements.append({**anyone, "Effect": "Deny", "Principal": {"AWS": denied}})
    for name, operator, key in _NETWORKS:
        given = child(policy, name)
        if given is not None:
            if not any(item.get("Effect") == "Allow" for item in statements if isinstance(item, dict)):
                statements.append({**anyone, "Effect": "Allow"})
            statements.append({**anyone, "Effect": "Deny", "Condition": {operator: {key: given}}})
    return {"Version": "2012-10-17", "Statement": statements}


# A list of what may call is written as a denial of everything else.
_NETWORKS: Final = (
    ("IpRangeWhitelist", "NotIpAddress", "aws:SourceIp"),
    ("IpRangeBlacklist", "IpAddress", "aws:SourceIp"),
    ("SourceVpcWhitelist", "StringNotEquals", "aws:SourceVpc"),
    ("SourceVpcBlacklist", "StringEquals", "aws:SourceVpc"),
    ("IntrinsicVpcWhitelist", "StringNotEquals", "aws:SourceVpc"),
    ("IntrinsicVpcBlacklist", "StringEquals", "aws:SourceVpc"),
    ("IntrinsicVpceWhitelist", "StringNotEquals", "aws:SourceVpce"),
    ("IntrinsicVpceBlacklist", "StringEquals", "aws:SourceVpce"),
)


def http_authorizer(written: Node) -> Any:
    """A JSON web token, or a Lambda function that is asked."""
    function = child(written, "FunctionArn")
    if function is None:
        shown = {
            name: value
            for name, source in (("jwtConfiguration", "JwtConfiguration"), ("identitySource", "IdentitySource"))
            if (value := child(written, source)) is not None
        }
        return {"type": "oauth2", "x-amazon-apigateway-authorizer": {**shown, "type": "jwt"}}
    asked: dict[str, Any] = {"type": "request", "authorizerUri": _asked_uri(function)}
    for name, source in (
        ("authorizerPayloadFormatVersion", "AuthorizerPayloadFormatVersion"),
        ("enableSimpleResponses", "EnableSimpleResponses"),
        ("authorizerCredentials", "FunctionInvokeRole"),
    ):
        value = child(written, source)
        if value is not None:
            asked[name] = value
    return {**_header("Authorization"), "x-amazon-apigateway-authorizer": asked}


def permit(sam: Sam, of: Part, wanted: Callable[[Node], bool]) -> None:
    """Let API Gateway ask the functions that say who may call, those whose authorizer wants it."""
    authorizers = child(of.get("Auth"), "Authorizers")
    source = {
        "Fn::Sub": [
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*",
            {"__ApiId__": ref(of.name)},
        ]
    }
    for name, key, written in [] if authorizers is None else entries(authorizers):
        function = child(written, "FunctionArn")
        if function is None or not wanted(written):
            continue
        permission = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": function,
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": source,
        }
        sam.add(f"{of.name}{name}AuthorizerPermission", "AWS::Lambda::Permission", permission, of, at=key)
