"""Tags as SAM writes them: a mapping, to which it adds who created the resource."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from yaml.nodes import MappingNode, Node

from walint.cloudformation.nodes import child, entries, function_of, made, made_list, made_mapping, text_of
from walint.cloudformation.serverless.sam import PREFIX, Entry, Part, Sam


def tag_list(of: Part, own: str | None, name: str = "Tags") -> list[Entry]:
    """The Tags of a generated resource as a list of Key and Value.

    Args:
        own: the key of SAM's own tag; None where it adds none.
    """
    node = of.get("Tags")
    if node is not None and (function_of(node) is not None or not isinstance(node, MappingNode)):
        return of.entry("Tags", name)
    items: list[Any] = [] if own is None else [made({"Key": own, "Value": "SAM"}, of.key)]
    items += [_item(key, key_node, value) for key, key_node, value in ([] if node is None else entries(node))]
    return [(name, of.at("Tags"), made_list(items, of.at("Tags")))] if items else []


def _item(key: str, key_node: Node, value: Node) -> Node:
    return made_mapping([("Key", key_node, made(key, key_node)), ("Value", value, value)], key_node)


def tag_map(of: Part, own: str | None) -> list[Entry]:
    """The Tags of a generated resource as a mapping."""
    node = of.get("Tags")
    if node is not None and (function_of(node) is not None or not isinstance(node, MappingNode)):
        return of.entry("Tags")
    pairs: list[Entry] = [] if own is None else [(own, of.key, made("SAM", of.key))]
    pairs += [] if node is None else entries(node)
    return [("Tags", of.at("Tags"), made_mapping(pairs, of.at("Tags")))] if pairs else []


# What SAM generates with tags of its own, besides what the author wrote.
_TAGGED: Final = frozenset(
    (
        "AWS::ApiGateway::ApiKey",
        "AWS::ApiGateway::DomainName",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::ApiGateway::UsagePlan",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::IAM::Role",
        "AWS::IoT::TopicRule",
        "AWS::Lambda::Function",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::StepFunctions::StateMachine",
    )
)
# Resources whose tags come beside SAM's own, where the others' take their place.
_ADDED: Final = frozenset(f"{PREFIX}{kind}" for kind in ("CapacityProvider", "MicrovmImage", "NetworkConnector"))


def propagate(sam: Sam, of: Part, names: Iterable[str]) -> None:
    """Give the tags of a SAM resource to what was generated from it, where PropagateTags asks for that."""
    if of.get("Tags") is None or not sam.is_true(of.get("PropagateTags")):
        return
    for name in names:
        declared = sam.resources[name]
        if text_of(child(declared.node, "Type")) in _TAGGED:
            for _, at, tags in tag_list(of, "lambda:createdBy" if of.type in _ADDED else None):
                sam.put(name, ("Tags",), tags, at, replace=True)
