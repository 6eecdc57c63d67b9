"""IAM's actions: what a pattern covers, and which actions can be restricted to resources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from walint.vocabulary.lines import LineFile

# By service prefix: `r`, the actions that name resources, and `o`, all others.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
FILE: Final = Path(__file__).parent.parent.parent / "data" / "actions.txt"
_ACTIONS: Final = LineFile(FILE)


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


@lru_cache(maxsize=4096)
def takes_resource(pattern: str) -> str | None:
    """The first action that a pattern covers and that can be restricted to resources.

    Actions that AWS's reference did not know when the list was made are left alone.
    """
    service, colon, name = pattern.partition(":")
    if not colon and service.strip("*"):
        return None
    for prefix in _services(service.lower()):
        found = next((action for action in _ACTIONS.get(prefix)["r"] if covers(name or "*", action)), None)
        if found is not None:
            return f"{prefix}:{found}"
    return None


def _services(pattern: str) -> Iterator[str]:
    if "*" not in pattern and "?" not in pattern:
        if _known(pattern) is not None:
            yield pattern
        return
    yield from (prefix for prefix in _ACTIONS if covers(pattern, prefix))


def _known(prefix: str) -> Any:
    return _ACTIONS.get(prefix) if prefix and " " not in prefix else None
