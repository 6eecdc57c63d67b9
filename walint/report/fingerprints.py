"""What a finding is recognised by in a later run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256

from walint.graph import without_keys
from walint.policy.model import Finding


def fingerprints(findings: Iterable[Finding], path: Callable[[str], str]) -> list[str]:
    """One fingerprint for each finding, in order: 32 hexadecimal digits, a colon, an ordinal.

    Made of rule, file, resource, property and scenario, so lines may move and other parts of the file change.
    Findings that agree in all of these (items of one list) are told apart by their order, from 1.

    Args:
        path: gives a file's path from the repository's root, so that the working directory makes no difference.
    """
    seen: dict[str, int] = {}
    out = []
    for finding in findings:
        address = min(map(without_keys, finding.addresses), default="")
        # The unit separator stands in none of them as templates are written; json would do as well, only slower.
        key = "\x1f".join((finding.rule.id, path(finding.span.file), address, finding.path, finding.when))
        digest = sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
        seen[digest] = ordinal = seen.get(digest, 0) + 1
        out.append(f"{digest}:{ordinal}")
    return out
