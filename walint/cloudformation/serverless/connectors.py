"""AWS::Serverless::Connector: what lets one resource use another.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from yaml.nodes import Node, SequenceNode

from walint.cloudformation.evaluator import Evaluator
from walint.cloudformation.nodes import child, entries, made, text_of
from walint.cloudformation.serverless.policies import document
from walint.cloudformation.serverless.sam import Part, Sam, ref
from walint.cloudformation.template import Declared
from walint.vocabulary.lines import LineFile

PROFILES: Final = LineFile(Path(__file__).parent / "connectors.txt")
_VARIABLE: Final = re.compile(r"\$\{((?:Source|Destination)\.[A-Za-z]+)\}")
# Resources whose Ref is their ARN.
_REF_IS_ARN: Final = frozenset(("AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"))
_ROLES: Final = ("Role", "RoleArn", "ServiceRoleArn")


class _End(NamedTuple):
    """A source or destination: its type, what its statements call by name, and its role."""

    type: str
    values: Mapping[str, Any]
    role: Any


def embedded(evaluator: Evaluator, resources: Mapping[str, Declared]) -> Iterator[Part]:
    """The connectors that are written within their source."""
    for name, declared in resources.items():
        written = child(declared.node, "Connectors")
        for called, key, node in [] if written is None else entries(written):
            part = Part(evaluator, f"{name}{called}", key, node)
            source: dict[str, Any] = {"Id": name}
            reference = child(node, "SourceReference")
            source |= {} if reference is None else {field: value for field, _, value in entries(reference)}
            part.properties["Source"] = (key, made(source, key))
            part.type = "AWS::Serverless::Connector"
            yield part


def add_connector(sam: Sam, of: Part) -> None:
    written = of.get("Destination")
    source = _end(sam, of.get("Source"))
    several = isinstance(written, SequenceNode)
    for number, destination in enumerate(written.value if isinstance(written, SequenceNode) else [written]):
        suffix = f"Destination{number}" if several else ""
        connect(sam, of, source, _end(sam, destination), _permissions(sam, of), suffix)


def _permissions(sam: Sam, of: Part) -> list[str]:
    written = of.get("Permissions")
    listed = [] if written is None else written.value if isinstance(written, SequenceNode) else [written]
    return [text for item in listed if (text := sam.text(item)) is not None]


def _end(sam: Sam, written: Node | None) -> _End:
    values: dict[str, Any] = {} if written is None else {name: value for name, _, value in entries(written)}
    name = sam.text(values.get("Id")) if isinstance(values.get("Id"), Node) else None
    if name is None:
        return _End(text_of(values.get("Type")) or "", values, values.get("RoleName"))
    return end_of(sam, name, values)


def end_of(sam: Sam, name: str, values: Mapping[str, Any]) -> _End:
    """A resource of the template as one end; what the author says of it outweighs what it is."""
    declared = sam.resources.get(name) or sam.template.resources.get(name)
    type_ = "" if declared is None else text_of(child(declared.node, "Type")) or ""
    found: dict[str, Any] = {
        "Arn": ref(name) if type_ in _REF_IS_ARN else {"Fn::GetAtt": [name, "Arn"]},
        "Name": {"Fn::GetAtt": [name, "Name"]},
        "ResourceId": ref(name),
        "QueueUrl": ref(name),
        "Qualifier": "*",
        "Id": name,
    }
    if type_ == "AWS::AppSync::GraphQLApi":
        found["ResourceId"] = {"Fn::GetAtt": [name, "ApiId"]}
    return _End(type_, {**found, **values}, values.get("RoleName") or _role(sam, declared))


def _role(sam: Sam, declared: Declared | None) -> Any:
    """The name of the role that a resource acts in."""
    properties = None if declared is None else child(declared.node, "Properties")
    for name in _ROLES:
        role = sam.referred(child(properties, name))
        if role is not None:
            return ref(role)
    targets = child(properties, "Targets")
    for target in targets.value if isinstance(targets, SequenceNode) else []:
        role = sam.referred(child(target, "RoleArn"))
        if role is not None:
            return ref(role)
    return None


def connect(
    sam: Sam, of: Part, source: _End, destination: _End, permissions: list[str], suffix: str = "", name: str = ""
) -> None:
    """What a connector generates for one source and one destination: a policy, or a permission."""
    profile = PROFILES.get(f"{source.type}>{destination.type}")
    if profile is None:
        return
    name = name or of.name
    values = {f"Source.{key}": value for key, value in source.values.items()}
    values |= {f"Destination.{key}": value for key, value in destination.values.items()}
    granted = {kind: profile["AccessCategories"][kind] for kind in permissions if kind in profile["AccessCategories"]}
    statements = [_filled(item, values) for given in granted.values() for item in given.get("Statement", ())]
    match profile["Type"]:
        case "AWS_IAM_ROLE_MANAGED_POLICY":
            role = source.role if profile.get("SourcePolicy") else destination.role
            body: dict[str, Any] = {"PolicyDocument": document(*statements)}
            if role is not None:
                body["Roles"] = [role]
            sam.add(f"{name}Policy{suffix}", "AWS::IAM::ManagedPolicy", body, of)
        case "AWS_SQS_QUEUE_POLICY":
            body = {"PolicyDocument": document(*statements), "Queues": [values["Destination.QueueUrl"]]}
            sam.add(f"{name}QueuePolicy{suffix}", "AWS::SQS::QueuePolicy", body, of)
        case "AWS_SNS_TOPIC_POLICY":
            body = {"PolicyDocument": document(*statements), "Topics": [values["Destination.Arn"]]}
            sam.add(f"{name}TopicPolicy{suffix}", "AWS::SNS::TopicPolicy", body, of)
        case "AWS_LAMBDA_PERMISSION":
            for kind, given in granted.items():
                body = {**_filled(given, values), "FunctionName": values["Destination.Arn"]}
                sam.add(f"{name}{kind}LambdaPermission{suffix}", "AWS::Lambda::Permission", body, of)


def _filled(data: Any, values: Mapping[str, Any]) -> Any:
    """A profile's data with the values of both ends in it."""
    if isinstance(data, list):
        return [_filled(item, values) for item in data]
    if isinstance(data, dict):
        return {key: _filled(value, values) for key, value in data.items()}
    if not isinstance(data, str) or "${" not in data:
        return data
    whole = _VARIABLE.fullmatch(data)
    if whole is not None:
        return values.get(whole[1], data)
    names = {name: name.replace(".", "") for name in _VARIABLE.findall(data)}
    text = _VARIABLE.sub(lambda match: f"${{{names[match[1]]}}}", data)
    return {"Fn::Sub": [text, {short: values[name] for name, short in names.items() if name in values}]}
