"""Writes the made pages that the repository shows: `python -m walint.manual`."""

from __future__ import annotations

from pathlib import Path

from walint.manual import committed

if __name__ == "__main__":
    for name, text in committed().items():
        (Path(__file__).parent.parent.parent / "docs" / name).write_text(text, encoding="utf-8")
