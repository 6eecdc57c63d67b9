"""Rules tried on their fixtures: the findings that a fixture announces, all of them, and none besides.

A fixture is a template, or a folder with several files, whose name up to the first dot is the id of its rule. It
announces each finding at the end of the line where it must stand: `# fail: RULE`, `# open: RULE`.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from walint import run
from walint.options import Options
from walint.policy.model import Report, Rule
from walint.policy.rulefile import FIXTURES, is_template
from walint.reading import Unreadable, read_text

SUFFIXES: Final = {".tf": "terraform", ".yaml": "cloudformation", ".yml": "cloudformation"}
_PARAMETER: Final = re.compile(r"^#\s*with:\s*(\w+)\s*=\s*(.+)$", re.MULTILINE)
_ANNOUNCED: Final = re.compile(r"#\s*(fail|open):\s*([a-z0-9-]+)")


class Fixture(NamedTuple):
    """What a rule is tried on: a template, or a folder where one file is not enough (modules, nested stacks)."""

    rule: str
    path: Path

    def texts(self) -> dict[str, str]:
        """Its files by their path below it; a file of its own by its name.

        Raises:
            Unreadable: for one that is no text.
        """
        if not self.path.is_dir():
            return {self.path.name: read_text(str(self.path))}
        files = sorted(file for file in self.path.rglob("*") if file.is_file())
        return {file.relative_to(self.path).as_posix(): read_text(str(file)) for file in files}

    def parameters(self) -> dict[str, Any]:
        """What its lines such as `# with: account_baseline = true` give the rule's parameters."""
        import yaml

        texts = self.texts().values()
        return {name: yaml.safe_load(value) for text in texts for name, value in _PARAMETER.findall(text)}

    def languages(self) -> set[str]:
        files = self.path.rglob("*") if self.path.is_dir() else (self.path,)
        return {SUFFIXES[file.suffix] for file in files if file.suffix == ".tf" or _is_template(file)}


class Fault(NamedTuple):
    """What is not as a fixture announces it.

    Attributes:
        file: the path of the file below a fixture that is a folder; "" where the fixture as a whole is meant.
        line: 0 where no line is meant.
    """

    file: str
    line: int
    message: str


def fixtures_below(folder: Path, rules: Iterable[Rule]) -> tuple[list[Fixture], list[Path]]:
    """The fixtures below a folder, and the templates below its folders named "fixtures" that no rule is named in."""
    known = {rule.id for rule in rules}
    found: list[Fixture] = []
    strangers: list[Path] = []
    for at, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path, rule = Path(at, name), name.partition(".")[0]
            is_folder = name in folders
            if rule in known and (is_folder or path.suffix == ".tf" or _is_template(path)):
                found.append(Fixture(rule, path))
            elif not is_folder and path.suffix in SUFFIXES and FIXTURES in path.relative_to(folder).parts[:-1]:
                strangers.append(path)
        # What lies in a fixture is a part of it.
        folders[:] = [name for name in folders if name.partition(".")[0] not in known]
    return sorted(found), sorted(strangers)


def _is_template(path: Path) -> bool:
    try:
        return path.suffix in SUFFIXES and is_template(read_text(str(path)))
    except Unreadable:
        return False


def tried(fixture: Fixture, rules: Sequence[Rule]) -> list[Fault]:
    """What is not as the fixture announces it; nothing for a rule that does as it should.

    Args:
        rules: those that the fixture's rule is among.
    """
    try:
        texts = fixture.texts()
    except Unreadable as error:
        return [Fault("", 0, str(error))]
    with tempfile.TemporaryDirectory() as folder:
        # Terraform judges a folder as one module, so each fixture gets a folder of its own.
        for name, text in texts.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_with_keys(text), encoding="utf-8")
        options = Options("strict", (fixture.rule,), rule_parameters={fixture.rule: fixture.parameters()})
        report = run.check([Path(folder)], options, rules, Path(folder))
    return sorted([*_unlike(texts, report), *_unfit(fixture.rule, report)])


def _unlike(texts: dict[str, str], report: Report) -> Iterator[Fault]:
    """Findings that are missing, and those that nothing announces."""
    announced = Counter(_announced(texts))
    messages = {}
    found: Counter[tuple[str, int, str, str]] = Counter()
    for finding in report.findings:
        key: tuple[str, int, str, str] = (finding.span.file, finding.span.line, finding.verdict, finding.rule.id)
        found[key] += 1
        messages[key] = finding.reason if finding.verdict == "open" else finding.message
    for file, line, verdict, rule in (announced - found).elements():
        yield Fault(file, line, f'"# {verdict}: {rule}" is announced here, and not found')
    for key in (found - announced).elements():
        file, line, verdict, rule = key
        yield Fault(file, line, f'"# {verdict}: {rule}" is found here, and not announced: {messages[key]}')


def _unfit(rule: str, report: Report) -> Iterator[Fault]:
    """What keeps a fixture from showing what its rule does."""
    for problem in report.problems:
        if problem.severity == "error":
            yield Fault(problem.file, problem.line, problem.message)
    for surprise in report.surprises:
        yield Fault("", 0, surprise)
    if not report.passed.get(rule):
        yield Fault("", 0, "nothing in it passes; show a resource that is right")
    if not any(finding.verdict == "fail" for finding in report.findings):
        yield Fault("", 0, "nothing in it fails; show a resource that is wrong")


def _announced(texts: dict[str, str]) -> Iterator[tuple[str, int, str, str]]:
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            for match in _ANNOUNCED.finditer(line):
                yield name, number, match[1], match[2]


def _with_keys(text: str) -> str:
    """A fixture with keys in the place of those of AWS's manuals, which are no secrets: no file may hold a real one."""
    return text.replace("IOSFODNN7EXAMPLE", "IOSFODNN7WALINT2").replace("bPxRfiCYEXAMPLEKEY", "bPxRfiCYWALINT2KEY")
