"""Compare our reading of HCL with python-hcl2's, an independent reader of the same language.

Usage: python bench/second_reader.py FOLDER

Both read every `.tf` file below the folder. Printed are the files on which they disagree about blocks, labels or
argument names, with the paths that only one of them has; the exit status is 1 if there are any.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

from walint.source import Source
from walint.terraform.parse import parse
from walint.terraform.syntax import Body

_MARK = "__is_block__"


def our_paths(body: Body, prefix: str = "") -> Iterator[str]:
    """A line for each argument and block: `resource "a" "b" / ingress / from_port`."""
    for name in body.arguments:
        yield f"{prefix}{name} ="
    for block in body.blocks:
        path = prefix + " ".join([block.type, *(f'"{label}"' for label in block.labels)])
        yield path
        yield from our_paths(block.body, path + " / ")


def their_paths(body: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The same of what python-hcl2 makes: a dictionary in which blocks are marked."""
    for name, value in body.items():
        if name == _MARK or name.startswith("__"):
            continue
        blocks = [item for item in value if _is_block(item)] if isinstance(value, list) else []
        for block in blocks:
            labels: list[str] = []
            while _MARK not in block:
                ((label, block),) = ((key, inner) for key, inner in block.items() if not key.startswith("__"))
                labels.append(label if label.startswith('"') else f'"{label}"')
            path = prefix + " ".join([name, *labels])
            yield path
            yield from their_paths(block, path + " / ")
        if not blocks:
            yield f"{prefix}{name} ="


def _is_block(value: object) -> bool:
    while isinstance(value, dict):
        if _MARK in value:
            return True
        inner = [item for key, item in value.items() if not key.startswith("__")]
        if len(inner) != 1:
            return False
        value = inner[0]
    return False


def compare(text: str, name: str) -> list[str]:
    """What the two readers disagree about, a line each; empty where they agree."""
    parsed = parse(Source(name, text, "bytes"))
    refused = [str(problem) for problem in parsed.problems]
    try:
        theirs = hcl2.loads(text)
    except Exception as error:  # whatever an independent reader fails with is a refusal
        return [] if refused else [f"only python-hcl2 refuses it: {str(error).splitlines()[0]}"]
    if refused:
        return [f"only walint refuses it: {line}" for line in refused]
    ours, others = Counter(our_paths(parsed.body)), Counter(their_paths(theirs))
    only_ours = [f"only walint: {path}" for path in (ours - others).elements()]
    return only_ours + [f"only python-hcl2: {path}" for path in (others - ours).elements()]


def main(folder: str) -> int:
    files = sorted(Path(folder).rglob("*.tf"))
    disagreements = 0
    for path in files:
        if not path.is_file():
            continue
        lines = compare(path.read_text(encoding="utf-8-sig", errors="replace"), str(path))
        if lines:
            disagreements += 1
            print(path, *(f"  {line}" for line in lines), sep="\n")
    print(f"{len(files)} files, {disagreements} with disagreements")
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
