from __future__ import annotations

import re

from walint.policy.framework import best_practices
from walint.policy.model import PILLARS

PREFIXES = {
    "OPS": "operational-excellence",
    "SEC": "security",
    "REL": "reliability",
    "PERF": "performance-efficiency",
    "COST": "cost-optimization",
    "SUS": "sustainability",
}


def test_every_best_practice_belongs_to_its_pillar_and_question():
    assert set(PREFIXES.values()) == set(PILLARS)
    for id_, practice in best_practices().items():
        assert id_ == practice.id
        parts = re.fullmatch(r"([A-Z]+)(\d\d)-BP\d\d", id_)
        assert parts is not None
        assert practice.pillar == PREFIXES[parts[1]]
        assert practice.question == f"{parts[1]} {int(parts[2])}"
        assert practice.title.strip() == practice.title != ""
        assert practice.risk in ("high", "medium", "low", None)


def test_the_whole_framework_is_there():
    found = best_practices()
    assert len(found) == 307
    assert found["SEC08-BP02"].title == "Enforce encryption at rest"
