"""AWS::Serverless::Function as the Lambda function that it is, with what SAM generates beside it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode, Node

from walint.cloudformation.nodes import child, entries, function_of, made, made_scalar, text_of
from walint.cloudformation.serverless import policies
from walint.cloudformation.serverless.destinations import add_event_invoke_config
from walint.cloudformation.serverless.events import Target, add_event
from walint.cloudformation.serverless.publishing import add_deployment, add_url, add_version_and_alias, alias_name
from walint.cloudformation.serverless.sam import Entry, Part, Sam, arn, entry
from walint.cloudformation.serverless.tags import tag_list

CREATED_BY: Final = "lambda:createdBy"
# Properties that are the transform's own; all others are the Lambda function's, under the same name.
_OWN: Final = frozenset(
    (
        "AssumeRolePolicyDocument",
        "AutoPublishAlias",
        "AutoPublishAliasAllProperties",
        "AutoPublishCodeSha256",
        "CapacityProviderConfig",
        "CodeUri",
        "DeadLetterQueue",
        "DeploymentPreference",
        "EventInvokeConfig",
        "Events",
        "FunctionUrlConfig",
        "ImageUri",
        "InlineCode",
        "PermissionsBoundary",
        "Policies",
        "PropagateTags",
        "ProvisionedConcurrencyConfig",
        "Role",
        "RolePath",
        "SourceKMSKeyArn",
        "Tags",
        "Tracing",
        "VersionDeletionPolicy",
        "VersionDescription",
    )
)
_SEND: Final = {"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}


def add_function(sam: Sam, of: Part) -> None:
    alias = sam.text(of.get("AutoPublishAlias"))
    target = Target(sam, of, None if alias is None else alias_name(of, alias))
    found = policies.read_policies(sam, of, f"{of.name}Role")
    managed, inline = _around(sam, of)
    inline += add_event_invoke_config(sam, of, alias)
    for name, key, node in entries(of.get("Events") or of.key):
        given = add_event(target, Part(sam.evaluator, name, key, node))
        managed += given.managed
        inline += given.inline
    found.managed[:0] = [policies.managed(name) for name in managed]
    found.inline[:0] = [made(item, of.key) for item in inline]
    role = _role(sam, of, found)
    tags = tag_list(of, CREATED_BY)
    properties = [
        *of.entries(name for name in of.properties if name not in _OWN),
        *_code(of),
        ("Role", of.at("Role"), role),
        *_tracing(sam, of),
        *_dead_letters(of),
        *_capacity(of),
        *tags,
    ]
    carried = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata", "CreationPolicy")
    sam.add(of.name, "AWS::Lambda::Function", properties, of, carried, written=True)
    if alias is not None:
        add_version_and_alias(sam, of, alias)
        add_deployment(sam, of, alias)
    add_url(sam, of, target)


def _around(sam: Sam, of: Part) -> tuple[list[str], list[Any]]:
    """The managed policies, and policies, that a function needs for how it is set up."""
    durable = of.get("DurableConfig") is not None
    managed = ["service-role/AWSLambdaBasicDurableExecutionRolePolicy" if durable else "AWSLambdaBasicExecutionRole"]
    if _traced(sam, of):
        managed.append(policies.tracing_policy(sam))
    if of.get("VpcConfig") is not None:
        managed.append("AWSLambdaVPCAccessExecutionRole")
    inline = []
    queue = of.get("DeadLetterQueue")
    action = _SEND.get(text_of(child(queue, "Type")) or "")
    if queue is not None and action is not None:
        granted = policies.statement("Allow", action, child(queue, "TargetArn"))
        inline.append({"PolicyName": "DeadLetterQueuePolicy", "PolicyDocument": policies.document(granted)})
    return managed, inline


def _role(sam: Sam, of: Part, found: policies.Policies) -> Node:
    """What the function's Role is; the role that SAM generates where the author leaves it out."""
    name = f"{of.name}Role"
    written = of.get("Role")
    own: Node = made(arn(name), of.key)
    condition: str | None = None
    if written is not None:
        function = function_of(written)
        branches = function[1].value if function is not None and function[0] == "If" else []
        left_out = [at for at, branch in enumerate(branches) if at and _is_no_value(branch)]
        if len(branches) != 3 or not left_out:
            return written
        if len(left_out) == 1:
            condition = text_of(branches[0])
            items = [own if at == left_out[0] else branch for at, branch in enumerate(branches)]
            own = made({"Fn::If": items}, written)
            if condition is not None and left_out[0] == 2:
                condition = _negated(sam, condition, written)
    policies.add_role(sam, of, name, found, "lambda.amazonaws.com", tag_list(of, CREATED_BY))
    if condition is not None:
        role = sam.resources[name]
        body = [(key, at, value) for key, at, value in entries(role.node) if key != "Condition"]
        body.append(entry("Condition", condition, of.at("Role")))
        from walint.cloudformation.nodes import made_mapping

        sam.resources[name] = role._replace(node=made_mapping(body, of.key))
    return own


