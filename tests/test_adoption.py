"""A team takes walint up, with the real pre-commit: a baseline, a branch with a fault, a suppression."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.test_pre_commit import program, repository

BASELINE = ".walint-baseline.json"
OLD = """\
Resources:
  Old:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-central-1a
      Size: 10
      Encrypted: false
"""
NEW = """\
  New:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-central-1a
      Size: 20
      Encrypted: false
"""
VOLUMES = """\
variable "encrypted" {
  default = true
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = var.encrypted
}
"""


class Team:
    """A repository whose commits run the hooks, and the command beside it."""

    def __init__(self, folder: Path) -> None:
        arguments = ("--baseline", BASELINE, "--select", "ebs-volume-encrypted")
        self.folder = repository(folder, {"stack.yaml": OLD, "infra/main.tf": VOLUMES}, *arguments)
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self._environment |= {
            "PRE_COMMIT_HOME": str(folder / ".git" / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        for who in ("AUTHOR", "COMMITTER"):
            self._environment |= {f"GIT_{who}_NAME": "tests", f"GIT_{who}_EMAIL": "tests@example.com"}

    def run(self, *command: str) -> tuple[int, str]:
        ran = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr

    def walint(self, *arguments: str) -> tuple[int, str]:
        return self.run(program("walint"), *arguments, "--select", "ebs-volume-encrypted")

    def commit(self, message: str) -> tuple[int, str]:
        self.run("git", "add", "--all")
        return self.run("git", "commit", "--message", message)

    def edit(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")


def test_a_team_takes_walint_up(tmp_path: Path) -> None:
    team = Team(tmp_path)
    team.run("git", "checkout", "-b", "main")
    assert team.run(program("pre-commit"), "install")[0] == 0

    # Without a baseline the hook tells how to make one; with it, what is there does not stand in the way.
    code, said = team.commit("walint")
    assert code == 1
    assert "`walint baseline --output .walint-baseline.json` writes it" in said
    assert team.walint("baseline")[0] == 0
    assert team.commit("walint")[0] == 0

    # In a branch somebody adds a fault, and elsewhere turns a default that a resource depends on.
    team.run("git", "checkout", "--quiet", "-b", "feature")
    team.edit("stack.yaml", f"# volumes of the shop\n{OLD}{NEW}")
    team.edit("infra/main.tf", VOLUMES.replace("default = true", "default = false"))
    code, said = team.commit("a second volume")
    assert code == 1
    assert "Volume New is not encrypted" in said
    assert "Volume aws_ebs_volume.data is not encrypted" in said
    assert "Volume Old" not in said
    code, said = team.walint("check", "--since", "main", "--quiet")
    assert code == 1
    assert [line.split(": ")[0] for line in said.splitlines()] == ["infra/main.tf:8:3", "stack.yaml:14:7"]

    # One is mended, the other suppressed with a reason: the commit goes through, and the reason stays on record.
    team.edit("infra/main.tf", VOLUMES)
    ignored = NEW.replace(
        "      Encrypted", "      # walint:ignore ebs-volume-encrypted holds nothing but a cache\n      Encrypted"
    )
    team.edit("stack.yaml", f"# volumes of the shop\n{OLD}{ignored}")
    code, said = team.commit("a second volume")
    assert code == 0, said
    code, said = team.walint("check", "--since", "main", "--format", "sarif")
    results = {
        it["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: it
        for it in json.loads(said)["runs"][0]["results"]
    }
    assert code == 0
    assert {name: it["baselineState"] for name, it in results.items()} == {"Old": "unchanged", "New": "new"}
    assert [it["justification"] for it in results["New"]["suppressions"]] == ["holds nothing but a cache"]

    # The old fault is mended: its entry is named as gone, and a new baseline is empty.
    team.edit(
        "stack.yaml", f"{OLD}{ignored}".replace("Size: 10\n      Encrypted: false", "Size: 10\n      Encrypted: true")
    )
    assert "stack.yaml: ebs-volume-encrypted Old" in team.walint("check", "--baseline", BASELINE)[1]
    team.walint("baseline")
    assert json.loads((team.folder / BASELINE).read_text()) == [{"walint-baseline": 1}]
    assert team.commit("encrypt the old volume")[0] == 0


def test_in_a_linked_work_tree_the_hook_compares_with_the_right_files(tmp_path: Path) -> None:
    team = Team(tmp_path / "main")
    team.walint("baseline")
    team.run("git", "checkout", "-b", "main")
    assert team.commit("all")[0] == 0
    team.run(program("pre-commit"), "install")
    team.run("git", "worktree", "add", "--quiet", "-b", "other", "../other")
    other = Team.__new__(Team)
    other.__dict__ = {**team.__dict__, "folder": tmp_path / "other"}
    other.edit("stack.yaml", OLD + NEW)
    code, said = other.commit("a second volume")
    assert code == 1
    assert "Volume New" in said
    assert "Volume Old" not in said
