"""The baseline: what was there when a team began, so that only what comes since is reported.

The file is JSON with an entry a line, sorted, and a last line that names its version. Each entry ends in a comma, so
two branches that add entries merge by lines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from walint.history import git
from walint.history.matching import Mark, marks, pair
from walint.policy.model import Report, Rule
from walint.report.fingerprints import Identity

VERSION: Final = 1
_VERSION_KEY: Final = "walint-baseline"
_NEW: Final = "write it anew with `walint baseline`"


class BaselineError(Exception):
    """A file that is no baseline, or one of another version; the message is one sentence that says what to do."""


def written(report: Report, folder: Path) -> tuple[str, int]:
    """A report's failures as the text of a baseline, and how many there are; suppressed ones need no entry.

    Args:
        folder: where the file is to lie; the files in it are named from there.
    """
    fails = [it for it in report.findings if it.verdict == "fail" and it.suppression is None and it.state != "absent"]
    lines = sorted(_line(mark) for mark in marks(report, fails, _from(folder, report)))
    return "[\n" + "".join(f"{line},\n" for line in lines) + json.dumps({_VERSION_KEY: VERSION}) + "\n]\n", len(lines)


def _line(mark: Mark) -> str:
    known = mark.identity
    entry = {"file": known.file, "rule": known.rule, "address": known.address, "property": known.property}
    entry |= {"when": known.when, "content": mark.content}
    return json.dumps({name: value for name, value in entry.items() if value})


def read(text: str, name: str) -> list[Mark]:
    """The entries of a baseline.

    Args:
        name: how the file is called in messages.

    Raises:
        BaselineError: where it is none that this version reads.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        hint = " (a merge conflict?)" if "<<<<<<<" in text or "=======" in text else ""
        raise BaselineError(f"{name}:{line}: the baseline is no valid JSON{hint}; {_NEW}") from None
    if not isinstance(document, list) or not all(isinstance(entry, dict) for entry in document):
        raise BaselineError(f"{name}:1: this is no baseline of walint; {_NEW}")
    versions = [entry[_VERSION_KEY] for entry in document if _VERSION_KEY in entry]
    if not versions:
        raise BaselineError(
            f"{name}:1: this is no baseline of walint: the last line with its version is missing; {_NEW}"
        )
    if any(version != VERSION for version in versions):
        other = next(version for version in versions if version != VERSION)
        raise BaselineError(f"{name}: the baseline is of version {other}, this walint reads version {VERSION}; {_NEW}")
    return [
        _mark(entry, f"{name}: entry {at}") for at, entry in enumerate(document, start=1) if _VERSION_KEY not in entry
    ]


def _mark(entry: dict[str, Any], where: str) -> Mark:
    values = {name: entry.get(name, "") for name in (*Identity._fields, "content")}
    if not all(isinstance(value, str) for value in values.values()) or not values["rule"] or not values["file"]:
        raise BaselineError(f"{where} does not name a file and a rule; {_NEW}")
    content = values.pop("content")
    return Mark(Identity(**values), content)


def compare(
    report: Report, entries: Sequence[Mark], file: Path, paths: Sequence[Path], rules: Sequence[Rule]
) -> Report:
    """The report with each failure marked as new or unchanged, and the entries that nothing answers to any more.

    What is already marked as unchanged, compared with a revision, stays so.

    Args:
        file: the baseline, absolute.
        paths: what was linted, absolute; entries of other files cannot be missed.
        rules: all that there are, for entries that name one by an earlier id.
    """
    ids = {old: rule.id for rule in rules for old in rule.replaces}
    known = [_now_called(entry, ids, {}) for entry in entries]
    every = list(report.findings)
    fails = [at for at, it in enumerate(every) if it.verdict == "fail" and it.state != "absent"]
    # What is reported has the first claim to an entry.
    fails.sort(key=lambda at: every[at].suppression is not None)
    seen = marks(report, [every[at] for at in fails], _from(file.parent, report))
    found = pair(seen, known)
    if None in found and len(set(found) - {None}) < len(known):
        renamed = _renamed(file)
        if renamed:
            known = [_now_called(entry, ids, renamed) for entry in entries]
            found = pair(seen, known)
    listed = {at for at, to in zip(fails, found, strict=True) if to is not None}
    findings = [
        it._replace(state="unchanged" if at in listed else it.state or "new") if it.verdict == "fail" else it
        for at, it in enumerate(every)
    ]
    left = [known[at].identity for at in sorted(set(range(len(known))) - set(found))]
    return report._replace(findings=tuple(findings), gone=tuple(_missed(left, report, file.parent, paths)))


def _now_called(entry: Mark, rules: Mapping[str, str], files: Mapping[str, str]) -> Mark:
    known = entry.identity
    rule, file = rules.get(known.rule, known.rule), files.get(known.file, known.file)
    return (
        entry if (rule, file) == (known.rule, known.file) else Mark(known._replace(rule=rule, file=file), entry.content)
    )


def _missed(
    left: Sequence[Identity], report: Report, folder: Path, paths: Sequence[Path]
) -> list[tuple[str, str, str]]:
    """Of the entries without a finding those that this run should have met: file, rule, address."""
    judged = {rule.id for rule in report.rules}
    broken = {os.path.normpath(os.path.join(report.root, it.file)) for it in report.problems if it.severity == "error"}
    out = []
    for entry in left:
        path = Path(os.path.normpath(folder / entry.file))
        linted = any(path == it or it in path.parents for it in paths)
        if linted and entry.rule in judged and str(path) not in broken:
            out.append((entry.file, entry.rule, entry.address))
    return out


def _renamed(file: Path) -> dict[str, str]:
    """What git takes for renamed since the baseline was last committed: the new name of each old one."""
    try:
        top = git.top_of(file.parent)
        commit = git.last_change(top, file)
        renames = git.renames_since(top, commit) if commit else {}
    except git.GitError:
        return {}  # no git, no renames
    folder = os.path.realpath(file.parent)
    return {_relative(str(top / old), folder): _relative(str(top / new), folder) for new, old in renames.items()}


def _from(folder: Path, report: Report) -> Callable[[str], str]:
    """How the baseline calls a file of the report."""
    return lambda name: _relative(os.path.join(report.root, name), str(folder))


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")
