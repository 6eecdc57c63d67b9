"""A revision's files as they were, beside the work tree and never in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from walint.discovery import TEMPLATE_SUFFIXES, TERRAFORM_SUFFIXES, VARIABLE_SUFFIXES
from walint.history import git

_TEMPLATES: Final = (*TERRAFORM_SUFFIXES, *VARIABLE_SUFFIXES, *TEMPLATE_SUFFIXES)
# Templates read other files for policies and scripts. Larger ones are archives and pictures; no rule asks for those.
_MAX_OTHER: Final = 1_000_000
# What git ignores is no part of a change; both trees are judged with the values and the modules that are there now.
_UNVERSIONED: Final = ("*.tfvars", "*.tfvars.json", ":(glob)**/.terraform/modules/**")
_LINK: Final = "120000"
_SUBMODULE: Final = "160000"


@dataclass(frozen=True, slots=True)
class OldTree:
    """A revision's files in a folder of their own.

    Attributes:
        top: the root of the work tree.
        base: the folder that stands for the root of the file system: the old form of /a/b/c is base/a/b/c. So paths
            are to each other as they are in the work tree.
    """

    top: Path
    base: Path

    def old(self, path: Path) -> Path:
        """Where an absolute path's old form lies."""
        return self.base / path.relative_to(path.anchor)

    def holds(self, path: Path) -> bool:
        return path == self.top or self.top in path.parents


@contextmanager
def old_tree(top: Path, commit: str) -> Iterator[OldTree]:
    """The files of a commit while the context lasts.

    Raises:
        GitError: where git cannot read them.
    """
    with tempfile.TemporaryDirectory(prefix="walint-") as folder:
        tree = OldTree(top, Path(os.path.realpath(folder)))
        root = tree.old(top)
        root.mkdir(parents=True)
        # Marks the end of the tree for whoever looks for the repository's root.
        (root / ".git").mkdir()
        _copy(top / ".git" / "info" / "exclude", root / ".git" / "info" / "exclude")
        _write(top, commit, root)
        for name in git.ask(top, "ls-files", "-z", "-o", "-i", "--exclude-standard", "--", *_UNVERSIONED).split(b"\0"):
            if name:
                _copy(top / os.fsdecode(name), root / os.fsdecode(name))
        yield tree


def _write(top: Path, commit: str, root: Path) -> None:
    """Write a commit's files below a folder, those of its submodules included as far as they are there."""
    wanted: list[tuple[str, str, str]] = []
    for entry in git.ask(top, "ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0"):
        if not entry:
            continue
        about, _, name = entry.partition(b"\t")
        mode, _, object_, size = about.decode().split()
        path = os.fsdecode(name)
        if mode == _SUBMODULE:
            _submodule(top / path, object_, root / path)
        elif path.endswith(_TEMPLATES) or int(size) <= _MAX_OTHER:
            wanted.append((mode, object_, path))
    said = git.ask(top, "cat-file", "--batch", "--buffer", stdin="".join(f"{it[1]}\n" for it in wanted).encode())
    links: list[tuple[Path, str]] = []
    at = 0
    for mode, object_, path in wanted:
        line_end = said.index(b"\n", at)
        header = said[at:line_end].split()
        if len(header) != 3:
            raise git.GitError(f"git does not have {path} as it was (object {object_}); fetch the whole history")
        start, at = line_end + 1, line_end + 1 + int(header[2]) + 1
        if any(step in ("..", ".git") for step in path.split("/")):
            continue  # git itself writes no such file
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if mode == _LINK:
            links.append((target, os.fsdecode(said[start : at - 1])))
        else:
            target.write_bytes(said[start : at - 1])
    # Last, so that nothing is written through one of them.
    for target, to in links:
        target.symlink_to(to)


def _submodule(top: Path, commit: str, root: Path) -> None:
    if (top / ".git").exists() and git.has(top, commit):
        root.mkdir(parents=True, exist_ok=True)
        _write(top, commit, root)


def _copy(path: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    except OSError:
        pass  # gone meanwhile, or a link to nowhere: nothing that either tree could be judged by
