from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.report.made import at, graph, resource, some_graph
from walint.conditions import And, Is, Not, Subject
from walint.graph import Graph
from walint.report import GRAPHS
from walint.source import Problem
from walint.values import Choice, Property, Reference, Unknown, join_parts

ENV = Subject("var.env")


def exported(*graphs: Graph, problems: tuple[Problem, ...] = ()) -> dict[str, Any]:
    return json.loads(GRAPHS["json"](graphs, problems))


def one(value: Any) -> Any:
    """A value as the export gives it."""
    (found,) = exported(graph(resource("r.a", "T", 1, {"P": value})))["resources"]
    assert found["source_properties"]["P"] == found["properties"]["P"]
    return found["properties"]["P"]


def links(*resources: Any) -> list[tuple[str, str, str]]:
    return [(edge["from"], edge["to"], edge["property"]) for edge in exported(graph(*resources))["edges"]]


@pytest.mark.parametrize(("name", "file"), [("json", "graph.json"), ("mermaid", "graph.mmd"), ("dot", "graph.dot")])
def test_golden(golden, name, file):
    golden(file, GRAPHS[name]([some_graph()], (Problem("other.tf", 1, 1, "error", "cannot be read"),)))


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (10**30, 10**30),
        (Fraction(1, 10), 0.1),
        (Fraction(3, 1), 3),
        (Fraction(1, 3), 1 / 3),
        (float("nan"), {"$unknown": "a number that is not finite"}),
        (10**6000, {"$unknown": "a number too large to write"}),
        (Fraction(10**400, 3), {"$unknown": "a number too large to write"}),
        ("é\x00", "é\x00"),
        ("\ud800", "\ufffd"),
        ("😀", "😀"),
        ("\\ud800", "\\ud800"),
        ([], []),
        ({}, {}),
        ([1, ["a", {"b": None}]], [1, ["a", {"b": None}]]),
        (Unknown("a data source"), {"$unknown": "a data source"}),
        (Reference("r.b", "arn"), {"$ref": "r.b", "attribute": "arn"}),
        (Choice(Is(ENV, "prod"), 1, None), {"$if": 'var.env is "prod"', "then": 1, "else": None}),
        (
            Choice(Not(And((Is(ENV, "a"), Is(ENV, True)))), [Reference("r.b", "")], {"x": Unknown("y")}),
            {
                "$if": 'not (var.env is "a" and var.env is true)',
                "then": [{"$ref": "r.b", "attribute": ""}],
                "else": {"x": {"$unknown": "y"}},
            },
        ),
        (
            join_parts(["arn:", Unknown("x", subject=ENV), ":", Unknown("y"), Reference("r.b", "arn"), "/*"]),
            {"$unknown": "x", "text": "arn:${var.env}:${...}${r.b.arn}/*"},
        ),
        ({"$ref": "#/definitions/x"}, {"$ref": "#/definitions/x"}),
        ({"$ref": "a", "attribute": "b"}, {"$$ref": "a", "attribute": "b"}),
        ({"$unknown": "a"}, {"$$unknown": "a"}),
        (object, {"$unknown": "a value of a kind that JSON lacks (type)"}),
        ([Property(at(3), 1, presence=Is(ENV, "a"))], [{"$if": 'var.env is "a"', "then": 1, "else": None}]),
        (
            [Property(at(3), 1, presence=Unknown("var.n"))],
            [{"$if": "depends on var.n", "then": 1, "else": None}],
        ),
    ],
    ids=lambda it: type(it).__name__,
)
def test_value(value, data):
    assert one(value) == data


def test_values_nested_without_end_are_cut():
    value = Property(at(3), 1)
    for _ in range(1000):
        value = Property(at(3), [value])
    found = exported(graph(resource("r.a", "T", 1, {"P": value})))["resources"][0]["properties"]["P"]
    while isinstance(found, list):
        (found,) = found
    assert found == {"$unknown": "values nested more than 100 deep"}


def test_json_text_is_a_structure_in_the_common_vocabulary_and_text_in_the_source():
    found = exported(some_graph())["resources"][2]
    assert found["properties"]["Policy"] == {"Vpc": {"$ref": "aws_vpc.v", "attribute": "id"}}
    assert found["source_properties"]["Policy"] == '{"Vpc": "v"}'


def test_presence_is_given_where_it_is_not_certain():
    presences = {found["address"]: found.get("presence") for found in exported(some_graph())["resources"]}
    assert presences == {
        "aws_vpc.v": None,
        "aws_subnet.s[0]": None,
        'module.m["k"].aws_lambda_function.f': {"$if": 'var.env is "prod"', "then": True, "else": False},
    }


