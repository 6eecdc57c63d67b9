"""Which rules a suppression's name means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

from walint.policy.model import Rule
from walint.policy.selection import own_names
from walint.policy.suppressions.model import Directive

# "Store and use secrets securely": what other tools call by one id for each kind of secret.
_SECRETS: Final = "SEC02-BP03"
_GLOB: Final = re.compile(r"[*?\[]")


class Names:
    """Tells which of a run's rules a directive means."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = list(rules)
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        self._by_name: dict[bool, dict[str, list[str]]] = {}

    def of(self, directive: Directive) -> frozenset[str]:
        """The ids of the rules that a directive means."""
        key = (directive.syntax, directive.name)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = frozenset(self._find(*key))
        return found

    def _find(self, syntax: str, name: str) -> Iterator[str]:
        if not name:
            return
        patterns = _patterns(syntax, name)
        secrets = syntax == "checkov" and name.startswith("CKV_SECRET_")
        secrets = secrets or (syntax in ("tfsec", "trivy") and name == "general-secrets-no-plaintext-exposure")
        called = self._called(syntax == "walint")
        globs = [pattern for pattern in patterns if _may_match(pattern, called)]
        exact = {id_ for pattern in patterns for id_ in called.get(pattern, ())}
        for rule in self._rules:
            meant = rule.id in exact or (secrets and rule.best_practice == _SECRETS)
            if meant or (globs and any(fnmatchcase(known, glob) for glob in globs for known in _names(rule, syntax))):
                yield rule.id

    def _called(self, own: bool) -> dict[str, list[str]]:
        """The ids of the rules by each of their names."""
        found = self._by_name.get(own)
        if found is None:
            found = self._by_name[own] = {}
            for rule in self._rules:
                for name in _names(rule, "walint" if own else ""):
                    found.setdefault(name, []).append(rule.id)
        return found


def _may_match(pattern: str, names: Iterable[str]) -> bool:
    """Whether a pattern has wildcards and some name begins as it does: most tools have ids that no rule goes by."""
    special = _GLOB.search(pattern)
    return special is not None and any(name.startswith(pattern[: special.start()]) for name in names)


def _names(rule: Rule, syntax: str) -> tuple[str, ...]:
    return own_names(rule) if syntax == "walint" else (rule.id, *rule.aliases)


def _patterns(syntax: str, name: str) -> tuple[str, ...]:
    """A tool's name for a control as patterns of aliases and ids."""
    match syntax:
        case "walint":
            return (name,)
        case "tfsec" | "trivy":
            if name == "*":
                return ("*",)
            # Older ids of trivy begin with AVD-, those of tfsec are words.
            words = _foreign()["tfsec"]
            ids = {name.upper().removeprefix("AVD-"), *(words[known] for known in words if fnmatchcase(known, name))}
            more = _foreign()["trivy"]
            return (
                *(f"trivy:{id_}" for id_ in sorted(ids)),
                *(rule for id_ in sorted(ids) for rule in more.get(id_, ())),
            )
        case "cfn_nag":
            return (f"cfn_nag:{name}", *_foreign()["cfn_nag"].get(name, ()))
        case "cfn-lint":
            # E3 stands for all of its kind.
            return (f"cfn-lint:{name}*",)
        case _:
            return (f"{syntax}:{name}",)


@cache
def _foreign() -> dict[str, Any]:
    """Ids of other tools that no rule has as an alias: tfsec's with trivy's for the same, cfn_nag's with our rules."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("foreign.json").read_text(encoding="utf-8"))
    return found
