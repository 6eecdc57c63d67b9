"""Keeps secrets out of what is written of values: what an input hides, and what looks like a credential."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any, Final

from walint.policy.checks.secrets import keys, literal
from walint.policy.model import Finding
from walint.source import Problem

STARS: Final = "***"
_REASON: Final = "a secret, which is not shown"
# A shorter text is hidden where it is the whole value; within others it says nothing.
_SHORTEST: Final = 4
# Entries of lists, such as environment variables and tags, give their name beside their value.
_NAMES: Final = ("Name", "Key", "name", "key", "ParameterKey")
_UNNAMED: Final = frozenset(("Value", "value", "Default", "default", "ParameterValue"))
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")


class Concealer:
    """Conceals what must not be shown in texts and data.

    Args:
        hidden: the values of inputs that are marked as secret (NoEcho, sensitive).
    """

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        self._whole = frozenset(text for text in hidden if text)
        long = [text for text in self._whole if len(text) >= _SHORTEST]
        forms = {form for text in long for form in (text, *text.split("\n"), _base64(text)) if len(form) >= _SHORTEST}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._parts = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str, name: str = "") -> str:
        """A text with stars for each secret in it.

        Args:
            name: what the text is the value of, which may say that it is a secret.
        """
        if self._parts is not None:
            text = self._parts.sub(STARS, text)
            text = _ENCODED.sub(self._encoded, text)
        for secret in (*keys(text, name), *literal(text, name)):
            text = text.replace(secret.text, STARS)
        return text

    def data(self, data: Any, name: str = "") -> Any:
        """Data for JSON, in which a secret is a value that is unknown."""
        if isinstance(data, dict):
            if "$unknown" in data:
                return {key: self.text(item) if isinstance(item, str) else item for key, item in data.items()}
            beside = next((data[key] for key in _NAMES if isinstance(data.get(key), str)), name)
            if "$if" in data:
                return {key: self.data(item, name) for key, item in data.items()}
            return {key: self.data(item, beside if key in _UNNAMED else key) for key, item in data.items()}
        if isinstance(data, list):
            return [self.data(item, name) for item in data]
        if isinstance(data, bool) or data is None:
            return data
        if not isinstance(data, str):
            return {"$unknown": _REASON} if len(str(data)) >= _SHORTEST and str(data) in self._whole else data
        if data in self._whole:
            return {"$unknown": _REASON}
        shown = self.text(data, name)
        if shown == data:
            return data
        return {"$unknown": _REASON} if shown == STARS else {"$unknown": _REASON, "text": shown}

    def properties(self, data: Any, name: str) -> Any:
        """The properties of what is called so, likewise; where it is an input marked as secret, its default too."""
        if not isinstance(data, dict) or "$unknown" in data:
            return self.data(data)
        marked = data.get("sensitive") is True or str(data.get("NoEcho")).lower() == "true"
        return {
            key: {"$unknown": _REASON}
            if marked and key in ("default", "Default")
            else self.data(item, name if key in _UNNAMED else key)
            for key, item in data.items()
        }

    def finding(self, finding: Finding) -> Finding:
        """A finding that tells no secret."""
        return finding._replace(
            message=self.text(finding.message),
            reason=self.text(finding.reason),
            when=self.text(finding.when),
        )

    def problem(self, problem: Problem) -> Problem:
        """A diagnostic that tells no secret."""
        return problem._replace(message=self.text(problem.message))

    def _encoded(self, match: re.Match[str]) -> str:
        """A stretch of base64, unless a secret is in it."""
        from base64 import b64decode

        assert self._parts is not None
        text = match[0]
        try:
            said = b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
        except ValueError:
            return text
        return STARS if self._parts.search(said) else text


def _base64(text: str) -> str:
    return b64encode(text.encode("utf-8", "replace")).decode()