def test_diagnostics_are_those_that_evaluation_brings_to_light():
    problems: list[Problem] = []

    def failing() -> None:
        problems.append(Problem("main.tf", 9, 1, "warning", "found late"))

    lazy = graph(resource("r.a", "T", 1, {"P": Property(at(2), compute=failing)}), problems=problems)
    found = exported(lazy, problems=(Problem("a.tf", 1, 2, "error", "bad"),))["diagnostics"]
    assert [(it["file"], it["line"], it["column"], it["severity"], it["message"]) for it in found] == [
        ("a.tf", 1, 2, "error", "bad"),
        ("main.tf", 9, 1, "warning", "found late"),
    ]


B, C = resource("r.b", "T", 100, {}), resource("r.c", "T", 110, {})


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"P": Reference("r.b", "id")}, [("r.b", "P")]),
        ({"P": {"Q": [1, Reference("r.b", "id")]}}, [("r.b", "P.Q[1]")]),
        ({"P": {"a.b": Reference("r.b", "id")}}, [("r.b", 'P["a.b"]')]),
        ({"P": Reference("r.b", "id"), "Q": Reference("r.b", "arn")}, [("r.b", "P"), ("r.b", "Q")]),
        ({"P": join_parts([Reference("r.b", "id"), "/", Reference("r.c", "id")])}, [("r.b", "P"), ("r.c", "P")]),
        (
            {"P": Choice(Is(ENV, "a"), {"Q": Reference("r.b", "id")}, Reference("r.c", ""))},
            [("r.b", "P.Q"), ("r.c", "P")],
        ),
        ({"P": Property(at(5), "name", references=(Reference("r.b", "bucket"),))}, [("r.b", "P")]),
        ({"P": Property(at(5), ["x"], references=(Reference("r.b", "bucket"),))}, [("r.b", "P")]),
        ({"P": Reference("r.a", "id")}, []),
        ({"P": Reference("data.x.y", "id")}, []),
        ({"P": "r.b"}, []),
    ],
)
def test_edges(properties, expected):
    assert links(resource("r.a", "T", 1, properties), B, C) == [("r.a", *edge) for edge in expected]


def test_edge_of_a_source_property_that_the_common_vocabulary_lacks():
    source = {"role": Property(at(9), Reference("r.b", "id")), "p": Property(at(2), Reference("r.c", "id"))}
    made = resource("r.a", "T", 1, {"P": Property(at(2), Reference("r.c", "id"))}, source=source)
    assert links(made, B, C) == [("r.a", "r.c", "P"), ("r.a", "r.b", "role")]


def test_reference_without_an_instance_key_reaches_every_instance():
    ones = [resource(f"r.many[{key}]", "T", 20 + key, {}) for key in range(2)]
    made = resource("r.a", "T", 1, {"P": Reference("r.many", "id")})
    assert links(made, *ones) == [("r.a", "r.many[0]", "P"), ("r.a", "r.many[1]", "P")]


def test_several_graphs_are_told_apart():
    found = exported(graph(B, name="one"), graph(resource("r.b", "T", 1, {}), name="two"))
    assert [(it["graph"], it["address"]) for it in found["resources"]] == [("one", "r.b"), ("two", "r.b")]
    for name in ("mermaid", "dot"):
        drawn = GRAPHS[name]([graph(B, name="one"), graph(B, name="two")], ())
        assert drawn.count("r.b") == 2
        assert "one" in drawn
        assert "two" in drawn


ODD = 'a"b\\<c>\n#`é|;{}&'


def test_mermaid_escapes_everything_special():
    drawn = GRAPHS["mermaid"]([graph(resource(ODD, ODD, 1, {ODD: Reference("r.b", "id")}), B)], ())
    label = "a#34;b#92;#60;c#62;#92;n#35;#96;#233;#124;#59;#123;#125;#38;"
    assert f'  n0["{label}<br/>{label}"]\n' in drawn
    assert drawn.count('"') == 6


def test_dot_escapes_everything_special():
    drawn = GRAPHS["dot"]([graph(resource(ODD, ODD, 1, {ODD: Reference("r.b", "id")}), B)], ())
    label = 'a\\"b\\\\<c>\\\\n#`é|;{}&amp;'
    assert f'  n0 [label="{label}\\n{label}"]\n' in drawn


@pytest.mark.parametrize("name", ["mermaid", "dot"])
def test_long_names_are_cut_in_drawings(name):
    drawn = GRAPHS[name]([graph(resource("x" * 5000, "T" * 5000, 1, {"P" * 5000: Reference("r.b", "id")}), B)], ())
    assert max(map(len, drawn.splitlines())) < 600


def test_many_edges_between_two_resources_are_drawn_as_one():
    made = resource("r.a", "T", 1, {f"P{at}": Reference("r.b", "id") for at in range(9)})
    assert '|"P0<br/>P1<br/>and 7 more"|' in GRAPHS["mermaid"]([graph(made, B)], ())


@pytest.mark.parametrize("name", GRAPHS)
def test_empty(name):
    assert GRAPHS[name]([], ()).endswith("\n")
