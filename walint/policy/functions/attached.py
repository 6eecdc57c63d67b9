"""The policies that a principal has together, wherever they stand."""

from __future__ import annotations

from typing import Any, Final

from walint.graph import Resource
from walint.policy.functions.links import incoming
from walint.policy.runtime import Env, Item, Items

# By a principal's type: what gives it a policy, and by which property.
_GIVERS: Final = {
    "AWS::IAM::Role": (
        ("AWS::IAM::RolePolicy", "RoleName"),
        ("AWS::IAM::Policy", "Roles[*]"),
        ("AWS::IAM::ManagedPolicy", "Roles[*]"),
    ),
    "AWS::IAM::User": (
        ("AWS::IAM::UserPolicy", "UserName"),
        ("AWS::IAM::Policy", "Users[*]"),
        ("AWS::IAM::ManagedPolicy", "Users[*]"),
    ),
    "AWS::IAM::Group": (
        ("AWS::IAM::GroupPolicy", "GroupName"),
        ("AWS::IAM::Policy", "Groups[*]"),
        ("AWS::IAM::ManagedPolicy", "Groups[*]"),
    ),
}


def documents_of(env: Env, principal: Any) -> Items:
    """The policy documents of a role, user or group as far as this template holds them, each once."""
    inner = env.peek(principal)
    if not isinstance(inner, Resource) or inner.type not in _GIVERS:
        return Items([])
    kept: Items | None = env.memo.get(("documents", inner.address))
    if kept is not None:
        return kept
    mark = len(env.trace)
    out = [
        Item(env.get(policy, "PolicyDocument"), doubt) for policy, doubt in env.items(env.get(inner, "Policies")).items
    ]
    givers: dict[str, Item] = {}
    for type_, path in _GIVERS[inner.type]:
        for item in incoming(env, type_, path, inner).items:
            givers.setdefault(item.value.address, item)
    for value, doubt in env.items(env.get(inner, "ManagedPolicyArns")).items:
        aim = env.graph.target(value) if not isinstance(value, str) else None
        if isinstance(aim, Resource):
            givers.setdefault(aim.address, Item(aim, doubt))
    out += [Item(env.get(giver, "PolicyDocument"), doubt) for giver, doubt in givers.values()]
    del env.trace[mark:]
    found = env.memo["documents", inner.address] = Items(out)
    return found
