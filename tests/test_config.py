"""Configuration: files and templates in, what is reported out."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.test_cli import Run
from walint.config.find import find_file
from walint.config.schema import schema, with_rules
from walint.policy import pack

VOLUME = 'resource "aws_ebs_volume" "v" {\n  availability_zone = local.zone\n}\n'
BUCKET = 'resource "aws_s3_bucket" "b" {}\n'
DATABASE = """\
variable "days" {
  default = 1
}
resource "aws_db_instance" "d" {
  backup_retention_period = var.days
}
"""


@pytest.fixture
def walint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return Run(tmp_path, monkeypatch, capfd)


def found(run: Run, *arguments: str) -> list[tuple[str, str]]:
    """File and rule of each finding that is reported."""
    ran = run("check", "--format", "json", *arguments)
    assert ran.err == "", ran.err
    findings = json.loads(ran.out)["findings"]
    return [(one["location"]["file"], one["rule"]) for one in findings if not one["suppression"]]


def faults(run: Run, *arguments: str) -> list[str]:
    ran = run("check", *arguments)
    assert (ran.code, ran.out) == (2, "")
    return [line.removeprefix("walint: ") for line in ran.err.splitlines()]


# --- where it is found ------------------------------------------------------------------------------------------------


def test_found_upward_from_the_linted_path(walint):
    walint.file(".walint.yaml", "select: [ebs-volume-encrypted]\n")
    walint.file("infra/prod/main.tf", VOLUME + BUCKET)
    expected = [("infra/prod/main.tf", "ebs-volume-encrypted")]
    assert found(walint) == found(walint, "infra") == found(walint, "infra/prod/main.tf") == expected


def test_never_above_the_repository(walint):
    walint.file(".walint.yaml", "select: [ebs]\n")
    walint.file("inner/.git/HEAD", "")
    walint.file("inner/main.tf", VOLUME)
    assert find_file(walint.folder / "inner" / "main.tf") is None


def test_each_path_is_governed_by_the_nearest_file_above_it(walint):
    walint.file("a/.walint.yaml", "select: [ebs-volume-encrypted]\n")
    walint.file("b/.walint.yaml", "select: [s3-bucket-versioning-enabled]\n")
    for folder in "ab":
        walint.file(f"{folder}/main.tf", VOLUME + BUCKET)
    assert found(walint, "a", "b") == [
        ("a/main.tf", "ebs-volume-encrypted"),
        ("b/main.tf", "s3-bucket-versioning-enabled"),
    ]


def test_section_of_pyproject(walint):
    walint.file("pyproject.toml", '[project]\nname = "x"\n\n[tool.walint]\nselect = ["ebs-volume-encrypted"]\n')
    walint.file("main.tf", VOLUME + BUCKET)
    assert found(walint) == [("main.tf", "ebs-volume-encrypted")]
    walint.file(".walint.yaml", "select: [s3-bucket-versioning-enabled]\n")
    assert found(walint) == [("main.tf", "s3-bucket-versioning-enabled")]


def test_a_named_file_governs_everything(walint):
    walint.file(".walint.yaml", "select: [s3]\n")
    walint.file("elsewhere/strict.yaml", "select: [ebs-volume-encrypted]\n")
    walint.file("infra/main.tf", VOLUME + BUCKET)
    assert found(walint, "--config", "elsewhere/strict.yaml") == [("infra/main.tf", "ebs-volume-encrypted")]
    assert faults(walint, "--config", "missing.yaml") == ["missing.yaml:1:1: cannot be read: No such file or directory"]


def test_command_line_counts_more(walint):
    walint.file(".walint.yaml", "select: [s3]\nfail-on: critical\noverrides:\n- {paths: ['*'], select: [rds]}\n")
    walint.file("main.tf", VOLUME)
    assert found(walint, "--select", "ebs-volume-encrypted") == [("main.tf", "ebs-volume-encrypted")]
    assert walint("check", "--select", "ebs-volume-encrypted").code == 0
    assert walint("check", "--select", "ebs-volume-encrypted", "--fail-on", "high").code == 1


# --- what it says ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "selector", ["ebs", "ebs-volume-encrypted", "ebs-*", "CKV_AWS_3", "security", "high", "SEC08-BP02", "SEC08"]
)
def test_select_and_ignore_by_any_name(walint, selector):
    walint.file("main.tf", VOLUME)
    walint.file(".walint.yaml", f"ignore: [{selector}]\n")
    assert ("main.tf", "ebs-volume-encrypted") not in found(walint)
    walint.file(".walint.yaml", f"select: [{selector}]\n")
    assert ("main.tf", "ebs-volume-encrypted") in found(walint)


def test_severities_decide_the_exit_code(walint):
    walint.file("main.tf", VOLUME)
    config = "select: [ebs-volume-encrypted]\nfail-on: medium\n"
    walint.file(".walint.yaml", config)
    assert walint("check").code == 1
    walint.file(".walint.yaml", config + "severities: {ebs-*: info}\n")
    ran = walint("check", "--format", "json")
    report = json.loads(ran.out)
    assert (ran.code, [one["severity"] for one in report["findings"]]) == (0, ["info"])
    assert [rule["severity"] for rule in report["rules"]] == ["info"]


def test_parameters_of_rules(walint):
    walint.file("main.tf", DATABASE.replace("var.days", "10"))
    config = "select: [rds-backup-retention]\n"
    walint.file(".walint.yaml", config)
    assert found(walint) == []
    for given in ("rules: {rds-backup-retention: {days: 30}}", "parameters: {days: 30}"):
        walint.file(".walint.yaml", f"{config}{given}\n")
        assert found(walint) == [("main.tf", "rds-backup-retention")]


def test_required_tags(walint):
    walint.file("main.tf", 'resource "aws_s3_bucket" "b" {\n  tags = { Owner = "me" }\n}\n')
    config = "select: [tagging-required-tags-present]\n"
    walint.file(".walint.yaml", config + "required-tags: [Owner]\n")
    assert found(walint) == []
    walint.file(".walint.yaml", config + "required-tags: [Owner, CostCenter]\n")
    assert found(walint) == [("main.tf", "tagging-required-tags-present")]


def test_overrides_by_the_place_of_the_finding_or_the_root(walint):
    walint.file("shared/main.tf", VOLUME)
    walint.file("dev/main.tf", 'module "m" {\n  source = "../shared"\n}\n' + VOLUME)
    walint.file("prod/main.tf", VOLUME)
    config = "select: [ebs-volume-encrypted]\noverrides:\n"
    walint.file(".walint.yaml", config + "- paths: [dev/]\n  ignore: [ebs]\n")
    assert found(walint) == [("prod/main.tf", "ebs-volume-encrypted")]
    walint.file(".walint.yaml", config + "- paths: [shared/]\n  ignore: [ebs]\n")
    assert [file for file, _ in found(walint)] == ["dev/main.tf", "prod/main.tf"]


def test_an_override_may_ask_for_more(walint):
    walint.file("a.yaml", "Resources:\n  B: {Type: AWS::S3::Bucket}\n")
    walint.file("prod/b.yaml", "Resources:\n  B: {Type: AWS::S3::Bucket}\n")
    walint.file(
        ".walint.yaml", "select: [ebs]\noverrides:\n- {paths: [prod], select: [s3-bucket-versioning-enabled]}\n"
    )
    assert found(walint) == [("prod/b.yaml", "s3-bucket-versioning-enabled")]


def test_later_overrides_count_more(walint):
    walint.file("a/b/main.tf", VOLUME)
    walint.file(
        ".walint.yaml",
        "select: [ebs-volume-encrypted]\noverrides:\n"
        "- {paths: [a], severities: {ebs: low}}\n- {paths: [a/b], severities: {ebs: critical}}\n",
    )
    report = json.loads(walint("check", "--format", "json").out)
    assert [one["severity"] for one in report["findings"]] == ["critical"]


@pytest.mark.parametrize(
    "given",
    ["variables: {days: 14}", "variable-files: [prod/values.tfvars]"],
)
def test_variables_for_a_folder(walint, given):
    for folder in ("dev", "prod"):
        walint.file(f"{folder}/main.tf", DATABASE)
    walint.file("prod/values.tfvars", "days = 14\n")
    walint.file(
        ".walint.yaml",
        f"select: [rds-backup-retention]\noverrides:\n- paths: [prod/]\n  terraform: {{{given}}}\n",
    )
    assert found(walint) == [("dev/main.tf", "rds-backup-retention")]
    assert found(walint, "prod", "--var", "days=2") == [("prod/main.tf", "rds-backup-retention")]


def test_parameters_for_a_template(walint):
    template = """\
