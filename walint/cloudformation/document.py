"""A YAML or JSON text as a tree of nodes with places."""

import operator
import re
from typing import Final, NamedTuple

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.json_document import NotJson, compose
from walint.cloudformation.nodes import place
from walint.limits import exceeded, limits
from walint.nesting import too_deep
from walint.source import Place, Problem, Source

# What YAML allows in a text, and libyaml with it.
_REFUSED: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Composer(CParser):
    """libyaml's composer without YAML 1.1's guesses at the meaning of plain text, which `nodes.scalar` makes."""

    def resolve(self, kind: type, value: object, implicit: object) -> str:
        return ""

    # They are called for every node and have nothing to do, which functions in C do in less time.
    descend_resolver = operator.is_
    ascend_resolver = bool


class Document(NamedTuple):
    """What could be read: the root node, or None where there is none, and what is wrong with the text."""

    root: Node | None
    problems: tuple[Problem, ...]


def read(source: Source) -> Document:
    """Compose a text. A text that is neither YAML nor JSON gives an error at its place; never raises."""
    deep = too_deep(source.text)
    if deep is not None:
        return Document(None, (_error(source, deep, exceeded("nesting", "nested deeper than {} levels")),))
    try:
        root = _Composer(source.text).get_single_node()
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeError) as error:
        offset, message = _fault(source, error)
        if source.text.lstrip()[:1] not in ("{", "["):
            return Document(None, (_error(source, offset, f"not valid YAML: {message}"),))
        try:
            root = compose(source)
        except NotJson as fault:
            return Document(None, (_error(source, fault.offset, f"not valid JSON: {fault}"),))
    problems = _checked(source, root)
    if any(problem.severity == "error" for problem in problems):
        return Document(None, problems)
    return Document(root, problems)


def _error(source: Source, offset: int, message: str) -> Problem:
    return Problem.at(Place(source, offset, offset), message, "error")


def _fault(source: Source, error: Exception) -> tuple[int, str]:
    """Where a text stops being YAML, and why."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        refused = _REFUSED.search(source.text)
        if refused is None:
            return 0, str(error)
        return refused.start(), f"the character U+{ord(refused[0]):04X} is not allowed"
    context = getattr(error, "context", None) or ""
    if "expected a single document" in context:
        return mark.index, "a template is one document, and another begins here"
    if source.text[mark.index : mark.index + 1] == "\t":
        return mark.index, "a tab stands where only spaces may"
    what = getattr(error, "problem", None) or "it cannot be read"
    return mark.index, f"{what} ({context})" if context else what


def _checked(source: Source, root: Node | None) -> tuple[Problem, ...]:
    """Duplicate keys, and bounds that libyaml does not set: depth, and what aliases blow up."""
    if root is None:
        return ()
    problems: list[Problem] = []
    bounds = limits()
    count = 0
    todo: list[tuple[Node, int]] = [(root, 0)]
    while todo:
        node, depth = todo.pop()
        values = node.value
        if type(node) is MappingNode:
            names = [key.value for key, _ in values if type(key) is ScalarNode]
            if len(set(names)) < len(names):
                problems += _repeated(source, node)
            values = [value for _, value in values]
        elif type(node) is not SequenceNode:
            continue
        count += len(values)
        if depth >= bounds.nesting and values:
            deep = exceeded("nesting", "nested deeper than {} levels")
            return (Problem.at(place(source, values[0]), deep, "error"),)
        if count > bounds.values:
            many = exceeded("values", "more than {} values, aliases counted")
            return (Problem.at(place(source, root), many, "error"),)
        todo += [(value, depth + 1) for value in values if type(value) is not ScalarNode]
    return tuple(sorted(problems))


def _repeated(source: Source, node: MappingNode) -> list[Problem]:
    """The keys of a mapping that stand in it before; a mapping may be merged with several others."""
    out: list[Problem] = []
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, ScalarNode) and key.value != "<<":
            if key.value in seen:
                message = f'"{key.value}" is given twice; the last one counts'
                out.append(Problem.at(place(source, key), message))
            seen.add(key.value)
    return out
