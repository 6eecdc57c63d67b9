"""Text, numbers and collections."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from walint.graph import equals_itself
from walint.policy.logic import as_number, truth
from walint.policy.runtime import Count, Env, Item, Items, Surprise, Truth, describe
from walint.values import Reference, Unknown


def any_(env: Env, collection: Any) -> Truth:
    """Whether any item of a list is true."""
    found = env.items(collection)
    open_ = found.more
    for value, doubt in found.items:
        holds = truth(value, env)
        if holds is True and doubt is None:
            return True
        if holds is not False:
            open_ = open_ or (doubt if holds is True else holds)
    return open_ or False


def all_(env: Env, collection: Any) -> Truth:
    """Whether all items of a list are true."""
    found = env.items(collection)
    open_ = found.more
    for value, doubt in found.items:
        holds = truth(value, env)
        if holds is False and doubt is None:
            return False
        if holds is not True:
            open_ = open_ or (doubt if holds is False else holds)
    return open_ or True


def count(env: Env, collection: Any) -> int | Count | Unknown:
    """How many items a list or mapping has, or characters a text; 0 for null. Bounds where some items are open."""
    inner = env.peek(collection)
    if isinstance(inner, str):
        env.read(collection)
        return len(inner)
    found = env.items(collection)
    certain = sum(item.doubt is None for item in found.items)
    if found.more is not None:
        return Count(certain, None, found.more)
    if certain < len(found.items):
        doubts = [item.doubt for item in found.items if item.doubt is not None]
        many = next((doubt for doubt in doubts if doubt.kind == "list"), None)
        return Count(certain, len(found.items), doubts[0]) if many is None else Count(certain, None, many)
    return certain


def flatten(env: Env, collection: Any) -> Items:
    """A list of lists as one list; null is no item of it."""
    found = env.items(collection)
    out: list[Item] = []
    more = found.more
    for value, doubt in found.items:
        inner_value = env.peek(value)
        if inner_value is None:
            continue
        if isinstance(inner_value, (list, Items)):
            inner = env.items(value)
            out += [Item(item, doubt or inner_doubt) for item, inner_doubt in inner.items if env.peek(item) is not None]
            more = more or inner.more
        else:
            out.append(Item(value, doubt))
    return Items(out, more, found.origin)


def unique(env: Env, collection: Any) -> Items:
    """A list without repetitions; items that are open count as different from all others unless they are the same."""
    found = env.items(collection)
    seen: list[Any] = []
    out: list[Item] = []
    more = found.more
    for value, doubt in found.items:
        plain = env.deep(value)
        if isinstance(plain, Unknown) and not equals_itself(plain):
            # It may be equal to one of those before.
            doubt = doubt or (plain if out else None)
        elif plain in seen:
            continue
        seen.append(plain)
        out.append(Item(value, doubt))
    return Items(out, more, found.origin)


def keys(env: Env, mapping: Any) -> Items:
    """The keys of a mapping."""
    inner = env.read(mapping)
    if inner is None:
        return Items([])
    if isinstance(inner, (Unknown, Reference)):
        return Items([], inner if isinstance(inner, Unknown) else Unknown("a value that is decided at deployment"))
    if not isinstance(inner, dict):
        raise Surprise(f"keys of a value that is {describe(inner)}")
    certain = [Item(key, None) for key in inner if key != "*"]
    return Items(certain, Unknown("which keys there are") if "*" in inner else None)


def is_list(env: Env, value: Any) -> Truth:
    inner = env.read(value)
    return inner if isinstance(inner, Unknown) else isinstance(inner, (list, Items))


def is_object(env: Env, value: Any) -> Truth:
    inner = env.read(value)
    return inner if isinstance(inner, Unknown) else isinstance(inner, dict)


def lower(env: Env, value: Any) -> Any:
    """Text in lower case; null stays null."""
    inner = env.read(value)
    if isinstance(inner, str):
        return inner.lower()
    if isinstance(inner, Unknown) and inner.parts is not None:
        parts = tuple(part.lower() if isinstance(part, str) else part for part in inner.parts)
        return Unknown(inner.reason, inner.kind, None, parts)
    return inner


def number(env: Env, value: Any) -> Any:
    """Text as a number; null where it is none."""
    inner = env.read(value)
    return inner if isinstance(inner, (Unknown, Reference)) else as_number(inner)


def starts_with(env: Env, value: Any, prefix: Any) -> Truth:
    """Whether text begins with a prefix; a list of prefixes: with any of them."""
    return _any_of(env, value, prefix, _starts)


def ends_with(env: Env, value: Any, suffix: Any) -> Truth:
    """Whether text ends with a suffix; a list of suffixes: with any of them."""
    return _any_of(env, value, suffix, _ends)


def _any_of(env: Env, value: Any, wanted: Any, test: Any) -> Truth:
    inner = env.read(value)
    options = env.deep(wanted)
    open_: Unknown | None = None
    for option in options if isinstance(options, list) else [options]:
        found: Truth = test(inner, option)
        if found is True:
            return True
        if isinstance(found, Unknown):
            open_ = found
    return open_ or False


def _starts(value: Any, prefix: str) -> Truth:
    if isinstance(value, str):
        return value.startswith(prefix)
    if isinstance(value, Unknown):
        first = value.parts[0] if value.parts is not None else None
        if isinstance(first, str):
            if first.startswith(prefix):
                return True
            return value if prefix.startswith(first) else False
        return value
    return Unknown(f"{value.resource}, which is decided at deployment") if isinstance(value, Reference) else False


def _ends(value: Any, suffix: str) -> Truth:
    if isinstance(value, str):
        return value.endswith(suffix)
    if isinstance(value, Unknown):
        last = value.parts[-1] if value.parts is not None else None
        if isinstance(last, str):
            if last.endswith(suffix):
                return True
            return value if suffix.endswith(last) else False
        return value
    # What AWS makes up ends in none of the names that a rule knows, as it equals none of them.
    return False


def matches(env: Env, value: Any, pattern: Any) -> Truth:
    """Whether a regular expression matches the whole text. False for null.

    Rules come with the package or from the user, so a pattern is trusted; it never comes from a template.
    """
    inner = env.read(value)
    if inner is None:
        return False
    if isinstance(inner, (Unknown, Reference)):
        return inner if isinstance(inner, Unknown) else Unknown(f"{inner.resource}, which is decided at deployment")
    if isinstance(inner, bool):
        inner = "true" if inner else "false"
    if not isinstance(inner, (str, int, float)):
        raise Surprise(f"text was expected and the value is {describe(inner)}")
    return _pattern(env.read(pattern)).fullmatch(str(inner)) is not None


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


def version_before(env: Env, value: Any, other: Any) -> Truth:
    """Whether a version number (`1.9`, `8.0.35`) comes before another; false for null and for what is no version."""
    inner = env.read(value)
    if isinstance(inner, (Unknown, Reference)):
        return inner if isinstance(inner, Unknown) else Unknown(f"{inner.resource}, which is decided at deployment")
    one, two = _version(inner), _version(env.read(other))
    if one is None or two is None:
        return False
    # A version that names fewer numbers means its whole line: "8" is not before "8.0.35".
    length = min(len(one), len(two))
    return one[:length] < two[:length]


def _version(value: Any) -> list[int] | None:
    text = str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    parts = text.removeprefix("v").split(".")
    return [int(part) for part in parts] if all(part.isascii() and part.isdigit() for part in parts) else None
