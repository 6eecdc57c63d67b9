"""AWS::Serverless::HttpApi: the HTTP API with its stage.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
"""

from __future__ import annotations

from typing import Final

from walint.cloudformation.nodes import child, entries, made, text_of
from walint.cloudformation.serverless.definitions import http_definition
from walint.cloudformation.serverless.domains import add_http_domain
from walint.cloudformation.serverless.function import location
from walint.cloudformation.serverless.routes import IMPLICIT_HTTP
from walint.cloudformation.serverless.sam import Entry, Part, Sam, entry, ref
from walint.cloudformation.serverless.tags import tag_map

_OF_API: Final = ("FailOnWarnings", "DisableExecuteApiEndpoint", "Name")
_OF_STAGE: Final = ("AccessLogSettings", "RouteSettings")
_CREATED_BY: Final = "httpapi:createdBy"


def add_http_api(sam: Sam, of: Part) -> None:
    named = of.get("StageName")
    suffix = text_of(named) or "" if named is not None and text_of(named) != "$default" else "ApiGatewayDefault"
    stage = f"{of.name}{suffix}Stage"
    properties = [*of.entries(_OF_API), *_body(sam, of)]
    carried = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
    sam.add(of.name, "AWS::ApiGatewayV2::Api", properties, of, carried, written=of.name != IMPLICIT_HTTP)
    staged: list[Entry] = [
        entry("ApiId", ref(of.name), of.key),
        *(of.entry("StageName") or [entry("StageName", "$default", of.key)]),
        *of.entries(_OF_STAGE),
        *of.entry("DefaultRouteSettings"),
        *of.entry("StageVariables"),
        *tag_map(of, _CREATED_BY if of.get("DefinitionUri") is None else None),
        entry("AutoDeploy", True, of.key),
    ]
    sam.add(stage, "AWS::ApiGatewayV2::Stage", staged, of)
    sam.alias(f"{of.name}.Stage", stage)
    _add_permissions(sam, of)
    add_http_domain(sam, of, stage)


def _body(sam: Sam, of: Part) -> list[Entry]:
    uri = of.get("DefinitionUri")
    if of.get("DefinitionBody") is None and uri is not None:
        found = location(uri, "Bucket", "Key", "Version")
        return [("BodyS3Location", of.at("DefinitionUri"), made(found, uri))]
    return [("Body", of.at("DefinitionBody"), http_definition(sam, of, sam.routes.of(of.name)))]


def _add_permissions(sam: Sam, of: Part) -> None:
    authorizers = child(of.get("Auth"), "Authorizers")
    source = {
        "Fn::Sub": [
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*",
            {"__ApiId__": ref(of.name)},
        ]
    }
    for name, key, written in [] if authorizers is None else entries(authorizers):
        function = child(written, "FunctionArn")
        if function is None or not sam.is_true(child(written, "EnableFunctionDefaultPermissions")):
            continue
        permission = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": function,
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": source,
        }
        sam.add(f"{of.name}{name}AuthorizerPermission", "AWS::Lambda::Permission", permission, of, at=key)
