"""What git ignores: .gitignore files as gitignore(5) describes them.

The patterns are asked about one entry at a time, from the top down, and never about anything below an ignored
folder. So a pattern is matched against the entry itself, as git does it.
"""

import os
import re
from collections.abc import Callable, Iterator
from io import BufferedReader, TextIOWrapper
from typing import Final, NamedTuple

from walint.opening import opened

# Of one file; each line may be asked about each entry of the tree.
_MOST: Final = 5_000
_LARGEST: Final = 200_000

# Told which file is not followed, and why.
Refused = Callable[[str, str], None]


class Pattern(NamedTuple):
    """One line of a .gitignore.

    Attributes:
        matches: takes the entry's name, or its path below the .gitignore's folder.
        by_name: which of the two.
        folders_only: the line ended in "/".
        ignore: False for a line that takes an earlier one back.
    """

    matches: Callable[[str], object]
    by_name: bool
    folders_only: bool
    ignore: bool


class Ignores:
    """The patterns of one folder, the last first, and those of the folders above, which count less.

    Attributes:
        prefix: how many characters of a path come before the part below this folder.
    """

    __slots__ = ("above", "patterns", "prefix")

    def __init__(self, prefix: int, patterns: tuple[Pattern, ...], above: "Ignores | None") -> None:
        self.prefix = prefix
        self.patterns = patterns
        self.above = above

    def ignore(self, path: str, name: str, is_folder: bool) -> bool:
        """Whether an entry is ignored: the last matching line of the nearest .gitignore decides."""
        level: Ignores | None = self
        while level is not None:
            below: str | None = None
            for matches, by_name, folders_only, ignore in level.patterns:
                if folders_only and not is_folder:
                    continue
                if not by_name and below is None:
                    below = path[level.prefix :].replace(os.sep, "/")
                if matches(name if by_name else below or ""):
                    return ignore
            level = level.above
        return False


def ignores_above(top: str, folder: str, refused: Refused) -> Ignores | None:
    """The patterns that reach a folder from the repository that holds it; none if the folder is itself ignored.

    Who names an ignored folder (`cdk.out`) wants to see it.

    Args:
        top: the root of the repository.
        folder: a folder below it, or the root. Its own .gitignore is not read yet.
        refused: told of each file that is not followed.
    """
    ignores = _read(os.path.join(top, ".git", "info", "exclude"), top, None, refused)
    for step in _between(top, folder):
        if ignores is not None and step != top and ignores.ignore(step, os.path.basename(step), True):
            return None
        if step != folder:
            ignores = ignores_in(step, ignores, refused)
    return ignores


def ignores_in(folder: str, above: Ignores | None, refused: Refused) -> Ignores | None:
    """The patterns that hold in a folder, given those that hold above it."""
    path = os.path.join(folder, ".gitignore")
    # Git, too, reads no .gitignore through a link.
    return above if os.path.islink(path) else _read(path, folder, above, refused)


def read_pattern(line: str) -> Pattern | None:
    """One line; None for comments, blank lines, and what can match nothing."""
    line = _without_trailing_spaces(line)
    if not line or line.startswith("#"):
        return None
    ignore = not line.startswith("!")
    glob = line if ignore else line[1:]
    folders_only = glob.endswith("/")
    glob = glob[:-1] if folders_only else glob
    by_name = "/" not in glob
    glob = glob.removeprefix("/")
    if not glob:
        return None
    if not any(special in glob for special in "*?[\\"):
        return Pattern(glob.__eq__, by_name, folders_only, ignore)
    expression = _expression(glob)
    return None if expression is None else Pattern(re.compile(expression).fullmatch, by_name, folders_only, ignore)


def _read(path: str, folder: str, above: Ignores | None, refused: Refused) -> Ignores | None:
    try:
        with TextIOWrapper(
            BufferedReader(opened(path)), encoding="utf-8-sig", errors="surrogateescape", newline="\n"
        ) as file:
            lines = file.read(_LARGEST + 1).split("\n")
    except OSError:
        return above
    if len(lines) > _MOST or sum(map(len, lines)) >= _LARGEST:
        refused(path, f"not followed: it has more than {_MOST} lines or {_LARGEST} characters, which take long to try")
        return above
    patterns = tuple(pattern for line in reversed(lines) if (pattern := read_pattern(line.removesuffix("\r"))))
    return Ignores(len(folder.rstrip(os.sep)) + 1, patterns, above) if patterns else above


