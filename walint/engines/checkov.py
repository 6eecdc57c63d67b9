"""checkov: policies for CloudFormation and Terraform.

Its requirements are pinned and do not go together with other programs', so it is run where the user has it.

https://github.com/bridgecrewio/checkov
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

from walint.engines.model import Engine, EngineError, Opinion, Task
from walint.engines.program import answer, command
from walint.policy.model import SEVERITIES

NAME: Final = "checkov"
_HINT: Final = "pipx install checkov"
_FRAMEWORKS: Final = ("cloudformation", "terraform", "terraform_plan")


def run(task: Task) -> list[Opinion]:
    """What checkov finds in what was judged."""
    program = command(NAME, _HINT)
    folders = [str(path) for path in task.paths if path.is_dir()]
    files = [str(path) for path in task.paths if not path.is_dir()]
    out: dict[Opinion, None] = {}
    # It takes folders or files, not both at once.
    for option, paths in (("--directory", folders), ("--file", files)):
        if not paths:
            continue
        wanted = [argument for path in paths for argument in (option, path)]
        found = answer(
            [
                program, *wanted, "--framework", *_FRAMEWORKS, "--output", "json",
                "--quiet", "--soft-fail", "--skip-download",
            ],
            task.cwd,
            {**os.environ, "PYTHONIOENCODING": "utf-8", "LOG_LEVEL": "ERROR"},
        )  # fmt: skip
        out.update(dict.fromkeys(_opinions(found, task)))
    return list(out)


def _opinions(found: Any, task: Task) -> Iterator[Opinion]:
    """The failed checks of a report, or of several; those about files that were not judged are left out."""
    for report in found if isinstance(found, list) else [found]:
        if not isinstance(report, dict):
            raise EngineError("it answered something else than a report")
        results = report.get("results")
        for check in results.get("failed_checks", []) if isinstance(results, dict) else []:
            try:
                file = os.path.normpath(os.path.join(task.cwd, check["file_abs_path"]))
                language = task.language(file)
                if language is None:
                    continue
                first, last = check["file_line_range"]
                address, type_ = _resource(check, language)
                said = (check.get("severity") or "").lower()
                yield Opinion(
                    NAME,
                    check["check_id"],
                    check["check_name"],
                    f"{address or 'The file'}: {check['check_name']}.",
                    next((severity for severity in SEVERITIES if severity == said), None),
                    file,
                    max(first, 1),
                    1,
                    max(last, first, 1),
                    1,
                    address,
                    type_,
                    language,
                    check.get("guideline") or "",
                )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise EngineError(f"it answered in a form that is not known: {error!r}") from None


def _resource(check: dict[str, Any], language: str) -> tuple[str, str]:
    """The address and type of what a check is about."""
    resource = check["resource"]
    if language == "cloudformation":
        type_, _, name = resource.rpartition(".")
        return name, type_
    address = check.get("resource_address") or resource
    parts = address.split(".")
    while parts and parts[0] == "module":
        parts = parts[2:]
    return address, parts[1] if parts[:1] == ["data"] and len(parts) > 1 else parts[0] if parts else ""


ENGINE: Final = Engine(NAME, run)