def _is_no_value(node: Node) -> bool:
    function = function_of(node)
    return function is not None and function[0] == "Ref" and text_of(function[1]) == "AWS::NoValue"


def _negated(sam: Sam, condition: str, at: Node) -> str:
    name = f"NOT{condition}"
    sam.template.conditions[name] = (made_scalar(name, at), made({"Fn::Not": [{"Condition": condition}]}, at))
    return name


def _code(of: Part) -> list[Entry]:
    """The Code of a function, by what says where it is."""
    for name in ("ImageUri", "InlineCode", "CodeUri"):
        written = of.get(name)
        if written is not None:
            key = {"ImageUri": "ImageUri", "InlineCode": "ZipFile"}.get(name)
            body = {key: written} if key is not None else location(written, "S3Bucket", "S3Key", "S3ObjectVersion")
            if of.get("SourceKMSKeyArn") is not None and isinstance(body, dict):
                body["SourceKMSKeyArn"] = of.get("SourceKMSKeyArn")
            return [("Code", of.at(name), made(body, written))]
    return []


def location(written: Node, bucket: str, key: str, version: str) -> Any:
    """A place in S3, as SAM takes it (`s3://bucket/key`, or Bucket, Key and Version), under other names.

    A local path stays what it is: packaging puts the place in S3 there.
    """
    if isinstance(written, MappingNode) and function_of(written) is None:
        renamed = {"Bucket": bucket, "Key": key, "Version": version}
        return {renamed.get(name, name): value for name, _, value in entries(written)}
    text = text_of(written)
    if text is not None and text.startswith("s3://"):
        where, _, query = text[5:].partition("?")
        found = dict(zip((bucket, key), where.split("/", 1), strict=False))
        if query.startswith("versionId="):
            found[version] = query.removeprefix("versionId=")
        return found
    return written


def _traced(sam: Sam, of: Part) -> bool:
    written = of.get("Tracing")
    return written is not None and sam.text(written) != "Disabled"


def _tracing(sam: Sam, of: Part) -> list[Entry]:
    if not _traced(sam, of):
        return []
    return [("TracingConfig", of.at("Tracing"), made({"Mode": of.get("Tracing")}, of.at("Tracing")))]


def _capacity(of: Part) -> list[Entry]:
    """The capacity provider that a function runs on, a level deeper and under another name than SAM has it."""
    written = of.get("CapacityProviderConfig")
    if written is None or not isinstance(written, MappingNode):
        return []
    given = {"CapacityProviderArn" if name == "Arn" else name: value for name, _, value in entries(written)}
    at = of.at("CapacityProviderConfig")
    return [("CapacityProviderConfig", at, made({"LambdaManagedInstancesCapacityProviderConfig": given}, written))]


def _dead_letters(of: Part) -> list[Entry]:
    written = of.get("DeadLetterQueue")
    target = child(written, "TargetArn")
    if written is None or target is None:
        return []
    return [("DeadLetterConfig", of.at("DeadLetterQueue"), made({"TargetArn": target}, written))]
