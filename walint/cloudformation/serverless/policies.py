"""The role of a function or state machine: what its Policies say.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.nodes import child, entries, function_of, made, made_list, text_of
from walint.cloudformation.serverless.sam import Entry, Part, Sam, entry, sub
from walint.vocabulary.lines import LineFile

_FOLDER: Final = Path(__file__).parent
TEMPLATES: Final = LineFile(_FOLDER / "policy_templates.txt")
# Managed policies that lie in a folder, which a template may leave out.
_FOLDERS: Final = LineFile(_FOLDER / "managed_policies.txt")


class Policies(NamedTuple):
    """What a role is given.

    Attributes:
        managed: ARNs of managed policies.
        inline: items of the role's Policies.
    """

    managed: list[Any]
    inline: list[Any]


def managed(name: str) -> dict[str, str]:
    """The ARN of a policy that AWS manages, by its name."""
    folder = _FOLDERS.get(name)
    path = f"{folder}/{name}" if folder else name
    return sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{path}")


def tracing_policy(sam: Sam) -> str:
    """The managed policy that lets a role write to X-Ray."""
    commercial = sam.template.pseudo("AWS::Partition") not in ("aws-cn", "aws-us-gov")
    return "AWSXrayWriteOnlyAccess" if commercial else "AWSXRayDaemonWriteAccess"


def read_policies(sam: Sam, of: Part, role: str) -> Policies:
    """The Policies property: names, ARNs, templates and documents, one of them or a list."""
    found = Policies([], [])
    node = of.get("Policies")
    if node is None:
        return found
    items = node.value if isinstance(node, SequenceNode) and function_of(node) is None else [node]
    for at, item in enumerate(items):
        _add(sam, found, item, f"{role}Policy{at}")
    return found


def _add(sam: Sam, found: Policies, item: Node, name: str) -> None:
    function = function_of(item)
    if function is not None and function[0] == "If" and isinstance(function[1], SequenceNode):
        _add_choice(sam, found, item, function[1], name)
    elif isinstance(item, MappingNode) and function is None:
        found.inline.append(made(_inline(sam, item, name), item))
    else:
        found.managed.append(_managed_by(sam, item))


def _managed_by(sam: Sam, item: Node) -> Node:
    """A managed policy by its ARN, a function that gives it, or its name."""
    name = text_of(item) or sam.text(item)
    if name is None or name.startswith("arn:"):
        return item
    return made(managed(name), item)


def _add_choice(sam: Sam, found: Policies, item: Node, argument: Node, name: str) -> None:
    """Fn::If over policies: the branches go where each belongs."""
    if len(argument.value) != 3:
        return
    condition, *branches = argument.value
    if any(isinstance(branch, MappingNode) and function_of(branch) is None for branch in branches):
        shown = [made(_inline(sam, branch, name), branch) for branch in branches]
        found.inline.append(_choice(item, condition, shown))
    else:
        found.managed.append(_choice(item, condition, [_managed_by(sam, branch) for branch in branches]))


def _choice(item: Node, condition: Node, branches: list[Node]) -> Node:
    return made({"Fn::If": made_list([condition, *branches], item)}, item)


def _inline(sam: Sam, item: Node, name: str) -> Any:
    """A policy template by its name, or a policy document, as an item of a role's Policies."""
    if function_of(item) is not None or not isinstance(item, MappingNode):
        return item
    given = entries(item)
    if len(given) == 1:
        template, _, parameters = given[0]
        statements = TEMPLATES.get(template)
        if statements is not None:
            return {"PolicyName": name, "PolicyDocument": {"Statement": _filled(statements, _by_name(parameters))}}
    if child(item, "PolicyDocument") is not None:
        return item
    return {"PolicyName": name, "PolicyDocument": item}


def _by_name(parameters: Node) -> dict[str, Node]:
    return {name: value for name, _, value in entries(parameters)}


def _filled(data: Any, parameters: Mapping[str, Node]) -> Any:
    """A policy template with the parameters that are given."""
    if isinstance(data, list):
        return [_filled(item, parameters) for item in data]
    if isinstance(data, dict):
        return {key: _filled(value, parameters) for key, value in data.items()}
    if not isinstance(data, str) or "${" not in data:
        return data
    used = {name: value for name, value in parameters.items() if f"${{{name}}}" in data}
    only = next((value for name, value in used.items() if data == f"${{{name}}}"), None)
    return only if only is not None else {"Fn::Sub": [data, used]}


def statement(effect: str, actions: str | list[str], resources: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": actions, "Resource": resources}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def inline(name: str, *statements: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a role's Policies, in a document without a Version, as SAM writes it."""
    return {"PolicyName": name, "PolicyDocument": {"Statement": list(statements)}}


def to_bucket(name: str, bucket: Any) -> dict[str, Any]:
    """What lets a role put objects into a bucket."""
    objects = {"Fn::Join": ["/", [bucket, "*"]]}
    granted = [statement("Allow", "s3:PutObject", objects), statement("Allow", "s3:ListBucket", bucket)]
    return inline(f"{name}S3Policy", *granted)


def assume_role(*services: str) -> dict[str, Any]:
    principal = {"Service": list(services)}
    return document({"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": principal})


def add_role(
    sam: Sam,
    of: Part,
    name: str,
    found: Policies,
    service: str,
    tags: list[Entry],
    basic: tuple[str, ...] = (),
) -> None:
    """The role that SAM generates where the author names none."""
    arns = [managed(policy) for policy in basic] + found.managed
    at = of.at("Policies")
    trust = of.entry("AssumeRolePolicyDocument") or [entry("AssumeRolePolicyDocument", assume_role(service), of.key)]
    properties = [*of.entry("RolePath", "Path"), *trust]
    if arns:
        properties.append(entry("ManagedPolicyArns", _unique(arns), at))
    if found.inline:
        properties.append(entry("Policies", found.inline, at))
    properties += [*of.entry("PermissionsBoundary"), *tags]
    sam.add(name, "AWS::IAM::Role", properties, of)


def _unique(values: list[Any]) -> list[Any]:
    out: list[Any] = []
    for value in values:
        if not any(_same(value, before) for before in out):
            out.append(value)
    return out


def _same(one: Any, other: Any) -> bool:
    return bool(_written(one) == _written(other))


def _written(value: Any) -> Any:
    """A managed policy's name or ARN for comparison."""
    if isinstance(value, ScalarNode):
        return str(value.value)
    if isinstance(value, MappingNode):
        return {name: _written(inner) for name, _, inner in entries(value)}
    return value
