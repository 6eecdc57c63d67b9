"""What a change brought: the work tree and an earlier revision are both judged, and the difference is reported.

A finding counts as brought by the change wherever its cause lies: in the file itself, in a variable's default, in a
module's arguments.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from walint import run
from walint.discovery import display_name
from walint.history import git
from walint.history.matching import marks, pair
from walint.history.tree import OldTree, old_tree
from walint.policy.model import Finding, Report, Rule
from walint.run import Options, Progress


class Base(NamedTuple):
    """What the work tree is compared with.

    Attributes:
        top: the root of the work tree.
        commit: its id.
        shared: whether it is the last commit that HEAD and the revision have in common, or, where none is known, the
            revision itself.
    """

    top: Path
    commit: str
    shared: bool


def base_of(paths: Sequence[Path], revision: str, cwd: Path) -> Base:
    """The commit that a change began at: the last one that HEAD and a revision have in common.

    What others did in the revision's branch meanwhile is no part of the change.

    Raises:
        GitError: there is no such revision, or a path lies outside of the repository.
    """
    named = [_real(cwd / path) for path in paths] or [_real(cwd)]
    top = git.top_of(named[0] if named[0].is_dir() else named[0].parent)
    for path in named:
        if path != top and top not in path.parents:
            raise git.GitError(f"{path} lies outside of the repository {top}, whose history is compared")
    commit = git.commit_of(top, revision)
    shared = git.fork_of(top, commit)
    return Base(top, shared or commit, shared is not None)


def check_since(
    paths: Sequence[Path], options: Options, rules: Sequence[Rule], base: Base, cwd: Path, progress: Progress
) -> Report:
    """The report of the work tree, each finding marked as new or unchanged since a commit; what is gone as absent.

    Raises:
        GitError: git cannot read the commit's files.
    """
    top, commit, _ = base
    real = [_real(cwd / path) for path in paths] or [_real(cwd)]
    new = run.check(paths, options, rules, cwd, progress)
    if not git.changed_since(top, commit):
        return new._replace(findings=tuple(finding._replace(state="unchanged") for finding in new.findings))
    with old_tree(top, commit) as tree:
        renamed = {str(top / new_): str(top / old_) for new_, old_ in git.renames_since(top, commit).items()}
        before = [tree.old(path) for path in _before(real, renamed)]
        there = [path for path in before if path.exists()]
        folder = tree.old(_real(cwd))
        old = run.check(there, _old_options(options, tree), rules, folder, progress) if there else None
    now = {display_name(old_, str(_real(cwd))): display_name(new_, str(_real(cwd))) for new_, old_ in renamed.items()}
    return compare(new, old, lambda name: now.get(name, name))


def compare(new: Report, old: Report | None, renamed: Callable[[str], str]) -> Report:
    """The new report with the state of each finding, and the old one's failures that are gone.

    Args:
        renamed: what a file of the old report is called in the new one.
    """
    every = list(new.findings)
    before = [] if old is None else list(old.findings)
    known = [] if old is None else marks(old, before, renamed)
    seen = marks(new, every, lambda name: name)
    # What was suppressed before and is not any more, the change has brought; so those come first that are reported.
    unchanged: set[int] = set()
    left = set(range(len(before)))
    for suppressed in (False, True):
        for verdict in ("fail", "open"):
            olds = [
                at for at in sorted(left) if _is(before[at], verdict) and (suppressed or not before[at].suppression)
            ]
            news = [at for at, it in enumerate(every) if _is(it, verdict) and bool(it.suppression) == suppressed]
            for at, to in zip(news, pair([seen[at] for at in news], [known[at] for at in olds]), strict=True):
                if to is not None:
                    unchanged.add(at)
                    left.discard(olds[to])
    findings = [it._replace(state="unchanged" if at in unchanged else "new") for at, it in enumerate(every)]
    gone = [_gone(before[at], renamed) for at in left if _is(before[at], "fail") and before[at].suppression is None]
    return new._replace(findings=tuple(sorted([*findings, *gone], key=lambda it: it.sort_key)))


def _is(finding: Finding, verdict: str) -> bool:
    return finding.verdict == verdict


def _gone(finding: Finding, renamed: Callable[[str], str]) -> Finding:
    span = finding.span._replace(file=renamed(finding.span.file))
    return finding._replace(state="absent", span=span, related=())


def _before(paths: Sequence[Path], renamed: dict[str, str]) -> list[Path]:
    """What the paths were called: themselves, and the former names of what was renamed into them."""
    out = dict.fromkeys(paths)
    for new, old in renamed.items():
        for path in paths:
            if path == Path(new) or path in Path(new).parents:
                out[Path(old)] = None
    # A folder that is named holds the files in it.
    return [path for path in out if not any(other in path.parents for other in out)]


def _old_options(options: Options, tree: OldTree) -> Options:
    """The options with their files as they were; a file that the revision does not have as it is."""

    def old(path: Path) -> Path:
        before = tree.old(_real(path))
        return before if tree.holds(_real(path)) and before.exists() else path

    root = None if options.root is None else tree.old(_real(options.root))
    config = options.as_config().moved(lambda folder: tree.old(_real(folder)), old)
    return options._replace(config=config, root=root, remedies=False, look=None)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
