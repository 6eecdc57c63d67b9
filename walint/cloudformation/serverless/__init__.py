"""The transform AWS::Serverless-2016-10-31: SAM's resources as the resources that they become.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from yaml.nodes import Node, SequenceNode

from walint.cloudformation.evaluator import Evaluator
from walint.cloudformation.nodes import child, entries, made, made_mapping, text_of
from walint.cloudformation.serverless.api import add_api
from walint.cloudformation.serverless.compute import add_capacity_provider, add_image, add_network_connector
from walint.cloudformation.serverless.connectors import add_connector, embedded
from walint.cloudformation.serverless.function import add_function
from walint.cloudformation.serverless.graphql import add_graphql_api
from walint.cloudformation.serverless.http_api import add_http_api
from walint.cloudformation.serverless.routes import IMPLICIT_HTTP, IMPLICIT_REST
from walint.cloudformation.serverless.sam import PREFIX, Entry, Part, Sam
from walint.cloudformation.serverless.simple import add_application, add_layer, add_table
from walint.cloudformation.serverless.state_machine import add_state_machine
from walint.cloudformation.serverless.tags import propagate
from walint.cloudformation.serverless.web_function import add_web_function
from walint.cloudformation.serverless.websocket_api import add_websocket_api
from walint.cloudformation.template import Declared, Template

# In the order of expansion: functions and state machines give APIs their routes; connectors join what is there.
_KINDS: Final[Mapping[str, Callable[[Sam, Part], None]]] = MappingProxyType(
    {
        "Function": add_function,
        "StateMachine": add_state_machine,
        "Api": add_api,
        "HttpApi": add_http_api,
        "WebSocketApi": add_websocket_api,
        "WebFunction": add_web_function,
        "CapacityProvider": add_capacity_provider,
        "NetworkConnector": add_network_connector,
        "MicrovmImage": add_image,
        "SimpleTable": add_table,
        "LayerVersion": add_layer,
        "Application": add_application,
        "GraphQLApi": add_graphql_api,
        "Connector": add_connector,
    }
)


def expand(template: Template, evaluator: Evaluator) -> None:
    """Replace a template's SAM resources by what the transform makes of them."""
    sam = Sam(template, evaluator)
    section = child(template.root, "Globals")
    defaults = {} if section is None else {name: node for name, _, node in entries(section)}
    written = dict(template.resources)
    parts = _parts(evaluator, written, defaults)
    parts["Connector"] += embedded(evaluator, written)
    for kind, add in _KINDS.items():
        for part in [*parts[kind], *_implicit(sam, kind, defaults)]:
            before = set(sam.resources)
            add(sam, part)
            propagate(sam, part, [name for name in sam.resources if name not in before])
    kept = {name: declared for name, declared in written.items() if _kind(declared.node) is None}
    # What SAM makes of a resource stays in its place, and what it generates beside it follows.
    template.resources = {
        name: sam.resources.get(name, written[name]) for name in written if name in sam.resources or name in kept
    }
    template.resources |= sam.resources


def _kind(node: Node) -> str | None:
    """Which of SAM's resources a resource is; None for any other."""
    type_ = text_of(child(node, "Type")) or ""
    kind = type_.removeprefix(PREFIX)
    return kind if type_.startswith(PREFIX) and kind in _KINDS else None


def _parts(
    evaluator: Evaluator, written: Mapping[str, Declared], defaults: Mapping[str, Node]
) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {kind: [] for kind in _KINDS}
    for name, declared in written.items():
        kind = _kind(declared.node)
        if kind is not None:
            given = _globals(defaults.get(kind), declared.node)
            found[kind].append(Part(evaluator, name, declared.key, declared.node, given, declared.condition))
    return found


def _globals(given: Node | None, node: Node) -> Node | None:
    """The Globals that count for a resource: all but those that it says to ignore."""
    ignored = child(node, "IgnoreGlobals")
    if given is None or ignored is None:
        return given
    if text_of(ignored) == "*":
        return None
    names = {text_of(item) for item in ignored.value} if isinstance(ignored, SequenceNode) else set()
    return made_mapping([it for it in entries(given) if it[0] not in names], given)


def _implicit(sam: Sam, kind: str, defaults: Mapping[str, Node]) -> Iterator[Part]:
    """The API that SAM adds for events that name none."""
    name = {"Api": IMPLICIT_REST, "HttpApi": IMPLICIT_HTTP}.get(kind)
    routes = [] if name is None else sam.routes.of(name)
    if name is None or not routes or name in sam.template.resources:
        return
    key = routes[0].event.key
    attributes = _shared_attributes(sam, name, [route.target.of for route in routes])
    body = [("Type", key, made(f"{PREFIX}{kind}", key)), *attributes]
    properties: dict[str, Any] = {"StageName": "Prod"} if kind == "Api" else {}
    properties |= _shared_tags(sam, [route.target.of for route in routes])
    body.append(("Properties", key, made(properties, key)))
    yield Part(sam.evaluator, name, key, made_mapping(body, key), defaults.get(kind))


def _shared_tags(sam: Sam, callers: list[Part]) -> dict[str, Any]:
    """The tags of those that give them to what is generated for them."""
    given = [it.get("Tags") for it in callers if sam.is_true(it.get("PropagateTags"))]
    tags = {name: value for node in given if node is not None for name, _, value in entries(node)}
    return {"Tags": tags, "PropagateTags": True} if tags else {}


def _shared_attributes(sam: Sam, name: str, functions: list[Part]) -> list[Entry]:
    """The implicit API is there where one of its functions is, and is kept where one of them is."""
    out: list[Entry] = []
    conditions = {str(text_of(it.attributes["Condition"][1])): None for it in functions if "Condition" in it.attributes}
    at = functions[0].key
    if conditions and all("Condition" in it.attributes for it in functions):
        wanted = next(iter(conditions))
        if len(conditions) > 1:
            wanted = f"{name}Condition"
            any_of = {"Fn::Or": [{"Condition": condition} for condition in conditions]}
            sam.template.conditions[wanted] = (at, made(any_of, at))
        out.append(("Condition", at, made(wanted, at)))
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        found = [it.attributes[attribute] for it in functions if attribute in it.attributes]
        kept = next((it for it in found if text_of(it[1]) == "Retain"), found[0] if found else None)
        if kept is not None:
            out.append((attribute, *kept))
    return out
