"""Templates of the page: everything that is put into them is escaped, made harmless and cut."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from walint.report.terminal import harmless

_LONGEST: Final = 400


def shown(text: str, longest: int = _LONGEST) -> str:
    """A text as people may see it: control characters as escapes, cut where it is longer than anyone reads."""
    return harmless(text if len(text) <= longest else f"{text[: longest - 1]}…")


def _finalize(value: Any) -> Any:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("walint.review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = shown
    made.filters["extract"] = lambda key, mapping: mapping[key]
    return made


def asset(name: str) -> Markup:
    """A file of the package as it is: style sheets and scripts."""
    return Markup(resources.files("walint.review").joinpath("templates", name).read_text(encoding="utf-8"))
