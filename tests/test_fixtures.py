"""Every rule against its fixtures: the announced findings, all of them, and none besides."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

import walint
from walint.policy.pack import load

FIXTURES = Path(__file__).parent.parent / "fixtures"
RULES = {rule.id: rule for rule in load()}
SUFFIXES = {".tf": "terraform", ".yaml": "cloudformation"}
TEMPLATES = sorted(path for path in FIXTURES.glob("*/*") if path.suffix in SUFFIXES or path.is_dir())
PARAMETERS = re.compile(r"^#\s*with:\s*(\w+)\s*=\s*(.+)$", re.MULTILINE)
ANNOUNCED = re.compile(r"#\s*(fail|open):\s*([a-z0-9-]+)")


def files_of(template: Path) -> list[Path]:
    """A fixture is one file, or a folder where one file is not enough (modules, nested stacks)."""
    return sorted(p for p in template.rglob("*") if p.is_file()) if template.is_dir() else [template]


def announced(template: Path) -> list[tuple[str, int, str, str]]:
    return sorted(
        (file.name, number, match[1], match[2])
        for file in files_of(template)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        for match in ANNOUNCED.finditer(line)
    )


def parameters_of(template: Path) -> dict[str, object]:
    """What a fixture's lines such as `# with: account_baseline = true` give the rule's parameters."""
    texts = [file.read_text(encoding="utf-8") for file in files_of(template)]
    return {name: yaml.safe_load(value) for text in texts for name, value in PARAMETERS.findall(text)}


def with_keys(text: str) -> str:
    """A fixture with keys in the place of those of AWS's manuals, which are no secrets: no file may hold a real one."""
    return text.replace("IOSFODNN7EXAMPLE", "IOSFODNN7WALINT2").replace("bPxRfiCYEXAMPLEKEY", "bPxRfiCYWALINT2KEY")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_findings_are_exactly_the_announced_ones(template: Path, tmp_path: Path) -> None:
    rule = template.name.partition(".")[0]
    assert rule in RULES, f"{template.name} is named after no rule"
    # Terraform judges a folder as one module, so each fixture gets a folder of its own.
    if template.is_dir():
        shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    else:
        shutil.copy(template, tmp_path)
    for file in files_of(tmp_path):
        file.write_text(with_keys(file.read_text(encoding="utf-8")), encoding="utf-8")
    report = walint.check([tmp_path], profile="strict", select=[rule], rule_parameters={rule: parameters_of(template)})
    assert not [problem for problem in report.problems if problem.severity == "error"]
    found = [
        (Path(finding.span.file).name, finding.span.line, finding.verdict, finding.rule.id)
        for finding in report.findings
    ]
    assert sorted(found) == announced(template)
    assert not report.surprises
    assert report.passed.get(rule), f"{template.name} has no resource that passes"
    assert any(finding.verdict == "fail" for finding in report.findings), f"{template.name} has none that fails"


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_fixture_in_each_of_its_languages(rule: str) -> None:
    there = {
        SUFFIXES[file.suffix]
        for template in TEMPLATES
        if template.name.partition(".")[0] == rule
        for file in files_of(template)
        if file.suffix in SUFFIXES
    }
    assert there >= set(RULES[rule].languages)
