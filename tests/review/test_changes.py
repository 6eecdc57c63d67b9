"""`--compare`: what was mended, what came."""

from __future__ import annotations

import json

import pytest

from walint.review.compare import compared
from walint.review.structured import NotAReview, read, render

BAD = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "eu-central-1a"\n}\n'
GOOD = BAD.replace("}\n", "  encrypted = true\n}\n")
OTHER = 'resource "aws_ebs_volume" "b" {\n  availability_zone = "eu-central-1a"\n}\n'


def test_mended_and_new_findings_are_told_apart(reviewed):
    earlier = reviewed({"main.tf": BAD})
    before = read(render(earlier.review))
    made = reviewed({"main.tf": "\n\n" + GOOD + OTHER})
    change = compared(made.review, before).change
    assert ("ebs-volume-encrypted", "aws_ebs_volume.a", "main.tf", "high") in change.mended
    assert set(change.came) == {it.id for it in made.review.items if it.addresses == ("aws_ebs_volume.b",)}
    assert change.scores == {pillar.id: pillar.score.value for pillar in earlier.review.pillars}


def test_the_same_templates_changed_nothing(reviewed):
    made = reviewed({"main.tf": BAD})
    change = compared(made.review, read(render(made.review))).change
    assert (change.mended, change.came) == ((), ())


def test_what_is_suppressed_now_was_not_mended(reviewed):
    before = read(render(reviewed({"main.tf": BAD}).review))
    ignored = BAD.replace("{\n", "{ # walint:ignore ebs-volume-encrypted -- scratch\n", 1)
    change = compared(reviewed({"main.tf": ignored}).review, before).change
    assert "ebs-volume-encrypted" not in [rule for rule, *_ in change.mended]


def test_a_rule_that_was_not_judged_mends_nothing(reviewed):
    before = read(render(reviewed({"main.tf": BAD}).review))
    change = compared(reviewed({"main.tf": GOOD}, ignore=("ebs-volume-encrypted",)).review, before).change
    assert "ebs-volume-encrypted" not in [rule for rule, *_ in change.mended]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no json", "is not JSON"),
        ("[1]", "is not a review"),
        ('{"version": "2.1.0", "runs": []}', "is not a review"),
        ('{"kind": "walint-review", "format": 99}', "format 99"),
    ],
)
def test_what_is_no_review_is_refused(text, told):
    with pytest.raises(NotAReview, match=told):
        read(text)


def test_half_a_review_is_refused(reviewed):
    with pytest.raises(NotAReview, match="not a whole review"):
        compared(reviewed({"main.tf": BAD}).review, {"findings": [{}]})


def test_the_json_is_the_same_for_the_same_input(reviewed):
    first, second = (render(reviewed({"main.tf": BAD + OTHER}).review) for _ in range(2))
    assert first == second
    assert json.loads(first)["format"] == 1