Parameters:
  Encrypted: {Type: String, Default: 'false'}
Resources:
  V:
    Type: AWS::EC2::Volume
    Properties: {Encrypted: !Ref Encrypted}
"""
    walint.file("dev.yaml", template)
    walint.file("prod.yaml", template)
    walint.file("values.json", '[{"ParameterKey": "Encrypted", "ParameterValue": "true"}]')
    walint.file(
        ".walint.yaml",
        "select: [ebs-volume-encrypted]\noverrides:\n"
        "- {paths: [prod.yaml], cloudformation: {parameter-files: [values.json]}}\n",
    )
    assert found(walint) == [("dev.yaml", "ebs-volume-encrypted")]


def test_excluded_templates_are_not_judged(walint):
    for name in ("main.tf", "examples/a/main.tf", "old.yaml"):
        walint.file(name, VOLUME if name.endswith(".tf") else "Resources:\n  V: {Type: AWS::EC2::Volume}\n")
    walint.file(".walint.yaml", "select: [ebs-volume-encrypted]\nexclude: [examples/, '*.yaml']\n")
    assert found(walint) == [("main.tf", "ebs-volume-encrypted")]


OWN = """\
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


def test_own_rules(walint):
    walint.file("policies/cost/volumes.yaml", OWN)
    walint.file("main.tf", VOLUME.replace("}", "  size = 200\n}"))
    config = "select: [own]\nrule-folders: [policies]\n"
    walint.file(".walint.yaml", config)
    assert found(walint) == [("main.tf", "own-volume-small")]
    walint.file(".walint.yaml", config + "rules: {own-volume-small: {gigabytes: 500}}\n")
    assert found(walint) == []


