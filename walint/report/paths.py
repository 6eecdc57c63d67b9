"""Files as other programs find them: relative to the repository's root."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from walint.policy.model import Report
from walint.policy.tally import Counted, names_in
from walint.report.options import Options


def files_of(report: Report) -> set[str]:
    """Every file that a report names."""
    files = {problem.file for problem in report.problems} | {file for _, _, file, _ in report.opaque}
    found = report.findings
    files |= found.names if isinstance(found, Counted) else names_in(found)
    return files


def relative_paths(report: Report, options: Options) -> dict[str, str]:
    """The path of each file in the report, normalised and with forward slashes, relative to one common root.

    That root is the repository's; where the repository is not known, the working directory; where a file lies
    outside of it, the nearest folder above that holds them all. So no path climbs, and none is absolute.
    """
    prefix = options.repository.prefix if options.repository is not None else ""
    root = report.root.replace("\\", "/").rstrip("/")
    names = {name: _inside(name, prefix, root) for name in sorted(files_of(report))}
    climb = max(map(_climb, names.values()), default=0)
    if not climb:
        return names
    folders = [step for step in root.split("/") if step]
    # `climb` counts from the folder that the prefix starts at, which is the prefix's length above the working one.
    depth = len(folders) - (len(prefix.split("/")) if prefix else 0)
    base = "/".join(folders[max(depth - climb, 0) : max(depth, 0)])
    return {name: _down(posixpath.normpath(posixpath.join(base, path))) for name, path in names.items()}


def uri_quoter() -> Callable[[str], str]:
    """Paths as relative URI references."""
    from urllib.parse import quote

    return lambda path: quote(path.encode("utf-8", "replace"), safe="/")


def _inside(name: str, prefix: str, root: str) -> str:
    name = name.replace("\\", "/") if name[1:3] == ":\\" else name
    if name.startswith("/"):
        name = posixpath.relpath(name, root) if root.startswith("/") else name.lstrip("/")
    return posixpath.normpath(posixpath.join(prefix, name))


def _climb(path: str) -> int:
    steps = path.split("/")
    return next((at for at, step in enumerate(steps) if step != ".."), len(steps))


def _down(path: str) -> str:
    return "/".join(path.split("/")[_climb(path) :]) or "."
