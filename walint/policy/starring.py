"""Stars in the place of what looks like a credential, wherever somebody's text is shown."""

from __future__ import annotations

import re
from typing import Final

_SHOWN: Final = 4
# Of a shorter secret, four characters would give too much away.
_LONG: Final = 12
# Nearly every text can be told by a glance to hold none: no word that names one, none of the marks of known keys.
_SUSPICIOUS: Final = re.compile(
    r"(?i:pass|pwd|psw|\bpw|secret|token|key|credential|identified|securestring|net\s+user|curl|mysql)|://"
    r"|AKIA|ASIA|ABIA|ACCA|gh[pousr]_|glpat-|xox|xapp-|AIza|npm_|pypi-|SG\.|sk-|hv[bs]\.|atlasv1|_v1_|dckr_|dapi"
    r"|gl(?:sa|c)_|hf_|NRAK|shp|k_live_"
)
# A text is searched once for each secret in it; one that is nothing but secrets is starred out as a whole.
_MOST: Final = 50_000_000
# What a template names in the place of a secret.
_TAG: Final = re.compile(r"!\w+")


def starred(text: str) -> str:
    """A text with what looks like a credential starred out, whether or not a rule has found it."""
    if _SUSPICIOUS.search(text) is None:
        return text
    from walint.policy.checks.secrets import assignments, keys

    found = {secret.text for secret in (*keys(text), *assignments(text)) if not _TAG.fullmatch(secret.text)}
    if len(found) * len(text) > _MOST:
        return "*" * len(text)
    for secret in sorted(found, key=lambda secret: (-len(secret), secret)):
        text = text.replace(secret, stars(secret))
    return text


def stars(text: str) -> str:
    """As long as the text: its first characters where it is long, then stars."""
    shown = _SHOWN if len(text) >= _LONG else 0
    return text[:shown] + "*" * (len(text) - shown)
