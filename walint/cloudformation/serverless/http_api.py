"""AWS::Serverless::HttpApi: the HTTP API with its stage.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
"""

from __future__ import annotations

from typing import Final

from yaml.nodes import MappingNode

from walint.cloudformation.nodes import child, entries, function_of, made, made_mapping, text_of
from walint.cloudformation.serverless.authorizers import permit
from walint.cloudformation.serverless.definitions import http_definition
from walint.cloudformation.serverless.domains import add_http_domain
from walint.cloudformation.serverless.function import location
from walint.cloudformation.serverless.routes import IMPLICIT_HTTP
from walint.cloudformation.serverless.sam import Entry, Part, Sam, entry, merged, ref
from walint.cloudformation.serverless.tags import tag_map

_OF_API: Final = ("FailOnWarnings", "DisableExecuteApiEndpoint", "Name")
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
        *of.entry("AccessLogSettings"),
        *_route_settings(sam, of),
        *of.entry("DefaultRouteSettings"),
        *of.entry("StageVariables"),
        *tag_map(of, _CREATED_BY if of.get("DefinitionUri") is None else None),
        entry("AutoDeploy", True, of.key),
    ]
    sam.add(stage, "AWS::ApiGatewayV2::Stage", staged, of)
    sam.alias(f"{of.name}.Stage", stage)
    permit(sam, of, lambda authorizer: sam.is_true(child(authorizer, "EnableFunctionDefaultPermissions")))
    add_http_domain(sam, of, stage)


def _route_settings(sam: Sam, of: Part) -> list[Entry]:
    """The settings of single routes: of the API, and over them those of the events that are its routes."""
    written = of.get("RouteSettings")
    if written is not None and (not isinstance(written, MappingNode) or function_of(written) is not None):
        return of.entry("RouteSettings")
    found = {} if written is None else {name: (name, key, value) for name, key, value in entries(written)}
    for route in sam.routes.of(of.name):
        event = route.event
        given = event.get("RouteSettings")
        if given is None:
            continue
        condition = route.target.of.attributes.get("Condition")
        if condition is not None:
            given = made({"Fn::If": [condition[1], given, {"Ref": "AWS::NoValue"}]}, given)
        name = route.path if event.get("Path") is None else f"{route.method.upper()} {route.path}"
        before = found.get(name)
        settled = given if before is None else merged(before[2], given)
        found[name] = (name, event.at("RouteSettings"), settled)
    return [("RouteSettings", of.at("RouteSettings"), made_mapping(found.values(), of.key))] if found else []


def _body(sam: Sam, of: Part) -> list[Entry]:
    uri = of.get("DefinitionUri")
    if of.get("DefinitionBody") is None and uri is not None:
        found = location(uri, "Bucket", "Key", "Version")
        return [("BodyS3Location", of.at("DefinitionUri"), made(found, uri))]
    return [("Body", of.at("DefinitionBody"), http_definition(sam, of, sam.routes.of(of.name)))]
