"""Which configuration file governs a path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from walint.discovery import find_tree_root
from walint.reading import read_bytes

NAMES: Final = (".walint.yaml", ".walint.yml")
PROJECT: Final = "pyproject.toml"


def find_file(path: Path) -> Path | None:
    """The nearest configuration file from a path upward, to the git repository's root; where there is none, to the top.

    A `pyproject.toml` counts where it has a `[tool.walint]`; a `.walint.yaml` beside it counts more.
    """
    for folder in _upward(path):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
        project = folder / PROJECT
        if project.is_file() and _has_section(project):
            return project
    return None


def _upward(path: Path) -> Iterator[Path]:
    start = path.absolute()
    start = Path(*start.parts)
    folder = start if start.is_dir() else start.parent
    top = find_tree_root(folder)
    inside = (top / ".git").exists()
    for step in (folder, *folder.parents):
        yield step
        if inside and step == top:
            return


def _has_section(project: Path) -> bool:
    try:
        return b"[tool.walint" in read_bytes(str(project))
    except OSError:
        return False
