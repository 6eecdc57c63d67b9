"""Policy statements: what they allow, to whom, and how far a condition narrows them."""

from __future__ import annotations

import re
from typing import Any, Final

from walint.policy.documents import decode
from walint.policy.runtime import Env, Item, Items, Truth, equals
from walint.values import Property, Reference, Unknown

# Condition keys that tie a statement to an account, an organisation, a network or a resource of one's own.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
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
        "aws:sourcevpce",
        "aws:userid",
        "aws:username",
        "aws:vpcsourceip",
        "kms:calleraccount",
        "kms:viaservice",
        "lambda:eventsourcetoken",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "sns:endpoint",
    )
)
_POSITIVE: Final = re.compile(
    r"^(ForAnyValue:|ForAllValues:)?(String|Arn|IpAddress|Numeric|Bool)(?!Not)", re.IGNORECASE
)


def statements(env: Env, document: Any) -> Items:
    """The statements of a policy document, in whatever form it is written (mapping, JSON text, text with holes)."""
    resolved = env.resolve(document)
    if not isinstance(resolved, Property):
        env.read(resolved)
        return Items([])
    decoded = env.resolve(decode(env.graph, resolved))
    inner = env.peek(decoded)
    if isinstance(inner, (Unknown, Reference)):
        env.trace.append(resolved)
        more = inner if isinstance(inner, Unknown) else Unknown(f"{inner.resource}, which is decided at deployment")
        return Items([], more, resolved)
    if not isinstance(inner, dict):
        env.read(decoded)
        return Items([], None, resolved)
    found = env.get(decoded, "Statement")
    statement = env.peek(found)
    if isinstance(statement, dict):
        return Items([Item(env.resolve(found), None)], None, resolved)
    return env.items(found)


def decoded(env: Env, document: Any) -> Any:
    """A JSON text as the structure that it holds; anything else as it is."""
    resolved = env.resolve(document)
    return decode(env.graph, resolved) if isinstance(resolved, Property) else resolved


def principals(env: Env, statement: Any) -> Items:
    """The principals of a statement as one list: `"*"`, `{"AWS": "*"}` and `{"AWS": ["*"]}` alike."""
    return _principals(env, env.get(statement, "Principal"), None)


def principals_of(env: Env, statement: Any, kind: Any) -> Items:
    """The principals of one kind: "AWS", "Service", "Federated", "CanonicalUser"."""
    return _principals(env, env.get(statement, "Principal"), env.read(kind))


def _principals(env: Env, principal: Any, kind: str | None) -> Items:
    inner = env.peek(principal)
    if not isinstance(inner, dict):
        return env.items(principal) if kind in (None, "AWS") else Items([])
    out: list[Item] = []
    more: Unknown | None = None
    for name, value in inner.items():
        if kind is None or name == kind:
            found = env.items(value)
            out += found.items
            more = more or found.more
    return Items(out, more, principal if isinstance(principal, Property) else None)


def any_principal(env: Env, statement: Any) -> Truth:
    """Whether a statement names everybody as its principal (`"*"`, or `"AWS": "*"`)."""
    open_: Unknown | None = None
    found = principals_of(env, statement, "AWS")
    for value, doubt in found.items:
        same = equals(value, "*", env)
        if same is True and doubt is None:
            return True
        if same is not False:
            open_ = open_ or doubt or (same if isinstance(same, Unknown) else None)
    return open_ or found.more or False


def narrowed(env: Env, statement: Any) -> Truth:
    """Whether a statement's conditions tie it to an account, organisation, network or resource of one's own."""
    conditions = env.peek(env.get(statement, "Condition"))
    if conditions is None:
        return False
    if not isinstance(conditions, dict):
        return conditions if isinstance(conditions, Unknown) else Unknown("its conditions")
    open_: Unknown | None = None
    for operator, operands in conditions.items():
        if not _POSITIVE.match(operator):
            continue
        inner = env.peek(operands)
        if isinstance(inner, Unknown):
            open_ = open_ or inner
        if not isinstance(inner, dict):
            continue
        for key, value in inner.items():
            if key.lower() in NARROWING_KEYS:
                wide = _is_wide(env, value)
                if wide is False:
                    return True
                if isinstance(wide, Unknown):
                    open_ = open_ or wide
    return open_ or False


def _is_wide(env: Env, value: Any) -> Truth:
    """Whether a condition's values let everybody through: `*`, 0.0.0.0/0."""
    for item, _ in env.items(value).items:
        inner = env.read(item)
        if isinstance(inner, str) and inner in ("*", "0.0.0.0/0", "::/0", "arn:aws:*", "arn:*"):
            return True
    return False


def allows(env: Env, statement: Any, action: Any) -> Truth:
    """Whether an Allow statement's actions cover an action such as "iam:PassRole", wildcards and NotAction included."""
    mark = len(env.trace)
    effect = equals(env.get(statement, "Effect"), "Allow", env)
    if effect is not True:
        return effect
    del env.trace[mark:]  # the action is what an author would change
    wanted = env.read(action)
    negative = env.peek(env.get(statement, "NotAction")) is not None
    found = _covered(env, env.get(statement, "NotAction" if negative else "Action"), wanted)
    return found if isinstance(found, Unknown) else found is not negative


def _covered(env: Env, patterns: Any, wanted: str) -> Truth:
    open_: Unknown | None = None
    found = env.items(patterns)
    for value, doubt in found.items:
        inner = env.read(value)
        if isinstance(inner, str):
            if covers(inner, wanted):
                if doubt is None:
                    return True
                open_ = open_ or doubt
        elif isinstance(inner, Unknown):
            open_ = open_ or inner
    return open_ or found.more or False


def covers(pattern: str, text: str) -> bool:
    """Whether an IAM pattern (`*` any text, `?` one character, case folded) covers a text.

    Patterns come from templates, so no regular expression: the cost is at most the product of the two lengths.
    """
    pattern, text = pattern.lower(), text.lower()
    at = start = 0
    star = -1
    here = 0
    while here < len(text):
        if at < len(pattern) and (pattern[at] == "?" or pattern[at] == text[here]) and pattern[at] != "*":
            at += 1
            here += 1
        elif at < len(pattern) and pattern[at] == "*":
            star, start = at, here
            at += 1
        elif star >= 0:
            start += 1
            here = start
            at = star + 1
        else:
            return False
    return all(char == "*" for char in pattern[at:])


def wildcard_resource(env: Env, statement: Any) -> Truth:
    """Whether a statement covers all resources: Resource is `*`, or it has NotResource."""
    if env.peek(env.get(statement, "NotResource")) is not None:
        env.read(env.get(statement, "NotResource"))
        return True
    open_: Unknown | None = None
    found = env.items(env.get(statement, "Resource"))
    for value, doubt in found.items:
        inner = env.read(value)
        if inner == "*":
            if doubt is None:
                return True
            open_ = open_ or doubt
        elif isinstance(inner, Unknown) and (inner.parts is None or len(inner.parts) < 2):
            open_ = open_ or inner
    return open_ or found.more or False
