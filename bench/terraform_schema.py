"""Writes vocabulary/terraform.txt from the Terraform provider's schemas: `python bench/terraform_schema.py FILE...`.

Each file is a JSON object from resource type to attributes by name, a nested block being an object with `_nesting`
or `_single`.
Facts only: the names of types, attributes and blocks over all the versions given. "s" is a string, "b" a
boolean, "n" a number; "l", "t" and "m" before another letter are a list, a set and a map of it; a block is an object,
in a list where it may be repeated; "j" is what the schema does not detail.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "vocabulary" / "terraform.txt"
KINDS = {"string": "s", "bool": "b", "number": "n", "list": "l", "set": "t", "array": "l", "map": "m"}


def compact(raw: Any) -> Any:
    if isinstance(raw, str):
        words = raw.removesuffix(" required").split(" of ")
        return "".join(KINDS[word] for word in words) if all(word in KINDS for word in words) else "j"
    if "..." in raw:
        return "j"
    inner = {name: compact(held) for name, held in raw.items() if not name.startswith("_")}
    nesting = str(raw.get("_nesting", "single" if raw.get("_single") else "list"))
    return inner if nesting.endswith("max 1") or nesting == "single" else [inner]


def merged(one: Any, other: Any) -> Any:
    """What either version has."""
    listed = isinstance(one, list) or isinstance(other, list)
    first = one[0] if isinstance(one, list) else one
    second = other[0] if isinstance(other, list) else other
    if not isinstance(first, dict) or not isinstance(second, dict):
        # Some schemas don't tell sets from lists.
        return other if isinstance(second, dict) or one == "j" or str(second).startswith("t") else one
    out = {
        name: merged(first[name], second[name]) if name in first and name in second else held
        for name, held in {**second, **first}.items()
    }
    return [out] if listed else out


def main(files: list[str]) -> None:
    types: dict[str, Any] = {}
    for file in files:
        for name, raw in json.loads(Path(file).read_text(encoding="utf-8")).items():
            found = compact({**raw, "_nesting": "single"})
            types[name] = merged(types[name], found) if name in types else found
    lines = [f"{name} {json.dumps(types[name], separators=(',', ':'), sort_keys=True)}" for name in sorted(types)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} types, {TARGET.stat().st_size} bytes in {TARGET}")


if __name__ == "__main__":
    main(sys.argv[1:])
