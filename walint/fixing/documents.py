"""Edits of YAML and JSON: a property set or taken away where it stands, or added in the way of its neighbours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.document import read
from walint.cloudformation.nodes import child, entries, function_of, place, source_of, text_of
from walint.fixing.edits import Conditional, Edit, FromInput, Refused, applied, newline_of
from walint.fixing.writing import block_yaml, flow_yaml, json_text, scalar_yaml
from walint.policy.fix_paths import Each, Path, Select, Step, nested
from walint.policy.recipe import Setting
from walint.source import Place, Source

_INDENT: Final = 2


def set_value(source: Source, root: Path, setting: Setting, side: int | None = None) -> str:
    """The text with a property set.

    Args:
        root: the way to the mapping that the setting's path begins in; it must be there.
        side: of a value under a condition, the one to set: 0 where it holds, 1 where not.

    Raises:
        Refused: where that can't be done without touching what others use.
    """
    top = _root(source)
    editor = _Editor(source, top, side, setting.absent)
    node, parents = editor.walk(top, root)
    path, value = setting.path, setting.value
    edits = editor.removed(node, path) if value is None else editor.put(node, path, value, parents)
    return applied(source, edits)


def item_index(source: Source, root: Path, path: Path, offset: int) -> Path:
    """The path with each `[*]` replaced by the item that an offset lies in.

    Raises:
        Refused: where it lies in none.
    """
    top = _root(source)
    editor = _Editor(source, top)
    node, _ = editor.walk(top, root)
    out: list[Step] = []
    for step in path:
        if isinstance(step, Each):
            editor.plain(node)
            items = node.value if isinstance(node, SequenceNode) else []
            at = next((at for at, item in enumerate(items) if editor.holds(item, offset)), None)
            if at is None:
                raise Refused("which item of the list is meant cannot be told from the text", editor.at(node))
            out.append(at)
            node = items[at]
        else:
            out.append(step)
            if isinstance(step, str):
                inner = child(node, step)
                if inner is None:
                    raise Refused(f"there is no {step} in the text", editor.at(node))
                editor.plain(inner)
                node = inner
    return tuple(out)


class _Composed(NamedTuple):
    """A text's root node, and by their ids the nodes that aliases stand for as well."""

    root: Node | None
    shared: frozenset[int]


def _root(source: Source) -> Node:
    found = _composed(source.text).root
    if found is None:
        raise Refused("the file could not be read", Place(source, 0, 0))
    return found


