"""Policy statements: what they allow, to whom, and on what."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from walint.policy.documents import decode
from walint.policy.functions.actions import covers, takes_resource
from walint.policy.functions.conditions import narrows
from walint.policy.logic import cannot_be, equals, negate
from walint.policy.runtime import Env, Item, Items, Truth
from walint.values import Property, Reference, Unknown

# A principal of every account: no principal may have a wildcard in its ARN, so this can mean nothing narrower.
_EVERY_ACCOUNT: Final = r"arn:[^:]*:(iam|sts)::\*(:.*)?|arn:\*.*|\*+"
_EVERYTHING: Final = re.compile(r"\*+|arn:\*+|arn:[^:]*:\*(:\*)*")


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
    if "Statement" not in inner and "Effect" in inner:
        return Items([Item(decoded, None)], None, resolved)  # one statement in the place of a document
    found = env.get(decoded, "Statement")
    statement = env.peek(found)
    if isinstance(statement, dict):
        return Items([Item(env.resolve(found), None)], None, resolved)
    return env.items(found)


def granted(env: Env, document: Any) -> Items:
    """The statements of a document that allow something."""
    found = statements(env, document)
    mark = len(env.trace)
    out: list[Item] = []
    for value, doubt in found.items:
        allowing = _allowing(env, value)
        if allowing is not False:
            out.append(Item(value, doubt if allowing is True else doubt or allowing))
    del env.trace[mark:]
    return Items(out, found.more, found.origin)


def _allowing(env: Env, statement: Any) -> Truth:
    """Whether a statement's effect is Allow. Where it is missing, which AWS refuses, the author meant to allow."""
    if not isinstance(env.peek(statement), dict):
        held = env.peek(statement)
        return held if isinstance(held, Unknown) else False
    effect = env.get(statement, "Effect")
    return True if env.peek(effect) is None else equals(effect, "Allow", env)


def decoded(env: Env, document: Any) -> Any:
    """A JSON text as the structure that it holds; anything else as it is."""
    resolved = env.resolve(document)
    return decode(env.graph, resolved) if isinstance(resolved, Property) else resolved


# --- to whom ----------------------------------------------------------------------------------------------------


def principals(env: Env, statement: Any) -> Items:
    """The principals of a statement as one list: `"*"`, `{"AWS": "*"}` and `{"AWS": ["*"]}` alike."""
    return _principals(env, env.get(statement, "Principal"), None)


def principals_of(env: Env, statement: Any, kind: Any) -> Items:
    """The principals of one kind: "AWS", "Service", "Federated", "CanonicalUser"."""
    wanted = env.read(kind)
    return _principals(env, env.get(statement, "Principal"), (wanted,))


def _principals(env: Env, principal: Any, kinds: tuple[str, ...] | None) -> Items:
    inner = env.peek(principal)
    if not isinstance(inner, dict):
        return env.items(principal) if kinds is None or "AWS" in kinds else Items([])
    out: list[Item] = []
    more: Unknown | None = None
    for name, value in inner.items():
        if kinds is None or name in kinds:
            found = env.items(value)
            out += found.items
            more = more or found.more
    return Items(out, more, principal if isinstance(principal, Property) else None)


def any_principal(env: Env, statement: Any) -> Truth:
    """Whether a statement names everybody as its principal (`"*"`, `"AWS": "*"`, an ARN of every account)."""
    open_: Unknown | None = None
    # {"*": "*"} is read as {"AWS": "*"}.
    found = _principals(env, env.get(statement, "Principal"), ("AWS", "*"))
    for value, doubt in found.items:
        inner = env.read(value)
        if isinstance(inner, str) and re.fullmatch(_EVERY_ACCOUNT, inner):
            if doubt is None:
                return True
            open_ = open_ or doubt
        elif isinstance(inner, Unknown):
            same = equals(value, "*", env)
            open_ = open_ or (same if isinstance(same, Unknown) else None)
    return open_ or found.more or False


