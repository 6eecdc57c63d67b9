"""What is fuzzed: each target takes any bytes and returns; whatever else it does is a fault.

A target reads its input as walint reads a file, and goes on as far as hostile text can reach: a template is evaluated
in full, not only parsed. `make fuzz` drives them with atheris; the tests feed them what was found before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from walint.reading import Unreadable, decode
from walint.source import Problem, Source


def cloudformation(data: bytes) -> None:
    from walint.cloudformation import CloudFormationOptions, load

    _written_out(load(Source("t.yaml", _text(data)), CloudFormationOptions()))


def cloudformation_json(data: bytes) -> None:
    """The reader for JSON that libyaml refuses, which else sees few texts."""
    from walint.cloudformation.json_document import NotJson, compose

    try:
        compose(Source("t.json", _text(data)))
    except NotJson as error:
        assert 0 <= error.offset <= len(data)


def hcl(data: bytes) -> None:
    _module("main.tf", _text(data))


def terraform_json(data: bytes) -> None:
    _module("main.tf.json", _text(data))


def tfvars(data: bytes) -> None:
    text = _text(data)
    declared = 'variable "a" {}\nvariable "b" { type = list(string) }\noutput "o" { value = [var.a, var.b] }\n'
    for name in ("terraform.tfvars", "terraform.tfvars.json"):
        _module("main.tf", declared, {name: text})


def plan(data: bytes) -> None:
    from walint.terraform import Disk
    from walint.terraform.plan import load_plan

    folder = _empty_folder()
    _written_out(load_plan(Source("plan.json", _text(data)), Disk(folder, folder), folder))


def expression(data: bytes) -> None:
    """Terraform's expressions and functions, on one another's results."""
    from walint.report.graph_json import encode
    from walint.terraform.context import Context, Scope
    from walint.terraform.evaluate import evaluate
    from walint.terraform.parse import parse_expression

    read, _ = parse_expression(_text(data))
    said: list[Problem] = []
    encode(evaluate(read, Scope({}), Context(said.append)))


def regular_expression(data: bytes) -> None:
    from walint.terraform.functions.regexp import Malformed, TooMuchWork, Unsupported, compiled

    pattern, _, text = _text(data).partition("\n")
    with suppress(Malformed, Unsupported, TooMuchWork):
        list(compiled(pattern).matches(text))


def suppression(data: bytes) -> None:
    from walint.cloudformation.comments import Comments
    from walint.policy.suppressions.comments import read_comments
    from walint.terraform.comments import Comments as TerraformComments

    text = _text(data)
    for source, reader in ((Source("t.yaml", text), Comments), (Source("t.tf", text, "bytes"), TerraformComments)):
        list(read_comments(source, reader(source).holds).all())


def configuration(data: bytes) -> None:
    from walint.config import ConfigError
    from walint.config.read import load_config

    folder = Path(_empty_folder("configuration"))
    for name in (".walint.yaml", "walint.toml"):
        file = folder / name
        file.write_bytes(data)
        try:
            load_config([file], lambda folders: ((), ()), folder, everywhere=False)
        except ConfigError as error:
            str(error)


def rule_file(data: bytes) -> None:
    from walint.policy.rulefile import read_rules

    read_rules([("r.yaml", _text(data))])


def filter_pattern(data: bytes) -> None:
    from walint.policy.filter_patterns import parse

    found = parse(_text(data))
    if found is not None:
        found({"eventName": "DeleteTrail", "userIdentity": {"type": "Root"}, "list": [1, "a" * 40]})


def gitignore(data: bytes) -> None:
    from walint.gitignore import read_pattern

    for line in _text(data).splitlines():
        pattern = read_pattern(line)
        if pattern is not None:
            pattern.matches("a/b/" + "ab" * 20)


def baseline(data: bytes) -> None:
    from walint.history.baseline import BaselineError, read

    try:
        read(_text(data), "baseline.jsonl")
    except BaselineError as error:
        str(error)


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        cloudformation, cloudformation_json, hcl, terraform_json, tfvars, plan, expression, regular_expression,
        suppression, configuration, rule_file, filter_pattern, gitignore, baseline,
    )
}  # fmt: skip


def _text(data: bytes) -> str:
    try:
        return decode(data)
    except Unreadable:
        return ""


@cache
def _empty_folder(name: str = "module") -> str:
    return tempfile.mkdtemp(prefix=f"walint-fuzz-{name}-")


def _module(name: str, text: str, others: dict[str, str] | None = None) -> None:
    from walint.terraform import Disk, TerraformOptions, load

    folder = _empty_folder()
    overlay = {f"{folder}/{file}": content for file, content in {name: text, **(others or {})}.items()}
    options = TerraformOptions(var_files=tuple(f"{folder}/{file}" for file in others or ()), root=folder, cwd=folder)
    _written_out(load(Disk(folder, folder, overlay), folder, options))


def _written_out(graph: Any) -> None:
    """Evaluate everything in a graph, and write it."""
    from walint.graph import Graph
    from walint.report.graph_json import render

    if isinstance(graph, Graph):
        render([graph])
