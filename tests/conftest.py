"""What the runner prints besides pytest's own lines."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

_FUNCTION: Final = re.compile(r"\b([a-z]\w*(?:::\w+)*)\(")
_TABLES: Final = re.compile(
    r"terraform/(?:functions/test_tables\.py::test_an_expression|test_expressions\.py::test_an_expression"
    r"|test_console\.py::test_terraform_gives)[^\[]*\[(?:(?P<table>\w+): )?(?P<expression>.*)\]$",
    re.DOTALL,
)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many cases the conformance tables hold for each function of Terraform and for each form of expression."""
    from walint.terraform.functions import FUNCTIONS

    known = {*FUNCTIONS, "try", "can"}
    functions: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    cases = 0
    for report in terminalreporter.stats.get("passed", ()):
        case = _TABLES.search(report.nodeid)
        if case is None:
            continue
        cases += 1
        functions.update(known.intersection(_FUNCTION.findall(case["expression"])))
        if "test_expressions" in report.nodeid:
            forms[case["table"]] += 1
    if cases:
        terminalreporter.section(f"Terraform conformance: {cases} cases passed")
        if forms:
            terminalreporter.write_line("forms: " + _listed(forms))
        terminalreporter.write_line(f"{len(functions)} functions: " + _listed(functions))


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {counts[name]}" for name in sorted(counts))
