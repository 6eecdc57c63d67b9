"""Where comments stand in a template."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

import yaml

from walint.source import Source

# What CDK programs are written in.
PROGRAMS: Final = (".ts", ".js", ".py", ".java", ".cs", ".go")


class Comments:
    """The comments of one YAML file, for who looks for something in them; a JSON text has none."""

    __slots__ = ("_ends", "_source", "_starts")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._starts: list[int] = []
        self._ends: list[int] = []
        try:
            for token in yaml.scan(source.text, Loader=yaml.CSafeLoader):
                if isinstance(token, yaml.ScalarToken):
                    start, end = token.start_mark.index, token.end_mark.index
                    if token.style in ("|", ">"):
                        # A comment may stand behind the sign that begins the text.
                        start = source.text.find("\n", start) + 1 or end
                    self._starts.append(start)
                    self._ends.append(end)
        except yaml.YAMLError:
            # What comes after the fault is not judged either.
            self._starts.append(self._ends[-1] if self._ends else 0)
            self._ends.append(len(source.text))

    def holds(self, at: int) -> bool:
        """Whether the character at an offset stands in a comment."""
        before = bisect_right(self._starts, at) - 1
        if before >= 0 and at < self._ends[before]:
            return False
        line = self._source.text[self._source.text.rfind("\n", 0, at) + 1 : at]
        return "#" in line

    def around(self, line: int, column: int) -> set[int]:
        """The lines of the keys that hold a place (line and column from 1), as their indentation tells."""
        out = {line}
        depth = _indentation(self._source.line_text(line))
        for above in range(line - 1, 0, -1):
            text = self._source.line_text(above)
            stripped = text.strip()
            if stripped and not stripped.startswith("#") and _indentation(text) < depth:
                depth = _indentation(text)
                out.add(above)
            if not depth:
                break
        return out


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class ProgramComments:
    """The comments of a program that a template was made by; strings are not told apart."""

    __slots__ = ("_source",)

    def __init__(self, source: Source) -> None:
        self._source = source

    def holds(self, at: int) -> bool:
        """Whether the character at an offset stands behind the sign of a comment."""
        line = self._source.text[self._source.text.rfind("\n", 0, at) + 1 : at]
        return "//" in line or "#" in line or line.lstrip().startswith("*")

    def around(self, line: int, column: int) -> set[int]:
        """Nothing: a program's structure is not read."""
        return set()
