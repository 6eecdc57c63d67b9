"""The hooks for pre-commit: which files they take, and what they do in a repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

MANIFEST = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}
PROGRAMS = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("file", "hook"),
    [
        ("stack.yaml", "walint-cloudformation"),
        ("infra/stack.yml", "walint-cloudformation"),
        ("stack.json", "walint-cloudformation"),
        ("stack.template", "walint-cloudformation"),
        ("cdk.out/App.template.json", "walint-cloudformation"),
        ("main.tf", "walint-terraform"),
        ("modules/a/main.tofu", "walint-terraform"),
        ("main.tf.json", "walint-terraform"),
        ("main.tofu.json", "walint-terraform"),
        ("prod.tfvars", "walint-terraform"),
        ("prod.auto.tfvars.json", "walint-terraform"),
        ("README.md", None),
        ("a.txt", None),
        ("tf", None),
        ("main.tf.bak", None),
        ("yaml/readme", None),
    ],
)
def test_each_file_goes_to_one_hook(file: str, hook: str | None) -> None:
    taken = [
        name
        for name, settings in HOOKS.items()
        if re.search(settings["files"], file) and not re.search(settings.get("exclude", "^$"), file)
    ]
    assert taken == ([] if hook is None else [hook])


def program(name: str) -> str:
    """A program installed beside this interpreter."""
    path = PROGRAMS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed beside {sys.executable}")
    return str(path)


def test_pre_commit_accepts_the_manifest() -> None:
    subprocess.run([program("pre-commit"), "validate-manifest", MANIFEST], check=True)


STACK = """\
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-central-1a
      Size: 10
      Encrypted: {encrypted}
"""
MODULE = """\
variable "encrypted" {{
  default = {encrypted}
}}
"""
VOLUME = """\
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = var.encrypted
}
"""


def repository(folder: Path, files: dict[str, str], *arguments: str) -> Path:
    """A git repository whose files are all staged, with this project's hooks run from this environment.

    Args:
        arguments: of the hooks.
    """
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    walint = program("walint")
    hooks = [
        {**hook, "language": "system", "entry": hook["entry"].replace("walint", walint, 1), "args": [*arguments]}
        for hook in HOOKS.values()
    ]
    config = yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    stage(folder, {**files, ".pre-commit-config.yaml": config})
    return folder


def stage(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    subprocess.run(["git", "-C", folder, "add", "--all"], check=True)


def run_hook(folder: Path, hook: str, *arguments: str) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    ran = subprocess.run(
        [program("pre-commit"), "run", hook, "--color=never", *arguments],
        cwd=folder,
        env={**environment, "PRE_COMMIT_HOME": str(folder / ".git" / "pre-commit")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def test_cloudformation_hook_fails_with_the_findings_and_passes_once_mended(tmp_path: Path) -> None:
    folder = repository(tmp_path, {"stack.yaml": STACK.format(encrypted="false"), "values.yaml": "name: no template\n"})
    code, output = run_hook(folder, "walint-cloudformation")
    assert code == 1
    assert "ebs-volume-encrypted" in output
    assert "stack.yaml" in output
    stage(folder, {"stack.yaml": STACK.format(encrypted="true")})
    assert run_hook(folder, "walint-cloudformation")[0] == 0


def test_terraform_hook_judges_the_module_of_a_changed_file(tmp_path: Path) -> None:
    bad, good = (MODULE.format(encrypted=encrypted) for encrypted in ("false", "true"))
    folder = repository(tmp_path, {"infra/variables.tf": bad, "infra/volumes.tf": VOLUME, "other/volumes.tf": VOLUME})
    code, output = run_hook(folder, "walint-terraform", "--files", "infra/variables.tf")
    assert code == 1
    assert "ebs-volume-encrypted" in output
    assert "infra/volumes.tf" in output
    assert "other/" not in output
    stage(folder, {"infra/variables.tf": good})
    assert run_hook(folder, "walint-terraform", "--files", "infra/variables.tf")[0] == 0


def test_hooks_leave_other_files_alone(tmp_path: Path) -> None:
    folder = repository(tmp_path, {"README.md": "# Text\n"})
    code, output = run_hook(folder, "walint-terraform", "--all-files")
    assert code == 0
    assert "no files to check" in output
