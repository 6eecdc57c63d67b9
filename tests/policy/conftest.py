"""Graphs out of plain data, so that the policy engine is tested without a front end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from walint.graph import Graph, PartOf, Resource
from walint.policy.expression import parse, parse_message
from walint.policy.functions import arity
from walint.policy.judge import Judge, Judgement
from walint.policy.model import Rule
from walint.source import Place, Source
from walint.values import Property

Declared = dict[str, tuple[str, dict[str, Any]]]


def resource(source: Source, line: int, address: str, type_: str, properties: dict[str, Any], **extra: Any) -> Resource:
    place = Place(source, line * 10, line * 10 + 5)
    made = {name: Property(place, value) for name, value in properties.items()}
    return Resource(
        address, type_, type_, extra.pop("language", "cloudformation"), place, made.get, lambda: made.keys(),
        Property(place, dict(made)), **extra,
    )  # fmt: skip


def graph_of(declared: Declared, language: Any = "cloudformation", **presence: Any) -> Graph:
    """`{"Name": (type, properties)}`; each resource stands on a line of its own."""
    source = Source("t.yaml", "123456789\n" * (len(declared) + 1))
    return Graph(
        "t.yaml",
        language,
        [
            resource(source, line, address, type_, properties, language=language, presence=presence.get(address))
            for line, (address, (type_, properties)) in enumerate(declared.items())
        ],
    )


def rule_of(require: str, applies_to: str | list[str] = "AWS::T::T", **more: Any) -> Rule:
    functions = arity()
    when = more.pop("when", None)
    message = more.pop("message", "{address} is wrong.")
    return Rule(
        id=more.pop("id", "t-rule"),
        title="t",
        pillar="security",
        best_practice="SEC01-BP01",
        severity="high",
        profile="recommended",
        applies_to=(applies_to,) if isinstance(applies_to, str) else tuple(applies_to),
        message=message,
        rationale="r",
        remediation="m",
        message_parts=tuple(parse_message(message, functions)),
        require=parse(require, functions),
        when=None if when is None else parse(when, functions),
        **more,
    )


Verdicts = Callable[..., dict[str, str]]


@pytest.fixture
def judged() -> Callable[..., Judgement]:
    def judge(rule: Rule, graph: Graph) -> Judgement:
        return Judge([rule]).judge(graph)

    return judge


__all__ = ["PartOf", "graph_of", "resource", "rule_of"]
