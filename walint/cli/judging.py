"""A run as the command line asks for it: from files or standard input, and compared with what was there before."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from walint.cli import common
from walint.cli.progress import Bar
from walint.discovery import TERRAFORM_SUFFIXES

if TYPE_CHECKING:
    from walint.policy.model import Report, Rule
    from walint.run import Options
    from walint.units import FrontEnds

# What the last run has read: the process ends without freeing it piece by piece.
_read: "list[FrontEnds]" = []


class Asked(NamedTuple):
    """What to judge, and what to compare it with.

    Attributes:
        stdin_filename: how the text on standard input is called.
        baseline: the file.
        since: the revision.
        engines: programs that are asked for a second opinion.
    """

    paths: tuple[Path, ...]
    stdin_filename: str | None = None
    baseline: Path | None = None
    since: str | None = None
    quiet: bool = False
    verbose: bool = False
    engines: tuple[str, ...] = ()

    @property
    def governed(self) -> tuple[Path, ...]:
        """The paths whose configuration holds; a text from standard input is governed where its file would be."""
        return (Path(self.stdin_filename or "."),) if self.from_stdin else self.paths

    @property
    def from_stdin(self) -> bool:
        return self.stdin_filename is not None or [str(path) for path in self.paths] == ["-"]


def judge(asked: Asked, options: "Options", rules: "Sequence[Rule]") -> "Report":
    """Judge what is asked for.

    Raises:
        UsageError: there is no such baseline or revision, or it cannot be read.
    """
    from walint import run
    from walint.units import FrontEnds

    _has_meaning(asked, options, rules)
    if asked.engines and asked.from_stdin:
        raise common.UsageError("--with reads files; there is none where the text comes from standard input")
    if asked.engines and asked.since is not None:
        raise common.UsageError(
            "--with and --since do not go together: other programs do not know what was there before"
        )
    if asked.from_stdin:
        if asked.since is not None:
            raise common.UsageError("--since compares files; there is none where the text comes from standard input")
        text = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
        report = run.check_text(text, asked.stdin_filename or "<stdin>", options, rules)
    else:
        with Bar(wanted=not asked.quiet) as bar:
            if asked.since is None:
                cwd = Path.cwd()
                _read[:] = [FrontEnds(options, cwd)]
                report = run.check(asked.paths, options, rules, cwd, bar, _read[0])
            else:
                report = _since(asked, asked.since, options, rules, bar)
    if asked.engines:
        report = _with_opinions(asked, report, options, rules)
    return report if asked.baseline is None else _against(asked, asked.baseline, report, rules)


def _has_meaning(asked: Asked, options: "Options", rules: "Sequence[Rule]") -> None:
    """Refuse to select what only a program finds that is not asked: nothing would be judged.

    Raises:
        UnknownSelector: for such a selector.
    """
    from walint.policy.selection import UnknownSelector, fits, is_elsewhere, unknown

    for selector in options.as_config().given.get("select", ()):
        theirs = any(is_elsewhere(selector, engine) for engine in asked.engines)
        if not theirs and not any(fits(rule, selector) for rule in rules):
            raise UnknownSelector(unknown(rules, selector))


def _with_opinions(asked: Asked, report: "Report", options: "Options", rules: "Sequence[Rule]") -> "Report":
    from walint.engines import with_opinions
    from walint.engines.model import task_for

    return with_opinions(report, asked.engines, task_for(report, asked.paths, options.region), options, rules)


def _since(asked: Asked, revision: str, options: "Options", rules: "Sequence[Rule]", bar: Bar) -> "Report":
    from walint.history.git import GitError
    from walint.history.since import base_of, check_since

    cwd = Path.cwd()
    try:
        base = base_of(asked.paths, revision, cwd)
        if not base.shared:
            common.say(f"walint: {revision} and HEAD have no commit in common here; comparing with {revision} itself")
        elif asked.verbose:
            common.say(f"walint: comparing with {base.commit}, the last commit that {revision} and HEAD share")
        return check_since(asked.paths, options, rules, base, cwd, bar)
    except GitError as error:
        raise common.UsageError(f"--since {revision}: {error}") from None


def _against(asked: Asked, file: Path, report: "Report", rules: "Sequence[Rule]") -> "Report":
    from walint.history import baseline
    from walint.reading import Unreadable, read_text

    try:
        text = read_text(str(file))
    except Unreadable as error:
        hint = "" if file.exists() else f"; `walint baseline --output {file}` writes it"
        raise common.UsageError(f"{file}: {error}{hint}") from None
    try:
        entries = baseline.read(text, str(file))
    except baseline.BaselineError as error:
        raise common.UsageError(str(error)) from None
    paths = [Path(os.path.abspath(path)) for path in asked.paths or (Path.cwd(),)]
    # A Terraform file stands for its module.
    paths += [path.parent for path in paths if path.is_file() and path.name.endswith(TERRAFORM_SUFFIXES)]
    return baseline.compare(report, entries, Path(os.path.abspath(file)), paths, rules)
