"""The types of resources' attributes, as the AWS provider declares them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from walint.terraform.typed import BOOL, NUMBER, STRING, Type
from walint.vocabulary.lines import LineFile

Tree: TypeAlias = dict[str, Any]
"""The attributes and blocks of a block by name: types in short (`_type`), and trees for blocks, in a list or not."""

FILE: Final = Path(__file__).parent.parent / "data" / "terraform.txt"
_KINDS: Final = {"l": "list", "t": "set", "m": "map"}
_PRIMITIVES: Final = {"s": STRING, "n": NUMBER, "b": BOOL}
_PRINCIPALS: Final = {"type": "s", "identifiers": "ls"}
DATA_TREES: Final[dict[str, Tree]] = {
    "aws_iam_policy_document": {
        "policy_id": "s",
        "version": "s",
        "statement": {
            "sid": "s",
            "effect": "s",
            **dict.fromkeys(("actions", "not_actions", "resources", "not_resources"), "ls"),
            "principals": _PRINCIPALS,
            "not_principals": _PRINCIPALS,
            "condition": {"test": "s", "variable": "s", "values": "ls"},
        },
    }
}
"""The same for the data sources that are evaluated here; what the provider takes as sets are lists here, in order."""


@cache
def _lines() -> LineFile:
    return LineFile(FILE)


def resource_tree(type_: str) -> Tree | None:
    """What is known of a resource type; None where the provider has no such type."""
    found = _lines().get(type_) if type_.startswith("aws_") else None
    return found if isinstance(found, dict) else None


def block_tree(tree: Tree | None, name: str) -> Tree | None:
    """What is known of the blocks of one type."""
    found = None if tree is None else tree.get(name)
    if isinstance(found, list):
        found = found[0]
    return found if isinstance(found, dict) else None


def attribute_type(tree: Tree | None, name: str) -> Type | None:
    """The type of an attribute, None where it is not known."""
    found = None if tree is None else tree.get(name)
    return _type(found) if isinstance(found, str) else None


@cache
def _type(short: str) -> Type | None:
    """The type that letters stand for: "ts" is a set of strings; None for "j", which can be anything."""
    if short in _PRIMITIVES:
        return _PRIMITIVES[short]
    inner = _type(short[1:]) if short[0] in _KINDS else None
    return None if inner is None else Type(_KINDS[short[0]], inner)
