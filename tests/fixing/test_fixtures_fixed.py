"""Fixes: after one its finding is gone, nothing new has appeared, and a second run changes nothing."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

import walint
from tests.test_fixtures import FIXTURES, FOLDER, RULES
from walint.fixing import Mended, fix
from walint.options import Options
from walint.policy.pack import load
from walint.trial import Fixture

FIXTURES_WITH_A_FIX = [fixture.path for fixture in FIXTURES if RULES[fixture.rule].fix is not None]
# What a fix can't mend by what the rule says, and must leave to the author.
BY_HAND = {
    "cloudfront-distribution-tls-policy.tf": 1,  # a distribution with CloudFront's own certificate needs another one
    "cloudfront-distribution-tls-policy.yaml": 3,
    "docdb-cluster-tls-enabled.tf": 1,  # dynamic blocks
    "ec2-instance-block-devices-encrypted.yaml": 2,  # a disk that is not described has no name
    "rds-instance-not-public.tf": 1,  # a Multi-AZ cluster, for which Terraform has no such argument
    "cloudtrail-enabled.baseline": 2,  # what the template lacks as a whole
    "guardduty-enabled.baseline": 2,
}


def mended(fixture: Path, folder: Path) -> Mended:
    """The fixes, unsafe ones included, of a fixture's own rule in a copy of it; written there."""
    if fixture.is_dir():
        shutil.copytree(fixture, folder, dirs_exist_ok=True)
    else:
        shutil.copy(fixture, folder)
    rule = fixture.name.partition(".")[0]
    made = fix([folder], options_of(fixture), load(), folder, lambda it: it.id == rule, unsafe=True)
    for path, text in made.texts.items():
        Path(path).write_text(text, encoding="utf-8", newline="")
    return made


def options_of(fixture: Path) -> Options:
    rule = fixture.name.partition(".")[0]
    return Options(profile=RULES[rule].profile, rule_parameters={rule: Fixture(rule, fixture).parameters()})


def verdicts(fixture: Path, folder: Path) -> Counter[tuple[str, str, str]]:
    rule = fixture.name.partition(".")[0]
    report = walint.check(
        [folder], profile=RULES[rule].profile, rule_parameters={rule: Fixture(rule, fixture).parameters()}
    )
    assert not [problem for problem in report.problems if problem.severity == "error"]
    return Counter(
        (finding.rule.id, address, finding.verdict) for finding in report.findings for address in finding.addresses
    )


@pytest.mark.parametrize("fixture", FIXTURES_WITH_A_FIX, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_fixed_fixture_has_no_finding_of_its_rule_and_none_that_is_new(fixture: Path, tmp_path: Path) -> None:
    rule = fixture.name.partition(".")[0]
    before_folder, folder = tmp_path / "before", tmp_path / "after"
    before_folder.mkdir()
    folder.mkdir()
    if fixture.is_dir():
        shutil.copytree(fixture, before_folder, dirs_exist_ok=True)
    else:
        shutil.copy(fixture, before_folder)
    before = verdicts(fixture, before_folder)
    made = mended(fixture, folder)
    after = verdicts(fixture, folder)
    left = sum(count for (id_, _, verdict), count in after.items() if (id_, verdict) == (rule, "fail"))
    assert left == BY_HAND.get(fixture.name, 0), [one.reason for one in made.unfixed]
    assert not {one: count for one, count in (after - before).items() if count}
    again = fix([folder], options_of(fixture), load(), folder, lambda it: it.id == rule, unsafe=True)
    assert not again.texts
    assert not again.fixed


def test_at_least_120_rules_have_a_fix_in_each_language_that_has_the_resource() -> None:
    languages: dict[str, set[str]] = {}
    for fixture in FIXTURES_WITH_A_FIX:
        if fixture.is_file():
            languages.setdefault(fixture.name.partition(".")[0], set()).add(fixture.suffix)
    assert len(languages) >= 120
    for rule, found in languages.items():
        assert len(found) == len(RULES[rule].languages)
