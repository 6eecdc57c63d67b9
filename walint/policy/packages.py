"""Rules that installed Python packages ship: entry points of the group `walint.rules`.

An entry point names the package or folder of it that holds rule files. Nothing of the package is imported: rules are
data.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Final

GROUP: Final = "walint.rules"


class PackageError(Exception):
    """A package whose rules cannot be found; the message says why."""


def folder_of(name: str) -> Path:
    """The folder with the rule files of an entry point.

    Raises:
        PackageError: where no installed package has an entry point of that name, or it names no folder.
    """
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        from difflib import get_close_matches

        near = get_close_matches(name, found, 1)
        hint = f'did you mean "{near[0]}"?' if near else f"installed are {', '.join(sorted(found)) or 'none'}"
        raise PackageError(f'no installed package ships rules named "{name}"; {hint}')
    folder = _folder(found[name])
    if folder is None:
        raise PackageError(f'"{name}" is to lie in {found[name].module}, and there is no such folder in the package')
    return folder


def _folder(point: EntryPoint) -> Path | None:
    # Asked for the topmost package only, since the parts below it would be imported to find them.
    top, *parts = point.module.split(".")
    spec = find_spec(top)
    for place in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(place, *parts)
        if folder.is_dir():
            return folder
    return None
