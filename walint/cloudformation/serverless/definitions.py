"""The OpenAPI definition of an API: its author's, or one that SAM makes of its routes, with what SAM adds to either."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode, Node

from walint.cloudformation.nodes import child, entries, function_of, made, made_mapping
from walint.cloudformation.serverless.authorizers import http_authorizer, resource_policy, rest_authorizers
from walint.cloudformation.serverless.paths import Defaults, paths, secured
from walint.cloudformation.serverless.routes import Route
from walint.cloudformation.serverless.sam import Entry, Part, Sam, entry, merged

_INFO: Final = {"version": "1.0", "title": {"Ref": "AWS::StackName"}}


def rest_definition(sam: Sam, of: Part, routes: list[Route]) -> Node:
    """The definition of a REST API."""
    auth = of.get("Auth")
    at = of.at("Auth")
    defaults = Defaults(
        sam.text(child(auth, "DefaultAuthorizer")), sam.is_true(child(auth, "ApiKeyRequired")), http=False
    )
    version = sam.text(of.get("OpenApiVersion")) or ""
    written = of.get("DefinitionBody")
    if written is None:
        body: list[Entry] = [
            entry("info", _INFO, of.key),
            ("paths", of.key, paths(sam, routes, of.key, defaults)),
            entry("openapi" if version.startswith("3") else "swagger", version or "2.0", of.key),
        ]
    elif isinstance(written, MappingNode) and function_of(written) is None:
        body = _secured_entries(written, defaults)
        version = sam.text(child(written, "openapi")) or ""
    else:
        return written
    schemes = rest_authorizers(sam, auth, defaults.authorizer, routes)
    if schemes and version.startswith("3"):
        body = _with(body, "components", {"securitySchemes": schemes}, at)
    elif schemes:
        body = _with(body, "securityDefinitions", schemes, at)
    policy = child(auth, "ResourcePolicy")
    if policy is not None:
        body = _with(body, "x-amazon-apigateway-policy", resource_policy(policy), at)
    media = of.get("BinaryMediaTypes")
    if media is not None:
        body = _with(body, "x-amazon-apigateway-binary-media-types", media, of.at("BinaryMediaTypes"))
    return made_mapping(body, written or of.key)


def _secured_entries(written: Node, defaults: Defaults) -> list[Entry]:
    return [
        (name, key, secured(value, defaults) if name == "paths" else value) for name, key, value in entries(written)
    ]


def _with(body: list[Entry], name: str, value: Any, at: Node) -> list[Entry]:
    """A definition with an entry more, merged into what it says already."""
    before = next((item for item in body if item[0] == name), None)
    added = made(value, at)
    if before is None:
        return [*body, (name, at, added)]
    return [(key, node, merged(added, found) if key == name else found) for key, node, found in body]


def http_definition(sam: Sam, of: Part, routes: list[Route]) -> Node:
    """The definition of an HTTP API."""
    auth = of.get("Auth")
    defaults = Defaults(sam.text(child(auth, "DefaultAuthorizer")), False, http=True)
    written = of.get("DefinitionBody")
    if written is None:
        body: list[Entry] = [
            entry("info", {**_INFO, **_description(of)}, of.key),
            ("paths", of.key, paths(sam, routes, of.key, defaults)),
            entry("openapi", "3.0.1", of.key),
        ]
    elif isinstance(written, MappingNode) and function_of(written) is None:
        body = _secured_entries(written, defaults)
    else:
        return written
    body = _with(body, "tags", _tags(of), of.at("Tags"))
    authorizers = child(auth, "Authorizers")
    if authorizers is not None:
        schemes = {name: http_authorizer(given) for name, _, given in entries(authorizers)}
        body = _with(body, "components", {"securitySchemes": schemes}, of.at("Auth"))
    cors = of.get("CorsConfiguration")
    if cors is not None:
        body = _with(body, "x-amazon-apigateway-cors", _cors(sam, cors), of.at("CorsConfiguration"))
    return made_mapping(body, written or of.key)


def _description(of: Part) -> dict[str, Any]:
    return {} if of.get("Description") is None else {"description": of.get("Description")}


def _tags(of: Part) -> list[Any]:
    tags: list[Any] = [{"name": "httpapi:createdBy", "x-amazon-apigateway-tag-value": "SAM"}]
    written = of.get("Tags")
    return tags + [
        {"name": name, "x-amazon-apigateway-tag-value": value}
        for name, _, value in ([] if written is None else entries(written))
    ]


def _cors(sam: Sam, written: Node) -> Node:
    if not isinstance(written, MappingNode) or function_of(written) is not None:
        return made({"allowOrigins": ["*"]}, written) if sam.is_true(written) else written
    return made_mapping([(name[:1].lower() + name[1:], key, value) for name, key, value in entries(written)], written)
