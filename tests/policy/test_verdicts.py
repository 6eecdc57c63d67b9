"""Expressions over plain, missing and open values: pass, fail or open, and where."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policy.conftest import graph_of, rule_of
from walint.conditions import Holds, Is, Subject, and_, negation
from walint.policy.judge import Judge, Judgement
from walint.values import Choice, Property, Reference, Unknown

ENV = Subject("Environment")
COLOUR = Subject("Colour", ("red", "green"))
OPEN = Unknown('parameter "X", which has no default', subject=Subject("X"))
HOLE = Unknown("x", "string", None, ("arn:aws:s3:::", Reference("B", "Ref"), "/*"))


def judge(require: str, properties: dict[str, Any], **more: Any) -> Judgement:
    language = more.pop("language", "cloudformation")
    return Judge([rule_of(require, **more)]).judge(graph_of({"R": ("AWS::T::T", properties)}, language))


def verdict(require: str, properties: dict[str, Any], **more: Any) -> str:
    out = judge(require, properties, **more)
    assert not out.surprises
    if out.findings:
        (finding,) = out.findings
        return f"{finding.verdict} when {finding.when}" if finding.when else finding.verdict
    return "pass" if out.passed else "none"


@pytest.mark.parametrize(
    ("require", "properties", "expected"),
    [
        ("A == true", {"A": True}, "pass"),
        ("A == true", {"A": "true"}, "pass"),
        ("A == true", {"A": "True"}, "pass"),
        ("A == true", {"A": "Yes"}, "pass"),
        ("A != true", {"A": "on"}, "fail"),
        ("A == false", {"A": "no"}, "pass"),
        ("A", {"A": "off"}, "fail"),
        ("A == 'Yes'", {"A": "Yes"}, "pass"),
        ("A == true", {"A": False}, "fail"),
        ("A == true", {}, "fail"),
        ("A != true", {}, "pass"),
        ("A == true", {"A": OPEN}, "open"),
        ("A == true", {"A": Reference("B", "Arn")}, "open"),
        ("A == 80", {"A": "80"}, "pass"),
        ("A == 80", {"A": 80}, "pass"),
        ("A == '80'", {"A": 80}, "pass"),
        ("A == 80", {"A": "eighty"}, "fail"),
        ("A == 1", {"A": True}, "fail"),
        ("A >= 7", {"A": 7}, "pass"),
        ("A >= 7", {"A": "6"}, "fail"),
        ("A >= 7", {}, "fail"),
        ("A >= 7", {"A": OPEN}, "open"),
        ("1 <= A <= 5", {"A": 5}, "pass"),
        ("1 <= A <= 5", {"A": 6}, "fail"),
        ("A == null", {}, "pass"),
        ("A != null", {"A": Reference("K", "Arn")}, "pass"),
        ("A in ['x', 'y']", {"A": "y"}, "pass"),
        ("A in ['x', 'y']", {"A": "z"}, "fail"),
        ("A in ['x', 'y']", {"A": OPEN}, "open"),
        ("A not in ['x', 'y']", {}, "pass"),
        ("'x' in A", {"A": ["x", OPEN]}, "pass"),
        ("'x' in A", {"A": ["y", OPEN]}, "open"),
        ("'x' in A", {"A": ["y"]}, "fail"),
        ("'k' in A", {"A": {"k": OPEN}}, "pass"),
        ("A.B.C == 1", {"A": {"B": {"C": 1}}}, "pass"),
        ("A.B.C == 1", {"A": {"B": {}}}, "fail"),
        ("A.B.C == 1", {"A": OPEN}, "open"),
        ("A.B == 1", {"A": [{"B": 1}]}, "pass"),
        ("A['x-y'] == 1", {"A": {"x-y": 1}}, "pass"),
        ("A[0] == 1", {"A": [1, 2]}, "pass"),
        ("A[-1] == 2", {"A": [1, 2]}, "pass"),
        ("A == true and B == true", {"A": False, "B": OPEN}, "fail"),
        ("A == true and B == true", {"A": True, "B": OPEN}, "open"),
        ("A == true or B == true", {"A": True, "B": OPEN}, "pass"),
        ("A == true or B == true", {"A": False, "B": OPEN}, "open"),
        ("not A == true", {"A": OPEN}, "open"),
        ("any(x == 1 for x in A)", {"A": [2, 1]}, "pass"),
        ("any(x == 1 for x in A)", {"A": []}, "fail"),
        ("any(x == 1 for x in A)", {"A": OPEN}, "open"),
        ("any(x == 1 for x in A)", {"A": 1}, "pass"),
        ("all(x == 1 for x in A)", {"A": []}, "pass"),
        ("all(x == 1 for x in A)", {"A": [1, 2, OPEN]}, "fail"),
        ("all(x == 1 for x in A)", {"A": [1, OPEN]}, "open"),
        ("all(x.V == 1 for x in A if x.N == 'a')", {"A": [{"N": "a", "V": 1}, {"N": "b", "V": 2}]}, "pass"),
        ("all(y == 1 for x in A for y in x.B)", {"A": [{"B": [1, 1]}, {"B": [1]}]}, "pass"),
        ("all(y == 1 for x in A for y in x.B)", {"A": [{"B": [1, 1]}, {"B": [2]}]}, "fail"),
        ("count(A) >= 2", {"A": [1, 2]}, "pass"),
        ("count(A) >= 2", {"A": [1]}, "fail"),
        ("count(A) >= 2", {}, "fail"),
        ("count(A) >= 2", {"A": OPEN}, "open"),
        ("count(unique(A)) >= 2", {"A": [1, 1]}, "fail"),
        ("count(unique(A)) >= 2", {"A": [OPEN, OPEN]}, "fail"),
        ("count(unique(A)) >= 2", {"A": [Unknown("a data source"), Unknown("a data source")]}, "open"),
        ("count(unique(A)) >= 1", {"A": [Unknown("a data source"), Unknown("a data source")]}, "pass"),
        ("count([x for x in A if x > 1]) == 1", {"A": [1, 2]}, "pass"),
        ("starts_with(A, 'arn:aws:s3')", {"A": HOLE}, "pass"),
        ("starts_with(A, 'arn:aws:sqs')", {"A": HOLE}, "fail"),
        ("A == '*'", {"A": HOLE}, "fail"),
        ("A == Colour", {"A": Unknown("c", subject=COLOUR), "Colour": "blue"}, "fail"),
        ("A == 'red'", {"A": Unknown("c", subject=COLOUR)}, "open"),
        ("matches(A, '[a-z]+')", {"A": "abc"}, "pass"),
        ("B - A > 10", {"A": 1, "B": 20}, "pass"),
        ("(A if B == true else C) == 1", {"A": 1, "B": True, "C": 2}, "pass"),
    ],
)
def test_verdict(require: str, properties: dict[str, Any], expected: str) -> None:
    assert verdict(require, properties) == expected


PROD = Is(ENV, "prod")
DEV = Is(ENV, "dev")


@pytest.mark.parametrize(
    ("require", "properties", "expected"),
    [
        ("A == true", {"A": Choice(PROD, True, False)}, 'fail when Environment is not "prod"'),
        ("A == true", {"A": Choice(PROD, True, True)}, "pass"),
        ("A == true", {"A": Choice(PROD, False, OPEN)}, 'fail when Environment is "prod"'),
        ("A == true", {"A": Choice(PROD, True, OPEN)}, 'open when Environment is not "prod"'),
        ("A == true", {"A": Choice(PROD, False, False)}, "fail"),
        # One parameter has one value: both conditions at once cannot be.
        ("A == true or B == true", {"A": Choice(PROD, True, False), "B": Choice(PROD, False, True)}, "pass"),
        (
            "A == true or B == true",
            {"A": Choice(PROD, False, True), "B": Choice(DEV, False, True)},
            "pass",
        ),
        ("A == B", {"A": Choice(PROD, 1, 2), "B": Choice(negation(PROD), 2, 1)}, "pass"),
        # A closed set of values: not red is green.
        (
            "A == 1",
            {"A": Choice(Is(COLOUR, "red"), 1, Choice(Is(COLOUR, "green"), 1, 2))},
            "pass",
        ),
        ("A == 1 and B == 1", {"A": Choice(Holds("x > 1"), 1, 2), "B": 1}, "fail when not (x > 1)"),
        ("count(A) == 1", {"A": ["x", Choice(PROD, "y", None)]}, 'fail when Environment is "prod"'),
        (
            "A == 1",
            {"A": Choice(PROD, Choice(Holds("x"), 1, 2), Choice(Holds("x"), 1, 3))},
            "fail when not (x)",
        ),
    ],
)
def test_verdict_under_conditions(require: str, properties: dict[str, Any], expected: str) -> None:
    assert verdict(require, properties) == expected


def test_many_conditions_end_in_an_open_verdict() -> None:
    properties = {f"P{n}": Choice(Holds(f"c{n}"), 1, 0) for n in range(30)}
    require = " + ".join(properties) + " >= 0"
    (finding,) = judge(require, properties).findings
    assert (finding.verdict, finding.reason) == ("open", "more than 64 combinations of conditions (limits.scenarios)")


def test_a_failure_is_found_however_many_conditions_there_are() -> None:
    all_of = and_(*(Holds(f"c{n}") for n in range(1000)))
    assert not isinstance(all_of, bool)
    (finding,) = judge("A == 1", {"A": Choice(all_of, 1, 0)}).findings
    assert finding.verdict == "fail"
    assert finding.when.startswith("not (c")
    assert finding.when.endswith(" or in other cases")


STAGE = Subject("Stage", ("dev", "test", "prod"))
SIZE = Subject("Size")
COUNT = Subject("Count", ("1", "2", "3", "4"))


@pytest.mark.parametrize(
    ("value", "when"),
    [
        pytest.param(
            Choice(Is(STAGE, "prod"), 1, Choice(Is(STAGE, "dev"), 2, 3)), 'Stage is not "prod"', id="a part of another"
        ),
        pytest.param(
            Choice(Is(STAGE, "prod"), 1, Choice(Is(STAGE, "dev"), 1, 2)), 'Stage is "test"', id="the value that is left"
        ),
        pytest.param(
            Choice(Is(STAGE, "dev"), 2, Choice(Is(SIZE, "S"), 1, Choice(Is(STAGE, "test"), 2, 1))),
            'Stage is "dev" or (Size is not "S" and Stage is "test")',
            id="several",
        ),
        pytest.param(
            Choice(Is(COUNT, "2"), 2, Choice(Is(COUNT, "3"), 3, Choice(Is(COUNT, "4"), 4, 1))),
            'Count is not "1"',
            id="every value but one",
        ),
    ],
)
def test_a_finding_names_the_shortest_scenarios(value: Choice, when: str) -> None:
    (finding,) = judge("A == 1", {"A": value}).findings
    assert finding.when == when


def test_only_conditions_that_matter_are_explored() -> None:
    properties = {f"P{n}": Choice(Holds(f"c{n}"), 1, 0) for n in range(1000)}
    assert verdict("P7 == 1", properties) == "fail when not (c7)"


def test_a_conditional_resource_fails_when_it_exists() -> None:
    graph = graph_of({"R": ("AWS::T::T", {"A": False})}, R=PROD)
    (finding,) = Judge([rule_of("A == true")]).judge(graph).findings
    assert finding.when == 'Environment is "prod"'


@pytest.mark.parametrize(
    ("when", "properties", "expected"),
    [
        ("B == 1", {"A": False, "B": 1}, "fail"),
        ("B == 1", {"A": False, "B": 2}, "none"),
        ("B == 1", {"A": False, "B": OPEN}, "open"),
        ("B == 1", {"A": True, "B": OPEN}, "pass"),
    ],
)
def test_precondition(when: str, properties: dict[str, Any], expected: str) -> None:
    assert verdict("A == true", properties, when=when) == expected


def test_an_unexpected_shape_is_open_and_listed() -> None:
    out = judge("A > 5", {"A": ["x"]})
    assert [(f.verdict, f.reason) for f in out.findings] == [("open", "a number was expected and the value is a list")]
    assert len(out.surprises) == 1


def test_a_variable_without_value_may_be_null_in_terraform_only() -> None:
    assert verdict("A != null", {"A": OPEN}, language="terraform") == "open"
    assert verdict("A != null", {"A": OPEN}) == "pass"


@pytest.mark.parametrize("module", ["", "module.net."])
def test_what_a_data_source_finds_is_not_null(module: str) -> None:
    found = Unknown("the account", subject=Subject(f"{module}data.aws_caller_identity.current.account_id"))
    assert verdict("A != null", {"A": found}, language="terraform") == "pass"


def test_items_are_judged_one_by_one_and_named() -> None:
    out = judge(
        "Port != 22",
        {"Rules": [{"Port": 22}, {"Port": 80}, {"Port": OPEN}]},
        applies_to="AWS::T::T.Rules[*]",
        message="{address} opens {Port}.",
    )
    assert [(f.verdict, f.message) for f in out.findings] == [
        ("fail", "R opens 22."),
        ("open", "R opens unknown."),
    ]
    assert out.passed == {"t-rule": 1}


def test_a_message_says_of_what_is_not_there_that_it_is_not() -> None:
    (finding,) = judge("A == 1", {"A": ""}, message="{address}: A is {A}, B is {B}.").findings
    assert finding.message == "R: A is empty, B is not set."


def test_an_unknown_list_of_items_is_open() -> None:
    (finding,) = judge("Port != 22", {"Rules": OPEN}, applies_to="AWS::T::T.Rules[*]").findings
    assert finding.verdict == "open"


def test_a_flattened_list_has_no_nulls() -> None:
    rules = [{"Port": 1}, {}]
    assert verdict("count(flatten([[r.Port for r in Rules], Nothing])) == 1", {"Rules": rules}) == "pass"


def test_two_zones_of_one_list_are_two_zones() -> None:
    zones = [Unknown("zones", subject=Subject(f"data.aws_availability_zones.all.names[{at}]")) for at in range(2)]
    other = Unknown("zones", subject=Subject("data.aws_availability_zones.other.names[1]"))
    assert verdict("A == B", {"A": zones[0], "B": zones[0]}) == "pass"
    assert verdict("A == B", {"A": zones[0], "B": zones[1]}) == "fail"
    assert verdict("A == B", {"A": zones[0], "B": other}) == "open"


def test_one_item_that_stands_for_any_number_leaves_the_count_open() -> None:
    item = Property(None, "a", presence=Unknown("how many there are", "list"))
    assert verdict("count(List) >= 2", {"List": [item]}) == "open"
    assert (
        verdict("count(List) >= 2", {"List": [Property(None, "a", presence=Unknown("whether it is there"))]}) == "fail"
    )


def test_an_item_under_a_condition_says_when() -> None:
    (finding,) = judge(
        "Port != 22", {"Rules": [Choice(PROD, {"Port": 22}, None)]}, applies_to="AWS::T::T.Rules[*]"
    ).findings
    assert finding.when == 'Environment is "prod"'


def test_the_branch_that_fails_is_pointed_at() -> None:
    graph = graph_of({"R": ("AWS::T::T", {}), "S": ("AWS::T::S", {})})
    elsewhere = graph.resources["S"].place
    branch = Property(elsewhere, False)
    here = graph.resources["R"].place
    resource = graph.resources["R"]
    resource.lookup = {"A": Property(here, Choice(PROD, True, branch))}.get
    (finding,) = Judge([rule_of("A == true")]).judge(graph).findings
    assert finding.span.line == elsewhere.span().line


def test_links() -> None:
    graph = graph_of(
        {
            "B": ("AWS::T::T", {}),
            "C": ("AWS::T::T", {}),
            "P": ("AWS::T::P", {"Of": Reference("B", "Ref"), "Good": True}),
        }
    )
    out = Judge([rule_of('any(p.Good == true for p in incoming("AWS::T::P", "Of"))')]).judge(graph)
    assert [f.addresses for f in out.findings] == [("C",)]
    out = Judge([rule_of("target(Of).Missing == null", "AWS::T::P")]).judge(graph)
    assert not out.findings
    out = Judge([rule_of("target(Of) == null", "AWS::T::P")]).judge(graph)
    assert [f.addresses for f in out.findings] == [("P",)]


def test_a_link_that_is_not_known_leaves_absence_open() -> None:
    graph = graph_of({"B": ("AWS::T::T", {}), "P": ("AWS::T::P", {"Of": OPEN})})
    (finding,) = Judge([rule_of('count(incoming("AWS::T::P", "Of")) > 0')]).judge(graph).findings
    assert finding.verdict == "open"
    assert "P" in finding.reason


BY_NAME = Unknown("p", "string", None, (Unknown("p", "string", Subject("P")), "-logs"))


def test_one_template_of_the_same_unknown_is_one_name() -> None:
    other = Unknown("p", "string", Subject("P"))
    graph = graph_of(
        {
            "B": ("AWS::T::T", {"Name": BY_NAME}),
            "C": ("AWS::T::T", {"Name": other}),
            "P": ("AWS::T::P", {"Of": BY_NAME}),
        }
    )
    for name in "BC":
        graph.resources[name].identities = ("Name",)
    out = Judge([rule_of('count(incoming("AWS::T::P", "Of")) > 0')]).judge(graph)
    assert [(f.addresses, f.verdict) for f in out.findings] == [(("C",), "fail")]
