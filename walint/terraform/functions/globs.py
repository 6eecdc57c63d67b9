"""The file patterns of `fileset`, which match files whose name begins with a dot as well as others."""

from __future__ import annotations

import re
from functools import lru_cache

from walint.gitignore import FOLDERS, STAR, linear
from walint.limits import limits
from walint.terraform.context import EvaluationError


def matching_files(folder: str, pattern: str) -> list[str] | None:
    """The files below a folder that match, relative to it, with forward slashes, sorted.

    None if there are too many to look at. The pattern must not lead out of the folder; links to folders are not
    followed.

    Raises:
        EvaluationError: the pattern has no meaning.
    """
    import os

    expression = compiled(pattern)
    # Without `**` there are as many folders in a path as in the pattern.
    depth = None if "**" in pattern.split("/") else _depth(pattern)
    out: list[str] = []
    seen = 0
    for parent, folders, files in os.walk(folder):
        inner = os.path.relpath(parent, folder).replace(os.sep, "/")
        prefix = "" if inner == "." else inner + "/"
        if depth is not None and prefix.count("/") >= depth:
            folders.clear()
        seen += len(files) + len(folders)
        if seen > limits().files:
            return None
        out += [prefix + name for name in files if expression.fullmatch(prefix + name)]
    return sorted(out)


def _depth(pattern: str) -> int:
    """How many folders lie between the start of a pattern without `**` and the files that it matches."""
    return sum(part not in ("", ".") for part in pattern.split("/")) - 1


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression over whole paths; raises EvaluationError.

    `*` and `?` stop at a slash, `**` as a folder stands for any number of folders, `[...]` is one of these characters
    (`^` first: none of them), `{a,b}` one of these texts, and a backslash takes the next character's meaning away.
    """
    parts = [part for part in pattern.split("/") if part != "."]
    out: list[str] = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if part == "**":
            out.append(".*" if last else FOLDERS)
        else:
            out += _part(part, pattern)
            out += [] if last else ["/"]
    if "(?:" in out:
        # Texts to choose from may be longer or shorter: what comes first need not be what fits.
        whole = "".join({STAR: "[^/]*", FOLDERS: "(?:[^/]+/)*"}.get(part, part) for part in out)
    else:
        whole = linear(out)
    return re.compile(whole, re.DOTALL)


def _part(text: str, pattern: str) -> list[str]:
    out: list[str] = []
    depth = 0
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "\\":
            if at == len(text):
                raise _refused(pattern)
            out.append(re.escape(text[at]))
            at += 1
        elif char == "*":
            out.append(STAR)
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            end = text.find("]", at + (text[at : at + 1] == "^") + 1)
            if end < 0:
                raise _refused(pattern)
            out.append(_class(text[at:end], pattern))
            at = end + 1
        elif char == "{":
            depth += 1
            out.append("(?:")
        elif char == "}" and depth:
            depth -= 1
            out.append(")")
        elif char == "," and depth:
            out.append("|")
        else:
            out.append(re.escape(char))
    if depth:
        raise _refused(pattern)
    return out


def _class(text: str, pattern: str) -> str:
    negated = text.startswith("^")
    inner = re.sub(r"([\[&~|^])", r"\\\1", text[negated:])
    try:
        return re.compile(f"(?!/)[{'^' if negated else ''}{inner}]").pattern
    except re.error:
        raise _refused(pattern) from None


def _refused(pattern: str) -> EvaluationError:
    return EvaluationError(f'failed to glob pattern "{pattern}": syntax error in pattern')
