"""Every rule against its fixtures: the announced findings, all of them, and none besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.policy.pack import load
from walint.trial import Fixture, fixtures_below, tried

FOLDER = Path(__file__).parent.parent / "fixtures"
RULES = {rule.id: rule for rule in load()}
FIXTURES, _ = fixtures_below(FOLDER, RULES.values())


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: str(fixture.path.relative_to(FOLDER)))
def test_findings_are_exactly_the_announced_ones(fixture: Fixture) -> None:
    assert tried(fixture, tuple(RULES.values())) == []


def test_each_fixture_is_named_after_a_rule() -> None:
    assert set(FOLDER.glob("*/*")) == {fixture.path for fixture in FIXTURES}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_fixture_in_each_of_its_languages(rule: str) -> None:
    there = {language for fixture in FIXTURES if fixture.rule == rule for language in fixture.languages()}
    assert there >= set(RULES[rule].languages)