def _between(top: str, bottom: str) -> Iterator[str]:
    """The folders from one down to the other, both included."""
    yield top
    below = os.path.relpath(bottom, top)
    if below != ".":
        for part in below.split(os.sep):
            top = os.path.join(top, part)
            yield top


def _without_trailing_spaces(line: str) -> str:
    bare = line.rstrip(" ")
    if len(bare) < len(line) and (len(bare) - len(bare.rstrip("\\"))) % 2:
        return bare + " "  # the first one is escaped
    return bare


_CLASSES: Final = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


# Any part of a name, and any number of folders, none included.
STAR: Final = "*"
FOLDERS: Final = "**/"


def linear(parts: list[str]) -> str:
    """The regular expression of a glob that matches without going back further than to its last star.

    What stands between two stars is taken where it comes first: wherever it came later, less would be left for what
    follows.

    Args:
        parts: regular expressions of one character each, and `STAR` and `FOLDERS` between them.
    """
    out: list[str] = []
    stretches = _split(parts, FOLDERS)
    for at, stretch in enumerate(stretches):
        pieces = _split(stretch, STAR)
        inner = "".join(
            "".join(piece) if first else f"[^/]*{''.join(piece)}" if last else f"(?>[^/]*?{''.join(piece)})"
            for first, last, piece in ((k == 0, k == len(pieces) - 1, piece) for k, piece in enumerate(pieces))
        )
        if at == 0:
            out.append(inner)
        elif at == len(stretches) - 1:
            out.append(f"(?:.*/)?{inner}")
        else:
            out.append(f"(?>(?:.*?/)??{inner})")
    return "".join(out)


def _split(parts: list[str], at: str) -> list[list[str]]:
    out: list[list[str]] = [[]]
    for part in parts:
        if part == at:
            out.append([])
        else:
            out[-1].append(part)
    return out


def _expression(glob: str) -> str | None:
    """The regular expression of a glob; None where it can match nothing (an open bracket, a trailing backslash)."""
    out: list[str] = []
    rest = ""
    at = 0
    while at < len(glob):
        char = glob[at]
        if char == "*":
            end = len(glob) - len(glob[at:].lstrip("*"))
            if end - at > 1 and glob[at - 1 : at] in ("", "/") and glob[end : end + 1] in ("", "/"):
                # Any number of folders; at the end, everything inside.
                if end < len(glob):
                    out.append(FOLDERS)
                else:
                    rest = ".*"
                end += 1
            else:
                out.append(STAR)
            at = end
        elif char == "?":
            out.append("[^/]")
            at += 1
        elif char == "[":
            read = _class(glob, at)
            if read is None:
                return None
            expression, at = read
            out.append(expression)
        elif char == "\\":
            if at + 1 == len(glob):
                return None
            out.append(re.escape(glob[at + 1]))
            at += 2
        else:
            out.append(re.escape(char))
            at += 1
    return linear(out) + rest


def _class(glob: str, at: int) -> tuple[str, int] | None:
    """The regular expression of the bracket expression at an offset, and the offset behind it."""
    at += 1
    negated = glob[at : at + 1] in ("!", "^")
    at += negated
    first = at
    items: list[str] = []
    while at < len(glob) and (glob[at] != "]" or at == first):
        if glob.startswith("[:", at) and (end := glob.find(":]", at)) > 0:
            name = glob[at + 2 : end]
            if name not in _CLASSES:
                return None
            items.append(_CLASSES[name])
            at = end + 2
            continue
        low, at = _member(glob, at)
        if glob[at : at + 1] == "-" and glob[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(glob, at + 1)
            # A range that runs backwards holds its first character alone.
            items.append(f"{re.escape(low)}-{re.escape(max(low, high))}")
        else:
            items.append(re.escape(low))
    if at >= len(glob):
        return None
    if not items:
        return ("[^/]" if negated else "(?!)"), at + 1
    return f"(?!/)[{'^' if negated else ''}{''.join(items)}]", at + 1


def _member(glob: str, at: int) -> tuple[str, int]:
    """The character at an offset of a bracket expression, and the offset behind it."""
    if glob[at] == "\\" and at + 1 < len(glob):
        return glob[at + 1], at + 2
    return glob[at], at + 1
