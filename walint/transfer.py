"""Outcomes from one process to another: of a rule its id and severity, since both sides have the rules themselves."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from walint.outcome import Outcome
from walint.policy.model import Rule, Severity


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> tuple[str, Severity] | None:
        return (obj.id, obj.severity) if isinstance(obj, Rule) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, rules: Mapping[str, Rule]) -> None:
        super().__init__(file)
        self._rules = rules
        self._others: dict[tuple[str, Severity], Rule] = {}

    def persistent_load(self, pid: Any) -> Rule:
        id_, severity = pid
        rule = self._rules[id_]
        return rule if rule.severity == severity else self._other(rule, severity)

    def _other(self, rule: Rule, severity: Severity) -> Rule:
        """A rule with the severity that a configuration gives it."""
        key = (rule.id, severity)
        if key not in self._others:
            self._others[key] = replace(rule, severity=severity)
        return self._others[key]


def dump(outcome: Outcome) -> bytes:
    made = io.BytesIO()
    _Pickler(made, pickle.HIGHEST_PROTOCOL).dump(outcome)
    return made.getvalue()


def load(data: bytes, rules: Mapping[str, Rule]) -> Outcome:
    made: Outcome = _Unpickler(io.BytesIO(data), rules).load()
    return made
