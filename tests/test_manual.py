"""The manual: what is made agrees with what it is made from, and the commands that it shows work."""

from __future__ import annotations

import os
import posixpath
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.repository import Repository
from tests.test_cli import Run
from walint.cli import quick
from walint.cli.commands import COMMANDS, command_of
from walint.cli.declare import Option, declared
from walint.manual import CATALOGUE, committed, made
from walint.policy.framework import best_practices
from walint.policy.pack import load

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
RULES = {rule.id: rule for rule in load()}
VOLUME = 'resource "aws_ebs_volume" "v" {\n  availability_zone = "eu-central-1a"\n  size = 10\n}\n'
BUCKETS = """\
resource "aws_s3_bucket" "plain" {} # fail: own-bucket-versioned
resource "aws_s3_bucket" "good" {}
resource "aws_s3_bucket_versioning" "good" {
  bucket = aws_s3_bucket.good.id
  versioning_configuration {
    status = "Enabled"
  }
}
"""
STACK = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"


@cache
def pages() -> dict[str, str]:
    """All pages of the site by name."""
    written = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    return written | made(ROOT / "fixtures")


@pytest.mark.parametrize("name", committed())
def test_made_pages_are_up_to_date(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == committed()[name], "out of date; `.venv/bin/python -m walint.manual` writes it anew"


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_page(rule: str) -> None:
    page = pages()[f"{CATALOGUE}/{rule}.md"]
    it = RULES[rule]
    for said in (it.title, it.rationale.strip(), it.remediation.strip(), *it.parameters, *it.references):
        assert said in page
    assert best_practices()[it.best_practice].title in page
    assert all(f"`{alias.partition(':')[2]}`" in page for alias in it.aliases)
    for language, title in (("terraform", "Terraform"), ("cloudformation", "CloudFormation")):
        assert (f'=== "{title}"' in page) is (language in it.languages)
    # The announcements of a fixture stand only where the page says what they mean.
    assert ("# fail:" in page) is ("The finding stands at" in page)
    assert ("walint fix" in page) is (it.fix is not None)


@pytest.mark.parametrize("name", ["index.md", "services.md"])
def test_lists_hold_all_rules(name: str) -> None:
    assert sorted(
        re.findall(r"^\| \[([a-z0-9-]+)\]\(\1\.md\)", pages()[f"{CATALOGUE}/{name}"], re.MULTILINE)
    ) == sorted(RULES)


def test_links_between_pages_lead_somewhere() -> None:
    lost = []
    for name, text in pages().items():
        for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*\.md)?(#[^)\s]+)?\)", text):
            page = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) if target else name
            if page not in pages() or (anchor and anchor[1:] not in anchors(pages()[page])):
                lost.append(f"{name}: {target}{anchor}")
    assert lost == []


def anchors(text: str) -> set[str]:
    """The names of a page's headings."""
    named = set(re.findall(r"^#+ .*\{ #([^ ]+) \}$", text, re.MULTILINE))
    plain = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return named | {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip()) for heading in plain}


def test_navigation_leads_to_every_page_but_those_of_single_rules() -> None:
    def leaves(part: object) -> Iterator[str]:
        if isinstance(part, str):
            yield part
        elif isinstance(part, list | dict):
            for inner in part.values() if isinstance(part, dict) else part:
                yield from leaves(inner)

    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    single = {f"{CATALOGUE}/{rule}.md" for rule in RULES}
    assert sorted(leaves(settings["nav"])) == sorted(set(pages()) - single)


def test_the_reference_names_each_command_and_option() -> None:
    text = committed()["commands.md"]
    for command in COMMANDS:
        part = text.partition(f"## walint {command}\n")[2].partition("\n## ")[0]
        assert part
        for parameter in declared(command_of(command)):
            if isinstance(parameter.how, Option):
                assert all(f"`{flag}`" in part for flag in parameter.flags)
            assert parameter.how.settings["help"].replace("|", "\\|") in part


# --- examples ---------------------------------------------------------------------------------------------------------


def commands(document: Path) -> list[list[str]]:
    """The calls of walint that a page shows, as arguments; what a shell does with the output is left out."""
    blocks = re.findall(
        r"^```(?:sh|console)\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    found = []
    for line in re.findall(r"^(?:\$ )?walint (.*)$", "\n".join(blocks), re.MULTILINE):
        words = shlex.split(line, comments=True)
        end = next((at for at, word in enumerate(words) if word in (">", "|")), len(words))
        found.append([os.path.basename(word) if word.startswith("$") else word for word in words[:end]])
    return found


DOCUMENTS = [document for document in (*sorted(DOCS.glob("*.md")), ROOT / "README.md") if commands(document)]
# What does not come back by itself, or needs a program that may not be there.
ELSEWHERE = {"--watch", "--with"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One with what the pages speak of."""
    made_here = Repository(tmp_path / "r")
    made_here.commit({"infra/main.tf": VOLUME, "stacks/main.tf": VOLUME, "stack.yaml": STACK})
    made_here.git("update-ref", "refs/remotes/origin/main", "HEAD")
    rule = re.findall(r"```yaml\n# policies/volumes\.yaml\n(.*?)```", own_rules(), re.DOTALL)[0]
    fixture = re.findall(r"```hcl\n# policies/fixtures/own-volume-small\.tf\n(.*?)```", own_rules(), re.DOTALL)[0]
    made_here.write({"policies/volumes.yaml": rule, "policies/fixtures/own-volume-small.tf": fixture})
    return made_here


def own_rules() -> str:
    return (DOCS / "own-rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_are_shown_work(
    document: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository.folder)
    walint = Run(repository.folder, monkeypatch, capfd)
    walint("check", "infra", "--output", "sarif=walint.sarif", "--output", "sarif=other.sarif")
    walint("review", "infra", "--format", "json", "--output", "earlier.json")
    walint("baseline")
    for arguments in commands(document):
        if ELSEWHERE & set(arguments) or "examples/cloudformation" in arguments:
            assert quick.arguments(command_of(arguments[0]), arguments[1:]) is not None, arguments
        else:
            ran = walint(*arguments)
            assert ran.code in (0, 1), f"{shlex.join(arguments)}: {ran.err}"


def test_the_rule_that_is_shown_passes_its_test(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository.folder)
    ran = Run(repository.folder, monkeypatch, capfd)("test", "policies")
    assert (ran.code, ran.out) == (0, "")


def test_the_rule_in_the_place_of_another_tools_passes_its_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    walint = Run(tmp_path, monkeypatch, capfd)
    shown = re.findall(r"```yaml\n(- id: own-.*?)```", (DOCS / "migrating.md").read_text(encoding="utf-8"), re.DOTALL)
    walint.file("policies/shown.yaml", "".join(shown))
    walint.file("policies/own-bucket-versioned.tf", BUCKETS)
    assert walint("test", "policies").code == 0