def test_faults_of_own_rules_stand_in_their_file(walint):
    walint.file("policies/a.yaml", OWN.replace("Size <=", "Size <=<"))
    walint.file("policies/b.yaml", OWN.replace("own-volume-small", "ebs-volume-encrypted"))
    walint.file(".walint.yaml", "rule-folders: [policies]\n")
    first, second = faults(walint)
    assert first.startswith("policies/a.yaml:9:") and "own-volume-small.require" in first
    assert second == 'policies/b.yaml:1:7: walint itself has a rule "ebs-volume-encrypted" already'


def test_suppressions_can_be_tightened(walint):
    walint.file("main.tf", "# walint:ignore ebs-volume-encrypted\n" + VOLUME)
    for tightened in ("require-reason: true", "protected: [ebs]", "enabled: false"):
        walint.file(".walint.yaml", "select: [ebs-volume-encrypted]\n")
        assert found(walint) == []
        walint.file(".walint.yaml", f"select: [ebs-volume-encrypted]\nsuppressions: {{{tightened}}}\n")
        assert found(walint) == [("main.tf", "ebs-volume-encrypted")]
    walint.file(".walint.yaml", "select: [ebs-volume-encrypted]\nsuppressions: {report-unused: true}\n")
    assert found(walint) == [("main.tf", "suppression-without-reason")]


# --- faults -----------------------------------------------------------------------------------------------------------


