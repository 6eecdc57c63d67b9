from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with a golden file; writes it where WALINT_GOLDEN=write asks for that."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("WALINT_GOLDEN") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return compare
