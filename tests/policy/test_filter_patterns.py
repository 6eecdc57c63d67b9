"""CloudWatch's filter patterns: which events they match, however they are written."""

from __future__ import annotations

from typing import Any

import pytest

from walint.policy.filter_patterns import parse
from walint.policy.functions.alarms import event_of

EVENT: dict[str, Any] = {
    "eventName": "CreateTrail",
    "eventSource": "cloudtrail.amazonaws.com",
    "userIdentity": {"type": "Root", "mfa": None},
    "readOnly": False,
    "count": 3,
    "resources": [{"type": "a"}, {"type": "b"}],
    "with space": "x",
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("{ $.eventName = CreateTrail }", True),
        ('{$.eventName="CreateTrail"}', True),
        ("  {\n $.eventName\t= CreateTrail }\n", True),
        ("{ $.eventName = createtrail }", False),
        ("{ $.eventName = Create* }", True),
        ('{ $.eventName = "*Trail" }', True),
        ('{ $.eventName = "C*T*l" }', True),
        ("{ $.eventName = %^Create|Delete% }", True),
        ("{ $.eventName != CreateTrail }", False),
        ("{ $.missing = x }", False),
        ("{ $.missing != x }", True),
        ("{ $.missing NOT EXISTS }", True),
        ("{ $.eventName NOT EXISTS }", False),
        ("{ $.eventName EXISTS }", True),
        ("{ $.userIdentity.type = Root }", True),
        ("{ $.userIdentity.mfa IS NULL }", True),
        ("{ $.readOnly IS FALSE }", True),
        ("{ $.readOnly IS TRUE }", False),
        ("{ $.readOnly = false }", True),
        ("{ $.count > 2 }", True),
        ("{ $.count >= 3.5 }", False),
        ("{ $.count = 3 }", True),
        ("{ $.resources[1].type = b }", True),
        ("{ $.resources[0].type = b }", False),
        ("{ $.resources[*].type = b }", True),
        ("{ $.['with space'] = x }", True),
        # && binds closer than ||
        ("{ $.eventName = CreateTrail || $.eventName = A && $.eventName = B }", True),
        ("{ ($.eventName = CreateTrail || $.eventName = A) && $.eventName = B }", False),
        ("{ (($.eventName = A) || ($.eventName = CreateTrail)) && ($.count = 3) }", True),
    ],
)  # fmt: skip
def test_what_a_pattern_matches(pattern: str, matches: bool) -> None:
    predicate = parse(pattern)
    assert predicate is not None
    assert predicate(EVENT) is matches


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "ERROR",
        '"CreateTrail"',
        "[ip, user, ...]",
        "{ }",
        "{ $.eventName = }",
        "{ $.eventName = A",
        "{ $.eventName = A } }",
        "{ ($.eventName = A }",
        "{ $.eventName = A && }",
        "{ eventName = A }",
        "{ $.eventName ~ A }",
        "{ $.count > many }",
        "{ $.eventName = %(% }",
        "{ $.eventName IS NOTHING }",
        "{ " + "(" * 500 + "$.a = b" + ")" * 500 + " }",
        "{ $.a = " + "b" * 5000 + " }",
    ],
)
def test_what_is_no_json_pattern_is_not_read(pattern: str) -> None:
    assert parse(pattern) is None


def test_an_event_is_a_call_with_the_fields_that_differ() -> None:
    event = event_of("signin:ConsoleLogin; errorMessage=Failed authentication; additionalEventData.MFAUsed=No; x=true")
    assert event["eventSource"] == "signin.amazonaws.com"
    assert event["eventName"] == "ConsoleLogin"
    assert event["eventType"] == "AwsConsoleSignIn"
    assert event["errorMessage"] == "Failed authentication"
    assert event["additionalEventData"] == {"MFAUsed": "No"}
    assert event["x"] is True


@pytest.mark.parametrize(
    ("pattern", "read"),
    [
        ('{ $.long = "' + "*a" * 400 + '*b" }', True),
        (r"{ $.long = %\w*\w*\w*\w*b% }", True),
        (r"{ $.long = %" + r"\w*" * 40 + "b% }", False),
        ("{ $.long = %(a+)+$% }", False),
    ],
)
def test_a_pattern_that_would_go_back_and_forth(pattern: str, read: bool) -> None:
    predicate = parse(pattern)
    assert (predicate is not None) is read
    assert predicate is None or not predicate({"long": "a" * 100})
