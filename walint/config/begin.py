"""A first configuration file, out of what a repository holds."""

from __future__ import annotations

import os
import posixpath
from typing import Final, NamedTuple

# How people call the files of one environment; variables of production are no default for all.
_ENVIRONMENTS: Final = ("dev", "development", "test", "qa", "stage", "staging", "sandbox", "prod", "production")


class Found(NamedTuple):
    """What discovery found, as paths below the configuration's folder, with forward slashes."""

    modules: tuple[str, ...]
    templates: tuple[str, ...]
    variable_files: tuple[str, ...]


def first_config(found: Found) -> str:
    """The text of a first `.walint.yaml`: what is chosen anyway, said aloud, and what the repository suggests."""
    lines = [
        "# Configuration of walint. `walint config` shows what is in force; `walint explain RULE` a rule's parameters.",
        f"# Found here: {_counted(len(found.modules), 'Terraform folder')}, "
        f"{_counted(len(found.templates), 'CloudFormation template')}.",
        "",
        "# recommended: what most teams would fix. strict: all rules.",
        "profile: recommended",
        "",
        "# The least severity that ends in exit code 1: critical, high, medium, low, info.",
        "fail-on: low",
        "",
        "# What was there before and is not reported: the file that `walint baseline` writes.",
        "# baseline: .walint-baseline.json",
        "",
        "# Rules, patterns (s3-*), services, pillars, severities or best practices to leave out.",
        "ignore: []",
        "",
        "# The tags that every resource must have.",
        "# required-tags: [Owner, CostCenter]",
        "",
        "# Parameters of rules.",
        "# rules:",
        "#   rds-backup-retention: {days: 14}",
        "",
        "# suppressions:",
        "#   require-reason: true",
        "#   protected: [iam-*]",
    ]
    examples = sorted({folder for path in (*found.modules, *found.templates) if (folder := _example(path))})
    if examples:
        named = ", ".join(_quoted(folder) for folder in examples)
        lines += ["", "# Templates and root modules not to judge.", f"# exclude: [{named}]"]
    groups = _by_folder(found)
    if groups:
        lines += ["", "# What each root module is judged with; files that Terraform reads by itself need no line."]
        lines.append("overrides:")
        for folder, files in groups.items():
            lines += [
                f"  - paths: [{_quoted(f'{folder}/') if folder else '.'}]",
                "    terraform:",
                f"      variable-files: [{_quoted(files[0])}]" + (f" # or {', '.join(files[1:])}" if files[1:] else ""),
            ]
    return "\n".join(lines) + "\n"


def _by_folder(found: Found) -> dict[str, list[str]]:
    """The files of variables for each folder with a root module, production first: what it decides matters most."""
    modules = set(found.modules)
    groups: dict[str, list[str]] = {}
    for path in found.variable_files:
        folder = posixpath.dirname(path)
        while folder not in modules and folder:
            folder = posixpath.dirname(folder)
        if folder in modules and not _example(folder):
            groups.setdefault(folder, []).append(path)
    return {folder: sorted(files, key=_last_first) for folder, files in sorted(groups.items())}


def _last_first(path: str) -> tuple[int, str]:
    name = os.path.basename(path).partition(".")[0].lower()
    found = [at for at, word in enumerate(_ENVIRONMENTS) if word in name]
    return -max(found, default=-1), path


def _example(path: str) -> str | None:
    """The folder of examples or tests that a path lies in."""
    steps = path.split("/")
    for at, step in enumerate(steps):
        if step in ("examples", "example", "tests", "test", "fixtures"):
            return "/".join(steps[: at + 1]) + "/"
    return None


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'s' * (number != 1)}"


def _quoted(text: str) -> str:
    """A YAML scalar, quoted where it would be something else."""
    plain = text.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum() and text[0] not in "-."
    return text if plain else "'" + text.replace("'", "''") + "'"
