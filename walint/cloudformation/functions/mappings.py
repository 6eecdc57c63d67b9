"""Fn::FindInMap."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode, Node

from walint.cloudformation.evaluator import Evaluator, Mistake
from walint.cloudformation.functions.arguments import as_text, items, opened
from walint.cloudformation.nodes import child
from walint.conditions import Is
from walint.values import Unknown, choose, lift

# An open key is spelled out value by value up to this many.
_MAX_VALUES: Final = 32
_NONE: Final = object()


def find_in_map(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    nodes = items(argument, "FindInMap", 3, 4)
    default = None
    if len(nodes) == 4:
        default = child(nodes[3], "DefaultValue")
        if default is None:
            raise Mistake(nodes[3], "FindInMap takes DefaultValue here")
    return lift(
        lambda *keys: _Search(evaluator, nodes, default).mapping(*keys), *(evaluator.data(node) for node in nodes[:3])
    )


class _Search:
    """One look into the mappings with keys that may be open."""

    def __init__(self, evaluator: Evaluator, nodes: list[Node], default: Node | None) -> None:
        self._evaluator = evaluator
        self._nodes = nodes
        self._default = default

    def mapping(self, name: Any, first: Any, second: Any) -> Any:
        mappings = self._evaluator.template.mappings
        if not isinstance(name, str):
            return opened(name) or self._missing(self._nodes[0], "the name of a mapping is text")
        if name in mappings:
            return self._within(mappings[name][1], name, [first, second], self._nodes[1:3])
        if any(key.startswith("Fn::") for key in mappings):
            return Unknown(f'mapping "{name}", which a macro makes at deployment')
        if self._evaluator.template.maker_of(name) is not None:
            return self._evaluator.missing(self._nodes[0], name, "")
        return self._missing(self._nodes[0], f'there is no mapping "{name}"')

    def _within(self, node: Node, path: str, keys: list[Any], nodes: list[Node]) -> Any:
        if not keys:
            return self._evaluator.data(node)
        if not isinstance(node, MappingNode):
            return self._missing(nodes[0], f'mapping "{path}" holds no keys')
        branches = {it.name: it.value for it in self._evaluator.entries(node)}
        key = as_text(keys[0])
        if isinstance(key, str):
            if key in branches:
                return self._within(branches[key], f"{path}.{key}", keys[1:], nodes[1:])
            if any(name.startswith("Fn::") for name in branches):
                return Unknown(f'mapping "{path}", part of which a macro makes at deployment')
            return self._missing(nodes[0], f'mapping "{path}" has no key "{key}"')
        if isinstance(key, (list, dict)):
            return self._missing(nodes[0], "the key of a mapping is text")
        return self._by_open_key(key, path, branches, keys, nodes)

    def _by_open_key(self, key: Any, path: str, branches: dict[str, Node], keys: list[Any], nodes: list[Node]) -> Any:
        """A value for each key that can be: what all agree on, or a choice by the key's subject."""
        open_ = opened(key) or Unknown("a key that deployment decides")
        subject = key.subject if isinstance(key, Unknown) else None
        domain = None if subject is None or subject.domain is None else {as_text(value) for value in subject.domain}
        names = [name for name in branches if domain is None or name in domain]
        values = {name: self._of_branch(branches[name], f"{path}.{name}", keys[1:], nodes[1:]) for name in names}
        # A key without an entry ends the deployment, unless there is a default.
        complete = domain is not None and domain <= set(names)
        rest: Any = _NONE if complete or self._default is None else self._evaluator.data(self._default)
        found = [value for value in [*values.values(), rest] if value is not _NONE]
        values = {name: value for name, value in values.items() if value is not _NONE}
        if not found:
            return open_
        if all(type(value) is type(found[0]) and value == found[0] for value in found):
            return found[0]
        if subject is None or len(values) > _MAX_VALUES:
            return open_
        if rest is _NONE:
            rest = values.popitem()[1]
        for name in reversed(values):
            rest = choose(Is(subject, name), values[name], rest)
        return rest

    def _of_branch(self, node: Node, path: str, keys: list[Any], nodes: list[Node]) -> Any:
        """The value below one key of several; nothing where that one has no such entry."""
        try:
            return self._within(node, path, keys, nodes)
        except Mistake:
            return _NONE

    def _missing(self, node: Node, message: str) -> Any:
        if self._default is not None:
            return self._evaluator.data(self._default)
        raise Mistake(node, message)
