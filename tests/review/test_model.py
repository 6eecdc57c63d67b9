"""What a review says of templates: the states of practices, the scores, the boards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from walint.review.model import RuleResult
from walint.review.practices import state_of
from walint.review.score import score

ENCRYPTED = 'resource "aws_ebs_volume" "good" {\n  availability_zone = "eu-central-1a"\n  encrypted = true\n}\n'
PLAIN = 'resource "aws_ebs_volume" "bad" {\n  availability_zone = "eu-central-1a"\n}\n'
ASKED = 'variable "on" {}\n' + ENCRYPTED.replace("good", "asked").replace("true", "var.on")
AT_REST = "SEC08-BP02"


@pytest.mark.parametrize(
    ("text", "state"), [(ENCRYPTED, "met"), (PLAIN, "not-met"), (ASKED, "open"), (ENCRYPTED + PLAIN + ASKED, "not-met")]
)
def test_a_practice_has_the_state_that_its_worst_finding_gives_it(reviewed, text, state):
    assert reviewed({"main.tf": text}).practice(AT_REST).state == state


def test_a_practice_names_its_evidence(reviewed):
    made = reviewed({"main.tf": ENCRYPTED + PLAIN})
    (item,) = made.items("ebs-volume-encrypted")
    assert (item.file, item.line, item.addresses) == ("main.tf", 5, ("aws_ebs_volume.bad",))
    practice = made.practice(AT_REST)
    assert item.id in practice.items
    assert "ebs-volume-encrypted" in practice.rules


def test_an_open_practice_says_what_it_depends_on(reviewed):
    assert 'variable "on"' in reviewed({"main.tf": ASKED}).practice(AT_REST).note


def test_nothing_is_met_because_nothing_was_judged(reviewed):
    made = reviewed({"main.tf": 'resource "aws_iam_group" "people" {\n  name = "people"\n}\n'})
    practice = made.practice(AT_REST)
    assert (practice.state, practice.rules) == ("nothing", ())
    assert "found nothing to judge" in practice.note


def test_what_no_template_decides_says_what_decides_it(reviewed):
    made = reviewed({"main.tf": ENCRYPTED})
    assert made.practice("OPS03-BP01").state == "elsewhere"
    assert "culture" in made.practice("OPS03-BP01").note
    unexplained = [
        practice.id
        for pillar in made.review.pillars
        for question in pillar.questions
        for practice in question.practices
        if practice.state == "elsewhere" and practice.note.startswith("No rule of walint")
    ]
    assert unexplained == []


def test_the_whole_framework_is_there(reviewed):
    pillars = reviewed({"main.tf": ENCRYPTED}).review.pillars
    assert len(pillars) == 6
    assert sum(len(question.practices) for pillar in pillars for question in pillar.questions) == 307


def test_a_suppressed_finding_does_not_meet_a_practice(reviewed):
    text = PLAIN.replace("{\n", "{ # walint:ignore ebs-volume-encrypted -- scratch disk\n", 1)
    made = reviewed({"main.tf": text})
    (item,) = made.items("ebs-volume-encrypted")
    assert (item.state, item.why) == ("accepted", "scratch disk")
    assert made.practice(AT_REST).state == "not-met"
    assert made.practice(AT_REST).note == "All that fails is suppressed."


def test_a_finding_in_a_baseline_is_shown_as_such(reviewed, tmp_path):
    from walint.options import Options
    from walint.policy import pack
    from walint.report.options import Options as Told
    from walint.review.build import build
    from walint.run import check

    (tmp_path / "main.tf").write_text(PLAIN)
    rules = pack.load()
    report = check([tmp_path], Options(), rules, tmp_path)
    kept = report._replace(findings=tuple(it._replace(state="unchanged") for it in report.findings))
    review = build(kept, (), rules, Told("0.0.0"), ["."])
    assert {item.state for item in review.items} == {"known"}


def test_the_score_is_the_weighted_share_that_passes():
    def result(id_, severity, passed, failed):
        return RuleResult(id_, "", "security", AT_REST, severity, "", "", "", (), passed, failed, 5, 5, ())

    made = score([result("a", "high", 3, 1), result("b", "medium", 2, 0), result("c", "info", 0, 4)])
    assert made.value == round(100 * (6 * 3 / 4 + 3) / 9)
    assert made.lost == (("a", pytest.approx(100 * 6 / 9 / 4)),)
    assert score([result("a", "low", 0, 0)]).value is None
    assert score([replace(result("a", "high", 0, 4), engine="checkov")]).value is None
    assert score([result("a", "low", 999, 1), result("b", "critical", 99, 0)]).value == 99


def test_no_state_is_better_than_what_was_judged():
    def result(**counts):
        given = {"passed": 0, "failed": 0, "open": 0, "accepted": 0} | counts
        return RuleResult("a", "", "security", AT_REST, "high", "", "", "", (), items=(), **given)

    assert state_of([], decidable=True) == "nothing"
    assert state_of([], decidable=False) == "elsewhere"
    assert state_of([result(passed=3)], decidable=True) == "met"
    assert state_of([result(passed=3), result(open=1)], decidable=True) == "open"
    assert state_of([result(open=1), result(accepted=1)], decidable=True) == "not-met"
    assert state_of([result(passed=9), result(failed=1)], decidable=True) == "not-met"


TALK = [
    "restricted-ssh",
    "encrypted-volumes",
    "iam-password-policy",
    "rds-multi-az-support",
    "ec2-instances-in-vpc",
    "cloudtrail-enabled",
    "root-account-mfa-enabled",
    "restricted-common-ports",
]


def test_the_config_pane_begins_with_the_rules_of_the_talk(reviewed):
    made = reviewed({"main.tf": ENCRYPTED + PLAIN + PLAIN.replace("bad", "worse")})
    assert [line.name for line in made.review.config[:8]] == TALK
    assert (made.config("encrypted-volumes").state, made.config("encrypted-volumes").number) == ("fail", 2)
    assert made.config("root-account-mfa-enabled").state == "elsewhere"
    assert made.config("restricted-ssh").state == "nothing"


def test_a_line_whose_rules_are_left_out_says_so(reviewed):
    strict = "ebs-volume-attached"
    assert (
        reviewed({"main.tf": ENCRYPTED}, ignore=(strict,)).advisor("Underutilized Amazon EBS Volumes").state
        == "left-out"
    )
    assert (
        reviewed({"main.tf": ENCRYPTED}, profile="strict").advisor("Underutilized Amazon EBS Volumes").state == "warn"
    )


def test_a_config_rule_is_compliant_where_all_resources_are(reviewed):
    made = reviewed({"main.tf": ENCRYPTED})
    assert (made.config("encrypted-volumes").state, made.config("encrypted-volumes").number) == ("pass", 0)


def test_the_advisor_board_has_all_lines_and_says_what_needs_an_account(reviewed):
    made = reviewed({"main.tf": 'resource "aws_s3_bucket" "b" {}\n'})
    assert len(made.review.advisor) == 54
    assert made.advisor("Service Limits").state == "elsewhere"
    assert made.advisor("Service Limits").note
    versioning = made.advisor("Amazon S3 Bucket Versioning")
    assert (versioning.state, versioning.number) == ("warn", 1)


def test_a_resource_has_its_findings_and_its_source(reviewed):
    made = reviewed({"main.tf": PLAIN})
    (resource,) = made.review.resources
    assert resource.worst == "high"
    assert [made.items("ebs-volume-encrypted")[0].id] == [it for it in resource.items if "f-" in it][:1]
    assert [text for _, text in resource.excerpt] == PLAIN.splitlines()


def test_a_finding_at_a_part_in_another_file_belongs_to_its_resource(reviewed):
    made = reviewed(
        {
            "bucket.tf": 'resource "aws_s3_bucket" "b" {}\n',
            "block.tf": 'resource "aws_s3_bucket_public_access_block" "b" {\n  bucket = aws_s3_bucket.b.id\n'
            "  block_public_acls = false\n}\n",
        }
    )
    (item,) = made.items("s3-bucket-public-access-blocked")
    assert item.file == "block.tf"
    (owner,) = [it for it in made.review.resources if item.id in it.items]
    assert owner.address in item.addresses


def test_excerpts_hide_secrets_also_where_no_rule_asks_for_them(reviewed):
    secret = "tulip" + "-Garden-42x"
    text = f'resource "aws_db_instance" "d" {{\n  instance_class = "db.t3.micro"\n  password = "{secret}"\n}}\n'
    made = reviewed({"main.tf": text}, select=("rds-instance-encrypted",))
    shown = " ".join(line for resource in made.review.resources for _, line in resource.excerpt)
    assert "instance_class" in shown
    assert secret not in shown
