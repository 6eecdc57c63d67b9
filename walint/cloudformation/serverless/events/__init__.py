"""The events of a function: what calls it, and what SAM generates for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from walint.cloudformation.serverless.events import apis, pulled, pushed, scheduled
from walint.cloudformation.serverless.events.target import Granted, Target
from walint.cloudformation.serverless.sam import Part

_KINDS: Final[Mapping[str, Callable[[Target, Part], Granted]]] = MappingProxyType(
    {
        "AlexaSkill": pushed.alexa,
        "Api": apis.rest,
        "CloudWatchEvent": scheduled.rule,
        "CloudWatchLogs": pushed.logs,
        "Cognito": pushed.cognito,
        "DocumentDB": pulled.document_db,
        "DynamoDB": pulled.dynamodb,
        "EventBridgeRule": scheduled.rule,
        "HttpApi": apis.http,
        "IoTRule": pushed.iot,
        "Kinesis": pulled.kinesis,
        "MQ": pulled.mq,
        "MSK": pulled.msk,
        "S3": pushed.bucket,
        "SNS": pushed.topic,
        "SQS": pulled.sqs,
        "Schedule": scheduled.schedule,
        "ScheduleV2": scheduled.schedule_v2,
        "SelfManagedKafka": pulled.kafka,
    }
)


def add_event(target: Target, event: Part) -> Granted:
    """Generate what an event needs beside the function; the policies that it gives the function's role."""
    kind = _KINDS.get(event.type)
    return Granted() if kind is None else kind(target, event)


__all__ = ["Granted", "Target", "add_event"]
