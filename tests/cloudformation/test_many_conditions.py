"""Templates with many conditions: what they decide together, in bounded time."""

from __future__ import annotations

from tests.cloudformation.made import graph_of
from walint.conditions import And
from walint.report.graph_json import encode
from walint.values import Choice


def chain(count: int, function: str) -> str:
    """Conditions of which each takes in the one before it."""
    lines = ["Parameters:"]
    lines += [f"  P{n}: {{Type: String}}" for n in range(count)]
    lines += ["Conditions:", "  All0: !Equals [!Ref P0, x]"]
    lines += [f"  All{n}: !{function} [!Equals [!Ref P{n}, x], !Condition All{n - 1}]" for n in range(1, count)]
    lines += ["Resources:", f"  A: {{Type: AWS::T::T, Properties: {{P: !If [All{count - 1}, 1, 2]}}}}", ""]
    return "\n".join(lines)


def test_a_long_chain_of_conditions_is_one_formula() -> None:
    found = graph_of(chain(1000, "And")).resources["A"].lookup("P")
    assert found is not None
    assert isinstance(found.value, Choice)
    assert isinstance(found.value.condition, And)
    assert len(found.value.condition.of) == 1000


def test_conditions_of_one_parameter_with_many_values_are_decided() -> None:
    values = [f"v{n}" for n in range(300)]
    text = (
        f"Parameters: {{P: {{Type: String, AllowedValues: {values}}}}}\nConditions:\n  A0: !Equals [!Ref P, v0]\n"
        + "".join(f"  A{n}: !Or [!Equals [!Ref P, v{n}], !Condition A{n - 1}]\n" for n in range(1, 300))
        + "  None: !Not [!Condition A299]\n"
        + "Resources: {R: {Type: AWS::T::T, Properties: {P: !If [A299, 1, 2], Q: !If [None, 1, 2]}}}\n"
    )
    resource = graph_of(text).resources["R"]
    assert [encode(resource.lookup(name)) for name in "PQ"] == [1, 2]


def test_a_long_chain_that_comes_back_to_itself_is_a_mistake_and_no_end() -> None:
    text = chain(1000, "Or").replace("All0: !Equals [!Ref P0, x]", "All0: !Not [!Condition All999]")
    graph = graph_of(text)
    encode(graph.resources["A"].lookup("P"))
    assert [problem.message for problem in graph.problems] == ['condition "All0" needs itself']


def test_functions_that_nest_too_deeply_are_told_and_open() -> None:
    written = "x"
    for number in range(95):
        written = f"!Join ['', [{written}, {number}]]"
    graph = graph_of(f"Resources: {{A: {{Type: AWS::T::T, Properties: {{P: {written}, Q: 1}}}}}}\n")
    resource = graph.resources["A"]
    assert "$unknown" in encode(resource.lookup("P"))
    assert encode(resource.lookup("Q")) == 1
    assert {problem.message for problem in graph.problems} == {"functions are nested too deeply here"}
