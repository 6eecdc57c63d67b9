"""AWS::Serverless::StateMachine with its role and events.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
"""

from __future__ import annotations

from typing import Any, Final

from walint.cloudformation.nodes import child, entries, made, made_list, made_mapping
from walint.cloudformation.serverless import policies
from walint.cloudformation.serverless.events import scheduled
from walint.cloudformation.serverless.events.target import Target
from walint.cloudformation.serverless.function import location
from walint.cloudformation.serverless.routes import IMPLICIT_REST, Route
from walint.cloudformation.serverless.sam import Entry, Part, Sam, arn, attribute, entry, ref
from walint.cloudformation.serverless.tags import tag_list

_CREATED_BY: Final = "stateMachine:createdBy"


class Machine(Target):
    """A state machine that events start."""

    kind = "machine"

    @property
    def arn(self) -> dict[str, Any]:
        return self.ref


def add_state_machine(sam: Sam, of: Part) -> None:
    role: Any = of.get("Role")
    if role is None:
        name = f"{of.name}Role"
        role = arn(name)
        found = policies.read_policies(sam, of, name)
        if of.get("Tracing") is not None and sam.is_true(child(of.get("Tracing"), "Enabled")):
            found.managed.insert(0, policies.managed(policies.tracing_policy(sam)))
        policies.add_role(sam, of, name, found, "states.amazonaws.com", tag_list(of, _CREATED_BY))
    properties = [
        *_definition(of),
        ("RoleArn", of.at("Role"), made(role, of.at("Role"))),
        *of.entry("Name", "StateMachineName"),
        *of.entry("Type", "StateMachineType"),
        *of.entry("Logging", "LoggingConfiguration"),
        *of.entry("Tracing", "TracingConfiguration"),
        *of.entry("DefinitionSubstitutions"),
        *tag_list(of, _CREATED_BY),
    ]
    carried = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
    sam.add(of.name, "AWS::StepFunctions::StateMachine", properties, of, carried, written=True)
    alias = sam.text(of.get("AutoPublishAlias"))
    if alias is not None:
        _add_alias(sam, of, alias)
    aimed = alias is not None and sam.is_true(of.get("UseAliasAsEventTarget"))
    target = Machine(sam, of, f"{of.name}Alias{alias}" if aimed else None)
    events = of.get("Events")
    for name, key, node in [] if events is None else entries(events):
        _add_event(target, Part(sam.evaluator, name, key, node))


def _definition(of: Part) -> list[Entry]:
    written, uri = of.get("Definition"), of.get("DefinitionUri")
    if written is not None:
        return [("DefinitionString", of.at("Definition"), made({"Fn::ToJsonString": written}, written))]
    if uri is not None:
        found = location(uri, "Bucket", "Key", "Version")
        return [("DefinitionS3Location", of.at("DefinitionUri"), made(found, uri))]
    return []


def _add_alias(sam: Sam, of: Part, alias: str) -> None:
    version = f"{of.name}Version"
    sam.add(
        version,
        "AWS::StepFunctions::StateMachineVersion",
        {"StateMachineArn": ref(of.name), "StateMachineRevisionId": attribute(of.name, "StateMachineRevisionId")},
        of,
        more={"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"},
    )
    preference = of.get("DeploymentPreference")
    body: dict[str, Any] = {"Name": alias}
    deployed: dict[str, Any] = {"StateMachineVersionArn": ref(version), "Type": "ALL_AT_ONCE"}
    if preference is not None:
        deployed |= {name: value for name, _, value in entries(preference)}
    body["DeploymentPreference"] = deployed
    sam.add(f"{of.name}Alias{alias}", "AWS::StepFunctions::StateMachineAlias", body, of)


def _add_event(target: Machine, event: Part) -> None:
    name = target.name(event)
    if event.type == "ScheduleV2":
        scheduled.schedule_v2(target, event)
        return
    if event.type == "Api":
        _add_route(target, event)
        return
    if event.type not in ("Schedule", "CloudWatchEvent", "EventBridgeRule"):
        return
    role: Any = event.get("RoleArn")
    if role is None:
        role = arn(f"{name}Role")
        _add_start_role(target, event, f"{name}Role", "events.amazonaws.com")
    identity = f"{name}StepFunctionsTarget"
    aimed: list[Entry] = [entry("Arn", target.arn, event.key)]
    aimed.append(entry("Id", child(event.get("Target"), "Id") or identity, event.key))
    aimed.append(entry("RoleArn", role, event.at("RoleArn")))
    aimed += event.entries(("Input", "InputPath", "InputTransformer", "RetryPolicy"))
    aimed += scheduled.dead_letters(target, event, arn(name), "events.amazonaws.com")
    kept = [
        *event.entry("Schedule", "ScheduleExpression"),
        *event.entry("Pattern", "EventPattern"),
        *event.entries(("Name", "Description", "EventBusName")),
        *event.entry("RuleName", "Name"),
        *scheduled.state(target, event),
    ]
    targets = ("Targets", event.key, made_list([made_mapping(aimed, event.key)], event.key))
    target.add(name, "AWS::Events::Rule", [*kept, targets], event)


def _add_start_role(target: Machine, event: Part, name: str, service: str) -> None:
    called = policies.statement("Allow", "states:StartExecution", target.arn)
    granted = policies.inline(f"{name}StartExecutionPolicy", called)
    properties = [
        entry("AssumeRolePolicyDocument", policies.assume_role(service), event.key),
        entry("Policies", [granted], event.key),
        *(event.entry("PermissionsBoundary") or target.of.entry("PermissionsBoundary")),
    ]
    target.add(name, "AWS::IAM::Role", properties, event)


def _add_route(target: Machine, event: Part) -> None:
    """A method that starts an execution, through a role of its own."""
    sam = target.sam
    api_id = event.get("RestApiId")
    name = IMPLICIT_REST if api_id is None else sam.referred(api_id)
    path, method = sam.text(event.get("Path")), (sam.text(event.get("Method")) or "").lower()
    if name is not None and path is not None and method:
        sam.routes.add(name, Route(target, event, path, method))
        _add_start_role(target, event, f"{target.name(event)}Role", "apigateway.amazonaws.com")