@lru_cache(maxsize=16)
def _composed(text: str) -> _Composed:
    """The nodes of a text; the many fixes of one file begin with the same text."""
    root = read(Source("", text)).root
    seen: set[int] = set()
    shared: set[int] = set()
    todo = [] if root is None else [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            shared.add(id(node))
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            todo += [inner for pair in node.value for inner in pair]
        elif isinstance(node, SequenceNode):
            todo += node.value
    return _Composed(root, frozenset(shared))


class _Editor:
    def __init__(self, source: Source, root: Node, side: int | None = None, absent: bool = False) -> None:
        self.source = source
        self.text = source.text
        self.json = source.text.lstrip()[:1] in ("{", "[")
        self.newline = newline_of(source.text)
        self.step = self._indentation(root)
        self.side = side
        self.absent = absent
        self.shared = _composed(source.text).shared

    def at(self, node: Node) -> Place:
        return place(self.source, node)

    def holds(self, node: Node, offset: int) -> bool:
        return bool(node.start_mark.index <= offset < max(node.end_mark.index, node.start_mark.index + 1))

    def walk(self, node: Node, path: Path) -> tuple[Node, list[Node]]:
        """The node at a path that must be there, and those above it."""
        parents: list[Node] = []
        for step in path:
            parents.append(node)
            inner = self._inner(node, step)
            if inner is None:
                self.complete(node)
                raise Refused("it is not written in this file as such, but generated", self.at(node))
            node = inner
            self.plain(node)
        return node, parents

    def plain(self, node: Node) -> None:
        """A function's result can't be edited where it stands."""
        if source_of(self.source, node) is not self.source:
            raise Refused("it stands in a file that is included", Place(source_of(self.source, node), 0, 0))
        call = function_of(node)
        if call is not None:
            name, argument = call
            of = text_of(argument)
            if name == "If":
                raise Conditional("the value depends on a condition; change it by hand", self.at(node))
            if name == "Ref" and of:
                raise FromInput(of, f"the value comes from {of}; change it there", self.at(node))
            raise Refused(f"the value comes from Fn::{name}; change it there", self.at(node))
        if id(node) in self.shared:
            raise Refused("it is an anchor's text, which is used elsewhere too; change it there", self.at(node))

    def complete(self, node: Node) -> None:
        """Refuse where something else may make what is missing in a mapping."""
        for key, _ in self._pairs(node):
            if isinstance(key, ScalarNode) and key.value.startswith(("Fn::ForEach", "Fn::Transform")):
                raise Refused(f"{key.value} makes what stands there; change it by hand", self.at(key))

    def _inner(self, node: Node, step: Step) -> Node | None:
        if isinstance(node, SequenceNode) and isinstance(step, str):
            # One object may stand in a list of its own (Terraform's JSON).
            return self._inner(node.value[0], step) if len(node.value) == 1 else None
        if isinstance(node, MappingNode) and isinstance(step, int):
            return node if step == 0 else None
        if isinstance(node, MappingNode) and isinstance(step, str):
            return child(node, step)
        if isinstance(node, SequenceNode) and isinstance(step, int):
            return node.value[step] if step < len(node.value) else None
        if isinstance(node, SequenceNode) and isinstance(step, Select):
            return next((item for item in node.value if text_of(child(item, step.key)) == step.value), None)
        return None

    # --- set ------------------------------------------------------------------------------------------------------

    def put(self, node: Node, path: Path, value: Any, parents: list[Node]) -> list[Edit]:
        for at, step in enumerate(path):
            node = self._chosen(node)
            if self._is_nothing(node):
                return self._replace(node, nested(path[at:], value))
            self.plain(node)
            if isinstance(node, SequenceNode) and isinstance(step, str) and len(node.value) == 1:
                parents = [*parents, node]
                node = node.value[0]
            inner = self._inner(node, step)
            rest = nested(path[at + 1 :], value)
            if inner is None:
                self.complete(node)
                return self._add(node, step, rest, parents)
            parents = [*parents, node]
            if isinstance(inner, ScalarNode) and function_of(inner) is None and not inner.value and not inner.style:
                return self._fill(node, inner, step, rest)
            node = inner
        if self.absent:
            return []
        node = self._chosen(node)
        if not self._is_nothing(node):
            self.plain(node)
        return self._replace(node, value)

    def _chosen(self, node: Node) -> Node:
        """The side of a condition that is meant."""
        while self.side is not None:
            call = function_of(node)
            if call is None or call[0] != "If" or not isinstance(call[1], SequenceNode) or len(call[1].value) != 3:
                break
            node = call[1].value[1 + self.side]
        return node

    def _is_nothing(self, node: Node) -> bool:
        """Whether a side of a condition leaves the property out."""
        call = function_of(node)
        return self.side is not None and call is not None and call[0] == "Ref" and text_of(call[1]) == "AWS::NoValue"

    def _replace(self, node: Node, value: Any) -> list[Edit]:
        where = self.at(node)
        if isinstance(value, (dict, list)):
            if not (isinstance(node, ScalarNode) or getattr(node, "flow_style", False) or self.json):
                raise Refused("what stands there is written over several lines; change it by hand", where)
            return [Edit(where.start, where.end, json_text(value) if self.json else flow_yaml(value))]
        if not isinstance(node, ScalarNode) and not self._is_nothing(node):
            raise Refused("a list or mapping stands where one value belongs; change it by hand", where)
        style = node.style if isinstance(node, ScalarNode) and not node.tag else None
        if style in ("|", ">"):
            raise Refused("the value is written as a block of text; change it by hand", where)
        if self.json or style == '"':
            wrapped = self.json and not isinstance(value, str) and style == '"'
            written = json_text(str(value).lower() if wrapped and isinstance(value, bool) else value)
            if not self.json and not isinstance(value, str):
                written = scalar_yaml(value)
        else:
            written = scalar_yaml(value, quote="'" if style == "'" and isinstance(value, str) else "")
        return [Edit(where.start, where.end, written)]

    def _fill(self, parent: Node, node: Node, step: Step, value: Any) -> list[Edit]:
        """A key without a value gets one."""
        if not isinstance(parent, MappingNode) or not isinstance(step, str):
            raise Refused("an item of the list is empty; change it by hand", self.at(node))
        key = next(key for key, inner in parent.value if inner is node)
        end: int = self.text.find(":", key.end_mark.index) + 1
        if isinstance(value, (dict, list)) and not parent.flow_style:
            lines = block_yaml(value, self._column(key) + self.step, self.step)
            return [Edit(end, end, "".join(self.newline + line for line in lines))]
        return [Edit(end, end, " " + (flow_yaml(value) if isinstance(value, (dict, list)) else scalar_yaml(value)))]

    def _add(self, node: Node, step: Step, value: Any, parents: list[Node]) -> list[Edit]:
        if isinstance(node, MappingNode) and isinstance(step, str):
            return self._add_to(node, {step: value}, parents)
        if isinstance(node, SequenceNode) and (isinstance(step, Select) or (step == 0 and not node.value)):
            made = nested((step,), value)
            assert isinstance(made, list)
            return self._add_to(node, made, parents)
        raise Refused("the item is not there; add it by hand", self.at(node))

    def _add_to(self, node: MappingNode | SequenceNode, value: Any, parents: list[Node]) -> list[Edit]:
        """One entry more at the end of a mapping or list."""
        if any(isinstance(key, ScalarNode) and key.value == "<<" for key, _ in self._pairs(node)):
            raise Refused("the mapping merges an anchor; change it by hand", self.at(node))
        if node.flow_style or self.json:
            return self._add_flow(node, value, parents)
        last = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
        if isinstance(last, ScalarNode) and last.style in ("|", ">") and self._keeps_blank(last):
            raise Refused("a block of text that keeps its last lines ends the mapping; add it by hand", self.at(node))
        end = self._line_end(self._end_of(node))
        lines = block_yaml(value, self._entry_column(node), self.step)
        return [Edit(end, end, "".join(self.newline + line for line in lines))]

    def _pairs(self, node: Node) -> list[tuple[Node, Node]]:
        return node.value if isinstance(node, MappingNode) else []

    def _keeps_blank(self, node: ScalarNode) -> bool:
        return "+" in self.text[node.start_mark.index : self.text.find("\n", node.start_mark.index)]

    def _end_of(self, node: Node) -> int:
        """Where the text of a node ends; comments after it are none of it."""
        if isinstance(node, (MappingNode, SequenceNode)) and node.value and not node.flow_style:
            key, last = node.value[-1] if isinstance(node, MappingNode) else (None, node.value[-1])
            inside = self._end_of(last)
            return inside if key is None else max(inside, key.end_mark.index)
        return self.at(node).end

    def _add_flow(self, node: MappingNode | SequenceNode, value: Any, parents: list[Node]) -> list[Edit]:
        start, end = node.start_mark.index, node.end_mark.index
        within = self.text[start:end]
        write = json_text if self.json else flow_yaml
        if not node.value:
            if not self.json or not self._spread(parents):
                return [Edit(start, end, write(value))]
            return [Edit(start, end, json_text(value, self._line_indent(start), self.step, self.newline))]
        last = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
        at = max(last.end_mark.index, node.value[-1][0].end_mark.index if isinstance(node, MappingNode) else 0)
        first = node.value[0][0] if isinstance(node, MappingNode) else node.value[0]
        comma = "" if "," in self.text[at : end - 1].split("#")[0] else ","
        if not comma:
            at = self.text.index(",", at) + 1
        if "\n" not in within or "\n" not in self.text[start : first.start_mark.index]:
            return [Edit(at, at, f"{comma} {write(value)[1:-1].strip()}")]
        indent = first.start_mark.column
        if self.json:
            lines = json_text(value, indent - self.step, self.step, self.newline)
            inner = lines[lines.index("\n") + 1 : lines.rindex(self.newline)]
        else:
            inner = " " * indent + write(value)[1:-1].strip()
        return [Edit(at, at, comma + self.newline + inner)]

    def _spread(self, parents: list[Node]) -> bool:
        """Whether the container around is written over several lines."""
        return any("\n" in self.text[it.start_mark.index : it.end_mark.index] for it in parents[-1:])

    # --- take away ------------------------------------------------------------------------------------------------

    def removed(self, node: Node, path: Path) -> list[Edit]:
        for step in path[:-1]:
            self.plain(node)
            inner = self._inner(node, step)
            if inner is None:
                return []
            node = inner
        self.plain(node)
        name = path[-1]
        if not isinstance(node, MappingNode) or not isinstance(name, str):
            raise Refused("only a property can be taken away", self.at(node))
        names = [key.value for key, _ in node.value]
        if name not in names:
            if any(name == known for known, _, _ in entries(node)):
                raise Refused("an anchor brings it in; change it there", self.at(node))
            return []
        at = names.index(name)
        key, value = node.value[at]
        if len(names) == 1:
            raise Refused(f"nothing would be left beside {name}; take it away by hand", self.at(key))
        if not (node.flow_style or self.json):
            start = key.start_mark.index
            if at + 1 < len(names):
                following = node.value[at + 1][0].start_mark.index
                end = self._line_end(self._end_of(value) if value.value else key.end_mark.index)
                # The column of the first key may belong to a dash on the same line.
                return (
                    [Edit(start, following if at == 0 else min(following, self._after(end)), "")]
                    if (at == 0)
                    else [Edit(self._line_start(start), self._after(end), "")]
                )
            return [Edit(self._line_start(start), self._after(self._line_end(self._end_of(value))), "")]
        if at + 1 < len(names):
            return [Edit(key.start_mark.index, node.value[at + 1][0].start_mark.index, "")]
        before = node.value[at - 1][1]
        return [Edit(before.end_mark.index, value.end_mark.index, "")]

    # --- layout ---------------------------------------------------------------------------------------------------

    def _line_end(self, offset: int) -> int:
        """The end of the line, without its line break."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def _after(self, end: int) -> int:
        """The start of the next line."""
        found = self.text.find("\n", end)
        return len(self.text) if found < 0 else found + 1

    def _entry_column(self, node: MappingNode | SequenceNode) -> int:
        """Where the entries of a block begin; its own mark may be that of an anchor on the line above."""
        start: int = node.start_mark.index
        if self.text[start] in "&!":
            first = node.value[0][0] if isinstance(node, MappingNode) else node.value[0]
            start = first.start_mark.index
            if isinstance(node, SequenceNode):
                start = self.text.rindex("-", 0, start)
        return start - self._line_start(start)

    def _line_indent(self, offset: int) -> int:
        line = self.text[self._line_start(offset) :]
        return len(line) - len(line.lstrip(" "))

    def _column(self, node: Node) -> int:
        column: int = node.start_mark.index - self._line_start(node.start_mark.index)
        return column

    def _indentation(self, root: Node) -> int:
        """By how much the text indents a mapping within a mapping."""
        for key, value in self._pairs(root):
            for inner, below in self._pairs(value):
                line = self._column(inner)
                if "\n" in self.text[key.end_mark.index : inner.start_mark.index] and line > self._column(key):
                    return line - self._column(key)
                del below
                break
        return _INDENT
