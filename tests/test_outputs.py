"""Reports to stdout and to files, several at once."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.test_cli import FAULTY, Run, walint  # noqa: F401
from walint.cli import outputs
from walint.cli.common import UsageError


@pytest.fixture
def check(walint: Run) -> Run:  # noqa: F811
    walint.file("volume.yaml", FAULTY)
    return walint


ONE = ("check", "--select", "encrypted-volumes", "--exit-zero", "volume.yaml")


def test_several_reports_at_once(check: Run) -> None:
    ran = check(*ONE, "--output", "sarif=out.sarif", "-o", "junit=out.xml", "--output", "csv=out.csv")
    assert "is not encrypted" in ran.out
    assert json.loads((check.folder / "out.sarif").read_text())["runs"][0]["results"]
    assert ElementTree.parse(check.folder / "out.xml").getroot().get("failures") == "1"
    assert (check.folder / "out.csv").read_text().count("ebs-volume-encrypted") == 1


def test_a_plain_file_takes_the_format_and_leaves_stdout_empty(check: Run) -> None:
    ran = check(*ONE, "--format", "json", "--output", "out.json", "--output", "markdown=out.md")
    assert ran.out == ""
    assert json.loads((check.folder / "out.json").read_text())["summary"]["fail"] == 1
    assert (check.folder / "out.md").read_text().startswith("### walint: 1 finding")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sarf=x"], 'there is no format "sarf" for --output sarf=x; did you mean "sarif"'),
        (["qqq=x"], 'there is no format "qqq" for --output qqq=x; there are text, sarif, code-scanning, json'),
        (["sarif="], "--output sarif=: name a file after the equals sign"),
        (["sarif=a", "json=./a"], "a: two reports cannot go to one file"),
        (["none/a.sarif"], "none/a.sarif: cannot be written: there is no folder none"),
        (["."], ".: cannot be written: it is a folder"),
    ],
)
def test_wrong_outputs_are_said_before_the_work(check: Run, arguments: list[str], says: str) -> None:
    ran = check(*ONE, *(word for argument in arguments for word in ("--output", argument)))
    assert ran.code == 2
    assert ran.err.startswith(f"walint: {says}")
    assert ran.out == ""
    assert sorted(os.listdir(check.folder)) == ["volume.yaml"]


def test_a_file_with_an_equals_sign_in_its_name(check: Run) -> None:
    check(*ONE, "--output", "./sarif=x")
    assert (check.folder / "sarif=x").read_text().startswith("volume.yaml")


def test_nothing_is_written_when_one_file_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none/b: cannot be written: No such file"):
        outputs.write_files({tmp_path / "a": "a", tmp_path / "none" / "b": "b"})
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_keeps_its_permissions_and_its_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    outputs.write_files({link: "new"})
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_what_is_no_file_is_written_to(check: Run) -> None:
    assert check(*ONE, "--output", "json=/dev/null").code == 0
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_can_be_named_and_takes_one_report(check: Run, name: str) -> None:
    assert json.loads(check(*ONE, "--output", f"json={name}", "--output", "text=out.txt").out)["summary"]["fail"] == 1
    assert check(*ONE, "--output", f"json={name}", "--output", f"text={name}").err == (
        "walint: standard output: two reports cannot go to one file\n"
    )


def test_of_many_warnings_the_first_are_said_beside_a_report(walint: Run) -> None:  # noqa: F811
    topics = "".join(
        f"  T{at}: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !Ref No{at}}}}}\n" for at in range(25)
    )
    walint.file("topics.yaml", f"Resources:\n{topics}")
    few = walint("check", "--format", "json", "--exit-zero", "topics.yaml").err.splitlines()
    assert len(few) == 21 and few[-1] == "walint: 5 more warnings; `walint check --verbose` lists them"
    every = walint("check", "--format", "json", "--exit-zero", "--verbose", "topics.yaml").err.splitlines()
    assert len([line for line in every if "there is no parameter or resource" in line]) == 25


def test_control_characters_in_a_problem_do_not_reach_the_terminal(check: Run) -> None:
    ran = check("check", "--format", "json", "::error::\x1b[2Jnone.yaml")
    assert ran.code == 2
    assert ran.err == "\\x3a:error::\\x1b[2Jnone.yaml:1:1: no such file or folder\n"


TWICE = """\
resource "aws_ebs_volume" "data" {
  for_each          = toset(["a", "b"])
  availability_zone = "eu-central-1a"
  encrypted         = false
}
"""


@pytest.mark.parametrize(("format_", "results"), [("sarif", ["a", "b"]), ("code-scanning", ["a"])])
def test_each_instance_is_a_result_and_the_fault_one_alert(walint: Run, format_: str, results: list[str]) -> None:  # noqa: F811
    walint.file("main.tf", TWICE)
    ran = walint("check", "--select", "ebs-volume-encrypted", "--exit-zero", "--format", format_, "main.tf")
    found = json.loads(ran.out)["runs"][0]["results"]
    addresses = [it["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for it in found]
    assert addresses == [f'aws_ebs_volume.data["{key}"]' for key in results]
    assert all(address in it["message"]["text"] for address, it in zip(addresses, found, strict=True))
    assert len({it["partialFingerprints"]["walintFingerprint/v1"] for it in found}) == 1
