"""Stars in the place of what looks like a credential, wherever somebody's text is shown."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SHOWN: Final = 4
# Of a shorter secret, four characters would give too much away.
_LONG: Final = 12
# Nearly every text can be told by a glance to hold none: no word that names one, none of the marks of known keys.
# One look for each takes less time than one for any of them.
_WORDS: Final = (
    "pass", "pwd", "psw", "pw", "secret", "token", "key", "credential", "identified", "securestring", "curl",
    "mysql",
)  # fmt: skip
_MARKS: Final = (
    "://", "AKIA", "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glpat-", "xox", "xapp-", "AIza",
    "npm_", "pypi-", "SG.", "sk-", "hvb.", "hvs.", "atlasv1", "_v1_", "dckr_", "dapi", "glsa_", "glc_", "hf_", "NRAK",
    "shp", "k_live_",
)  # fmt: skip
# A text is searched once for each secret in it; one that is nothing but secrets is starred out as a whole.
_MOST: Final = 50_000_000
# What a template names in the place of a secret.
_TAG: Final = re.compile(r"!\w+")
# Lines of templates and sentences of rules come again and again; so many are remembered that are no longer than this.
_REMEMBERED: Final = 4096
_BRIEF: Final = 200


def starred(text: str) -> str:
    """A text with what looks like a credential starred out, whether or not a rule has found it."""
    return _starred(text) if len(text) > _BRIEF else _remembered(text)


def _starred(text: str) -> str:
    if not _is_suspicious(text):
        return text
    from walint.policy.checks.secrets import assignments, keys

    found = {secret.text for secret in (*keys(text), *assignments(text)) if not _TAG.fullmatch(secret.text)}
    if len(found) * len(text) > _MOST:
        return "*" * len(text)
    for secret in sorted(found, key=lambda secret: (-len(secret), secret)):
        text = text.replace(secret, stars(secret))
    return text


_remembered: Final = lru_cache(_REMEMBERED)(_starred)


def _is_suspicious(text: str) -> bool:
    lowered = text.lower()
    for word in _WORDS:
        if word in lowered:
            return True
    for mark in _MARKS:
        if mark in text:
            return True
    return "net" in lowered and "user" in lowered


def stars(text: str) -> str:
    """As long as the text: its first characters where it is long, then stars."""
    shown = _SHOWN if len(text) >= _LONG else 0
    return text[:shown] + "*" * (len(text) - shown)
