"""Source lines as a review may show them: secrets starred out, and no longer than people read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from walint.policy.checks.secrets import assignments, keys, names_password, names_secret
from walint.policy.model import Report
from walint.report.secrets import Lines, masked, safe_lines
from walint.review.sketch import Sketch

_LONGEST: Final = 200
_KEY: Final = re.compile(r"""^\s*(?:-\s*)?["']?([\w.-]+)["']?\s*[=:]""")


def readable(report: Report, sketches: Iterable[Sketch]) -> Lines:
    """The lines around findings and of the resources' declarations, by file and number."""
    lines = {file: dict(kept) for file, kept in report.lines.items()}
    for sketch in sketches:
        for resource in sketch.resources:
            kept = lines.setdefault(resource.file, {})
            for number, text in enumerate(resource.lines, start=resource.line):
                kept.setdefault(number, text)
    hidden = safe_lines(report._replace(lines=lines))
    return {file: {number: _cut(_starred(text)) for number, text in kept.items()} for file, kept in hidden.items()}


def _starred(line: str) -> str:
    """A line whose key says that its value is a secret, or that holds one, with the value starred out."""
    key = _KEY.match(line)
    name = key[1] if key else ""
    if names_password(name) or names_secret(name) or any(keys(line, name)) or any(assignments(line)):
        return masked(line)
    return line


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
