"""KMS keys."""

from __future__ import annotations

import re
from typing import Any, Final

from walint.policy.runtime import Env, Surprise, Truth, describe
from walint.values import Reference, Unknown

# A key by its id or its alias, alone or at the end of an ARN.
_NAMED: Final = r"(?s)(?:^|:)(key|alias)/(.*)"
# Aliases of the keys that AWS manages, under policies of AWS.
_MANAGED: Final = "aws/"


def customer_key(env: Env, value: Any) -> Truth:
    """Whether a KMS key is one of your own: neither missing nor one that AWS manages (`alias/aws/...`)."""
    inner = env.read(value)
    if inner is None or inner == "":
        return False
    if isinstance(inner, Reference):
        return True
    if isinstance(inner, str):
        named = re.search(_NAMED, inner)
        if named is None and inner.startswith(_MANAGED):
            return False
        return named is None or named[1] == "key" or not named[2].startswith(_MANAGED)
    if isinstance(inner, Unknown):
        return _partly_known(inner)
    raise Surprise(f"a KMS key was expected and the value is {describe(inner)}")


def _partly_known(value: Unknown) -> Truth:
    for part in value.parts or ():
        named = re.search(_NAMED, part) if isinstance(part, str) else None
        if named is not None:
            if named[1] == "alias" and named[2].startswith(_MANAGED):
                return False
            return value if named[1] == "alias" and _MANAGED.startswith(named[2]) else True
    return value