def test_all_faults_at_once_each_with_its_place_and_the_nearest_name(walint):
    walint.file(
        ".walint.yaml",
        """\
profil: strict
select: [s3, ebs-volume-encryptd]
severities: {ebs-*: hihg, nothing-here: low}
rules:
  rds-backup-retention: {dayz: 3, days: "7"}
  rds-backup-retentoin: {days: 3}
suppressions:
  require-reasons: true
overrides:
- path: [a]
terraform:
  variable-files: [missing.tfvars]
""",
    )
    assert faults(walint) == [
        '.walint.yaml:1:1: unknown key "profil"; did you mean "profile"?',
        '.walint.yaml:2:14: "ebs-volume-encryptd" is no rule, service, pillar or severity; did you mean '
        '"ebs-volume-encrypted"?',
        '.walint.yaml:3:21: severities.ebs-*: "hihg" is none of critical, high, medium, low, info; did you mean '
        '"high"?',
        '.walint.yaml:5:26: rds-backup-retention has no parameter "dayz"; did you mean "days"?',
        '.walint.yaml:5:41: rds-backup-retention.days: expected a number, not "7"',
        '.walint.yaml:6:3: there is no rule "rds-backup-retentoin"; did you mean "rds-backup-retention"?',
        '.walint.yaml:8:3: suppressions: unknown key "require-reasons"; did you mean "require-reason"?',
        ".walint.yaml:10:3: overrides.0: paths is missing",
        '.walint.yaml:10:3: overrides.0: unknown key "path"; did you mean "paths"?',
        ".walint.yaml:12:20: missing.tfvars: no such file",
    ]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [", ".walint.yaml:2:1: not valid YAML: did not find expected node content"),
        ("- a\n", ".walint.yaml:1:1: expected a mapping of settings"),
        ("? [a]\n: 3\n", '.walint.yaml:1:3: unknown key "?"'),
        (BOMB, ".walint.yaml:1:1: more than 100000 values, aliases counted"),
        ("profile: strict\nprofile: strict\n", '.walint.yaml:2:1: "profile" is given twice'),
        ("ignore: s3\n", '.walint.yaml:1:9: ignore: expected a list, not "s3"'),
        ("account-baseline: 3\n", ".walint.yaml:1:19: account-baseline: expected true or false, not 3"),
        ("required-tags: Owner\n", '.walint.yaml:1:16: required-tags: expected a list, not "Owner"'),
        ("parameters: {colour: red}\n", '.walint.yaml:1:14: no rule has a parameter "colour"'),
        ("cloudformation: {account-id: 12}\n", ".walint.yaml:1:30: cloudformation.account-id: expected text, not 12"),
    ],
)
def test_faults(walint, text, fault):
    walint.file(".walint.yaml", text)
    (said,) = faults(walint)
    assert said.startswith(fault)


def test_faults_in_toml(walint):
    walint.file(
        "pyproject.toml",
        """\
[tool.walint]
select = ["ebs", "nope"]
fail-on = "hgh"

[tool.walint.suppressions]
requirereason = true

[[tool.walint.overrides]]
paths = ["a"]

[[tool.walint.overrides]]
paths = ["b"]
rules = { rds-backup-retention = { dayz = 3 } }
""",
    )
    assert faults(walint) == [
        'pyproject.toml:2:1: "nope" is no rule, service, pillar or severity; `walint rules` lists what there is',
        'pyproject.toml:3:1: fail-on: "hgh" is none of critical, high, medium, low, info; did you mean "high"?',
        'pyproject.toml:6:1: suppressions: unknown key "requirereason"; did you mean "require-reason"?',
        'pyproject.toml:13:36: rds-backup-retention has no parameter "dayz"; did you mean "days"?',
    ]
    walint.file("pyproject.toml", "[tool.walint]\nselect = [\n")
    (said,) = faults(walint)
    assert said.startswith("pyproject.toml:") and "not valid TOML" in said


# --- the commands -----------------------------------------------------------------------------------------------------


