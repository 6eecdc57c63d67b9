"""Versions, aliases, deployments and URLs of a function."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import Node

from walint.cloudformation.nodes import child, entries
from walint.cloudformation.serverless import policies
from walint.cloudformation.serverless.sam import Part, Sam, arn, entry, ref

DEPLOYMENTS: Final = "ServerlessDeploymentApplication"
_DEPLOYMENT_ROLE: Final = "CodeDeployServiceRole"


def add_version_and_alias(sam: Sam, of: Part, alias: str) -> None:
    version = f"{of.name}Version"
    provided = of.get("CapacityProviderConfig") is not None
    properties = {
        "FunctionName": ref(of.name),
        **_given(of, "VersionDescription", "Description"),
        **(_given(of, "FunctionScalingConfig") if provided else {}),
    }
    default = "Delete" if provided else "Retain"
    kept: dict[str, Any] = {"DeletionPolicy": sam.text(of.get("VersionDeletionPolicy")) or default}
    if "DeletionPolicy" in of.attributes:
        kept = {}
    sam.add(version, "AWS::Lambda::Version", properties, of, more=kept)
    named = alias_name(of, alias)
    pointed = {
        "Name": of.get("AutoPublishAlias"),
        "FunctionName": ref(of.name),
        "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
        **_given(of, "ProvisionedConcurrencyConfig"),
    }
    update = _update_policy(sam, of)
    sam.add(named, "AWS::Lambda::Alias", pointed, of, more=update)
    sam.alias(f"{of.name}.Version", version)
    sam.alias(f"{of.name}.Alias", named)


def alias_name(of: Part, alias: str) -> str:
    """The logical id of a function's alias."""
    return f"{of.name}Alias{alias.replace('-', 'D').replace('_', 'U')}"


def _given(of: Part, name: str, renamed: str | None = None) -> dict[str, Node]:
    value = of.get(name)
    return {} if value is None else {renamed or name: value}


def _preference(sam: Sam, of: Part) -> Node | None:
    """How a function is deployed bit by bit; None where it is not."""
    preference = of.get("DeploymentPreference")
    if child(preference, "Type") is None or sam.text(child(preference, "Enabled")) == "false":
        return None
    return preference


def _update_policy(sam: Sam, of: Part) -> dict[str, Any]:
    """How CodeDeploy moves an alias to a new version."""
    preference = _preference(sam, of)
    if preference is None:
        return {}
    hooks = child(preference, "Hooks")
    moved: dict[str, Any] = {
        "ApplicationName": ref(DEPLOYMENTS),
        "DeploymentGroupName": ref(f"{of.name}DeploymentGroup"),
    }
    for hook, name in (("PreTraffic", "BeforeAllowTrafficHook"), ("PostTraffic", "AfterAllowTrafficHook")):
        given = child(hooks, hook)
        if given is not None:
            moved[name] = given
    return {"UpdatePolicy": {"CodeDeployLambdaAliasUpdate": moved}}


def add_deployment(sam: Sam, of: Part, alias: str) -> None:
    """The CodeDeploy application, shared by all functions, and this function's group in it."""
    preference = _preference(sam, of)
    if preference is None:
        return
    if DEPLOYMENTS not in sam.resources:
        sam.add(DEPLOYMENTS, "AWS::CodeDeploy::Application", {"ComputePlatform": "Lambda"}, of, ())
    role: Any = child(preference, "Role")
    if role is None:
        role = arn(_DEPLOYMENT_ROLE)
        if _DEPLOYMENT_ROLE not in sam.resources:
            granted = {
                "AssumeRolePolicyDocument": policies.assume_role("codedeploy.amazonaws.com"),
                "ManagedPolicyArns": [policies.managed("AWSCodeDeployRoleForLambda")],
            }
            sam.add(_DEPLOYMENT_ROLE, "AWS::IAM::Role", granted, of, ())
    group: dict[str, Any] = {
        "ApplicationName": ref(DEPLOYMENTS),
        "AutoRollbackConfiguration": {
            "Enabled": True,
            "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        "DeploymentConfigName": _configuration(sam, child(preference, "Type")),
        "DeploymentStyle": {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
        "ServiceRoleArn": role,
    }
    alarms = child(preference, "Alarms")
    if alarms is not None:
        named = [{"Name": alarm} for alarm in alarms.value] if isinstance(alarms.value, list) else alarms
        group["AlarmConfiguration"] = {"Enabled": True, "Alarms": named}
    triggers = child(preference, "TriggerConfigurations")
    if triggers is not None:
        group["TriggerConfigurations"] = triggers
    sam.add(f"{of.name}DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup", group, of, ("Condition",))


def _configuration(sam: Sam, written: Node | None) -> Any:
    """The name of a deployment's configuration: one that AWS has, or the author's own."""
    kind = sam.text(written)
    if kind is None:
        return written
    if kind.startswith(("Canary", "Linear")) or kind == "AllAtOnce":
        return f"CodeDeployDefault.Lambda{kind}"
    return written


def add_url(sam: Sam, of: Part, target: Any) -> None:
    """A function's URL, and who may call it where it asks for no credentials."""
    written = of.get("FunctionUrlConfig")
    if written is None:
        return
    at = of.at("FunctionUrlConfig")
    properties = [
        entry("TargetFunctionArn", target.ref, at),
        *((name, key, value) for name, key, value in entries(written)),
    ]
    sam.add(f"{of.name}Url", "AWS::Lambda::Url", properties, of)
    if sam.text(child(written, "AuthType")) != "NONE":
        return
    for name, action, more in (
        (f"{of.name}UrlPublicPermissions", "lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": "NONE"}),
        (f"{of.name}URLInvokeAllowPublicAccess", "lambda:InvokeFunction", {"InvokedViaFunctionUrl": True}),
    ):
        permission = {"Action": action, "FunctionName": target.ref, "Principal": "*", **more}
        sam.add(name, "AWS::Lambda::Permission", [entry(key, value, at) for key, value in permission.items()], of)
