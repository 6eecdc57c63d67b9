"""Which findings of two runs are the same.

Two findings are the same if rule, file, resource, property and scenario are. Where several agree in all of these,
such as the entries of one list, those go together whose line is the same, and the rest by their order. So an entry
that is put before others is the new one, and an entry that is edited and still at fault is the old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from walint.policy.model import Finding, Report
from walint.report.fingerprints import Identity, identity
from walint.report.secrets import safe_lines


class Mark(NamedTuple):
    """What a finding is known by.

    Attributes:
        content: a short digest of the line it stands at, secrets starred out; white space does not count.
    """

    identity: Identity
    content: str


def marks(report: Report, findings: Iterable[Finding], path: Callable[[str], str]) -> list[Mark]:
    """The marks of some of a report's findings.

    Args:
        path: gives a file's path from a root that both runs share.
    """
    lines = safe_lines(report)
    out = []
    for finding in findings:
        text = re.sub(r"\s+", " ", lines.get(finding.span.file, {}).get(finding.span.line, "")).strip()
        out.append(Mark(identity(finding, path), sha256(text.encode("utf-8", "replace")).hexdigest()[:8]))
    return out


def pair(new: Sequence[Mark], old: Sequence[Mark]) -> list[int | None]:
    """For each new mark the position of the old one that it is the same as, None where there is none."""
    left: dict[Identity, list[int]] = {}
    for at, mark in enumerate(old):
        left.setdefault(mark.identity, []).append(at)
    out: list[int | None] = [None] * len(new)
    for exact in (True, False):
        for at, mark in enumerate(new):
            if out[at] is not None:
                continue
            candidates = left.get(mark.identity, [])
            found = next((it for it in candidates if not exact or old[it].content == mark.content), None)
            if found is not None:
                candidates.remove(found)
                out[at] = found
    return out
