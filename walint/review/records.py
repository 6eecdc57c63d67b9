"""What the page's script makes its lists of: findings, resources and source lines, each text once, as compact JSON.

Records are arrays without the empty fields at their end; `lists.js` names the fields in the same order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from markupsafe import Markup

from walint.review.model import ITEM_STATES, Item, Review, RuleResult, ShownResource
from walint.review.templating import shown

# What would end a script element, or begin one, in the eyes of an HTML parser.
_SAFE: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class Table:
    """Texts by number, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    def texts(self) -> list[str]:
        return [shown(text) for text in self._numbers]


def records(review: Review, rules: Sequence[RuleResult], near: int) -> Markup:
    """The records of a review.

    Args:
        rules: those with findings, in the order in which the page shows them.
        near: how many characters of all paths are the same.
    """
    files, types, graphs = Table(), Table(), Table()
    number = {item.id: at for at, item in enumerate(review.items)}
    of_rule = {rule.id: at for at, rule in enumerate(rules)}
    about: dict[str, list[int]] = {}
    for at, resource in enumerate(review.resources):
        for id_ in resource.items:
            about.setdefault(id_, []).append(at)
    made = {
        "states": {state: told for state, told in ITEM_STATES.items() if state != "fail"},
        "items": [_item(item, of_rule[item.rule], about.get(item.id, []), files) for item in review.items],
        "resources": [_resource(it, number, files, types, graphs) for it in review.resources],
        "rules": [[rule.id, rule.pillar, [number[id_] for id_ in rule.items]] for rule in rules],
        "lines": _lines(review, files),
        "types": types.texts(),
        "files": [shown(name[near:]) for name in files.texts()],
    }
    return Markup(json.dumps(made, ensure_ascii=False, separators=(",", ":")).translate(_SAFE))


def _item(item: Item, rule: int, resources: list[int], files: Table) -> list[Any]:
    address = "" if resources else shown(", ".join(item.addresses) or item.type)
    fields = [item.id, rule, item.state, item.severity, item.service, shown(item.message), files(item.file), item.line]
    return _short([*fields, resources, address, shown(item.when), shown(item.why), int(item.new)])


def _resource(it: ShownResource, number: dict[str, int], files: Table, types: Table, graphs: Table) -> list[Any]:
    fields = [it.id, graphs(it.graph), shown(it.address), types(it.type), types(it.source_type), it.service.lower()]
    items = [number[id_] for id_ in it.items]
    return _short([*fields, files(it.file), it.line, len(it.excerpt), int(it.more), it.worst, items])


def _short(fields: list[Any]) -> list[Any]:
    while not fields[-1]:
        fields.pop()
    return fields


def _lines(review: Review, files: Table) -> list[list[list[Any]]]:
    """Of each file the lines that are shown, as runs: the first one's number, then the lines."""
    kept: dict[int, dict[int, str]] = {}
    shown_things: Iterable[Item | ShownResource] = (*review.items, *review.resources)
    for it in shown_things:
        kept.setdefault(files(it.file), {}).update(it.excerpt)
    out: list[list[list[Any]]] = []
    for file in range(len(kept)):
        runs: list[list[Any]] = []
        last = -1
        for number, text in sorted(kept[file].items()):
            if number != last + 1:
                runs.append([number])
            runs[-1].append(shown(text.expandtabs(4)))
            last = number
        out.append(runs)
    return out
