"""Templates out of short texts, and what the front end makes of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import Any, NamedTuple

import yaml

from walint.cloudformation import CloudFormationOptions, load
from walint.graph import Graph
from walint.report.graph_json import encode
from walint.source import Source

CASES = Path(__file__).parent / "cases"
_MARK = "\n".join(("Resources:", "  Subject:", "    Type: AWS::Test::Subject", "    Properties:", "      P:", ""))
INDENT = 8


def graph_of(text: str, name: str = "t.yaml", **options: Any) -> Graph:
    made = load(Source(name, dedent(text)), CloudFormationOptions(**options))
    assert isinstance(made, Graph), made
    return made


class Evaluated(NamedTuple):
    """What an expression gives, in the notation of `walint graph`; diagnostics as `line:column: message`.

    Lines and columns count within the expression.
    """

    value: Any
    problems: list[str]


def evaluate(given: str, context: str = "", **options: Any) -> Evaluated:
    """An expression as the property P of a resource, beside the sections of `context`."""
    before = f"{context}\n{_MARK}" if context else _MARK
    if "\nResources:\n" in f"\n{context}\n":
        before = f"{context.rstrip()}\n" + _MARK.removeprefix("Resources:\n")
    graph = graph_of(before + indent(given, " " * INDENT) + "\n", **options)
    subject = graph.resources["Subject"]
    found = subject.lookup("P")
    value = "absent" if found is None else encode(found)
    first = before.count("\n")
    problems = [
        f"{it.line - first}:{it.column - INDENT}: {it.message}"
        if it.line > first
        else f"context {it.line}: {it.message}"
        for it in graph.problems
    ]
    return Evaluated(value, problems)


class Case(NamedTuple):
    """One row of a table in `cases/`.

    Attributes:
        given: the expression.
        gives: its value in the notation of `walint graph`, or "absent".
        problems: the diagnostics, all of them.
        options: of the evaluation, such as `region` and `parameters`.
    """

    name: str
    context: str
    given: str
    gives: Any
    problems: list[str]
    options: dict[str, Any]


def cases(file: str) -> list[Case]:
    """The rows of a table: groups with a common context, each with its cases."""
    out = []
    for group in yaml.safe_load((CASES / file).read_text(encoding="utf-8")):
        for row in group["cases"]:
            assert row.keys() <= {"case", "given", "gives", "problems", "options", "context"}, row
            out.append(
                Case(
                    f"{group['group']}: {row['case']}",
                    row.get("context", group.get("context", "")),
                    row["given"],
                    row["gives"],
                    row.get("problems", []),
                    {**group.get("options", {}), **row.get("options", {})},
                )
            )
    return out
