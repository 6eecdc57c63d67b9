"""What changed since an earlier review."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from walint.review.model import Change, Review
from walint.review.structured import NotAReview

_FAILING = ("fail", "known")


def compared(review: Review, earlier: dict[str, Any]) -> Review:
    """The review with what changed since an earlier one (as `structured.read` gives it).

    A finding that is suppressed or in a baseline now was not mended; one whose rule was not judged this time is not
    known to be.

    Raises:
        NotAReview: something is missing in the earlier one.
    """
    try:
        before = {it["fingerprint"]: it for it in earlier["findings"] if it["state"] in _FAILING}
        scores = {it["id"]: it["score"]["value"] for it in earlier["pillars"]}
        judged = {rule.id for rule in review.rules}
        now = {item.fingerprint for item in review.items}
        mended = [
            (str(it["rule"]), ", ".join(map(str, it["addresses"])), str(it["file"]), str(it["severity"]))
            for mark, it in before.items()
            if mark not in now and it["rule"] in judged
        ]
    except (KeyError, TypeError):
        raise NotAReview("is not a whole review; write it anew with `walint review --format json`") from None
    came = [item.id for item in review.items if item.state in _FAILING and item.fingerprint not in before]
    return replace(review, change=Change(tuple(mended), tuple(came), scores))