def test_config_tells_where_each_value_comes_from(walint):
    walint.file(
        ".walint.yaml",
        "profile: strict\nignore: [s3]\nrules: {rds-backup-retention: {days: 30}}\n"
        "overrides:\n- paths: [prod]\n  ignore: [ebs]\n  required-tags: [Owner]\n",
    )
    walint.file("prod/main.tf", VOLUME)
    rows = {row["key"]: row for row in json.loads(walint("config", "prod", "--format", "json").out)}
    assert rows["profile"] == {"key": "profile", "value": "strict", "origin": ".walint.yaml:1"}
    assert rows["ignore"] == {
        "key": "ignore", "value": ["s3", "ebs"], "origin": ".walint.yaml:2 and .walint.yaml:6",
    }  # fmt: skip
    assert rows["rules.rds-backup-retention.days"]["origin"] == ".walint.yaml:3"
    assert rows["rules.tagging-required-tags-present.required_tags"] == {
        "key": "rules.tagging-required-tags-present.required_tags", "value": ["Owner"], "origin": ".walint.yaml:7",
    }  # fmt: skip
    assert rows["fail-on"]["origin"] == "default"
    rows = {row["key"]: row for row in json.loads(walint("config", "--format", "json", "--all").out)}
    assert rows["ignore"]["value"] == ["s3"]
    assert rows["rules.ec2-security-group-rule-count.rules"]["origin"] == "default"
    assert "# .walint.yaml:1" in walint("config").out


def test_init_writes_what_it_finds_and_a_file_that_is_valid(walint):
    walint.file("prod/main.tf", DATABASE)
    walint.file("prod/env/prod.tfvars", "days = 14\n")
    walint.file("prod/env/dev.tfvars", "days = 1\n")
    walint.file("prod/terraform.tfvars", "")
    walint.file("examples/a.yaml", "Resources:\n  V: {Type: AWS::EC2::Volume}\n")
    ran = walint("init")
    assert (ran.code, ran.out) == (0, "")
    text = (walint.folder / ".walint.yaml").read_text()
    assert "1 Terraform folder, 1 CloudFormation template" in text
    assert "# exclude: [examples/]" in text
    assert "variable-files: [prod/env/prod.tfvars] # or prod/env/dev.tfvars" in text
    assert found(walint, "--select", "rds-backup-retention") == []
    again = walint("init")
    assert (again.code, again.err) == (2, "walint: .walint.yaml is there already; --force writes over it\n")
    assert walint("init", "--force").code == 0


def test_suppressions_are_listed(walint):
    walint.file("main.tf", "# walint:ignore ebs-volume-encrypted until=2000-01-01 old\n" + VOLUME)
    walint.file("b.tf", "# walint:ignore ebs-volume-encryptd because\n" + BUCKET)
    ran = walint("suppressions")
    assert ran.out.splitlines() == [
        'b.tf:1:3: walint ebs-volume-encryptd: unused (there is no rule "ebs-volume-encryptd"; did you mean '
        '"ebs-volume-encrypted"?): because',
        "main.tf:1:3: walint ebs-volume-encrypted: expired, until 2000-01-01: old",
    ]
    assert ran.err.splitlines() == ["2 suppressions: 1 expired, 1 unused"]
    assert json.loads(walint("suppressions", "--format", "json").out)[1]["state"] == "expired"


# --- the schema -------------------------------------------------------------------------------------------------------


def test_schemas_are_schemas_and_agree():
    full = with_rules(pack.load())
    for each in (schema(), full):
        jsonschema.Draft202012Validator.check_schema(each)
    assert full["$defs"]["rules"]["properties"]["rds-backup-retention"]["properties"]["days"]["default"] == 7


def test_every_parameter_says_what_it_means():
    bare = [f"{rule.id}.{name}" for rule in pack.load() for name in rule.parameters if not rule.descriptions.get(name)]
    assert bare == []


def test_documented_example_is_valid_and_names_every_key():
    text = (Path(__file__).parent.parent / "docs" / "configuration.md").read_text(encoding="utf-8")
    example = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    jsonschema.Draft202012Validator(schema()).validate(example)
    assert set(schema()["properties"]) - {"$schema"} == set(example)
    for part in ("suppressions", "terraform", "cloudformation"):
        known = schema()["properties"][part].get("properties") or schema()["$defs"][part]["properties"]
        assert set(known) == set(example[part])
