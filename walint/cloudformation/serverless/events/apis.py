"""Events of APIs: a route in the API's definition, and a permission for API Gateway to call the function."""

from __future__ import annotations

from typing import Any, Final

from walint.cloudformation.nodes import entries
from walint.cloudformation.serverless.events.target import Granted, Target
from walint.cloudformation.serverless.routes import IMPLICIT_HTTP, IMPLICIT_REST, Route
from walint.cloudformation.serverless.sam import Part, ref

_SOURCE: Final = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/"


def rest(target: Target, event: Part) -> Granted:
    """A method of a REST API; of SAM's own where the event names none."""
    sam = target.sam
    api_id: Any = event.get("RestApiId")
    name = IMPLICIT_REST if api_id is None else sam.referred(api_id)
    path, method = sam.text(event.get("Path")), (sam.text(event.get("Method")) or "").lower()
    if path is None or not method:
        return Granted()
    if name is not None:
        sam.routes.add(name, Route(target, event, path, method))
    suffix = sam.routes.stage_suffix(sam, name)
    source = _source(api_id or ref(IMPLICIT_REST), path, method)
    target.permit(event, "apigateway.amazonaws.com", {"SourceArn": source}, suffix)
    return Granted()


def http(target: Target, event: Part) -> Granted:
    """A route of an HTTP API; the default route of SAM's own where the event names neither."""
    sam = target.sam
    api_id: Any = event.get("ApiId")
    name = IMPLICIT_HTTP if api_id is None else sam.referred(api_id)
    path, method = sam.text(event.get("Path")), (sam.text(event.get("Method")) or "").lower()
    default = event.get("Path") is None
    if default:
        path, method = "$default", "x-amazon-apigateway-any-method"
    if path is None:
        return Granted()
    if name is not None:
        sam.routes.add(name, Route(target, event, path, method or "any"))
    if not default and _has_default_route(target, name):
        return Granted()  # which is allowed to call the function for every path
    source = _source(api_id or ref(IMPLICIT_HTTP), "" if default else path, "*" if default else method or "any")
    target.permit(event, "apigateway.amazonaws.com", {"SourceArn": source})
    return Granted()


def _has_default_route(target: Target, api: str | None) -> bool:
    """Whether another event of the function is the default route of the same HTTP API."""
    events = target.of.get("Events")
    for name, key, node in [] if events is None else entries(events):
        other = Part(target.sam.evaluator, name, key, node)
        named = other.get("ApiId")
        if other.type == "HttpApi" and other.get("Path") is None:
            return (IMPLICIT_HTTP if named is None else target.sam.referred(named)) == api
    return False


def _source(api: Any, path: str, method: str) -> dict[str, Any]:
    """The ARN of the calls that an API passes on: any stage, the method, the path with its variables as wildcards."""
    shown = "*" if method in ("any", "x-amazon-apigateway-any-method", "*") else method.upper()
    steps = ["*" if step.startswith("{") else step for step in path.strip("/").split("/")]
    end = "*" if not path else f"{shown}/{'/'.join(steps)}"
    return {"Fn::Sub": [_SOURCE + end, {"__ApiId__": api, "__Stage__": "*"}]}
