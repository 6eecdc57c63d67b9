"""What is shipped for build servers: valid for its consumer, and its scripts do what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.repository import Repository
from tests.test_history import FAULTY, MENDED

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
COMPONENT, JOBS = yaml.safe_load_all((ROOT / "templates" / "walint.yml").read_text(encoding="utf-8"))
DOCS = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent


def valid(schema: str, path: Path) -> None:
    """The consumer's schema, as check-jsonschema ships it, takes a file."""
    program = PROGRAMS / "check-jsonschema"
    ran = subprocess.run(
        [program, "--builtin-schema", f"vendor.{schema}", path], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def example(heading: str) -> str:
    """The first YAML block below a heading of the manual."""
    return re.search(rf"^## {heading}$.*?^```yaml\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)[1]


def bash(script: str, folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GIT_", "CI_"))}
    path = {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder, env={**kept, **path, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


# --- GitHub -----------------------------------------------------------------------------------------------------------


def test_the_action_and_its_example_are_valid(tmp_path: Path) -> None:
    valid("github-actions", ROOT / "action.yml")
    workflow = tmp_path / "walint.yml"
    workflow.write_text(example("GitHub Actions").replace("OWNER/walint@REF", "owner/walint@v1"), encoding="utf-8")
    valid("github-workflows", workflow)


def test_every_input_is_described_in_the_manual_and_used() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \|.*\| (.*?) ?\|$", DOCS, re.MULTILINE))
    assert rows == {name: f"`{it['default']}`" if it["default"] else "" for name, it in ACTION["inputs"].items()}
    steps = json.dumps(ACTION["runs"]["steps"])
    assert all(f"inputs.{name}" in steps for name in ACTION["inputs"])


def test_no_script_of_the_action_holds_what_comes_from_outside() -> None:
    assert not [step for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")]


def act(folder: Path, **inputs: str) -> tuple[int, str, dict[str, str], str]:
    """The action's linting step: exit code, log, outputs, summary."""
    (step,) = [step for step in ACTION["runs"]["steps"] if step.get("id") == "check"]
    runner = folder.with_name(f"{folder.name}-runner")
    runner.mkdir(exist_ok=True)
    (runner / "output").write_text("")
    given = {name: inputs.get(name.replace("-", "_"), it["default"]) for name, it in ACTION["inputs"].items()}
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    files = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
    variables |= {"RUNNER_TEMP": str(runner), **{name: str(runner / file) for name, file in files.items()}}
    ran = bash(step["run"], folder, variables)
    outputs = dict(line.split("=", 1) for line in (runner / "output").read_text().splitlines())
    summary = runner / "summary"
    return ran.returncode, ran.stdout + ran.stderr, outputs, summary.read_text() if summary.exists() else ""


def test_the_action_annotates_sums_up_and_leaves_sarif(tmp_path: Path) -> None:
    (tmp_path / "a b.yaml").write_text(FAULTY)
    code, log, outputs, summary = act(tmp_path, paths="a b.yaml\n", args="--select\nencrypted-volumes\n")
    assert code == 1
    assert log.startswith("::error file=a b.yaml,line=7,")
    assert summary.startswith("### walint: 1 finding in 1 file")
    (result,) = json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"]
    assert result["ruleId"] == "ebs-volume-encrypted"


def test_the_action_reports_only_what_is_new(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({"a.yaml": FAULTY})
    only = "--select\nencrypted-volumes"
    assert act(tmp_path, since="HEAD", args=only)[0] == 0
    repository.write({"b.yaml": FAULTY})
    code, log, outputs, _ = act(tmp_path, since="HEAD", args=only)
    assert code == 1
    assert "a.yaml" not in log
    assert len(json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"]) == 1
    assert act(tmp_path, fail_on="never", args=only)[0] == 0
    assert act(tmp_path, fail_on="critical", args=only)[0] == 0


def test_the_action_leaves_no_sarif_where_walint_could_not_run(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FAULTY)
    code, log, outputs, _ = act(tmp_path, baseline="none.json")
    assert (code, outputs) == (2, {})
    assert "`walint baseline --output none.json` writes it" in log


@pytest.mark.parametrize("text", ["$(touch hit)", "`touch hit`", '"; touch hit; "', "--output=csv=hit"])
def test_the_action_runs_nothing_that_a_path_says(tmp_path: Path, text: str) -> None:
    code, log, *_ = act(tmp_path, paths=text)
    assert code == 2
    assert "no such file or folder" in log
    assert not (tmp_path / "hit").exists()


# --- GitLab -----------------------------------------------------------------------------------------------------------


def test_the_component_is_valid(tmp_path: Path) -> None:
    filled = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", "x", yaml.safe_dump(JOBS))
    path = tmp_path / ".gitlab-ci.yml"
    path.write_text(filled, encoding="utf-8")
    valid("gitlab-ci", path)
    assert set(re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(JOBS))) == set(COMPONENT["spec"]["inputs"])


@pytest.mark.parametrize(("new", "code"), [(FAULTY, 1), (MENDED, 0)])
def test_the_component_reports_what_a_merge_request_brings(tmp_path: Path, new: str, code: int) -> None:
    repository = Repository(tmp_path)
    base = repository.commit({"infra/a.yaml": FAULTY})
    repository.write({"infra/b.yaml": new})
    script = "\n".join(line for line in JOBS["walint"]["script"] if not line.startswith("pip "))
    variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "WALINT_PATHS": "infra", "WALINT_FAIL_ON": "high"}
    ran = bash(script, tmp_path, {**variables, "WALINT_SINCE": "", "WALINT_BASELINE": ""})
    assert ran.returncode == code, ran.stderr
    quality = json.loads((tmp_path / "gl-code-quality-report.json").read_text())
    assert {issue["location"]["path"] for issue in quality} <= {"infra/b.yaml"}
    assert ("ebs-volume-encrypted" in {issue["check_name"] for issue in quality}) == bool(code)
    assert (tmp_path / "walint.xml").exists()


# --- Azure Pipelines, containers --------------------------------------------------------------------------------------


def test_the_example_for_azure_pipelines_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "azure-pipelines.yml"
    path.write_text(example("Azure Pipelines"), encoding="utf-8")
    valid("azure-pipelines", path)


def test_the_container_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users[-1:] == ["1000:1000"]
