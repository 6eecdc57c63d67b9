"""Events of EventBridge: rules, and the scheduler's schedules."""

from __future__ import annotations

from typing import Any

from walint.cloudformation.nodes import child, entries, made, made_mapping, text_of
from walint.cloudformation.serverless.events.pushed import allow_queue
from walint.cloudformation.serverless.events.target import Granted, Target
from walint.cloudformation.serverless.policies import assume_role, inline, statement
from walint.cloudformation.serverless.sam import Entry, Part, arn, entry, ref


def schedule(target: Target, event: Part) -> Granted:
    """A rule that fires by the clock."""
    kept = [
        *event.entry("Schedule", "ScheduleExpression"),
        *event.entries(("Name", "Description", "RoleArn")),
        *state(target, event),
    ]
    return _add_rule(target, event, kept, f"{target.name(event)}LambdaTarget")


def rule(target: Target, event: Part) -> Granted:
    """A rule that fires for events of a pattern."""
    kept = [
        *event.entry("Pattern", "EventPattern"),
        *event.entry("EventBusName"),
        *event.entry("RuleName", "Name"),
        *state(target, event),
    ]
    given = child(event.get("Target"), "Id")
    return _add_rule(target, event, kept, given or f"{target.name(event)}LambdaTarget")


def state(target: Target, event: Part) -> list[Entry]:
    enabled = event.get("Enabled")
    if event.get("State") is not None:
        return event.entry("State")
    if enabled is None:
        return []
    if target.sam.text(enabled) not in ("true", "false"):
        return [("State", event.at("Enabled"), enabled)]
    state = "ENABLED" if target.sam.is_true(enabled) else "DISABLED"
    return [("State", event.at("Enabled"), made(state, enabled))]


def _add_rule(target: Target, event: Part, kept: list[Entry], identity: Any) -> Granted:
    name = target.name(event)
    aimed: list[Entry] = [entry("Arn", target.arn, event.key), entry("Id", identity, event.key)]
    aimed += event.entries(("Input", "InputPath", "InputTransformer", "RetryPolicy"))
    aimed += dead_letters(target, event, arn(name), "events.amazonaws.com")
    targets = ("Targets", event.key, made([made_mapping(aimed, event.key)], event.key))
    target.add(name, "AWS::Events::Rule", [*kept, targets], event)
    target.permit(event, "events.amazonaws.com", {"SourceArn": arn(name)})
    return Granted()


def dead_letters(target: Target, event: Part, source: Any, service: str) -> list[Entry]:
    """Where events go that could not be delivered: the author's queue, or one that SAM generates."""
    written = event.get("DeadLetterConfig")
    if written is None:
        return []
    queue_arn: Any = child(written, "Arn")
    if text_of(child(written, "Type")) == "SQS":
        name = text_of(child(written, "QueueLogicalId")) or target.name(event, "Queue")
        target.add(name, "AWS::SQS::Queue", [], event)
        if service == "events.amazonaws.com":
            policy = target.name(event, "QueuePolicy")
            allow_queue(target, event, policy, arn(name), ref(name), source, {"Service": service})
        queue_arn = arn(name)
    return [("DeadLetterConfig", event.at("DeadLetterConfig"), made({"Arn": queue_arn}, written))]


def schedule_v2(target: Target, event: Part) -> Granted:
    """A schedule of EventBridge's scheduler, which calls the function through a role of its own."""
    name = target.name(event)
    role: Any = event.get("RoleArn")
    aimed: list[Entry] = [entry("Arn", target.arn, event.key)]
    aimed += event.entries(("Input", "RetryPolicy"))
    dead = dead_letters(target, event, None, "scheduler.amazonaws.com")
    if role is None:
        role = arn(f"{name}Role")
        _add_schedule_role(target, event, f"{name}Role", dead)
    aimed += dead
    aimed.append(entry("RoleArn", role, event.at("RoleArn")))
    aim = ("Target", event.key, made_mapping(aimed, event.key))
    named = event.entry("Name")
    if not named and not target.sam.is_true(event.get("OmitName")):
        named = [entry("Name", name, event.key)]
    kept = event.entries(
        (
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "Description",
            "EndDate",
            "StartDate",
            "State",
            "GroupName",
            "KmsKeyArn",
        )
    )
    window = event.entry("FlexibleTimeWindow") or [entry("FlexibleTimeWindow", {"Mode": "OFF"}, event.key)]
    target.add(name, "AWS::Scheduler::Schedule", [*kept, *named, *window, aim], event)
    return Granted()


def _add_schedule_role(target: Target, event: Part, name: str, dead: list[Entry]) -> None:
    called = statement("Allow", *_call(target))
    policies: list[Any] = [inline(f"{target.name(event)}{_POLICY[target.kind]}", called)]
    if dead:
        queue = next(value for key, _, value in entries(dead[0][2]) if key == "Arn")
        policies.append(inline(f"{target.name(event)}SQSPolicy", statement("Allow", "sqs:SendMessage", queue)))
    properties = [
        entry("AssumeRolePolicyDocument", assume_role("scheduler.amazonaws.com"), event.key),
        entry("Policies", policies, event.key),
        *event.entries(("PermissionsBoundary",)),
    ]
    target.add(name, "AWS::IAM::Role", properties, event)


_POLICY = {"function": "LambdaPolicy", "machine": "StartExecutionPolicy"}


def _call(target: Target) -> tuple[str, Any]:
    action = "lambda:InvokeFunction" if target.kind == "function" else "states:StartExecution"
    return action, target.arn
