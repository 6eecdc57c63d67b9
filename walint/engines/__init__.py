"""Second opinions: other linters, each run as its own program, and their findings brought into a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from walint.engines import cfn_lint, checkov
from walint.engines.governing import governed, silenced
from walint.engines.joining import joined
from walint.engines.model import Engine, EngineError, Opinion, Task
from walint.options import Options
from walint.policy.model import Report, Rule

ENGINES: Final[Mapping[str, Engine]] = MappingProxyType({"cfn-lint": cfn_lint.ENGINE, "checkov": checkov.ENGINE})


def with_opinions(report: Report, names: Iterable[str], task: Task, options: Options, rules: Sequence[Rule]) -> Report:
    """The report with what other programs found; why one of them did not answer is among its notices.

    Args:
        names: of programs, keys of `ENGINES`.
        rules: all of walint's, by whose aliases the findings of others are known.
    """
    opinions: list[Opinion] = []
    notices: list[str] = []
    for name in dict.fromkeys(names):
        try:
            opinions += ENGINES[name].run(task)
        except EngineError as error:
            notices.append(f"--with {name}: {error}")
    if opinions:
        report = governed(joined(report, opinions, rules), options)
        report = silenced(report, task.paths, options, rules)
    return report._replace(notices=(*report.notices, *notices))
