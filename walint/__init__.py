"""walint: a policy linter for CloudFormation and Terraform.

import walint

report = walint.check(["infra/"])
for finding in report.findings:
    print(finding.span.file, finding.span.line, finding.rule.id, finding.message)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from walint.graph import Graph
    from walint.policy.model import Report

__version__ = "0.1.0"
__all__ = ["__version__", "check", "load"]


def check(paths: Iterable[str | Path] = (), *, cwd: Path | None = None, **options: Any) -> Report:
    """Judge the templates below some paths (the working directory if none are given).

    Args:
        cwd: what the files' names in the report are relative to; the working directory if not given.
        options: the fields of `walint.run.Options`: profile, select, ignore, variables, parameters, ...

    Raises:
        walint.policy.selection.UnknownSelector: `select` or `ignore` names something that is no rule.
    """
    from walint import run
    from walint.policy import pack

    return run.check([Path(path) for path in paths], _options(options), pack.load(), cwd)


def load(paths: Iterable[str | Path] = (), *, cwd: Path | None = None, **options: Any) -> Sequence[Graph]:
    """The resource graphs of the templates below some paths, one for each root module and template.

    What could not be read is in each graph's `problems`.
    """
    from walint import run

    return run.load([Path(path) for path in paths], _options(options), cwd)[0]


def _options(given: dict[str, Any]) -> Any:
    from walint.options import Options

    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Options(**made)
