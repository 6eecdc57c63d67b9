"""Values as people read them in a message."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from walint.graph import Resource
from walint.policy.runtime import Count, Env, Items
from walint.values import Reference, Unknown

MAX_LENGTH: Final = 80


def render(value: Any, env: Env) -> str:
    """A value for a message: text as it is, what is missing as "not set" or "empty", unknown stretches as ${...}."""
    text = _text(env.deep(value) if not isinstance(value, (Resource, Items, Count)) else value, env)
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


def _text(value: Any, env: Env) -> str:
    match value:
        case None:
            return "not set"
        case bool():
            return "true" if value else "false"
        case str():
            return value or "empty"
        case Fraction():
            return str(float(value))
        case Resource():
            return value.address
        case Items():
            shown = ", ".join(_text(env.deep(item.value), env) for item in value.items)
            return shown or ("" if value.more is None else "unknown")
        case Count():
            return f"at least {value.least}"
        case Unknown():
            if value.parts is None:
                return "unknown"
            return "".join(part if isinstance(part, str) else "${...}" for part in value.parts)
        case Reference():
            return f"{value.resource}.{value.attribute}" if value.attribute else value.resource
        case list():
            return ", ".join(_text(item, env) for item in value)
        case dict():
            return ", ".join(f"{key}: {_text(item, env)}" for key, item in value.items())
        case _:
            return str(value)
