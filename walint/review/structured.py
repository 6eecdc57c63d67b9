"""The review as JSON, for programs and for `--compare`. The format is described in docs/review.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from walint.report.encode import dumps
from walint.review.model import Review

# Grows when a key changes its meaning or goes away; new keys may come at any time.
VERSION: Final = 1
KIND: Final = "walint-review"


class NotAReview(Exception):
    """A file is no review that can be compared with; the message completes "FILE: "."""


def render(review: Review) -> str:
    """The review as one JSON object."""
    data = asdict(review)
    change = data.pop("change")
    document = {
        "kind": KIND,
        "format": VERSION,
        "tool": {"name": "walint", "version": data.pop("version")},
        "framework": {"edition": data.pop("edition")},
        **{name: data[name] for name in ("paths", "revision", "stats", "counts")},
        "pillars": data["pillars"],
        "config": data["config"],
        "trusted_advisor": data["advisor"],
        "findings": [_excerpts(it) for it in data["items"]],
        "rules": data["rules"],
        "resources": [_excerpts(it) for it in data["resources"]],
        "edges": [{"from": source, "to": target, "property": name} for source, target, name in review.edges],
        "problems": data["problems"],
        "not_read": [
            {"address": address, "reason": reason, "file": file, "line": line}
            for address, reason, file, line in review.not_read
        ],
        "notices": data["notices"],
        "change": change and _change(change),
    }
    return dumps(document, 2, {"pillars": 1, "questions": 2})


def _excerpts(shown: dict[str, Any]) -> dict[str, Any]:
    return {**shown, "excerpt": [{"line": number, "text": text} for number, text in shown["excerpt"]]}


def _change(change: dict[str, Any]) -> dict[str, Any]:
    names = ("rule", "address", "file", "severity")
    return {**change, "mended": [dict(zip(names, it, strict=True)) for it in change["mended"]]}


def read(text: str) -> dict[str, Any]:
    """An earlier review.

    Raises:
        NotAReview: the text is none, or of a format that is not known.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAReview("is not JSON; `walint review --format json` writes what can be compared with") from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise NotAReview("is not a review; `walint review --format json` writes what can be compared with")
    if found.get("format") != VERSION:
        raise NotAReview(f"is a review of format {found.get('format')!r}, and this walint knows {VERSION}")
    return found
