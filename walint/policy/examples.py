"""Good and bad examples of a rule, cut out of its fixtures when the pack is built."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

_ANNOUNCED: Final = re.compile(r"[ \t]*#\s*(fail|open):\s*[a-z0-9-]+")
_TERRAFORM_BLOCK: Final = re.compile(
    r"^(?:resource|data|provider|module|terraform|variable)\b.*?^\}", re.MULTILINE | re.DOTALL
)
_YAML_ENTRY: Final = re.compile(r"^  \S[^\n]*:[^\n]*\n(?:(?:    [^\n]*)?\n)+", re.MULTILINE)


class Example(NamedTuple):
    """One language's example: what fails, and a resource of the same type that passes; "" where there is none."""

    failing: str
    passing: str


def examples_of(fixtures: Path, rule: str) -> dict[str, Example]:
    """Examples by language, for those that the rule has a fixture in.

    Args:
        fixtures: the folder with a folder for each service.
    """
    out: dict[str, Example] = {}
    for language, suffix in (("terraform", ".tf"), ("cloudformation", ".yaml")):
        found = sorted(fixtures.glob(f"*/{rule}{suffix}"))
        if found:
            out[language] = cut(found[0].read_text(encoding="utf-8"), language)
    return out


def cut(text: str, language: str) -> Example:
    """The first failing block of a fixture, and the first block of its type without a finding."""
    if language == "terraform":
        blocks = [match[0] for match in _TERRAFORM_BLOCK.finditer(text)]
    else:
        _, _, resources = text.partition("\nResources:\n")
        blocks = [_outdented(match[0]) for match in _YAML_ENTRY.finditer(resources + "\n")]
    failing = next((block for block in blocks if re.search(r"#\s*fail:", block)), "")
    wanted = _type_of(failing)
    passing = next(
        (block for block in blocks if not _ANNOUNCED.search(block) and _type_of(block) == wanted and wanted), ""
    )
    return Example(_clean(failing), _clean(passing))


def _type_of(block: str) -> str:
    match = re.search(r'^(?:resource|data) "([^"]+)"', block) or re.search(r"^\s+Type: (\S+)", block, re.MULTILINE)
    return match[1] if match else block.partition(" ")[0]


def _outdented(block: str) -> str:
    return "\n".join(line[2:] for line in block.rstrip().splitlines())


def _clean(block: str) -> str:
    return _ANNOUNCED.sub("", block).rstrip()