def public(env: Env, statement: Any) -> Truth:
    """Whether a statement lets everybody in: it allows, means all principals, and no condition narrows it."""
    mark = len(env.trace)
    everybody = _everybody(env, statement)
    if everybody is False:
        return False
    end = len(env.trace)
    allowing = _allowing(env, statement)
    if allowing is False:
        del env.trace[mark:]
        return False
    tied = narrowed(env, statement)
    if tied is True:
        return False
    open_ = next((truth for truth in (everybody, allowing, tied) if isinstance(truth, Unknown)), None)
    if open_ is None or open_ is everybody:
        # Whom it names is what an author would change.
        del env.trace[end:]
    return open_ or True


def _everybody(env: Env, statement: Any) -> Truth:
    exception = env.get(statement, "NotPrincipal")
    if env.peek(exception) is not None:
        # With Allow, everybody but those that it names.
        env.read(exception)
        return True
    return any_principal(env, statement)


def narrowed(env: Env, statement: Any) -> Truth:
    """Whether a statement's conditions tie it to an account, organisation, network or resource of one's own."""
    return narrows(env, env.get(statement, "Condition"))


# --- what -------------------------------------------------------------------------------------------------------


def allows(env: Env, statement: Any, action: Any) -> Truth:
    """Whether an Allow statement's actions cover an action such as "iam:PassRole", wildcards and NotAction included."""
    mark = len(env.trace)
    effect = _allowing(env, statement)
    if effect is not True:
        return effect
    del env.trace[mark:]  # the action is what an author would change
    return _acts_on(env, statement, env.read(action))


def grants(env: Env, document: Any, action: Any) -> Truth:
    """Whether a document allows an action on all resources without a condition, and no statement of it denies that."""
    wanted = env.read(action)
    start = len(env.trace)
    kept = env.memo.get(("grants", id(document), wanted))
    if kept is None:
        answer = _grants(env, document, wanted)
        kept = env.memo["grants", id(document), wanted] = (answer, env.trace[start:])
        return answer
    env.trace += kept[1]
    return kept[0]  # type: ignore[no-any-return]


def _grants(env: Env, document: Any, wanted: str) -> Truth:
    start = len(env.trace)
    read, more, wide = _wide_statements(env, document)
    env.trace += read
    if not wide:
        return more or False
    mark = len(env.trace)
    open_ = more
    granting: list[Any] | None = None
    doubtful: list[Any] = env.trace[start:]
    for statement in wide:
        del env.trace[mark:]
        acts, action_at = _traced(env, _acts_on, statement.value, wanted)
        if acts is False:
            continue
        if not statement.allows and acts is True and not statement.unclear:
            return False
        if not statement.allows:
            continue
        unclear = [(each, at or action_at) for each, at in statement.unclear]
        if isinstance(acts, Unknown):
            unclear.insert(0, (acts, action_at))
        if not unclear:
            granting = granting or action_at
        elif open_ is None:
            open_, doubtful = unclear[0]
    env.trace[start:] = doubtful if granting is None else granting
    return True if granting is not None else open_ or False


def granting(env: Env, documents: Any) -> Items:
    """Those of some documents that may allow anything on all resources without a condition, for `grants` to look at."""
    found = env.items(documents)
    mark = len(env.trace)
    out = []
    for value, _ in found.items:
        _, more, wide = _wide_statements(env, value)
        if wide or more is not None:
            out.append(Item(value, None))
    del env.trace[mark:]
    return Items(out)


class _Wide(NamedTuple):
    """A statement about all resources without a condition.

    Attributes:
        allows: False where it denies.
        unclear: what of that is open, and what it was decided by; the latter is None for the statement itself.
    """

    value: Any
    allows: bool
    unclear: list[tuple[Unknown, list[Any] | None]]


