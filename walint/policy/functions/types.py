"""What the schema knows of resource types."""

from __future__ import annotations

from typing import Any

from walint.graph import Resource
from walint.policy.runtime import Env


def taggable(env: Env, resource: Any) -> bool:
    """Whether a resource can carry tags, by CloudFormation's schema; false for types that it lacks."""
    from walint.vocabulary import schema

    inner = env.peek(resource)
    return isinstance(inner, Resource) and schema().tag_property(inner.type) is not None
