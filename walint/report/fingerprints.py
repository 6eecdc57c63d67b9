"""What a finding is recognised by in a later run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple

from walint.graph import without_keys
from walint.policy.model import Finding


class Identity(NamedTuple):
    """What does not change while lines move.

    Attributes:
        file: its path from a root that stays.
        address: the resource's, without instance keys.
        property: its path in the common vocabulary.
        when: the scenario.
    """

    rule: str
    file: str
    address: str
    property: str
    when: str


def fingerprints(findings: Iterable[Finding], path: Callable[[str], str]) -> list[str]:
    """One fingerprint for each finding, in order: 32 hexadecimal digits, a colon, an ordinal.

    Made of rule, file, resource, property and scenario, so lines may move and other parts of the file change.
    Findings that agree in all of these (items of one list) are told apart by their order, from 1.

    Args:
        path: gives a file's path from the repository's root, so that the working directory makes no difference.
    """
    seen: dict[str, int] = {}
    found = list(findings)
    out = [""] * len(found)
    # What is gone comes last, so that it takes no number from what is there.
    for at in sorted(range(len(found)), key=lambda at: found[at].state == "absent"):
        # The unit separator stands in none of them as templates are written; json would do as well, only slower.
        key = "\x1f".join(identity(found[at], path))
        digest = sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
        seen[digest] = ordinal = seen.get(digest, 0) + 1
        out[at] = f"{digest}:{ordinal}"
    return out


def identity(finding: Finding, path: Callable[[str], str]) -> Identity:
    """What makes a finding the same in a later run."""
    address = min(map(without_keys, finding.addresses), default="")
    return Identity(finding.rule.id, path(finding.span.file), address, finding.path, finding.when)
