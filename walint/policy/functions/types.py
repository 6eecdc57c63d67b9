"""What the schema knows of resource types."""

from __future__ import annotations

from typing import Any, Final

from walint.graph import Resource
from walint.policy.logic import truth
from walint.policy.runtime import Env, Item, Items
from walint.values import Unknown


def taggable(env: Env, resource: Any) -> bool:
    """Whether a resource can carry tags: by the provider's schema in Terraform, else by CloudFormation's."""
    from walint.vocabulary import schema
    from walint.vocabulary.table import table

    inner = env.peek(resource)
    if not isinstance(inner, Resource):
        return False
    entry = table().get(inner.source_type)
    if entry is not None and entry.taggable is not None and inner.source_type not in _BY_BLOCKS:
        return entry.taggable
    return schema().tag_property(inner.type) is not None


def propagated_tags(env: Env, resource: Any) -> Items:
    """The tags that an Auto Scaling group passes on to its instances, which the common tags do not tell."""
    inner = env.peek(resource)
    if not isinstance(inner, Resource):
        return Items([])
    parts = [related.resource for related in env.graph.parts(inner) if related.resource.type == _GROUP_TAG]
    out: list[Item] = []
    more: Unknown | None = None
    for owner in (inner, *parts):
        for name in ("Tags", "tag", "tags"):
            found = env.items(env.get(owner.source_properties, name))
            more = more or found.more
            for tag, doubt in found.items:
                flag = "PropagateAtLaunch" if name == "Tags" else "propagate_at_launch"
                passed = truth(env.get(tag, flag), env)
                if passed is not False:
                    out.append(Item(tag, doubt or (passed if isinstance(passed, Unknown) else None)))
    return Items(out, more)


_GROUP_TAG = "aws_autoscaling_group_tag"
# Tagged by blocks, which the provider's default tags do not reach.
_BY_BLOCKS: Final = frozenset(("aws_autoscaling_group",))
