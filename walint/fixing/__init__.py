"""Fixes: rules' findings mended in the sources, with comments and layout kept.

`planning` makes changes out of a finding and its graph, `change` makes new text out of a change, `mending` proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from walint.discovery import discover
from walint.fixing.mending import Mended, Mender, Wanted
from walint.options import Options
from walint.policy.model import Rule
from walint.units import FrontEnds, Unit

__all__ = ["Mended", "fix"]


def fix(
    paths: Sequence[Path],
    options: Options,
    rules: Sequence[Rule],
    cwd: Path,
    wanted: Wanted,
    unsafe: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> Mended:
    """The fixes for all templates below the paths; no file is written.

    Args:
        wanted: the rules whose findings are to be mended.
        unsafe: whether to make fixes that may break a running system.
        progress: told how many templates and root modules are done, how many there are, and which one comes.
    """
    found = discover(paths, cwd)
    front = FrontEnds(options, cwd)
    units: list[Unit] = [*front.templates(found.candidates), *front.roots(found.modules)]
    mender = Mender(options, rules, cwd, wanted, unsafe)
    mender.result.problems += found.problems
    for done, unit in enumerate(units):
        if progress is not None:
            progress(done, len(units), unit.name)
        mender.mend(unit)
    return mender.result
