"""Which of several modules are called by others of them, and so are judged through their callers."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from walint.reading import read_bytes
from walint.terraform.folders import SUFFIXES, Disk, Folder, is_local, literal, local_calls
from walint.terraform.inputs import TreeFiles, given_values
from walint.terraform.module import Module, Shared
from walint.terraform.sources import module_source

_SOURCE: Final = re.compile(rb'"?source"?\s*[=:]\s*"(\.\.?/[^"\n]*)"')

_COMPUTED: Final = re.compile(rb'\bsource\s*=\s*(?:[^"\s]|"[^"\n]*\$\{)')


def root_modules(disk: Disk, folders: Iterable[str]) -> list[str]:
    """The folders that no other module in them calls, sorted.

    A look at the texts finds all that may be a call, and reading syntax those that are; it is read only where a
    folder may be called.
    """
    wanted = sorted(folders)
    known = set(wanted)
    callers: dict[str, list[str]] = defaultdict(list)
    for path in wanted:
        for target in _mentioned(disk, path):
            if target != path and target in known:
                callers[target].append(path)
    called = {target for target, paths in callers.items() if any(target in _called(disk, path) for path in paths)}
    roots = [path for path in wanted if path not in called]
    # Modules that call each other in a circle have no root; each of them is judged then.
    return roots or wanted


def _mentioned(disk: Disk, path: str) -> set[str]:
    """The folders that some text in a module's files gives as a source."""
    if any(os.path.dirname(name) == path for name in disk.overlay):
        return _called(disk, path)
    found: set[str] = set()
    try:
        with os.scandir(path) as entries:
            names = [
                entry.name
                for entry in entries
                if entry.name.endswith(SUFFIXES) and (not entry.is_symlink() or disk.inside(entry.path))
            ]
    except OSError:
        return found
    if any(name.endswith(".json") for name in names):
        return _called(disk, path)
    for name in names:
        try:
            data = read_bytes(os.path.join(path, name))
        except OSError:
            continue
        if b"module" in data:
            if _COMPUTED.search(data):
                return _called(disk, path)
            for match in _SOURCE.finditer(data):
                found.add(os.path.normpath(os.path.join(path, match[1].decode("utf-8", "replace"))))
    return found


def _called(disk: Disk, path: str) -> set[str]:
    folder = disk.folder(path)
    return set() if folder is None else {*local_calls(folder), *_computed_calls(disk, folder)}


def _computed_calls(disk: Disk, folder: Folder) -> list[str]:
    """The folders that a module calls by an expression, as its variables are given in files or by default."""
    computed = [block for block in folder.calls.values() if literal(block, "source") is None]
    if not computed:
        return []
    given, _ = given_values(disk, folder, {}, ())
    module = Module(Shared(disk, TreeFiles(disk, folder.path), folder, "default", disk.cwd), folder, given=given)
    sources = [module_source(module, block) for block in computed]
    return [os.path.normpath(os.path.join(folder.path, source)) for source in sources if source and is_local(source)]
