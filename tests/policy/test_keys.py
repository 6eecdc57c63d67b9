"""Whose key a KMS key is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policy.test_verdicts import verdict
from walint.values import Reference, Unknown

OPEN = Unknown("a variable")


def text(*parts: str | Unknown | Reference) -> Unknown:
    return Unknown("a text with a hole", "string", None, parts)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (None, "fail"),
        ("", "fail"),
        ("alias/aws/rds", "fail"),
        ("aws/rds", "fail"),
        ("arn:aws:kms:eu-central-1:123456789012:alias/aws/rds", "fail"),
        (text("arn:aws:kms:", OPEN, ":123456789012:alias/aws/rds"), "fail"),
        ("alias/mine", "pass"),
        ("alias/aws-mine", "pass"),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", "pass"),
        ("arn:aws:kms:eu-central-1:123456789012:key/1234abcd", "pass"),
        (text("arn:aws:kms:", OPEN, ":key/", OPEN), "pass"),
        (text("alias/my-", OPEN), "pass"),
        (Reference("Key", "Arn"), "pass"),
        (text("alias/", OPEN), "open"),
        (text(OPEN, "-key"), "open"),
        (OPEN, "open"),
    ],
)
def test_a_key_of_ones_own(key: Any, expected: str) -> None:
    assert verdict("customer_key(KmsKeyId)", {"KmsKeyId": key}) == expected
