"""The review as one HTML page that needs nothing else: no request, no script but its own, no style but its own."""

from __future__ import annotations

import base64
import posixpath
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from walint.policy.model import SEVERITIES
from walint.review.boards import CATEGORIES
from walint.review.model import ITEM_STATES, PRACTICE_STATES, Item, Pillar, Review, RuleResult
from walint.review.picture.svg import Drawing
from walint.review.records import records
from walint.review.score import FORMULA
from walint.review.templating import asset, environment

_FIRST: Final = 5
# Rules are open at first as far as they have no more findings than this together.
_OPEN: Final = 40
# So many pictures are shown at first, the largest.
_PICTURES: Final = 24
# Half the circumference of the dial, whose radius is 26.
_ARC: Final = 81.68


class Picture(NamedTuple):
    """One picture, or in `why` the reason why there is none.

    Attributes:
        id: its anchor, where others lead to it.
        of: what it shows, and of how many nodes.
    """

    id: str
    of: str
    number: int
    drawing: Drawing | None
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
    script = asset("lists.js") + asset("script.js")
    items = {item.id: item for item in review.items}
    told = [rule for rule in _worst_first(review.rules) if rule.items]
    graphs = Counter(resource.graph for resource in review.resources)
    base = _base([*graphs, *(item.file for item in review.items)])
    return (
        environment()
        .get_template("page.html")
        .render(
            review=review,
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
            records=records(review, told, len(base)),
            items=items,
            by_rule={rule.id: rule for rule in review.rules},
            tiles=[_tile(pillar, review) for pillar in review.pillars],
            broken=any(problem.severity == "error" for problem in review.problems),
            first=_first(review.rules, items),
            told=told,
            told_at={rule.id: at for at, rule in enumerate(told)},
            opened=_opened(told),
            graphs=list(graphs.items()),
            failing=Counter(item.severity for item in review.items if item.state == "fail"),
            services=sorted({item.service for item in review.items}),
            severities=SEVERITIES,
            practice_states=PRACTICE_STATES,
            item_states=ITEM_STATES,
            categories=CATEGORIES,
            pillar_names={pillar.id: pillar.name for pillar in review.pillars},
            formula=FORMULA,
            pictures=pictures,
            large=_PICTURES,
            no_picture=no_picture,
            whole=whole,
            base=base,
            near=len(base),
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


def _opened(rules: Sequence[RuleResult]) -> int:
    """How many rules are open at first."""
    number = 0
    for at, rule in enumerate(rules):
        number += len(rule.items)
        if number > _OPEN:
            return max(at, 1)
    return len(rules)


def _base(names: Sequence[str]) -> str:
    """The folder that all the names have in common, with the slash behind it."""
    folders = {posixpath.dirname(name) for name in names}
    if not folders or "" in folders or len({folder.startswith("/") for folder in folders}) > 1:
        return ""
    common = posixpath.commonpath(folders)
    return f"{common}/" if common.strip("/") else ""
