"""Shows what the vocabulary does not speak of yet: `python bench/vocabulary_coverage.py [-v] [TYPE-PATTERN...]`.

Without a pattern: totals, and the Terraform types that stay without a CloudFormation type. With one: for each type
that matches, the attributes and properties without a counterpart; with -v also what agrees by folding only.
"""

from __future__ import annotations

import fnmatch
import sys
from pathlib import Path
from typing import Any

from walint.vocabulary.audit import coverage
from walint.vocabulary.build import compile_tables, provider_types
from walint.vocabulary.lines import LineFile
from walint.vocabulary.schema import Schema

ROOT = Path(__file__).parent.parent / "vocabulary"


def main(arguments: list[str]) -> None:
    verbose = "-v" in arguments
    patterns = [argument for argument in arguments if argument != "-v"]
    known = Schema(LineFile(ROOT / "cloudformation.txt"))
    provider = provider_types(ROOT / "terraform.txt")
    tables = compile_tables(ROOT / "tables", known, provider)
    if not patterns:
        without = [name for name in provider if name not in tables]
        tables = {name: entry for name, entry in tables.items() if not name.startswith("#")}
        parts = [name for name in tables if "part_of" in tables[name]]
        print(f"{len(provider)} Terraform types, {len(tables)} with an entry, {len(parts)} of them parts")
        print("without:", " ".join(without))
        return
    for name, tree in provider.items():
        if name in tables and any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            show(name, tables[name], known, tree, verbose)


def show(name: str, entry: dict[str, Any], known: Schema, tree: Any, verbose: bool) -> None:
    type_ = entry["part_of"][0] if "part_of" in entry else entry.get("type", "")
    shape = known.type(type_)
    print(f"== {name} {'part of ' if 'part_of' in entry else ''}{type_}")
    if shape is None:
        return
    found = coverage(entry, shape, tree, "part_of" not in entry)
    if verbose:
        print("   folded:", " ".join(f"{ours}={theirs}" for ours, theirs in found.folded))
    print("   lacking:", " ".join(found.lacking))
    if "part_of" not in entry:
        print("   silent:", " ".join(found.silent))


if __name__ == "__main__":
    main(sys.argv[1:])
