"""What another linter is asked, and what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from walint.discovery import TERRAFORM_SUFFIXES
from walint.policy.model import Report, Severity


class EngineError(Exception):
    """A program is missing or failed; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to look at.

    Attributes:
        paths: as the user gave them, absolute.
        judged: the files and the folders of root modules that walint judged, absolute, with their languages.
        unreadable: files that are no valid text of their language: walint says so itself.
        cwd: where the programs run, and look for their own configuration.
        region: that is deployed to; None where that is not said.
    """

    paths: tuple[Path, ...]
    judged: dict[str, Literal["cloudformation", "terraform"]]
    unreadable: frozenset[str]
    cwd: Path
    region: str | None = None

    def language(self, file: str) -> Literal["cloudformation", "terraform"] | None:
        """The language in which a file was judged, by itself or with its module."""
        if file in self.judged or not file.endswith(TERRAFORM_SUFFIXES):
            return self.judged.get(file)
        return self.judged.get(os.path.dirname(file))


def task_for(report: Report, paths: tuple[Path, ...], region: str | None) -> Task:
    """What to look at for a second opinion on a report."""
    absolute = {name: os.path.normpath(os.path.join(report.root, name)) for name, _ in report.templates}
    unreadable = {
        os.path.normpath(os.path.join(report.root, it.file)) for it in report.problems if it.severity == "error"
    }
    return Task(
        tuple(Path(os.path.abspath(path)) for path in paths or (Path.cwd(),)),
        {absolute[name]: language for name, language in report.templates},
        frozenset(unreadable),
        Path(report.root),
        region,
    )


class Opinion(NamedTuple):
    """A finding of another linter.

    Attributes:
        engine: its name, which is the prefix of its ids among aliases: "checkov".
        rule: the id there.
        severity: None where it says none.
        file: absolute.
        address: of the resource, as walint has it; "" where it is about something else.
        uri: where to read more, or "".
    """

    engine: str
    rule: str
    title: str
    message: str
    severity: Severity | None
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    address: str
    type: str
    language: Literal["cloudformation", "terraform"]
    uri: str

    @property
    def alias(self) -> str:
        return f"{self.engine}:{self.rule}"


class Engine(NamedTuple):
    """Another linter.

    Attributes:
        run: asks it; raises EngineError where it does not answer.
    """

    name: str
    run: Callable[[Task], list[Opinion]]
