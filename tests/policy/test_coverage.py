"""The page that says what walint covers."""

from __future__ import annotations

from pathlib import Path

from tests.policy.conftest import rule_of
from walint.policy.coverage import SEED, facts, page, render
from walint.policy.model import PILLARS

PAGE = Path(__file__).parent.parent.parent / "docs" / "coverage.md"
RULE = rule_of("A", id="a-rule", aliases=("checkov:CKV_1",))
CONTROLS = [
    {"peer": "checkov", "id": "CKV_1", "title": "One | two"},
    {"peer": "checkov", "id": "CKV_2", "title": "Two"},
]
UNDECIDABLE = [{"peer": "checkov", "id": "CKV_3", "title": "Three", "reason": "Only the account knows."}]
ITEM = {"item": "a practice", "pillar": "security", "kind": "practice", "static": "partly", "how": "So.", "why_not": ""}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m walint.policy.coverage`"


def test_each_control_has_its_rule_or_the_reason_why_there_is_none() -> None:
    text = render([RULE], CONTROLS, UNDECIDABLE, [{**ITEM, "rules": ["a-rule", "b-rule"]}])
    assert "| `CKV_1` | One \\| two | `a-rule` |" in text
    assert "| `CKV_2` | Two | not covered yet |" in text
    assert "| `CKV_3` | Three | no template: Only the account knows. |" in text
    assert "| checkov checks | 3 | 1 | 1 | 1 |" in text


def test_an_item_of_the_talk_has_its_rules() -> None:
    text = render([RULE], [], [], [{**ITEM, "rules": ["a-rule", "b-rule"]}, {**ITEM, "rules": []}])
    assert "| a practice | Security | in part | `a-rule` | So. |" in text
    assert "| Items of the seed talk | 2 | 1 | 1 | 0 |" in text


def test_the_talk_is_told_in_words_that_the_page_knows() -> None:
    for entry in facts(SEED):
        assert entry["pillar"] in PILLARS
        assert entry["kind"] in ("practice", "trusted-advisor", "config-rule")
        assert entry["static"] in ("yes", "partly", "no")
        assert entry["how"]
        assert bool(entry["rules"]) is (entry["static"] != "no") or entry["why_not"]
