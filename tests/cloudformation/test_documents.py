"""What is read as a template, and the one sentence that each unreadable text gets."""

from __future__ import annotations

import pytest

from tests.cloudformation.made import graph_of
from walint.cloudformation import CloudFormationOptions, load
from walint.graph import Graph
from walint.report.graph_json import encode
from walint.source import Source

_DEEP = "nested deeper than 200 levels (limits.nesting)"
_HEAD = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      P: "


def errors(text: str) -> list[str]:
    found = load(Source("t.yaml", text), CloudFormationOptions())
    assert isinstance(found, Graph)
    return [f"{it.line}:{it.column}: {it.message}" for it in found.problems if it.severity == "error"]


def json_template(value: str) -> str:
    return '{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"P": ' + value + "}}}}"


UNREADABLE = [
    (
        "mapping within a line",
        "Resources: a: b",
        "1:13: not valid YAML: mapping values are not allowed in this context",
    ),
    (
        "tab for indentation",
        "Resources:\n\tA:\n\t\tType: AWS::S3::Bucket\n",
        "2:1: not valid YAML: a tab stands where only spaces may",
    ),
    (
        "list that is not closed",
        _HEAD + "[a, b\n",
        "6:1: not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence)",
    ),
    ("unknown alias", _HEAD + "*x\n", "5:10: not valid YAML: found undefined alias"),
    ("control character", _HEAD + '"\x00"\n', "5:11: not valid YAML: the character U+0000 is not allowed"),
    (
        "two documents",
        _HEAD + "x\n---\n" + _HEAD + "y\n",
        "6:1: not valid YAML: a template is one document, and another begins here",
    ),
    ("JSON without a comma", '{"Resources": {} "A": 1}', '1:18: not valid JSON: "," or "}" is missing'),
    (
        "JSON with a comma too many",
        '{"Resources": {"A": 1},, }',
        "1:24: not valid JSON: a key in double quotes is missing",
    ),
    ("JSON that ends early", '{"Resources": {"A": ', "1:21: not valid JSON: it ends too early"),
    ("JSON without a colon", '{"Resources"; {}}', "1:13: not valid JSON: a colon is missing after the key"),
    (
        "JSON without a value",
        json_template('"\\ud83d\\ude00", "Q": [1, tru]'),
        "1:94: not valid JSON: a value is missing",
    ),
    ("JSON string that does not end", '{"Resources": "x', "1:15: not valid JSON: unterminated string starting at"),
    (
        "JSON and then something",
        json_template('"\\ud83d\\ude00"') + " x",
        "1:88: not valid JSON: more text follows after its end",
    ),
    (
        "mappings within mappings",
        _HEAD + '{"a": ' * 300 + "1" + "}" * 300 + "\n",
        "5:1192: nested deeper than 200 levels (limits.nesting)",
    ),
    (
        "brackets by the thousand",
        _HEAD + "[" * 100_000 + "\n",
        f"5:1010: {_DEEP}",
    ),
    (
        "dashes by the thousand",
        _HEAD + "\n" + "- " * 100_000 + "\n",
        f"6:1: {_DEEP}",
    ),
    (
        "JSON that is nested as deeply",
        json_template('"\\ud83d\\ude00", "Q": ' + "[" * 300 + "]" * 300),
        "1:287: not valid JSON: nested deeper than 200 levels (limits.nesting)",
    ),
    (
        "aliases of aliases",
        "A0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"A{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
        + _HEAD
        + "*a9\n",
        "1:1: more than 500000 values, aliases counted (limits.values)",
    ),
    ("alias of itself", _HEAD + "&x [*x]\n", "5:10: nested deeper than 200 levels (limits.nesting)"),
]


@pytest.mark.parametrize(("text", "message"), [pytest.param(text, said, id=name) for name, text, said in UNREADABLE])
def test_an_unreadable_text_gets_one_sentence_at_its_place(text: str, message: str) -> None:
    assert errors(text) == [message]


NO_TEMPLATES = [
    ("empty", "", "it is empty"),
    ("comment", "# nothing\n", "it is empty"),
    ("list", "- Resources\n", "it has no Resources with a Type"),
    ("Resources that is a list", "Resources: [Type]\n", "it has no Resources with a Type"),
    ("Resources without a Type", "Resources: {A: {Kind: x}}\n", "it has no Resources with a Type"),
]


@pytest.mark.parametrize(("text", "why"), [pytest.param(text, why, id=name) for name, text, why in NO_TEMPLATES])
def test_a_text_that_is_no_template_says_why(text: str, why: str) -> None:
    assert load(Source("t.yaml", text), CloudFormationOptions()) == why


JSON_VALUES = [
    ("tabs between tokens", '{\n\t"a":\t[1,\t2]\n}', {"a": [1, 2]}),
    ("surrogate pair", '"\\ud83d\\ude00"', "😀"),
    (
        "surrogate pair among other values",
        '["\\ud83d\\ude00", 1, -2.5, true, null, "1", {}, []]',
        ["😀", 1, -2.5, True, None, "1", {}, []],
    ),
    ("delete character", '"a\x7fb"', "a\x7fb"),
    ("long key", '{"' + "k" * 1100 + '": "v"}', {"k" * 1100: "v"}),
    ("escaped slash", '"a\\/b"', "a/b"),
    ("function beside a surrogate pair", '{"Fn::Join": ["-", ["\\ud83d\\ude00", "b"]]}', "😀-b"),
]


@pytest.mark.parametrize(("text", "value"), [pytest.param(text, value, id=name) for name, text, value in JSON_VALUES])
def test_json_is_read_by_its_own_rules(text: str, value: object) -> None:
    graph = graph_of(json_template(text))
    assert encode(graph.resources["A"].lookup("P")) == value
    assert graph.problems == []


@pytest.mark.parametrize("before", ["", '"Q": "\\ud83d\\ude00", '], ids=["by libyaml", "by JSON's rules"])
def test_places_in_json_are_those_of_key_and_value(before: str) -> None:
    text = '{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {\n' + before + '"P": [\n  {"K": "v"}]}}}}'
    graph = graph_of(text)
    made = graph.resources["A"].lookup("P")
    assert made is not None and made.place is not None
    inner = made.value[0].value["K"]  # type: ignore[index, union-attr]
    assert made.place.text() == '"P": [\n  {"K": "v"}]'
    assert inner.place.text() == '"K": "v"'
    assert inner.place.span()[1:] == (3, 4, 3, 12)
    assert graph.resources["A"].place.text() == '"A"'


def test_a_key_that_is_given_twice_is_told_where_it_stands_again() -> None:
    graph = graph_of(
        """\
        Resources:
          A: {Type: AWS::S3::Bucket}
          B: {Type: AWS::SNS::Topic}
          A: {Type: AWS::SQS::Queue}
        """
    )
    assert [str(it) for it in graph.problems] == ['t.yaml:4:3: "A" is given twice; the last one counts']
    assert [(it.address, it.type) for it in graph.resources.values()] == [
        ("A", "AWS::SQS::Queue"),
        ("B", "AWS::SNS::Topic"),
    ]
