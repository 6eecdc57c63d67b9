"""Reports: pure functions from a report to text. None opens a file, prints or exits; same report, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from walint.report.options import Options, Repository

if TYPE_CHECKING:
    from walint.graph import Graph
    from walint.policy.model import Report
    from walint.source import Problem

__all__ = ["GRAPHS", "REPORTS", "Options", "Repository"]


# A run needs one format, and a commit hook pays for each module that is imported.
def _text(report: Report, options: Options) -> str:
    from walint.report.text import render

    return render(report, options)


def _sarif(report: Report, options: Options) -> str:
    from walint.report.sarif import render

    return render(report, options)


def _code_scanning(report: Report, options: Options) -> str:
    from walint.report.sarif import render

    return render(report, options, alerts=True)


def _json(report: Report, options: Options) -> str:
    from walint.report.structured import render

    return render(report, options)


def _junit(report: Report, options: Options) -> str:
    from walint.report.junit import render

    return render(report, options)


def _gitlab(report: Report, options: Options) -> str:
    from walint.report.gitlab import render

    return render(report, options)


def _github(report: Report, options: Options) -> str:
    from walint.report.github import render

    return render(report, options)


def _markdown(report: Report, options: Options) -> str:
    from walint.report.markdown import render

    return render(report, options)


def _csv(report: Report, options: Options) -> str:
    from walint.report.table import render

    return render(report, options)


def _graph_json(graphs: Sequence[Graph], problems: Sequence[Problem] = ()) -> str:
    from walint.report.graph_json import render

    return render(graphs, problems)


def _mermaid(graphs: Sequence[Graph], problems: Sequence[Problem] = ()) -> str:
    from walint.report.mermaid import render

    return render(graphs, problems)


def _dot(graphs: Sequence[Graph], problems: Sequence[Problem] = ()) -> str:
    from walint.report.dot import render

    return render(graphs, problems)


REPORTS: Final[dict[str, Callable[[Report, Options], str]]] = {
    "text": _text,
    "sarif": _sarif,
    "code-scanning": _code_scanning,
    "json": _json,
    "junit": _junit,
    "gitlab": _gitlab,
    "github": _github,
    "markdown": _markdown,
    "csv": _csv,
}
GRAPHS: Final[dict[str, Callable[[Sequence[Graph], Sequence[Problem]], str]]] = {
    "json": _graph_json,
    "mermaid": _mermaid,
    "dot": _dot,
}
