"""Which of several modules are called by others of them, and so are judged through their callers."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from walint.reading import read_bytes
from walint.terraform.folders import SUFFIXES, Disk, Folder, is_local, literal, local_calls
from walint.terraform.inputs import TreeFiles, given_values
from walint.terraform.module import Module, Shared
from walint.terraform.sources import module_source

# Both begin with a word, which is found without trying the expression at every byte.
_SOURCE: Final = re.compile(rb'source"?\s*[=:]\s*"(\.\.?/[^"\n]*)"')
_COMPUTED: Final = re.compile(rb'source(?<=\bsource)\s*=\s*(?:[^"\s]|"[^"\n]*\$\{)')

# A module that is called by one that is called, so often: further down little is added to what is known of the work.
_LEVELS: Final = 4


class _Look(NamedTuple):
    """What a module's texts tell at a glance.

    Attributes:
        size: of all of them, in bytes.
        named: the folders that are given as a source, each as often as it is given.
    """

    size: int
    named: tuple[str, ...]


def root_modules(disk: Disk, folders: Iterable[str]) -> dict[str, int]:
    """The folders that no other module in them calls, sorted, each with the bytes of its texts and of all it calls.

    A look at the texts finds all that may be a call, and reading syntax those that are; it is read only where a
    folder may be called.
    """
    looks = {path: _look(disk, path) for path in sorted(folders)}
    callers: dict[str, list[str]] = defaultdict(list)
    for path, look in looks.items():
        for target in dict.fromkeys(look.named):
            if target != path and target in looks:
                callers[target].append(path)
    for paths in callers.values():
        # What is called itself is read in any case, and for all; of the others, the less the better.
        paths.sort(key=lambda path: (path not in callers, looks[path].size))
    called = {target for target, paths in callers.items() if any(target in _called(disk, path) for path in paths)}
    sizes = _sizes_with_calls(looks)
    roots = {path: size for path, size in sizes.items() if path not in called}
    # Modules that call each other in a circle have no root; each of them is judged then.
    return roots or sizes


def _sizes_with_calls(looks: Mapping[str, _Look]) -> dict[str, int]:
    """The size of each module with what it calls, once for each call."""
    sizes = dict.fromkeys(looks, 0)
    for _ in range(_LEVELS):
        sizes = {path: look.size + sum(sizes.get(it, 0) for it in look.named) for path, look in looks.items()}
    return sizes


def _look(disk: Disk, path: str) -> _Look:
    if any(os.path.dirname(name) == path for name in disk.overlay):
        return _look_at_syntax(disk, path)
    size = 0
    found: list[str] = []
    try:
        with os.scandir(path) as entries:
            names = [
                entry.name
                for entry in entries
                if entry.name.endswith(SUFFIXES) and (not entry.is_symlink() or disk.inside(entry.path))
            ]
    except OSError:
        return _Look(0, ())
    if any(name.endswith(".json") for name in names):
        return _look_at_syntax(disk, path)
    for name in names:
        try:
            data = read_bytes(os.path.join(path, name))
        except OSError:
            continue
        size += len(data)
        if b"module" in data:
            if _COMPUTED.search(data):
                return _look_at_syntax(disk, path)
            sources = (match[1].decode("utf-8", "replace") for match in _SOURCE.finditer(data))
            found += (os.path.normpath(os.path.join(path, source)) for source in sources)
    return _Look(size, tuple(found))


def _look_at_syntax(disk: Disk, path: str) -> _Look:
    folder = disk.folder(path)
    size = 0 if folder is None else sum(len(source.text) for source in folder.sources.values())
    return _Look(size, tuple(_called(disk, path)))


def _called(disk: Disk, path: str) -> list[str]:
    folder = disk.folder(path)
    return [] if folder is None else [*local_calls(folder), *_computed_calls(disk, folder)]


def _computed_calls(disk: Disk, folder: Folder) -> list[str]:
    """The folders that a module calls by an expression, as its variables are given in files or by default."""
    computed = [block for block in folder.calls.values() if literal(block, "source") is None]
    if not computed:
        return []
    given, _ = given_values(disk, folder, {}, ())
    module = Module(Shared(disk, TreeFiles(disk, folder.path), folder, "default", disk.cwd), folder, given=given)
    sources = [module_source(module, block) for block in computed]
    return [os.path.normpath(os.path.join(folder.path, source)) for source in sources if source and is_local(source)]
