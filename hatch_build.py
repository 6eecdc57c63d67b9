"""Build hook: compiles the rule pack and the vocabulary into walint/data, which the wheel carries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileData(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        try:
            from walint.policy.build import build_all

            build_all(Path(self.root))
        finally:
            sys.path.remove(self.root)
