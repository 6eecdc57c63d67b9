"""Which repository the working directory belongs to, as its own files tell; git is not called."""

from __future__ import annotations

import re
from pathlib import Path

from walint.discovery import find_tree_root
from walint.report.options import Repository


def repository(cwd: Path) -> Repository | None:
    """The repository's address ("" without a remote), revision and branch; None where there is no repository."""
    root = find_tree_root(cwd)
    git = root / ".git"
    try:
        if git.is_file():
            # A worktree: the file names the real folder.
            git = (root / git.read_text(encoding="utf-8").partition(":")[2].strip()).resolve()
        config = (git / "config").read_text(encoding="utf-8", errors="replace")
        head = (git / "HEAD").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    remote = re.search(r'\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', config, re.MULTILINE | re.DOTALL)
    uri = "" if remote is None else web_address(remote[1]) or ""
    branch, revision = "", head
    if head.startswith("ref: "):
        branch, revision = head.removeprefix("ref: refs/heads/"), _revision(git, head.removeprefix("ref: "))
    prefix = cwd.resolve().relative_to(root.resolve()).as_posix() if cwd.resolve() != root.resolve() else ""
    return Repository(uri, revision, branch, prefix)


def web_address(url: str) -> str | None:
    """A remote as an address without credentials; `git@host:team/repo.git` as https. None for a local path."""
    match = re.fullmatch(r"(?:ssh://)?git@([^:/]+)[:/](?:\d+/)?(.+?)(?:\.git)?/?", url)
    if match:
        return f"https://{match[1]}/{match[2]}"
    match = re.fullmatch(r"(https?)://(?:[^@/]*@)?(.+?)(?:\.git)?/?", url)
    return f"{match[1]}://{match[2]}" if match else None


def _revision(git: Path, ref: str) -> str:
    try:
        return (git / ref).read_text(encoding="utf-8").strip()
    except OSError:
        pass
    try:
        packed = (git / "packed-refs").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(rf"^([0-9a-f]{{40}}) {re.escape(ref)}$", packed, re.MULTILINE)
    return found[1] if found else ""
