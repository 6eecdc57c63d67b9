"""Reports: pure functions from a report to text. None opens a file, prints or exits; same report, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from walint.report.options import Options, Repository

if TYPE_CHECKING:
    from walint.graph import Graph
    from walint.policy.model import Report
    from walint.source import Problem

__all__ = ["GRAPHS", "REPORTS", "Options", "Repository", "render"]

Renderer = Callable[["Report", Options], Iterator[str]]
GraphRenderer = Callable[[Sequence["Graph"], Sequence["Problem"]], str]


def _of(module: str, **how: bool) -> Any:
    """A module's `render`. A run needs one format, and a commit hook pays for each module that is imported."""

    def render(*what: Any) -> Any:
        return import_module(f"walint.report.{module}").render(*what, **how)

    return render


# Each gives its text piece by piece: that of a large report would take more memory than all else.
REPORTS: Final[dict[str, Renderer]] = {
    "text": _of("text"),
    "sarif": _of("sarif"),
    "code-scanning": _of("sarif", alerts=True),
    "json": _of("structured"),
    "junit": _of("junit"),
    "gitlab": _of("gitlab"),
    "github": _of("github"),
    "markdown": _of("markdown"),
    "csv": _of("table"),
}
GRAPHS: Final[dict[str, GraphRenderer]] = {
    "json": _of("graph_json"),
    "mermaid": _of("mermaid"),
    "dot": _of("dot"),
}


def render(format_: str, report: Report, options: Options) -> str:
    """A report as one text."""
    return "".join(REPORTS[format_](report, options))
