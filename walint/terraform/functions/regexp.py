"""Regular expressions as Terraform matches them.

Python's own matcher differs in the order and emptiness of repeated matches, and its time can grow exponentially with
a text that somebody else wrote. This one visits each state of the expression once at each place of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from walint.limits import limits
from walint.terraform.functions.regexp_characters import Class
from walint.terraform.functions.regexp_errors import Malformed, TooMuchWork, Unsupported
from walint.terraform.functions.regexp_syntax import Parser
from walint.terraform.functions.regexp_tree import (
    Alternatives,
    Assertion,
    Group,
    Node,
    Repeat,
    Sequence,
    can_be_empty,
)

__all__ = ["Malformed", "Pattern", "TooMuchWork", "Unsupported", "compiled"]

_MAX_STATES: Final = 20_000

# The kinds of states: what is next is a character, a choice of two ways, an end of a group, or an assertion.
_CHAR: Final = 0
_WAYS: Final = 1
_MARK: Final = 2
_ASSERT: Final = 3
_FOUND: Final = 4

# Where a match and its groups start and end: two numbers for each group, -1 where it took no part.
Spans = list[int]


class Pattern:
    """A regular expression that is ready to be searched for.

    Attributes:
        names: the names of the groups by their numbers, "" for one without; that at 0 stands for the whole.
    """

    def __init__(self, text: str) -> None:
        parser = Parser(text)
        tree = parser.parse()
        self.names: Final = tuple(parser.names)
        self._states: list[tuple[int, Any, int]] = []
        self._start = self._build(Group(tree, 0), self._add(_FOUND, None, 0))

    # --- building, from the end to the start ------------------------------------------------------------------------

    def _add(self, kind: int, what: Any, following: int) -> int:
        if len(self._states) >= _MAX_STATES:
            raise TooMuchWork
        self._states.append((kind, what, following))
        return len(self._states) - 1

    def _build(self, node: Node, following: int) -> int:
        """The state where a node starts, if what comes after it starts at `following`."""
        match node:
            case Class():
                return self._add(_CHAR, (node.takes, {}), following)
            case Assertion(of):
                return self._add(_ASSERT, _ASSERTIONS[of], following)
            case Group(item, number):
                end = self._add(_MARK, 2 * number + 1, following)
                return self._add(_MARK, 2 * number, self._build(item, end))
            case Sequence(items):
                for item in reversed(items):
                    following = self._build(item, following)
                return following
            case Alternatives(items):
                starts = [self._build(item, following) for item in items]
                start = starts.pop()
                while starts:
                    start = self._add(_WAYS, starts.pop(), start)
                return start
            case Repeat():
                return self._repeat(node, following)

    def _repeat(self, node: Repeat, following: int) -> int:
        if node.most is None:
            following = self._loop(node, following)
        else:
            # Each of the optional copies stands inside of the one before it.
            end = following
            for _ in range(node.most - node.least):
                following = self._ways(node.greedy, self._build(node.item, following), end)
        for _ in range(node.least - (node.most is None and node.least > 0)):
            following = self._build(node.item, following)
        return following

    def _loop(self, node: Repeat, following: int) -> int:
        """Once or more often; also not at all where no occurrence is asked for."""
        loop = self._add(_WAYS, 0, 0)
        body = self._build(node.item, loop)
        self._states[loop] = (_WAYS, body, following) if node.greedy else (_WAYS, following, body)
        if node.least > 0:
            return body
        # What can be empty goes through the body first, so that its groups are set.
        return self._ways(node.greedy, body, following) if can_be_empty(node.item) else loop

    def _ways(self, greedy: bool, into: int, past: int) -> int:
        return self._add(_WAYS, into, past) if greedy else self._add(_WAYS, past, into)

    # --- searching --------------------------------------------------------------------------------------------------

    def search(self, text: str) -> Spans | None:
        """The first match; raises TooMuchWork."""
        return self._search(text, 0, [limits().regex_steps])

    def matches(self, text: str) -> Iterator[Spans]:
        """All matches one after the other; an empty one does not follow another match immediately."""
        budget = [limits().regex_steps]
        at, last_end = 0, -1
        while at <= len(text):
            found = self._search(text, at, budget)
            if found is None:
                return
            start, end = found[0], found[1]
            if end > at:
                at = end
                yield found
            else:
                at += 1
                if start != last_end:
                    yield found
            last_end = end

    def _search(self, text: str, at: int, budget: list[int]) -> Spans | None:
        visited: set[int] = set()
        for start in range(at, len(text) + 1):
            found = self._match(text, start, visited, budget)
            if found is not None:
                return found
        return None

    def _match(self, text: str, start: int, visited: set[int], budget: list[int]) -> Spans | None:
        """The match that starts here: of several the one that prefers the earlier alternatives and longer loops."""
        states, size = self._states, len(text)
        spans = [-1] * (2 * len(self.names))
        # What remains to be tried: a state and a place, or the number below zero of a mark to be set back.
        rest: list[tuple[int, int]] = [(self._start, start)]
        while rest:
            state, at = rest.pop()
            if state < 0:
                spans[~state] = at
                continue
            while True:
                budget[0] -= 1
                if budget[0] < 0:
                    raise TooMuchWork
                kind, what, following = states[state]
                if kind == _CHAR:
                    if at >= size:
                        break
                    char = text[at]
                    takes, known = what
                    outcome = known.get(char)
                    if outcome is None:
                        outcome = known[char] = takes(char)
                    if not outcome:
                        break
                    at += 1
                elif kind == _WAYS:
                    key = state * (size + 1) + at
                    if key in visited:
                        break
                    visited.add(key)
                    rest.append((following, at))
                    following = what
                elif kind == _MARK:
                    rest.append((~what, spans[what]))
                    spans[what] = at
                elif kind == _ASSERT:
                    if not what(text, at):
                        break
                else:
                    return spans
                state = following
        return None


def _at_boundary(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    return _is_word(before) is not _is_word(after)


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


_ASSERTIONS: Final[dict[str, Callable[[str, int], bool]]] = {
    "start": lambda text, at: at == 0,
    "end": lambda text, at: at == len(text),
    "line start": lambda text, at: at == 0 or text[at - 1] == "\n",
    "line end": lambda text, at: at == len(text) or text[at] == "\n",
    "word": _at_boundary,
    "no word": lambda text, at: not _at_boundary(text, at),
}


@lru_cache(maxsize=256)
def compiled(text: str) -> Pattern:
    """A pattern by its text; raises Malformed, Unsupported and TooMuchWork."""
    try:
        return Pattern(text)
    except RecursionError:
        raise TooMuchWork from None
