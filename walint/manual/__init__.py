"""The manual's pages that are made and not written: from the rules, their fixtures, and the command line itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from walint.manual.aliases import alias_page
from walint.manual.commands import command_page
from walint.manual.indexes import pillar_page, service_page
from walint.manual.rule import Shown, rule_page
from walint.policy import coverage, pack
from walint.policy.examples import Example
from walint.policy.explain import EXAMPLES
from walint.policy.framework import best_practices
from walint.policy.model import Rule

CATALOGUE: Final = "catalogue"


def committed() -> dict[str, str]:
    """The made pages that the repository shows as well, by their names below docs/."""
    return {"aliases.md": alias_page(pack.load()), "commands.md": command_page()}


def made(fixtures: Path) -> dict[str, str]:
    """The pages that only the site has, by their names below docs/.

    Args:
        fixtures: the folder with a folder for each service.
    """
    rules = pack.load()
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    practices = best_practices()
    pages = {
        f"{CATALOGUE}/{rule.id}.md": rule_page(rule, practices, _shown(rule, examples.get(rule.id, {}), fixtures))
        for rule in rules
    }
    pages[f"{CATALOGUE}/index.md"] = pillar_page(rules, practices)
    pages[f"{CATALOGUE}/services.md"] = service_page(rules)
    pages["coverage.md"] = coverage.page()
    return pages


def _shown(rule: Rule, examples: dict[str, list[str]], fixtures: Path) -> dict[str, Shown]:
    """What a rule's page shows in each language: what fails and what passes, or, where one is missing, the fixture."""
    found: dict[str, Shown] = {}
    for language, suffix in (("terraform", ".tf"), ("cloudformation", ".yaml")):
        example = Example(*examples.get(language, ("", "")))
        if all(example):
            found[language] = example
        elif texts := _fixture(rule, suffix, fixtures):
            found[language] = texts
    return found


def _fixture(rule: Rule, suffix: str, fixtures: Path) -> dict[str, str]:
    """The files of a rule's fixture in one language; a fixture of one file has no name of its own."""
    texts: dict[str, str] = {}
    for path in sorted((*fixtures.glob(f"*/{rule.id}.*"), *fixtures.glob(f"*/{rule.id}"))):
        for file in sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]:
            if file.suffix == suffix:
                # `baseline/modules/main.tf`
                name = file.relative_to(path.parent).as_posix().removeprefix(rule.id).lstrip("./")
                texts["" if path == file else name] = file.read_text(encoding="utf-8").strip()
    return texts
