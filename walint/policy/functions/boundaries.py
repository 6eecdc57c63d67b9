"""Managed policies that limit and grant nothing: those that serve as permissions boundaries alone."""

from __future__ import annotations

from typing import Any, Final

from walint.graph import Graph, Resource
from walint.policy.functions.links import incoming, referrers
from walint.policy.logic import negate
from walint.policy.runtime import Env, Items, Truth
from walint.values import Unknown, symbols

_BOUNDED: Final = (
    ("AWS::IAM::Role", "PermissionsBoundary"),
    ("AWS::IAM::User", "PermissionsBoundary"),
    ("AWS::SSO::PermissionSet", "PermissionsBoundary.CustomerManagedPolicyReference.Name"),
)
# Terraform's attachments stand for themselves: what they attach to need not be in the template.
_ATTACHED: Final = (
    ("AWS::IAM::Role", "ManagedPolicyArns[*]"),
    ("AWS::IAM::User", "ManagedPolicyArns[*]"),
    ("AWS::IAM::Group", "ManagedPolicyArns[*]"),
    ("AWS::SSO::PermissionSet", "CustomerManagedPolicyReferences[*].Name"),
    ("aws_iam_role_policy_attachment", "terraform.policy_arn"),
    ("aws_iam_user_policy_attachment", "terraform.policy_arn"),
    ("aws_iam_group_policy_attachment", "terraform.policy_arn"),
    ("aws_iam_role_policy_attachments_exclusive", "terraform.policy_arns[*]"),
    ("aws_iam_user_policy_attachments_exclusive", "terraform.policy_arns[*]"),
    ("aws_iam_group_policy_attachments_exclusive", "terraform.policy_arns[*]"),
    ("aws_ssoadmin_customer_managed_policy_attachment", "terraform.customer_managed_policy_reference.name"),
)


def boundary_only(env: Env, of: Any) -> Truth:
    """Whether a managed policy, or a policy document, serves as a permissions boundary and is attached nowhere."""
    inner = env.peek(of)
    if not isinstance(inner, Resource):
        return False
    mark = len(env.trace)
    answer = _limits(env, inner, frozenset((inner.address,)))
    del env.trace[mark:]
    return answer


def _limits(env: Env, resource: Resource, seen: frozenset[str]) -> Truth:
    if resource.type == "AWS::IAM::ManagedPolicy":
        found = [item for type_, path in _BOUNDED for item in incoming(env, type_, path, resource).items]
        return negate(_attached(env, resource)) if any(item.doubt is None for item in found) else False
    if resource.type != "data.aws_iam_policy_document" or not _has_boundaries(env.graph):
        return False
    users = referrers(env, resource)
    open_ = users.more
    for user, doubt in users.items:
        if user.address in seen:
            continue
        limits = _limits(env, user, seen | {user.address})
        if limits is False and doubt is None:
            return False
        if limits is not True:
            open_ = open_ or (doubt if limits is False else limits)
    return open_ or bool(users.items)


def _attached(env: Env, policy: Resource) -> Truth:
    """Whether a role, user, group or permission set has the policy."""
    givers = [env.items(env.get(policy, name)) for name in ("Roles", "Users", "Groups")]
    for type_, path in _ATTACHED:
        found = incoming(env, type_, path, policy)
        items = [item for item in found.items if item.doubt is None or _may_have(env.graph, item.value, path)]
        givers.append(Items(items, found.more))
    doubts = [item.doubt for found in givers for item in found.items]
    if None in doubts:
        return True
    return next((doubt for doubt in (*doubts, *(found.more for found in givers)) if doubt is not None), False)


def _may_have(graph: Graph, giver: Resource, path: str) -> bool:
    """Whether what is open of the policies that something has can be one of the template's, and not AWS's own."""
    return any(
        (value.references or next(symbols(value), None) is not None) and not _managed_by_aws(value.value)
        for value in graph.follow(giver, path)
    )


def _managed_by_aws(value: Any) -> bool:
    parts = (value.parts or ()) if isinstance(value, Unknown) else ()
    return any(isinstance(part, str) and ":iam::aws:policy/" in part for part in parts)


def _has_boundaries(graph: Graph) -> bool:
    """Whether anything has a boundary: to ask who uses a document evaluates the whole template."""
    known = graph.memo.get("boundaries")
    if known is None:
        known = graph.memo["boundaries"] = any(
            value.value is not None
            for type_, path in _BOUNDED
            for resource in graph.of_type(type_)
            for value in graph.follow(resource, path)
        )
    return bool(known)
