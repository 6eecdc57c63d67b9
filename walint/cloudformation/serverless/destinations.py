"""Where the outcomes of asynchronous calls go: EventInvokeConfig."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import Node

from walint.cloudformation.nodes import child, text_of
from walint.cloudformation.serverless import policies
from walint.cloudformation.serverless.sam import Part, Sam, arn, ref

_ACTIONS: Final = {
    "SQS": "sqs:SendMessage",
    "SNS": "sns:publish",
    "Lambda": "lambda:InvokeFunction",
    "EventBridge": "events:PutEvents",
}


def add_event_invoke_config(sam: Sam, of: Part, alias: str | None) -> list[Any]:
    """The configuration, with queues and topics for destinations that are not named; the policies it takes."""
    written = of.get("EventInvokeConfig")
    if written is None:
        return []
    name = f"{of.name}EventInvokeConfig"
    found: dict[str, Any] = {}
    granted: list[Any] = []
    for outcome in ("OnSuccess", "OnFailure"):
        given = child(child(written, "DestinationConfig"), outcome)
        kind = text_of(child(given, "Type"))
        if given is None or kind is None:
            continue
        destination = _destination(sam, of, f"{name}{outcome}", kind, child(given, "Destination"))
        found[outcome] = {"Destination": destination}
        if kind == "S3Bucket":
            granted.append(policies.to_bucket(f"{name}{outcome}", destination))
        elif kind in _ACTIONS:
            allowed = policies.statement("Allow", _ACTIONS[kind], destination)
            granted.append(policies.inline(f"{name}{outcome}{kind}Policy", allowed))
    properties: dict[str, Any] = {"FunctionName": ref(of.name), "Qualifier": alias or "$LATEST"}
    if found:
        properties["DestinationConfig"] = found
    for key in ("MaximumEventAgeInSeconds", "MaximumRetryAttempts"):
        value = child(written, key)
        if value is not None:
            properties[key] = value
    sam.add(name, "AWS::Lambda::EventInvokeConfig", properties, of)
    return granted


def _destination(sam: Sam, of: Part, name: str, kind: str, written: Node | None) -> Any:
    if written is not None or kind not in ("SQS", "SNS"):
        return written
    made, type_ = (f"{name}Queue", "AWS::SQS::Queue") if kind == "SQS" else (f"{name}Topic", "AWS::SNS::Topic")
    sam.add(made, type_, {}, of)
    sam.alias(f"{of.name}.Destination{'Queue' if kind == 'SQS' else 'Topic'}", made)
    return arn(made) if kind == "SQS" else ref(made)
