"""Outcomes from one process to another: of a rule its id alone, since both sides have the rules themselves."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from typing import Any

from walint.outcome import Outcome
from walint.policy.model import Rule


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> str | None:
        return obj.id if isinstance(obj, Rule) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, rules: Mapping[str, Rule]) -> None:
        super().__init__(file)
        self._rules = rules

    def persistent_load(self, pid: Any) -> Rule:
        return self._rules[pid]


def dump(outcome: Outcome) -> bytes:
    made = io.BytesIO()
    _Pickler(made, pickle.HIGHEST_PROTOCOL).dump(outcome)
    return made.getvalue()


def load(data: bytes, rules: Mapping[str, Rule]) -> Outcome:
    made: Outcome = _Unpickler(io.BytesIO(data), rules).load()
    return made