def _wide_statements(env: Env, document: Any) -> tuple[list[Any], Unknown | None, list[_Wide]]:
    """What reading a document puts into the trace, why it may have more statements, and those that are wide."""
    kept = env.memo.get(("wide", id(document)))
    if kept is not None:
        return kept  # type: ignore[no-any-return]
    start = len(env.trace)
    found = statements(env, document)
    mark = len(env.trace)
    wide: list[_Wide] = []
    for value, doubt in found.items:
        everywhere, resource_at = _traced(env, wildcard_resource, value)
        free, condition_at = (False, []) if everywhere is False else _traced(env, _unconditional, value)
        if free is not False:
            allowing, effect_at = _traced(env, _allowing, value)
            answers = ((everywhere, resource_at), (free, condition_at), (allowing, effect_at), (doubt, None))
            unclear = [(answer, at) for answer, at in answers if isinstance(answer, Unknown)]
            wide.append(_Wide(value, allowing is not False, unclear))
        del env.trace[mark:]
    made = env.memo["wide", id(document)] = (env.trace[start:], found.more, wide)
    del env.trace[start:]
    return made


def _unconditional(env: Env, statement: Any) -> Truth:
    return equals(env.get(statement, "Condition"), None, env)


def _traced(env: Env, question: Callable[..., Truth], *about: Any) -> tuple[Truth, list[Any]]:
    """An answer, and what it was decided by."""
    mark = len(env.trace)
    answer = question(env, *about)
    return answer, env.trace[mark:]


def _acts_on(env: Env, statement: Any, action: str) -> Truth:
    """Whether a statement is about an action, by Action or by NotAction."""
    exception = env.get(statement, "NotAction")
    if env.peek(exception) is not None:
        return negate(_covered(env, exception, action))
    return _covered(env, env.get(statement, "Action"), action)


def _covered(env: Env, patterns: Any, wanted: str) -> Truth:
    open_: Unknown | None = None
    start = len(env.trace)
    found = env.items(patterns)
    for value, doubt in found.items:
        mark = len(env.trace)
        inner = env.read(value)
        if isinstance(inner, str):
            if covers(inner, wanted):
                if doubt is None:
                    del env.trace[start:mark]
                    return True
                open_ = open_ or doubt
        elif isinstance(inner, Unknown):
            open_ = open_ or inner
    return open_ or found.more or False


def any_action(env: Env, statement: Any) -> Truth:
    """Whether a statement's Action covers every action of every service."""
    return _any_text(env, env.get(statement, "Action"), lambda text: text.strip("*") in ("", ":"))


def restrictable(env: Env, action: Any) -> Truth:
    """Whether an action, or one of those that its wildcards cover, can be restricted to resources."""
    inner = env.read(action)
    if isinstance(inner, Unknown):
        return inner
    return isinstance(inner, str) and takes_resource(inner) is not None


def example_of(env: Env, action: Any) -> Any:
    """One action that a pattern covers and that can be restricted to resources; the action itself without wildcards."""
    inner = env.read(action)
    return takes_resource(inner) if isinstance(inner, str) else inner


def wildcard_resource(env: Env, statement: Any) -> Truth:
    """Whether a statement covers all resources: Resource is `*`, or it has NotResource."""
    exception = env.get(statement, "NotResource")
    if env.peek(exception) is not None:
        env.read(exception)
        return True
    return _any_text(env, env.get(statement, "Resource"), lambda text: _EVERYTHING.fullmatch(text) is not None)


def _any_text(env: Env, collection: Any, test: Any) -> Truth:
    """Whether any text of a list fulfils a test that holds for nothing but wildcards."""
    open_: Unknown | None = None
    found = env.items(collection)
    for value, doubt in found.items:
        inner = env.read(value)
        if isinstance(inner, str):
            if test(inner):
                if doubt is None:
                    return True
                open_ = open_ or doubt
        elif isinstance(inner, Unknown) and not cannot_be(inner, "*"):
            open_ = open_ or inner
    return open_ or found.more or False
