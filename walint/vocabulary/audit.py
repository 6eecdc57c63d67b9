"""Checks tables against the facts: CloudFormation's schema on the left, the Terraform provider's on the right.

For build time and tests; nothing at run time needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from walint.vocabulary.adapters import ADAPTERS
from walint.vocabulary.fold import fold
from walint.vocabulary.schema import Schema, Shape

# A Terraform type as vocabulary/terraform.txt has it: leaves are letters, blocks objects, repeated ones in a list.
Tree = Any


def faults(name: str, entry: dict[str, Any], known: Schema, provider: Tree | None) -> Iterator[str]:
    """What is wrong with one entry; without `provider` (a type that it no longer has) the right side is not looked at.

    Args:
        entry: as `compile_tables` gives it.
        provider: the Terraform type's attributes and blocks.
    """
    owner = entry["part_of"][0] if "part_of" in entry else None
    types = [owner] if owner is not None else _types(entry)
    found: list[set[str]] = []
    for type_ in types:
        shape = known.type(type_) if type_.startswith("AWS::") else None
        if type_.startswith("AWS::") and shape is None:
            yield f"{name}: CloudFormation has no type {type_}{_near(type_, known.types())}"
        elif shape is not None:
            found.append({f"{name}: {fault}" for fault in _line_faults(entry.get("p", {}), shape, provider, "")})
    # Where an attribute decides the type, a property may belong to one of the types only.
    yield from sorted(set.intersection(*found)) if found else ()
    named = [entry["part_of"][1]] if owner is not None else []
    if "by" in entry:
        named.append(entry["by"])
    for attribute in named:
        if provider is not None and attribute not in provider:
            yield f"{name}: the provider has no {attribute}{_near(attribute, provider)}"


def _types(entry: dict[str, Any]) -> list[str]:
    return [*entry.get("types", {}).values(), *([entry["type"]] if "type" in entry else [])]


def _line_faults(lines: dict[str, Any], shape: Shape, tree: Tree, path: str) -> Iterator[str]:
    for name, line in lines.items():
        inner = shape.get(name)
        if inner is None:
            held = _object(shape)
            yield f"CloudFormation has no {path}{name}{_near(name, held.fields)}"
            continue
        if line is None:
            continue
        line = {"from": line} if isinstance(line, str) else line
        if line.get("adapter", "items") not in ADAPTERS:
            yield f"there is no adapter {line['adapter']}{_near(line['adapter'], ADAPTERS)}"
        at = tree
        for way in [line["from"]] if line.get("from", ".") != "." else []:
            at = _at(tree, way)
            if at is None and tree is not None:
                yield f"{path}{name}: the provider has no {way}{_near(way, _object_names(tree))}"
        of = line.get("with", {}).get("of", ())
        for way in of.values() if isinstance(of, dict) else of:
            if tree is not None and _at(at, way) is None:
                yield f"{path}{name}: the provider has no {way}{_near(way, _object_names(at))}"
        if "p" in line and line.get("adapter") in ("concat", "switched") and tree is not None:
            at = {key: held for way in of for key, held in (_body(_at(tree, way)) or {}).items()}
        if "p" in line and (at is not None or tree is None):
            yield from _line_faults(line["p"], inner, at, f"{path}{name}.")


def _object(shape: Shape) -> Shape:
    while shape.kind == "list" and shape.item is not None:
        shape = shape.item
    return shape


def _body(tree: Tree) -> dict[str, Tree] | None:
    held = tree[0] if isinstance(tree, list) else tree
    return held if isinstance(held, dict) else None


def _object_names(tree: Tree) -> list[str]:
    return list(_body(tree) or ())


def _at(tree: Tree, path: str) -> Tree | None:
    """What stands at a dotted path of Terraform's names; "j" where the schema gives no detail."""
    for name in path.split("."):
        if isinstance(tree, list):
            tree = tree[0]
        if isinstance(tree, str) and tree.startswith(("j", "m")):
            return tree
        if name == "id":
            # Computed on most resources, and left out of the facts; a block may have one to set.
            return "s"
        if not isinstance(tree, dict) or name not in tree:
            return None
        tree = tree[name]
    return tree


def _near(name: str, names: Any) -> str:
    found = get_close_matches(name, list(names), 3, 0.6)
    return f"; did you mean {' or '.join(found)}?" if found else ""


class Coverage(NamedTuple):
    """How much of a type the vocabulary speaks of; paths are dotted.

    Attributes:
        folded: pairs (CloudFormation, Terraform) that only agree by folding: worth a look that they mean the same.
        lacking: Terraform's attributes without a counterpart.
        silent: CloudFormation's properties that nothing of Terraform's gives.
    """

    folded: list[tuple[str, str]]
    lacking: list[str]
    silent: list[str]


def coverage(entry: dict[str, Any], shape: Shape, provider: Tree, folding: bool = True) -> Coverage:
    out = Coverage([], [], [])
    _cover(entry.get("p", {}), shape, provider, "", "", folding, out)
    return out


def _cover(
    lines: dict[str, Any], shape: Shape, tree: Tree, ours: str, theirs: str, folding: bool, out: Coverage
) -> None:
    tree = tree[0] if isinstance(tree, list) else tree
    shape = _object(shape)
    if not isinstance(tree, dict) or shape.kind != "object":
        return
    used: set[str] = set()
    taken: set[str] = set()
    seen: set[str] = set()
    for name, line in lines.items():
        seen.add(name)
        inner = shape.fields.get(name)
        if line is None or inner is None:
            continue
        line = {"from": line} if isinstance(line, str) else line
        here = line.get("from") == "."
        way = "" if here else line.get("from", "")
        used.update(line.get("uses", [way.split(".")[0]]))
        if way and "." not in way:
            taken.add(way)
        if "adapter" in line:
            continue
        at = _at(tree, way) if way else tree
        ways = f"{theirs}{way}." if way else theirs
        deeper = Coverage([], [], [])
        _cover(line.get("p", {}), inner, at, f"{ours}{name}.", ways, bool(way) or here, deeper)
        out.folded.extend(deeper.folded)
        out.silent.extend(deeper.silent)
        if way:
            out.lacking.extend(deeper.lacking)
        else:
            # The rest of the block is not this object's business.
            used.update(found[len(theirs) :].partition(".")[0] for _, found in deeper.folded)
    for name, held in tree.items() if folding else ():
        found = None if name in taken else shape.named(fold(name))
        if found is not None and found not in lines:
            seen.add(found)
            out.folded.append((ours + found, theirs + name))
            _cover({}, shape.fields[found], held, f"{ours}{found}.", f"{theirs}{name}.", True, out)
        elif name not in used and name != "tags":
            out.lacking.append(theirs + name)
    out.silent.extend(ours + name for name in shape.fields if name not in seen and name != "Tags")
