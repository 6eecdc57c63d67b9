"""Changed texts as a patch, and as the bytes that their files hold."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from walint.fixing.edits import lines_of
from walint.policy.starring import starred

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_BREAK: Final = "\\ No newline at end of file\n"


def patch(name: str, before: str, after: str, like: bytes) -> str:
    """What `git apply` and `patch -p1` take, unless a line of it holds a secret, which is starred out.

    Args:
        like: what the file holds, for its byte order mark.
    """
    mark = "\ufeff" if like.startswith(codecs.BOM_UTF8) else ""
    return "".join(map(starred, _lines(name, mark + before, mark + after)))


def _lines(name: str, before: str, after: str) -> Iterator[str]:
    for line in unified_diff(lines_of(before), lines_of(after), f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n{_NO_BREAK}"


def encoded(text: str, like: bytes) -> bytes:
    """The text in the encoding of what the file held, its byte order mark included."""
    for mark, encoding in _MARKS:
        if like.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode()
