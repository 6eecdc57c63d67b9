"""Reviews of templates that a test writes down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from walint import run
from walint.options import Options
from walint.policy import pack
from walint.report.options import Options as Told
from walint.review.build import build
from walint.review.model import Item, Line, Practice, Review
from walint.review.sketch import Sketch, sketch


class Made:
    """A review, with short ways to what is in it."""

    def __init__(self, review: Review, sketches: list[Sketch]) -> None:
        self.review = review
        self.sketches = sketches

    def practice(self, id_: str) -> Practice:
        return next(
            it for pillar in self.review.pillars for q in pillar.questions for it in q.practices if it.id == id_
        )

    def score(self, pillar: str) -> int | None:
        return next(it.score.value for it in self.review.pillars if it.id == pillar)

    def config(self, name: str) -> Line:
        return next(it for it in self.review.config if it.name == name)

    def advisor(self, name: str) -> Line:
        return next(it for it in self.review.advisor if it.name == name)

    def items(self, rule: str) -> list[Item]:
        return [it for it in self.review.items if it.rule == rule]


Reviewed = Callable[..., Made]


@pytest.fixture
def reviewed(tmp_path: Path) -> Reviewed:
    """Writes files and reviews them; `options` as for a run."""

    def make(files: dict[str, str], **options: Any) -> Made:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        rules = pack.load()
        report = run.check([tmp_path], Options(look=sketch, **options), rules, tmp_path)
        sketches = sorted(report.seen)
        return Made(build(report, sketches, rules, Told("0.0.0"), ["."]), sketches)

    return make
