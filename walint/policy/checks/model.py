"""What a check in Python gives back."""

from __future__ import annotations

from typing import Literal, NamedTuple

from walint.source import Place


class Hit(NamedTuple):
    """What a check found: a place and a sentence.

    Attributes:
        place: None for the resource's header.
        reason: what an open verdict depends on.
        path: the property, for fingerprints.
    """

    verdict: Literal["fail", "open"]
    message: str
    place: Place | None = None
    reason: str = ""
    path: str = ""
