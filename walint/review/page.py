"""The review as one HTML page that needs nothing else: no request, no script but its own, no style but its own."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from walint.policy.model import SEVERITIES
from walint.review.boards import CATEGORIES
from walint.review.model import ITEM_STATES, PRACTICE_STATES, Item, Pillar, Review, RuleResult
from walint.review.score import FORMULA
from walint.review.templating import asset, environment

_FIRST: Final = 5
# So many findings of a rule are told at length; where there are more than `_BRIEF` in all, resources name rules only.
_FULL: Final = 20
_BRIEF: Final = 1000
# Half the circumference of the dial, whose radius is 26.
_ARC: Final = 81.68


class Picture(NamedTuple):
    """One drawing; `id` is its anchor, `of` what it shows, `drawing` None where `why` says why there is none."""

    id: str
    of: str
    number: int
    worst: str
    drawing: Markup | None
    why: str = ""


class Tile(NamedTuple):
    """A pillar at a glance."""

    pillar: Pillar
    arc: float
    rating: str
    change: int | None
    told: str


def render(review: Review, pictures: Sequence[Picture], no_picture: str = "", whole: bool = True) -> str:
    """The page. Same review, same bytes.

    Args:
        whole: False for the picture with the findings and resources that it leads to, and no more.
        no_picture: why there are none.
    """
    style = asset("style.css") + asset("picture.css")
    script = asset("script.js")
    items = {item.id: item for item in review.items}
    return (
        environment()
        .get_template("page.html")
        .render(
            review=review,
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
            items=items,
            by_rule={rule.id: rule for rule in review.rules},
            resources={it.address: it for it in review.resources},
            tiles=[_tile(pillar, review) for pillar in review.pillars],
            first=_first(review.rules, items),
            told=[rule for rule in _worst_first(review.rules) if rule.items],
            services=sorted({item.service for item in review.items}),
            severities=SEVERITIES,
            practice_states=PRACTICE_STATES,
            item_states=ITEM_STATES,
            categories=CATEGORIES,
            pillar_names={pillar.id: pillar.name for pillar in review.pillars},
            formula=FORMULA,
            pictures=pictures,
            no_picture=no_picture,
            whole=whole,
            full=_FULL,
            brief=len(items) > _BRIEF,
            near=_near([resource.graph for resource in review.resources]),
            resource_of=_resource_of(review),
        )
        + "\n"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()


def _tile(pillar: Pillar, review: Review) -> Tile:
    value = pillar.score.value
    rating = "none" if value is None else "good" if value >= 90 else "fair" if value >= 60 else "poor"
    change = None
    if review.change is not None and value is not None:
        before = review.change.scores.get(pillar.id)
        change = None if before is None else value - before
    lost = ", ".join(f"{rule} -{points:.1f}" for rule, points in pillar.score.lost[:_FIRST])
    told = f"{FORMULA} {pillar.score.rules} rules decided this one." + (f" It lost most to: {lost}." if lost else "")
    return Tile(pillar, round(_ARC * (value or 0) / 100, 2), rating, change, told)


def _worst_first(rules: Sequence[RuleResult]) -> list[RuleResult]:
    return sorted(rules, key=lambda it: (not it.failed, SEVERITIES.index(it.severity), -it.failed, it.id))


def _first(rules: Sequence[RuleResult], items: dict[str, Item]) -> list[tuple[RuleResult, Item]]:
    """The rules to begin with, each with its first finding."""
    return [(rule, items[rule.items[0]]) for rule in _worst_first(rules) if rule.failed][:_FIRST]


def _near(names: Sequence[str]) -> int:
    """How many characters of all the names are the path that they have in common."""
    folders = {name.rpartition("/")[0] for name in names}
    return len(posixpath.commonpath(folders)) + 1 if len(folders) > 1 and all(folders) and _common(folders) else 0


def _common(folders: set[str]) -> bool:
    return len({folder.startswith("/") for folder in folders}) == 1 and bool(posixpath.commonpath(folders))


def _resource_of(review: Review) -> dict[str, list[Any]]:
    """The resources that a finding is about, by its id."""
    found: dict[str, list[Any]] = {}
    for resource in review.resources:
        for id_ in resource.items:
            found.setdefault(id_, []).append(resource)
    return found
