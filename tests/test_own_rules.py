"""Rules of one's own: a folder of rule files and fixtures in, what is not as announced out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.test_cli import Run

ROOT = Path(__file__).parent.parent
RULE = """\
- id: own-volume-small
  title: Volumes are small
  pillar: cost-optimization
  best_practice: COST06-BP01
  severity: medium
  applies_to: AWS::EC2::Volume
  parameters:
    gigabytes: {default: 100, description: The most.}
  require: Size <= gigabytes
  message: Volume {address} has {Size} GB.
  rationale: Space costs money.
  remediation: Set Size to 100 or less.
"""
TERRAFORM = """\
resource "aws_ebs_volume" "big" {
  size = 200 # fail: own-volume-small
}
resource "aws_ebs_volume" "small" {
  size = 20
}
"""
TEMPLATE = """\
Resources:
  Big:
    Type: AWS::EC2::Volume
    Properties: {Size: 200} # fail: own-volume-small
  Small:
    Type: AWS::EC2::Volume
    Properties: {Size: 20}
"""


@pytest.fixture
def walint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return Run(tmp_path, monkeypatch, capfd)


def lines(run: Run, code: int, *arguments: str) -> list[str]:
    """What `walint test` writes to stdout, a line each."""
    ran = run("test", *(arguments or ("policies",)))
    assert ran.code == code, ran.err
    return ran.out.splitlines()


@pytest.mark.parametrize(
    ("terraform", "template"),
    [
        ("policies/own-volume-small.tf", "policies/own-volume-small.yaml"),
        ("policies/fixtures/ebs/own-volume-small.tf", "policies/fixtures/ebs/own-volume-small.yml"),
        ("fixtures/own-volume-small.tf", "fixtures/own-volume-small.yaml"),
        ("policies/fixtures/own-volume-small.two/main.tf", "policies/fixtures/own-volume-small.three/a/stack.yaml"),
    ],
)
def test_fixtures_lie_beside_the_rules(walint: Run, terraform: str, template: str) -> None:
    walint.file("policies/volumes.yaml", RULE)
    walint.file(terraform, TERRAFORM)
    walint.file(template, TEMPLATE)
    ran = walint("test", "policies")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "1 rule, 2 fixtures, 0 not as announced\n"


def test_a_file_of_rules_may_bear_a_rules_name(walint: Run) -> None:
    advice = "  remediation: |\n    Resources:\n      A:\n        Type: T\n"
    quoted = RULE.replace("  remediation: Set Size to 100 or less.\n", advice)
    walint.file("policies/own-volume-small.yaml", "---\n# Ours.\n" + quoted)
    walint.file("policies/own-volume-small.tf", TERRAFORM)
    assert lines(walint, 0) == []


def test_what_is_not_as_announced_stands_at_its_line(walint: Run) -> None:
    walint.file("policies/volumes.yaml", RULE)
    walint.file("policies/own-volume-small.tf", TERRAFORM.replace(" # fail", " # open"))
    walint.file("policies/own-volume-small.b/main.tf", TERRAFORM.replace("200", "50"))
    assert lines(walint, 1) == [
        "policies/own-volume-small.b: nothing in it fails; show a resource that is wrong",
        'policies/own-volume-small.b/main.tf:2: "# fail: own-volume-small" is announced here, and not found',
        'policies/own-volume-small.tf:2: "# fail: own-volume-small" is found here, and not announced: '
        "Volume aws_ebs_volume.big has 200 GB.",
        'policies/own-volume-small.tf:2: "# open: own-volume-small" is announced here, and not found',
    ]


def test_a_fixture_sets_parameters(walint: Run) -> None:
    walint.file("policies/volumes.yaml", RULE)
    walint.file("policies/own-volume-small.tf", "# with: gigabytes = 10\n" + TERRAFORM)
    assert lines(walint, 1) == [
        "policies/own-volume-small.tf: nothing in it passes; show a resource that is right",
        'policies/own-volume-small.tf:6: "# fail: own-volume-small" is found here, and not announced: '
        "Volume aws_ebs_volume.small has 20 GB.",
    ]


def test_a_rule_needs_a_fixture_and_a_fixture_a_rule(walint: Run) -> None:
    walint.file("policies/volumes.yaml", RULE)
    walint.file("policies/fixtures/own-volume-tiny.tf", TERRAFORM)
    assert lines(walint, 1) == [
        "policies/fixtures/own-volume-tiny.tf: named after no rule",
        "own-volume-small: no fixture; write own-volume-small.tf or own-volume-small.yaml",
    ]
    walint.file("policies/fixtures/own-volume-small.tf", TERRAFORM)
    assert lines(walint, 0, "policies/volumes.yaml") == []


def test_a_language_without_a_fixture_is_named(walint: Run) -> None:
    walint.file("policies/volumes.yaml", RULE)
    walint.file("policies/own-volume-small.tf", TERRAFORM)
    ran = walint("test", "policies")
    assert ran.code == 0
    assert "own-volume-small: not tried in cloudformation" in ran.err
    walint.file("policies/volumes.yaml", RULE + "  languages: [terraform]\n")
    assert "not tried" not in walint("test", "policies").err


def test_all_faults_at_once_each_with_its_place(walint: Run) -> None:
    walint.file(
        "policies/a.yaml", RULE.replace("Size <=", "Sizes <=").replace("cost-opt", "costs-opt") + "  fixes: {}\n"
    )
    walint.file("policies/b.yaml", RULE.replace("own-volume-small", "ebs-volume-encrypted"))
    walint.file("policies/c.yaml", "- {id: own-thing}\n- [\n")
    walint.file("policies/d.yaml", "rules: []\n")
    ran = walint("test", "policies")
    assert (ran.code, ran.out) == (2, "")
    said = ran.err.splitlines()
    assert said[0].startswith('policies/a.yaml:3:11: own-volume-small: pillar: "costs-optimization" is none of')
    assert (
        said[1] == 'policies/a.yaml:9:12: own-volume-small.require: there is no property "Sizes"; did you mean "Size"?'
    )
    assert said[2].startswith('policies/a.yaml:13:3: own-volume-small: unknown key "fixes"; did you mean "fix"?')
    assert said[3] == 'policies/b.yaml:1:7: walint itself has a rule "ebs-volume-encrypted" already'
    assert said[4].startswith("policies/c.yaml:3:1: not valid YAML")
    assert said[5].startswith("policies/d.yaml:1:1: the file: expected a list")
    assert len(said) == 6


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # One fault does not hide the others of its rule.
        ("id: own-volume-small", "id: Own", "1:7: Own: id: expected lower-case words with hyphens between them"),
        ("applies_to: AWS::EC2::Volume", "applies_to: {}", "6:15: own-volume-small: applies_to: expected a type or"),
        (
            "COST06-BP01",
            "COST66-BP01",
            "4:18: own-volume-small.best_practice: the framework has no best practice COST66",
        ),
        (
            "COST06-BP01",
            "SEC08-BP02",
            "4:18: own-volume-small.best_practice: SEC08-BP02 belongs to the pillar security",
        ),
        ("  require: Size <= gigabytes", "  require: Size <=", "9:19: own-volume-small.require: not an expression:"),
    ],
)
def test_each_fault_is_told_beside_another(walint: Run, old: str, new: str, told: str) -> None:
    assert old in RULE
    walint.file("policies/a.yaml", RULE.replace(old, new).replace("severity: medium", "severity: huge"))
    said = walint("test", "policies").err
    assert f"policies/a.yaml:{told}" in said
    assert 'severity: "huge" is none of' in said


def test_an_id_is_given_once_also_beside_other_faults(walint: Run) -> None:
    walint.file("policies/a.yaml", RULE + RULE.replace("severity: medium", "severity: huge"))
    said = walint("test", "policies").err
    assert 'policies/a.yaml:1 has a rule "own-volume-small" already' in said
    assert said.count("\n") == 2


def test_where_there_is_nothing_to_try(walint: Run) -> None:
    assert walint("test", "nowhere").err == "walint: nowhere: no such file or folder\n"
    (walint.folder / "empty").mkdir()
    assert walint("test", "empty").err.startswith("walint: empty: no rules")


@pytest.mark.parametrize("service", ["efs", "kinesis"])
def test_walints_own_rules_are_written_as_anybodys(walint: Run, service: str) -> None:
    text = (ROOT / "rules" / "security" / f"{service}.yaml").read_text(encoding="utf-8")
    walint.file("policies/rules.yaml", text.replace(f"id: {service}-", f"id: own-{service}-").replace("replaces:", "#"))
    for fixture in (ROOT / "fixtures" / service).iterdir():
        announced = fixture.read_text(encoding="utf-8").replace(f": {service}-", f": own-{service}-")
        if f"id: {fixture.stem}\n" in text:
            walint.file(f"policies/fixtures/own-{fixture.name}", announced)
    assert lines(walint, 0) == []


def test_own_rules_are_listed_and_explained(walint: Run) -> None:
    walint.file("policies/volumes.yaml", RULE)
    walint.file(".walint.yaml", "rule-folders: [policies]\n")
    assert "own-volume-small" in walint("rules", "--service", "own").out
    assert "Space costs money." in walint("explain", "own-volume-small").out


# --- packages ---------------------------------------------------------------------------------------------------------


ENTRY_POINTS = "[walint.rules]\nacme = acme_rules.policies\nlost = acme_rules.no\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package that ships rules; importing it fails."""
    site = tmp_path / "site"
    for name, text in {
        "acme_rules/__init__.py": "raise ImportError\n",
        "acme_rules/policies/volumes.yaml": RULE,
        "acme_rules-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n",
        "acme_rules-1.0.dist-info/entry_points.txt": ENTRY_POINTS,
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    return site


def test_rules_of_a_package_are_taken_where_they_are_asked_for(walint: Run, package: Path) -> None:
    walint.file("infra/main.tf", TERRAFORM)
    walint.file(".walint.yaml", "select: [cost-optimization]\n")
    assert "own-volume-small" not in walint("check", "infra").out
    walint.file(".walint.yaml", "select: [cost-optimization]\nrule-packages: [acme]\n")
    ran = walint("check", "infra", "--format", "json")
    assert [found["rule"] for found in json.loads(ran.out)["findings"]] == ["own-volume-small"]
    assert "acme_rules" not in sys.modules
    assert "rule-packages" in walint("config").out


def test_packages_that_are_not_there(walint: Run, package: Path) -> None:
    walint.file(".walint.yaml", "rule-packages: [acne, lost]\n")
    ran = walint("check")
    assert ran.code == 2
    first, second = ran.err.splitlines()
    assert first.endswith('.walint.yaml:1:17: no installed package ships rules named "acne"; did you mean "acme"?')
    assert second.endswith('"lost" is to lie in acme_rules.no, and there is no such folder in the package')


def test_faults_in_the_rules_of_a_package_stand_in_their_file(walint: Run, package: Path) -> None:
    (package / "acme_rules/policies/volumes.yaml").write_text(RULE.replace("Size <=", "Size <=<"), encoding="utf-8")
    walint.file(".walint.yaml", "rule-packages: [acme]\n")
    assert "site/acme_rules/policies/volumes.yaml:9:" in walint("check").err
