"""Functions that look beyond one property: versions, mentions, tags that are passed on, the template as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import walint
from tests.policy.conftest import Declared, graph_of, rule_of
from walint.policy.judge import Judge
from walint.values import Reference, Unknown

OPEN = Unknown('variable "x", which has no value')


def verdict(require: str, declared: Declared, applies_to: str = "AWS::T::T", **more: Any) -> str:
    out = Judge([rule_of(require, applies_to, **more)]).judge(graph_of(declared))
    assert not out.surprises
    return out.findings[0].verdict if out.findings else "pass" if out.passed else "none"


@pytest.mark.parametrize(
    ("value", "other", "expected"),
    [
        ("1.9", "1.30", "pass"),
        ("1.30", "1.9", "fail"),
        ("1.30", "1.30", "fail"),
        ("v1.29", "1.30", "pass"),
        (1, "2", "pass"),
        ("8", "8.0.35", "fail"),
        ("8.0.34", "8.0.35", "pass"),
        (None, "1.30", "fail"),
        ("latest", "1.30", "fail"),
        ("", "1.30", "fail"),
        (True, "2", "fail"),
        (["1.0"], "2", "fail"),
        (OPEN, "1.30", "open"),
        (Reference("B", "Version"), "1.30", "open"),
    ],
)
def test_version_before(value: Any, other: str, expected: str) -> None:
    assert verdict(f"version_before(A, '{other}')", {"R": ("AWS::T::T", {"A": value})}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Reference("F", "Arn"), "fail"),
        ({"inner": [Reference("F", "Name")]}, "fail"),
        (Unknown("x", "string", None, ("https://", Reference("F", "Arn"))), "fail"),
        (Reference("Other", "Arn"), "pass"),
        (OPEN, "pass"),
        ("F", "pass"),
        (None, "pass"),
    ],
)
def test_mentions_sees_what_a_value_certainly_refers_to(value: Any, expected: str) -> None:
    declared = {"F": ("AWS::F::F", {}), "Other": ("AWS::T::Other", {}), "R": ("AWS::T::T", {"A": value})}
    assert verdict("not mentions(A, 'AWS::F::F')", declared) == expected


def test_mentions_can_ask_for_one_attribute() -> None:
    declared = {"F": ("AWS::F::F", {}), "R": ("AWS::T::T", {"A": Reference("F", "Name")})}
    assert verdict("not mentions(A, 'AWS::F::F', 'Arn')", declared) == "pass"
    assert verdict("not mentions(A, 'AWS::F::F', 'Name')", declared) == "fail"


@pytest.mark.parametrize("groups", [None, [], "web", ["web"], {"a": 1}])
def test_unwatched_and_propagated_tags_take_any_value(groups: Any) -> None:
    declared = {"R": ("AWS::T::T", {"A": groups})}
    assert verdict("count(unwatched(A, ['ec2:CreateRoute'])) == 0", declared) == "fail"
    assert verdict("count(propagated_tags(A)) == 0", declared) == "pass"


def test_flatten_takes_null_as_an_empty_list() -> None:
    assert verdict("count(flatten([A, B])) == 2", {"R": ("AWS::T::T", {"B": [1, 2]})}) == "pass"


def test_a_template_is_judged_once_at_its_first_line(tmp_path: Path) -> None:
    folder = tmp_path / "account"
    folder.mkdir()
    (folder / "main.tf").write_text('# our account\nresource "aws_sqs_queue" "q" {}\n', encoding="utf-8")
    rule = "securityhub-enabled"
    report = walint.check([folder], select=[rule], rule_parameters={rule: {"account_baseline": True}})
    (finding,) = report.findings
    assert (finding.verdict, finding.span.line, finding.addresses) == ("fail", 1, ("template",))


def test_a_template_is_no_account_unless_somebody_says_so(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "q" {}\n', encoding="utf-8")
    assert (
        walint.check([tmp_path], profile="strict", select=["securityhub", "guardduty", "accessanalyzer"]).findings == ()
    )


def test_what_was_not_read_may_hold_what_a_template_lacks(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "baseline" {\n  source = "example/baseline/aws"\n}\n', encoding="utf-8")
    rule = "securityhub-enabled"
    report = walint.check([tmp_path], select=[rule], rule_parameters={rule: {"account_baseline": True}})
    assert [finding.verdict for finding in report.findings] == ["open"]


def test_an_alarm_is_followed_through_a_composite_alarm_and_a_reference_to_its_filter() -> None:
    def metric(name: Any, **more: Any) -> tuple[str, dict[str, Any]]:
        return ("AWS::CloudWatch::Alarm", {"MetricName": name, "Namespace": "N", **more})

    declared: Declared = {
        "Group": ("AWS::Logs::LogGroup", {}),
        "Filter": (
            "AWS::Logs::MetricFilter",
            {
                "FilterName": "routes",
                "LogGroupName": Reference("Group", "Ref"),
                "FilterPattern": "{ $.eventName = CreateRoute }",
                "MetricTransformations": [{"MetricName": "routes", "MetricNamespace": "N"}],
            },
        ),
        "R": ("AWS::T::T", {"A": Reference("Group", "Arn")}),
    }
    watched = "count(unwatched(target(A), ['ec2:CreateRoute'])) == 0"
    topic = ["arn:aws:sns:eu-central-1:123456789012:alarms"]
    assert verdict(watched, {**declared, "Alarm": metric("routes")}) == "fail"
    assert verdict(watched, {**declared, "Alarm": metric("routes", AlarmActions=topic)}) == "pass"
    assert verdict(watched, {**declared, "Alarm": metric("other", AlarmActions=topic)}) == "fail"
    assert verdict(watched, {**declared, "Alarm": metric("routes", AlarmActions=topic, ActionsEnabled=False)}) == "fail"
    assert verdict(watched, {**declared, "Alarm": metric(Reference("Filter", "Ref"), AlarmActions=topic)}) == "pass"
    composite = ("AWS::CloudWatch::CompositeAlarm", {"AlarmRule": Reference("Alarm", "Ref"), "AlarmActions": topic})
    assert verdict(watched, {**declared, "Alarm": metric("routes"), "Both": composite}) == "pass"
    query = {"MetricStat": {"Metric": {"MetricName": "routes", "Namespace": "N"}}}
    by_query = ("AWS::CloudWatch::Alarm", {"Metrics": [query], "AlarmActions": topic})
    assert verdict(watched, {**declared, "Alarm": by_query}) == "pass"
