"""Events that a service calls the function for: S3, SNS, CloudWatch Logs, IoT, Cognito, Alexa."""

from __future__ import annotations

from typing import Any

from yaml.nodes import Node, SequenceNode

from walint.cloudformation.nodes import child, function_of, made, made_mapping
from walint.cloudformation.serverless.events.target import Granted, Target
from walint.cloudformation.serverless.sam import Part, arn, entry, ref


def bucket(target: Target, event: Part) -> Granted:
    """A bucket's notifications: SAM writes them into the bucket, which has to be in the same template."""
    permission = target.permit(event, "s3.amazonaws.com", {"SourceAccount": ref("AWS::AccountId")})
    name = target.sam.referred(event.get("Bucket"))
    kinds = event.get("Events")
    if name is None or kinds is None:
        return Granted()
    listed = kinds.value if isinstance(kinds, SequenceNode) and function_of(kinds) is None else [kinds]
    configurations = []
    condition = target.of.attributes.get("Condition")
    for kind in listed:
        called = [
            entry("Event", kind, event.at("Events")),
            entry("Function", target.arn, event.key),
            *event.entry("Filter"),
        ]
        node: Node = made_mapping(called, event.key)
        if condition is not None:
            node = made({"Fn::If": [condition[1], node, ref("AWS::NoValue")]}, event.key)
        configurations.append(node)
    path = ("NotificationConfiguration", "LambdaConfigurations")
    target.sam.extend(name, path, configurations, event.key, depends_on=permission)
    return Granted()


def topic(target: Target, event: Part) -> Granted:
    queue = event.get("SqsSubscription")
    shared = [
        *event.entry("Topic", "TopicArn"),
        *event.entries(("Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")),
    ]
    subscribed = [entry("Protocol", "lambda", event.key), entry("Endpoint", target.arn, event.key)]
    if queue is None or target.sam.text(queue) == "false":
        target.permit(event, "sns.amazonaws.com", {"SourceArn": event.get("Topic")})
        target.add(target.name(event), "AWS::SNS::Subscription", [*shared, *subscribed], event)
        return Granted()
    return _through_a_queue(target, event, queue, shared)


def _through_a_queue(target: Target, event: Part, queue: Node, shared: list[Any]) -> Granted:
    """A topic whose messages go through a queue: SAM generates the one that the author does not name."""
    queue_arn: Any = child(queue, "QueueArn")
    url: Any = child(queue, "QueueUrl")
    if queue_arn is None:
        name = target.name(event, "Queue")
        target.add(name, "AWS::SQS::Queue", [], event)
        queue_arn, url = arn(name), ref(name)
    policy = child(queue, "QueuePolicyLogicalId")
    name = (target.sam.text(policy) if policy is not None else None) or target.name(event, "QueuePolicy")
    allow_queue(target, event, name, queue_arn, url, event.get("Topic"))
    protocol = [entry("Protocol", "sqs", event.key), entry("Endpoint", queue_arn, event.key)]
    target.add(target.name(event), "AWS::SNS::Subscription", [*shared, *protocol], event)
    mapping = {
        "BatchSize": child(queue, "BatchSize") or 10,
        "Enabled": True,
        "EventSourceArn": queue_arn,
        "FunctionName": target.ref,
    }
    properties = [entry(key, value, event.key) for key, value in mapping.items()]
    target.add(target.name(event, "EventSourceMapping"), "AWS::Lambda::EventSourceMapping", properties, event)
    return Granted(("AWSLambdaSQSQueueExecutionRole",))


def allow_queue(
    target: Target, event: Part, name: str, queue_arn: Any, url: Any, source: Any, principal: Any = "*"
) -> None:
    """A queue's policy that lets a source send to it."""
    statement = {
        "Action": "sqs:SendMessage",
        "Effect": "Allow",
        "Principal": principal,
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    properties = [entry("PolicyDocument", document, event.key), entry("Queues", [url], event.key)]
    target.add(name, "AWS::SQS::QueuePolicy", properties, event)


def logs(target: Target, event: Part) -> Granted:
    group = event.get("LogGroupName")
    source = {
        "Fn::Sub": [
            "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*",
            {"__LogGroupName__": group},
        ]
    }
    target.permit(event, "logs.amazonaws.com", {"SourceArn": source})
    properties = [
        *event.entries(("LogGroupName", "FilterPattern")),
        entry("DestinationArn", target.arn, event.key),
    ]
    target.add(target.name(event), "AWS::Logs::SubscriptionFilter", properties, event)
    return Granted()


def iot(target: Target, event: Part) -> Granted:
    name = target.name(event)
    source = {
        "Fn::Sub": [
            "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}",
            {"RuleName": ref(name)},
        ]
    }
    target.permit(event, "iot.amazonaws.com", {"SourceAccount": ref("AWS::AccountId"), "SourceArn": source})
    payload = [
        *event.entries(("Sql", "AwsIotSqlVersion")),
        entry("RuleDisabled", False, event.key),
        entry("Actions", [{"Lambda": {"FunctionArn": target.arn}}], event.key),
    ]
    rule = ("TopicRulePayload", event.key, made_mapping(payload, event.key))
    target.add(name, "AWS::IoT::TopicRule", [rule], event)
    return Granted()


def alexa(target: Target, event: Part) -> Granted:
    target.permit(event, "alexa-appkit.amazon.com", {"EventSourceToken": event.get("SkillId")})
    return Granted()


def cognito(target: Target, event: Part) -> Granted:
    """A user pool's triggers: SAM writes them into the pool, which has to be in the same template."""
    name = target.sam.referred(event.get("UserPool"))
    if name is None:
        return Granted()
    permission = f"{target.alias or target.of.name}CognitoPermission"
    target.permit(event, "cognito-idp.amazonaws.com", {"SourceArn": arn(name)}, name=permission)
    triggers = event.get("Trigger")
    listed = triggers.value if isinstance(triggers, SequenceNode) else [triggers] if triggers is not None else []
    for trigger in listed:
        kind = target.sam.text(trigger)
        if kind is not None:
            target.sam.put(name, ("LambdaConfig", kind), made(target.arn, event.key), event.key)
    return Granted()
