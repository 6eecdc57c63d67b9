"""The AWS Well-Architected Framework: its pillars, questions and best practices.

The titles and risks are those of the edition that `well_architected.json` names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, NamedTuple

DATA = Path(__file__).with_name("well_architected.json")


class BestPractice(NamedTuple):
    """One best practice.

    Attributes:
        id: as AWS writes it: "SEC08-BP02".
        pillar: the pillar's id: "security".
        question: the question that it answers: "SEC 8".
        risk: the level of risk where the practice is not followed; None where AWS gives none.
    """

    id: str
    title: str
    pillar: str
    question: str
    risk: Literal["high", "medium", "low"] | None


def best_practices() -> dict[str, BestPractice]:
    """All best practices by id, in the framework's order. Read anew on each call: keep the answer."""
    found: dict[str, BestPractice] = {}
    for pillar in json.loads(DATA.read_bytes())["pillars"]:
        for question in pillar["questions"]:
            for id_, title, risk in question["best_practices"]:
                found[id_] = BestPractice(id_, title, pillar["id"], question["id"], risk)
    return found
