"""The repository as a whole: nothing in it that belongs elsewhere, and what it says of itself is so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

import walint

ROOT = Path(__file__).parent.parent
# Folders that are made, not written.
MADE_PAGES = "catalogue/"  # of the manual; test_manual follows links to them
MADE = {".git", ".venv", "__pycache__", "build", "dist", "data", "node_modules"}


@cache
def files() -> tuple[Path, ...]:
    """The files that belong to the project: git's own list, or in an unpacked release all that is there."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return tuple(path for name in sorted(listed.split("\0")) if name and (path := ROOT / name).is_file())
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not MADE & set(path.relative_to(ROOT).parts) and "cache" not in str(path)
    )


@cache
def texts() -> dict[str, str]:
    """The project's files that are text, by their path below its root."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in files()
        if path.suffix not in (".png", ".gif")
    }


def found(pattern: str) -> list[str]:
    """Where a pattern occurs: `FILE:LINE: the match`."""
    expression = re.compile(pattern)
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for name, text in texts().items()
        for match in expression.finditer(text)
    ]


def test_files_are_known() -> None:
    assert ROOT / "pyproject.toml" in files()
    assert len(files()) > 50


def test_no_path_of_a_developers_machine() -> None:
    home = r"home/(?!ec2-user\b|ubuntu\b|admin\b|someone\b)\w+"
    assert found(rf"""(?<![\w.}}*])/(?:work|root|Users|{home})/\w[^\s"']*""") == []


SECRETS = {
    "AWS key id": r"\b(?:AKIA|ASIA)(?!\w*EXAMPLE)[A-Z0-9]{16}\b",
    "AWS secret key": r"""(?i)secret_?access_?key["']?\s*[:=]\s*["']?(?!\S*EXAMPLE)[A-Za-z0-9/+]{40}\b""",
    "private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+(?!\S*EXAMPLE)[A-Za-z0-9+/]{40}",
    "GitHub token": r"\bgh[pousr]_(?!\w*EXAMPLE)[A-Za-z0-9]{36}\b",
    "GitLab token": r"\bglpat-(?!\S*EXAMPLE)[\w-]{20}\b",
    "Slack token": r"\bxox[abprs]-(?!\S*EXAMPLE)\d{8,}-[\w-]{12,}\b",
    "Stripe key": r"\b[rs]k_live_(?!\w*EXAMPLE)[A-Za-z0-9]{20,}\b",
    "Google key": r"\bAIza(?!\S*EXAMPLE)[\w-]{35}\b",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_nothing_looks_like_a_live_secret(kind: str) -> None:
    assert found(SECRETS[kind]) == []


def test_the_pattern_for_secrets_finds_one() -> None:
    key = "AKIA" + "Q7W5E3R2T6Y4U7I5"
    assert re.search(SECRETS["AWS key id"], f"key = {key!r}")
    assert not re.search(SECRETS["AWS key id"], "AKIAIOSFODNN7EXAMPLE")


def test_every_yaml_file_can_be_read() -> None:
    faults = []
    for path in files():
        if path.suffix in (".yaml", ".yml"):
            try:
                for _ in yaml.compose_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
                    pass
            except yaml.YAMLError as error:
                faults.append(f"{path.relative_to(ROOT)}: {error}")
    assert faults == []


def test_nothing_is_left_to_be_done() -> None:
    assert found(r"(?:#|//|<!--)\s*(?:TODO|FIXME|XXX)\b") == []


def documents() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert [
        target for target in targets if not (document.parent / target).exists() and not target.startswith(MADE_PAGES)
    ] == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
    assert named - targets == set()


def options() -> dict[str, set[str]]:
    """The commands of the command line, each with its options, asked of it."""
    from typer.main import get_command

    from walint.cli.app import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    return {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in commands.items()
    }


def test_readme_shows_commands_and_options_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"```(?:sh|console)\n(.*?)```", readme, re.DOTALL))
    used = re.findall(r"^(?:\$ )?walint ([a-z]+)(.*)$", shown, re.MULTILINE)
    assert used
    there = options()
    assert [command for command, _ in used if command not in there] == []
    assert [
        option for command, rest in used for option in re.findall(r"--[a-z-]+", rest) if option not in there[command]
    ] == []


@pytest.mark.parametrize("name", ["README.md", "docs/index.md"])
def test_what_walint_prints_is_shown_as_it_is(name: str) -> None:
    shown = re.findall(r"```console\n\$ walint (.*)\n([\s\S]*?)```", (ROOT / name).read_text(encoding="utf-8"))
    assert shown
    for arguments, output in shown:
        ran = subprocess.run(
            [sys.executable, "-c", "from walint.cli import main; main()", *arguments.split()],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.stdout == output, ran.stderr


def test_changelog_speaks_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[?([^\]\s]+)", changelog, re.MULTILINE)
    assert versions[0] in ("Unreleased", walint.__version__)


def test_the_locks_name_exact_versions_with_hashes_and_no_host() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for name, wanted in (
        ("dev", project["dependencies"] + extras["dev"]),
        ("docs", extras["docs"]),
        ("fuzz", extras["fuzz"]),
    ):
        text = (ROOT / "locks" / f"{name}.txt").read_text()
        assert "://" not in text
        entries = text.replace("\\\n", " ").splitlines()
        locked = {re.split("[=<>!~ ;]", entry)[0] for entry in entries}
        assert all(re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
        assert {re.split("[=<>!~ ;]", requirement)[0] for requirement in wanted} <= locked
