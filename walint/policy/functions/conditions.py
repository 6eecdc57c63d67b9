"""Conditions of policy statements: what they tie a statement to.

AWS says what it takes for public and what not:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from walint.policy.logic import as_bool
from walint.policy.runtime import Env, Truth
from walint.values import Reference, Unknown

# Condition keys that name an account, an organisation, a network or a resource.
NARROWING_KEYS: Final = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
        "elasticfilesystem:accessedviamounttarget",
        "elasticfilesystem:accesspointarn",
        "kms:calleraccount",
        "lambda:eventsourcetoken",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "sns:endpoint",
    )
)
# What says what is allowed; "...Not..." says what is not. ForAllValues and ...IfExists let through what lacks the key.
_POSITIVE: Final = r"(?i)(?:ForAnyValue:)?(?:String|Arn|IpAddress|Numeric|Bool)(?!Not)\w*(?<!IfExists)"
# The fixed part of an identifier that every identifier of its kind has.
_PREFIXES: Final = frozenset(("", "o-", "vpc-", "vpce-", "arn:"))
_SMALLEST: Final = {4: 8, 6: 32}


def narrows(env: Env, condition: Any) -> Truth:
    """Whether conditions let only one's own accounts, organisation, networks or resources through."""
    conditions = env.peek(condition)
    if conditions is None:
        return False
    if not isinstance(conditions, dict):
        return conditions if isinstance(conditions, Unknown) else Unknown("its conditions")
    open_: Unknown | None = None
    for operator, operands in conditions.items():
        inner = env.peek(operands)
        if not re.fullmatch(_POSITIVE, operator):
            continue
        if isinstance(inner, Unknown):
            open_ = open_ or inner
        if not isinstance(inner, dict):
            continue
        for key, value in inner.items():
            if key.lower() in NARROWING_KEYS:
                wide = _wide(env, value)
                if wide is False:
                    return True
                if isinstance(wide, Unknown):
                    open_ = open_ or wide
    return open_ or False


def without_tls(env: Env, statement: Any) -> Truth:
    """Whether a statement's conditions name the requests that come without TLS."""
    conditions = env.peek(env.get(statement, "Condition"))
    if conditions is None:
        return False
    if not isinstance(conditions, dict):
        return conditions if isinstance(conditions, Unknown) else Unknown("its conditions")
    open_: Unknown | None = None
    for operator, operands in conditions.items():
        if operator.lower() not in ("bool", "boolifexists"):
            continue
        inner = env.peek(operands)
        open_ = open_ or (inner if isinstance(inner, Unknown) else None)
        for key, value in inner.items() if isinstance(inner, dict) else ():
            if key.lower() != "aws:securetransport":
                continue
            found = env.items(value)
            said = [env.peek(item) for item, _ in found.items]
            if any(as_bool(item) is False for item in said):
                return True
            open_ = open_ or next((item for item in said if isinstance(item, Unknown)), found.more)
    return open_ or False


def _wide(env: Env, value: Any) -> Truth:
    """Whether one of a condition's values lets everybody through."""
    mark = len(env.trace)
    found = env.items(value)
    inner = [env.peek(item) for item, _ in found.items]
    del env.trace[mark:]
    return any(_lets_all_through(item) for item in inner)


def _lets_all_through(value: Any) -> bool:
    if isinstance(value, Unknown):
        # An input is the author's own; only what is written around it could be too wide.
        parts = value.parts or ()
        value = "".join(part if isinstance(part, str) else "0" for part in parts) if parts else "0"
    if isinstance(value, Reference):
        return False
    if as_bool(value) is not None:
        return as_bool(value) is False
    if not isinstance(value, str):
        return False
    if value.startswith("arn:"):
        return _any_account(value)
    if re.fullmatch(r"[0-9a-fA-F.:]+/\d+", value):
        return _broad(value)
    fixed = re.split(r"[*?]", value, maxsplit=1)
    return len(fixed) > 1 and fixed[0].lower() in _PREFIXES and not fixed[1].strip("*?")


def _any_account(arn: str) -> bool:
    """Whether an ARN with wildcards can be of any account."""
    parts = arn.split(":", 5)
    account = parts[4] if len(parts) > 4 else "*"
    resource = parts[5] if len(parts) > 5 else "*"
    if not account or parts[2:3] == ["s3"]:
        # A bucket's ARN has no account, whatever a pattern says in its place; its name is one's own.
        return resource.startswith("*")
    return "*" in account


def _broad(text: str) -> bool:
    """Whether a range of addresses is more than one network of one's own can be."""
    from ipaddress import ip_network

    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return False
    return not network.is_private and network.prefixlen < _SMALLEST[network.version]
