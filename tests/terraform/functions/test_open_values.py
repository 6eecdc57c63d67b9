"""The built-in functions over values that are open: what is known of the result, and why the rest is not."""

from __future__ import annotations

from typing import Any

import pytest

from walint.conditions import Subject
from walint.source import Problem
from walint.terraform.context import Context, Scope
from walint.terraform.evaluate import evaluate
from walint.terraform.functions.providers import FUNCTIONS as PROVIDER_FUNCTIONS
from walint.terraform.parse import parse_expression
from walint.values import JsonText, Reference, Unknown

NAME = Unknown('variable "name", which has no value', "string", Subject("var.name"))
SIZE = Unknown('variable "size", which has no value', "number", Subject("var.size"))
ANYTHING = Unknown('variable "anything", which has no value', None, Subject("var.anything"))
KEY = Reference("aws_kms_key.k", "arn", "string")
NAMES = {"name": NAME, "size": SIZE, "anything": ANYTHING, "key": KEY}


class OneTemplate:
    """A tree with one template; other files may not be read."""

    def read(self, path: str) -> bytes | Unknown | None:
        return b"Hello ${who}, ${upper(place)}" if path == "t.tftpl" else Unknown(f"the file {path}")

    def glob(self, base: str, pattern: str) -> list[str] | Unknown:
        return Unknown(f"the files in {base}")


def value(text: str) -> Any:
    """The value of an expression about which nothing is to be reported."""
    problems: list[Problem] = []
    expression, mistakes = parse_expression(text)
    found = evaluate(expression, Scope(NAMES), Context(problems.append, OneTemplate()))
    assert [*mistakes, *problems] == []
    return found


def test_known_json_keeps_its_structure() -> None:
    found = value("jsonencode({b = [1], a = null})")
    assert isinstance(found, JsonText)
    assert (found, found.data) == ('{"a":null,"b":[1]}', {"b": [1], "a": None})


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("jsonencode({a = name})", ('{"a":"', NAME, '"}')),
        ("jsonencode({a = size})", ('{"a":', SIZE, "}")),
        ("jsonencode([key, anything])", ('["', KEY, '",', ANYTHING, "]")),
        ('jsonencode({a = "<${name}>"})', ('{"a":"\\u003c', NAME, '\\u003e"}')),
    ],
)
def test_json_with_something_open_keeps_its_known_text(expression: str, parts: tuple[Any, ...]) -> None:
    found = value(expression)
    assert isinstance(found, Unknown)
    assert (found.kind, found.parts, found.subject) == ("string", parts, None)


def test_json_with_something_open_keeps_its_structure() -> None:
    found = value("jsonencode({Statement = [{Resource = key}]})")
    assert isinstance(found, Unknown)
    assert found.data == {"Statement": [{"Resource": KEY}]}
    assert value("jsondecode(jsonencode({Statement = [{Resource = key}]})).Statement[0].Resource") == KEY


@pytest.mark.parametrize(
    "expression",
    [
        'base64gzip("x")',
        'bcrypt("x")',
        "plantimestamp()",
        "timestamp()",
        "uuid()",
        "base64encode(name)",
        "cidrsubnet(name, 8, 1)",
        'cidrsubnet("10.0.0.0/8", 8, size)',
        'file("elsewhere")',
        'filebase64sha256("elsewhere")',
        "formatdate(name, timestamp())",
        "md5(key)",
        "sha256(name)",
        "urlencode(name)",
        "yamlencode({a = name})",
    ],
)
def test_a_text_that_nobody_can_foretell(expression: str) -> None:
    found = value(expression)
    assert isinstance(found, Unknown)
    assert (found.kind, bool(found.reason)) == ("string", True)


def test_files_that_may_not_be_read() -> None:
    assert value('fileexists("elsewhere")') == Unknown("the file elsewhere", "bool")
    assert value('fileset("elsewhere", "*")') == Unknown("the files in elsewhere", "set")


def test_a_template_keeps_its_known_text() -> None:
    assert value('templatefile("t.tftpl", {who = "you", place = "here"})') == "Hello you, HERE"
    found = value('templatefile("t.tftpl", {who = name, place = "here"})')
    assert isinstance(found, Unknown)
    assert found.parts == ("Hello ", NAME, ", HERE")


def test_an_arn_built_with_something_open_keeps_its_known_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from walint.terraform.functions import FUNCTIONS

    name = "provider::aws::arn_build"
    monkeypatch.setitem(FUNCTIONS, name, PROVIDER_FUNCTIONS[name])
    found = value(f'{name}("aws", "s3", "", "", name)')
    assert isinstance(found, Unknown)
    assert found.parts == ("arn:aws:s3:::", NAME)
