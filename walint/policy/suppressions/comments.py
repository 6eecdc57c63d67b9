"""Suppressions in comments, each tool's in its own syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from walint.policy.suppressions.model import Directive, Reach
from walint.source import Source, Span

if TYPE_CHECKING:
    from datetime import date

# What a line must hold to be looked at.
_ANY: Final = r"walint:ignore|(?:checkov|bridgecrew|cortex):skip=|(?:tfsec|trivy):ignore:"
_OWN: Final = r"walint:ignore(-file)?(?![\w-])[ \t:]*(?P<rest>.*)"
# https://www.checkov.io/2.Concepts/Suppressing%20and%20Skipping%20Policies.html
_CHECKOV: Final = (
    r"(?:checkov|bridgecrew|cortex):skip= *(?P<ids>[A-Za-z0-9_-]+(?:,[A-Za-z0-9_-]+)*)[ \t:]*(?P<reason>.*)"
)
# https://trivy.dev/docs/latest/guide/scanner/misconfiguration/config/config/#skipping-detected-misconfigurations-by-inline-comments
_TRIVY: Final = r"(?P<tool>tfsec|trivy):ignore:(?P<id>[^\s:\[\]]+)(?:\[[^\]]*\])?(?P<more>(?::[^\s:]+)*)"
_NAMES: Final = r"[^\s,]+(?:\s*,\s*[^\s,]+)*"
_UNTIL: Final = r"(?:^|(?<=\s))until=(\S*)"
_RULE_LIKE: Final = r"[a-z0-9]+(?:-[a-z0-9*]+)+|.*[*?:\[].*|[A-Z][A-Za-z0-9_]*[._-]?[A-Z0-9_.-]*\d"
_TO_QUOTE: Final = r'(?<!\\)"'
_DATE: Final = r"\d{4}-\d\d-\d\d"
_COMMENT_LINE: Final = r"\s*(?:#|//|/\*|\*)"


class FileComments:
    """The directives in one file's comments.

    Attributes:
        lines: those that speak of a line, by that line.
        blocks: those that speak of the block that they stand in.
        whole: those that speak of the whole file.
    """

    __slots__ = ("blocks", "lines", "whole")

    def __init__(self) -> None:
        self.lines: dict[int, list[Directive]] = {}
        self.blocks: list[Directive] = []
        self.whole: list[Directive] = []

    def all(self) -> Iterator[Directive]:
        for directives in self.lines.values():
            yield from directives
        yield from self.blocks
        yield from self.whole


def mentions(text: str) -> bool:
    """Whether a text may hold a suppression; most hold none, and need no closer look."""
    return (":ignore" in text or ":skip=" in text) and re.search(_ANY, text) is not None


def read_comments(source: Source, in_comment: Callable[[int], bool]) -> FileComments:
    """The suppressions in a file's comments.

    Args:
        in_comment: whether the character at an offset of the text stands in a comment.
    """
    out = FileComments()
    text = source.text
    line, start = 1, 0
    for match in re.finditer(_ANY, text):
        line += text.count("\n", start, match.start())
        start = match.start()
        if not in_comment(start):
            continue
        begin = text.rfind("\n", 0, start) + 1
        end = text.find("\n", start)
        written = text[begin : len(text) if end < 0 else end].rstrip()
        at = start - begin
        alone = re.match(_COMMENT_LINE, written) is not None
        target = _below(source, line) if alone else line
        stretch = written[at:]
        if source.name.endswith(".json"):
            # The comment is a text, which ends before the line does.
            stretch = re.split(_TO_QUOTE, stretch, maxsplit=1)[0]
        place = Span(source.name, line, at + 1, line, at + 1 + len(stretch))
        for directive in _read(stretch, place, target):
            if directive.reach == "line":
                out.lines.setdefault(target, []).append(directive)
            elif directive.reach == "block":
                out.blocks.append(directive)
            else:
                out.whole.append(directive)
    return out


def _below(source: Source, line: int) -> int:
    """The first line below that is no comment of its own."""
    line += 1
    while re.match(_COMMENT_LINE, source.line_text(line)):
        line += 1
    return line


def _read(text: str, place: Span, target: int) -> Iterator[Directive]:
    """The directives at the beginning of a text."""
    own = re.match(_OWN, text)
    if own is not None:
        yield from _ours(_said(own["rest"]), place, target, own[1] is not None)
        return
    skipped = re.match(_CHECKOV, text)
    if skipped is not None:
        for id_ in skipped["ids"].split(","):
            yield Directive("checkov", id_, _said(skipped["reason"]), None, place, "block", place.line)
        return
    ignored = re.match(_TRIVY, text)
    if ignored is not None:
        # Several may follow each other in one comment; a reason stands behind the last.
        rest = text[ignored.end() :]
        reason = "" if re.search(_TRIVY, rest) else _said(rest.strip())
        until, fault = None, ""
        more = ignored["more"].split(":")[1:]
        for key, value in zip(more[::2], more[1::2], strict=False):
            if key == "exp":
                until, fault = day(value)
        place = place._replace(end_column=place.column + ignored.end())
        yield Directive(ignored["tool"], ignored["id"], reason, until, place, "line", target, fault=fault)


def _ours(rest: str, place: Span, target: int, whole_file: bool) -> Iterator[Directive]:
    reach: Reach = "file" if whole_file else "line"
    names = re.match(_NAMES, rest)
    wanted = [] if names is None else re.split(r"\s*,\s*", names[0])
    reason = "" if names is None else rest[names.end() :]
    if whole_file and not (wanted and re.fullmatch(_RULE_LIKE, wanted[0])):
        wanted, reason = ["*"], rest
    if wanted and wanted[0].startswith("until="):
        wanted, reason = [], rest
    reason, until, fault = dated(reason)
    if not wanted:
        wanted, fault = [""], "it names no rule"
    for name in wanted:
        yield Directive("walint", name, reason, until, place, reach, target, fault=fault)


def dated(reason: str) -> tuple[str, date | None, str]:
    """A reason without its `until=`, the day that it names, and what is wrong with it."""
    found = re.search(_UNTIL, reason)
    until, fault = (None, "") if found is None else day(found[1].rstrip(",;"))
    if found is not None:
        reason = reason[: found.start()] + reason[found.end() :]
    return " ".join(reason.split()).strip(" :-,"), until, fault


def day(text: str) -> tuple[date | None, str]:
    """The day that a text names, or what is wrong with it, as a clause."""
    if re.fullmatch(_DATE, text):
        from datetime import date

        try:
            return date.fromisoformat(text), ""
        except ValueError:
            pass
    return None, f'"{text}" is no day of the form YYYY-MM-DD'


def _said(text: str) -> str:
    """A reason without the end of a block comment, or of the JSON text that it stands in."""
    return re.sub(r"\s*(?:\*/|\",?)\s*$", "", text).strip()
