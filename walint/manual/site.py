"""What mkdocs is told besides mkdocs.yml: the made pages, and where a rule that a text names has its page."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from mkdocs.structure.files import File, Files

from walint.manual import CATALOGUE, made
from walint.policy import pack

_FENCED: Final = re.compile(r"(^[ \t]*```.*?^[ \t]*```[ \t]*$)", re.MULTILINE | re.DOTALL)
_NAMED: Final = re.compile(r"(?<!\[)`([a-z][a-z0-9]*(?:-[a-z0-9]+)+)`(?!\])")


def on_files(files: Files, config: Any) -> Files:
    for name, text in made(Path(config.config_file_path).parent / "fixtures").items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Each rule that a text names becomes a link to the rule's page."""
    folder = posixpath.dirname(page.file.src_uri)

    def link(match: re.Match[str]) -> str:
        if match[1] not in _ids():
            return match[0]
        return f"[{match[0]}]({posixpath.relpath(f'{CATALOGUE}/{match[1]}.md', folder or '.')})"

    # What stands between the fences is every second part.
    parts = _FENCED.split(markdown)
    return "".join(part if at % 2 else _NAMED.sub(link, part) for at, part in enumerate(parts))


@cache
def _ids() -> frozenset[str]:
    return frozenset(rule.id for rule in pack.load())
