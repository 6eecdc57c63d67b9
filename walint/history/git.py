"""Questions to git. The work tree and the index are only read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final


class GitError(Exception):
    """What git cannot answer; the message is one sentence that says what to do."""


# A repository's own settings may name programs that git starts; none is needed here.
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "diff.external=")
_SHALLOW_HINT: Final = (
    "this clone is shallow; fetch the history first (git fetch --unshallow; fetch-depth: 0 for actions/checkout; "
    "GIT_DEPTH: 0 in GitLab)"
)


def ask(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What a git command prints.

    Raises:
        GitError: git is missing, or the command failed.
    """
    ran = _run(folder, arguments, stdin)
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(f"git {arguments[0]} failed: {said[-1] if said else f'exit code {ran.returncode}'}")
    return ran.stdout


def _run(folder: Path, arguments: Sequence[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # git sets these for its hooks, and then takes any folder for the root of the work tree.
    environment = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *_SAFE, *arguments],
            input=stdin,
            capture_output=True,
            env={**environment, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"},
            check=False,
        )
    except OSError:
        raise GitError("git is not installed, or not on the PATH") from None


def top_of(folder: Path) -> Path:
    """The root of the work tree that holds a folder.

    Raises:
        GitError: where there is none.
    """
    ran = _run(folder, ("rev-parse", "--show-toplevel"))
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace")
        if "dubious ownership" in said:
            raise GitError(f"{folder} belongs to somebody else; see safe.directory in git's manual")
        raise GitError(f"{folder} is in no git repository")
    return Path(os.fsdecode(ran.stdout.rstrip(b"\n")))


def commit_of(top: Path, revision: str) -> str:
    """The id of the commit that a revision names.

    Raises:
        GitError: where there is none; the message says what may help.
    """
    found = _commit(top, revision)
    if found is not None:
        return found
    near = None if "/" in revision else _commit(top, f"origin/{revision}")
    if near is not None:
        raise GitError(f'there is no revision "{revision}"; did you mean "origin/{revision}"')
    if is_shallow(top):
        raise GitError(f'there is no revision "{revision}" here: {_SHALLOW_HINT}')
    raise GitError(f'there is no revision "{revision}"; name a branch, a tag or a commit that `git log` knows')


def _commit(top: Path, revision: str) -> str | None:
    if revision.startswith("-"):
        return None
    ran = _run(top, ("rev-parse", "--verify", "--quiet", revision + "^{commit}"))
    return None if ran.returncode else ran.stdout.decode().strip()


def has(top: Path, commit: str) -> bool:
    return _commit(top, commit) is not None


def is_shallow(top: Path) -> bool:
    return ask(top, "rev-parse", "--is-shallow-repository").strip() == b"true"


def fork_of(top: Path, commit: str) -> str | None:
    """The last commit that HEAD and another one have in common; None where none is known."""
    ran = _run(top, ("merge-base", commit, "HEAD"))
    return None if ran.returncode else ran.stdout.decode().strip()


def changed_since(top: Path, commit: str) -> list[str]:
    """The files of the work tree that differ from a commit's, new ones that git does not ignore included."""
    changed = ask(top, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", commit, "--")
    return _names(changed) + _names(ask(top, "ls-files", "-z", "--others", "--exclude-standard"))


def renames_since(top: Path, commit: str) -> dict[str, str]:
    """The files that git takes for renamed between a commit and the work tree: the old path of each new one.

    Paths are relative to the root of the work tree.
    """
    said = ask(top, "diff", "--name-status", "-z", "-M", "--diff-filter=R", "--no-ext-diff", "-l0", commit, "--")
    fields = _names(said)
    return {fields[at + 2]: fields[at + 1] for at in range(0, len(fields) - 2, 3)}


def last_change(top: Path, path: Path) -> str | None:
    """The last commit that changed a file; None for a file that git does not know."""
    said = _run(top, ("log", "-1", "--format=%H", "--", str(path)))
    return said.stdout.decode().strip() or None if not said.returncode else None


def _names(said: bytes) -> list[str]:
    return [os.fsdecode(name) for name in said.split(b"\0") if name]
