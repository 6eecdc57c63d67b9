"""cfn-lint: whether CloudFormation would take a template.

https://github.com/aws-cloudformation/cfn-lint
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from typing import Any, Final

from walint.engines.model import Engine, EngineError, Opinion, Task
from walint.engines.program import answer, command
from walint.policy.model import Severity

NAME: Final = "cfn-lint"
_HINT: Final = 'pip install "walint[cfn-lint]"'
_SEVERITIES: Final[dict[str, Severity]] = {"Error": "high", "Warning": "medium", "Informational": "info"}
# A command line holds no more than some 100,000 characters everywhere.
_FILES: Final = 200


def run(task: Task) -> list[Opinion]:
    """What cfn-lint finds in the templates that were judged."""
    program = command(NAME, _HINT)
    files = [
        file for file, language in sorted(task.judged.items())
        if language == "cloudformation" and file not in task.unreadable and os.path.isfile(file)
    ]  # fmt: skip
    # Without a region it would take the user's own, and the same tree would give another report elsewhere.
    region = ["--regions", task.region] if task.region else []
    out: list[Opinion] = []
    for first in range(0, len(files), _FILES):
        names = [glob.escape(file) for file in files[first : first + _FILES]]
        found = answer(
            [program, "--format", "json", "--non-zero-exit-code", "none", *region, "--template", *names],
            task.cwd,
            {**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        if not isinstance(found, list):
            raise EngineError("it answered something else than a list of matches")
        out += _opinions(found)
    return out


def _opinions(found: list[Any]) -> Iterator[Opinion]:
    for match in found:
        try:
            start, end, rule = match["Location"]["Start"], match["Location"]["End"], match["Rule"]
            path = match["Location"].get("Path") or []
            yield Opinion(
                NAME,
                rule["Id"],
                rule["ShortDescription"],
                match["Message"],
                _SEVERITIES.get(match["Level"]),
                os.path.abspath(match["Filename"]),
                start["LineNumber"],
                start["ColumnNumber"],
                end["LineNumber"],
                end["ColumnNumber"],
                _address(path),
                "",
                "cloudformation",
                rule.get("Source") or "",
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise EngineError(f"it answered in a form that is not known: {error!r}") from None


def _address(path: list[Any]) -> str:
    """The resource, parameter or output that a path within the template leads into."""
    match path:
        case ["Resources", str() as name, *_]:
            return name
        case [("Parameters" | "Outputs") as section, str() as name, *_]:
            return f"{section}.{name}"
    return ""


ENGINE: Final = Engine(NAME, run)
