"""Where comments stand in a Terraform file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from walint.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

# JSON has no comments; Terraform passes by what is said under this key.
_SAID: Final = re.compile(r'"//"\s*:\s*"[^"\n]*\Z')
_ENCLOSING: Final = frozenset(("attribute", "block", "object_elem"))


class Comments:
    """The comments of one file, for who looks for something in them."""

    __slots__ = ("_root", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._root: Node | None = None
        if not source.name.endswith(".json"):
            from walint.terraform.grammar import check
            from walint.terraform.grammar_tokens import Refused
            from walint.terraform.parse import syntax_tree

            data = source.encoded
            try:
                self._root = syntax_tree(data, check(data))
            except Refused:
                self._root = syntax_tree(data, [])

    def holds(self, at: int) -> bool:
        """Whether the character at an offset stands in a comment."""
        if self._root is None:
            return bool(_SAID.search(self._source.text[max(0, at - 1000) : at]))
        byte = len(self._source.text[:at].encode("utf-8", "surrogatepass"))
        found = self._root.descendant_for_byte_range(byte, byte + 1)
        return found is not None and found.type == "comment"

    def around(self, line: int, column: int) -> set[int]:
        """The lines on which an argument, block or entry begins that holds a place (both from 1)."""
        if self._root is None:
            return set()
        text = self._source.line_text(line)[: column - 1]
        point = (line - 1, len(text.encode("utf-8", "surrogatepass")))
        node = self._root.descendant_for_point_range(point, point)
        out: set[int] = set()
        while node is not None:
            if node.type in _ENCLOSING:
                out.add(node.start_point[0] + 1)
            node = node.parent
        return out
