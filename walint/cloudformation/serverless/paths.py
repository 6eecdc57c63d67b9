"""The paths of an API's definition: each route at the event that asks for it."""

from typing import Any, Final, NamedTuple

from yaml.nodes import MappingNode, Node

from walint.cloudformation.nodes import child, entries, function_of, made, made_list, made_mapping
from walint.cloudformation.serverless.routes import Route
from walint.cloudformation.serverless.sam import Entry, Part, Sam, arn, sub

INVOKE: Final = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
_ANY: Final = "x-amazon-apigateway-any-method"
_METHODS: Final = frozenset(("get", "put", "post", "delete", "options", "head", "patch", _ANY))
# What a method that starts a state machine answers.
_ANSWERS: Final = {"200": {"description": "OK"}, "400": {"description": "Bad Request"}}
# Whose permissions a call is made with, where a method asks for a signature.
_CALLER: Final = "arn:${AWS::Partition}:iam::*:user/*"


class Defaults(NamedTuple):
    """What holds for methods that say nothing of their own.

    Attributes:
        authorizer: its name, "AWS_IAM", or None.
        key: whether an API key is asked for.
        http: whether the API is an HTTP API.
    """

    authorizer: str | None
    key: bool
    http: bool


def paths(sam: Sam, routes: list[Route], at: Node, defaults: Defaults) -> Node:
    """The paths of a definition that its author leaves to SAM."""
    found: dict[str, list[Entry]] = {}
    places: dict[str, Node] = {}
    for route in routes:
        method = _ANY if route.method in ("any", "*") else route.method
        places.setdefault(route.path, route.event.key)
        found.setdefault(route.path, []).append((method, route.event.key, _method(sam, route, defaults)))
    return made_mapping(
        [(path, places[path], made_mapping(methods, places[path])) for path, methods in found.items()], at
    )


def _method(sam: Sam, route: Route, defaults: Defaults) -> Node:
    event = route.event
    integration = _start(route) if route.target.kind == "machine" else _call(route, defaults.http)
    security = _security(sam, event, defaults)
    body: dict[str, Any] = {"x-amazon-apigateway-integration": integration}
    if security is not None:
        body["security"] = security
        if any(name == "AWS_IAM" for item in security.value for name, _, _ in entries(item)) and not defaults.http:
            integration |= _credentials(sam, event)
    if defaults.http and event.get("Path") is None:
        body["isDefaultRoute"] = True
    body["responses"] = _ANSWERS if route.target.kind == "machine" else {}
    made_body = made(body, event.key)
    condition = route.target.of.attributes.get("Condition")
    if condition is None:
        return made_body
    return made({"Fn::If": [condition[1], made_body, {"Ref": "AWS::NoValue"}]}, event.key)


def _call(route: Route, http: bool) -> dict[str, Any]:
    """An integration that calls a function."""
    target, event = route.target, route.event
    called = f"${{{target.alias}}}" if target.alias else f"${{{target.of.name}.Arn}}"
    out: dict[str, Any] = {"httpMethod": "POST", "type": "aws_proxy", "uri": sub(f"{INVOKE}{called}/invocations")}
    if http:
        out["payloadFormatVersion"] = event.get("PayloadFormatVersion") or "2.0"
        if event.get("TimeoutInMillis") is not None:
            out["timeoutInMillis"] = event.get("TimeoutInMillis")
    return out


def _start(route: Route) -> dict[str, Any]:
    """An integration that starts a state machine."""
    target = route.target
    return {
        "httpMethod": "POST",
        "type": "aws",
        "uri": sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"),
        "credentials": arn(f"{target.name(route.event)}Role"),
        "requestTemplates": {
            "application/json": {
                "Fn::Sub": [
                    '{"input": "$util.escapeJavaScript($input.json(\'$\'))", "stateMachineArn": "${Machine}"}',
                    {"Machine": target.ref},
                ]
            }
        },
        "responses": {"200": {"statusCode": "200"}, "400": {"statusCode": "400"}},
    }


def _credentials(sam: Sam, event: Part) -> dict[str, Any]:
    """Whose permissions the function is called with: the caller's, unless the event names a role or none."""
    role = child(event.get("Auth"), "InvokeRole")
    name = sam.text(role)
    if name == "NONE":
        return {}
    return {"credentials": sub(_CALLER) if role is None or name == "CALLER_CREDENTIALS" else role}


def _security(sam: Sam, event: Part, defaults: Defaults) -> Node | None:
    """Who may call a method: what its event says, else what the API says."""
    auth = event.get("Auth")
    name = sam.text(child(auth, "Authorizer")) or defaults.authorizer
    own_key = child(auth, "ApiKeyRequired")
    scopes = child(auth, "AuthorizationScopes")
    at = event.at("Auth")
    required: list[Any] = []
    if sam.is_true(own_key):
        required.append({"api_key": []})
    if name == "NONE":
        if defaults.authorizer not in (None, "AWS_IAM"):
            required.append({"NONE": []})
    elif name is not None:
        required.append({name: [] if scopes is None else scopes})
    if own_key is None and defaults.key:
        required.append({"api_key": []})
    return made_list([made(item, at) for item in required], at) if required else None


def secured(written: Node, defaults: Defaults) -> Node:
    """An author's paths, where methods without a word on security get the API's default."""
    if (defaults.authorizer is None and not defaults.key) or not _is_mapping(written):
        return written
    required: list[Any] = [] if defaults.authorizer is None else [{defaults.authorizer: []}]
    required += [{"api_key": []}] if defaults.key else []
    out: list[Entry] = []
    for path, key, methods in entries(written):
        if not _is_mapping(methods):
            out.append((path, key, methods))
            continue
        inner = [
            (name, at, _with_security(body, required) if name.lower() in _METHODS else body)
            for name, at, body in entries(methods)
        ]
        out.append((path, key, made_mapping(inner, methods)))
    return made_mapping(out, written)


def _with_security(body: Node, required: list[Any]) -> Node:
    if not _is_mapping(body) or child(body, "security") is not None:
        return body
    return made_mapping([*entries(body), ("security", body, made(required, body))], body)


def _is_mapping(node: Node) -> bool:
    return isinstance(node, MappingNode) and function_of(node) is None
