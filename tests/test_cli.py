"""The command line: arguments in, text and exit code out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from walint import __version__, cli

FAULTY = """\
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      Size: 10
      AvailabilityZone: eu-central-1a
      Encrypted: false
"""
MENDED = FAULTY.replace("Encrypted: false", "Encrypted: true")


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Run:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def file(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def __call__(self, *arguments: str, stdin: str = "") -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["walint", *arguments])
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        code = ended.value.code
        out, err = self._capfd.readouterr()
        return Ran(code if isinstance(code, int) else 0, out, err)


@pytest.fixture
def walint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    return Run(tmp_path, monkeypatch, capfd)


def test_findings_end_in_one(walint: Run) -> None:
    walint.file("volume.yaml", FAULTY)
    ran = walint("check", "--select", "encrypted-volumes")
    assert ran.code == 1
    assert "volume.yaml:7:7" in ran.out
    assert "Encrypted: false" in ran.out


def test_a_mended_template_ends_in_zero(walint: Run) -> None:
    walint.file("volume.yaml", MENDED)
    ran = walint("check", "--select", "encrypted-volumes")
    assert (ran.code, ran.err) == (0, "")


def test_exit_zero_and_fail_on(walint: Run) -> None:
    walint.file("volume.yaml", FAULTY)
    assert walint("check", "--select", "encrypted-volumes", "--exit-zero").code == 0
    assert walint("check", "--select", "encrypted-volumes", "--fail-on", "critical").code == 0


def test_a_broken_template_ends_in_two_and_the_others_are_still_judged(walint: Run) -> None:
    walint.file("broken.yaml", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: {\n")
    walint.file("volume.yaml", FAULTY)
    ran = walint("check", "--select", "encrypted-volumes")
    assert ran.code == 2
    assert "broken.yaml:5:1" in ran.out
    assert "volume.yaml:7:7" in ran.out


MEANT = [
    ("Resources: [\n", "t.yaml:2:1: error: not valid YAML: did not find expected node content"),
    ('AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  A: {\n', "t.yaml:4:1: error: not valid YAML: "),
    ('{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {', "t.yaml:1:58: error: not valid JSON: "),
]


@pytest.mark.parametrize(("text", "said"), MEANT, ids=["yaml", "with a version", "json"])
@pytest.mark.parametrize("named", [True, False], ids=["named", "in a folder"])
def test_what_is_meant_as_a_template_is_an_error_where_it_does_not_parse(
    walint: Run, text: str, said: str, named: bool
) -> None:
    walint.file("t.yaml", text)
    ran = walint("check", "t.yaml" if named else ".", "-q")
    assert ran.code == 2
    assert said in ran.out


@pytest.mark.parametrize("text", ["a: [\n", "a: {\n  Resources: x\n", "x: 'Resources:\n", "Resources:\n  cpu: 1\n"])
def test_other_texts_that_do_not_parse_are_none_of_its_business(walint: Run, text: str) -> None:
    walint.file("t.yaml", text)
    assert walint("check", ".").code == 0


def test_a_broken_terraform_file_ends_in_two_and_the_rest_of_it_is_judged(walint: Run) -> None:
    walint.file("main.tf", 'resource "aws_ebs_volume" "a" {\n  size = = 1\n}\n\nresource "aws_ebs_volume" "b" {\n}\n')
    ran = walint("check", "--select", "encrypted-volumes")
    assert ran.code == 2
    assert "main.tf:2:" in ran.out
    assert "aws_ebs_volume.b" in ran.out


def test_a_named_file_that_is_no_template_is_told(walint: Run) -> None:
    walint.file("notes.yaml", "just: text\n")
    ran = walint("check", "notes.yaml")
    assert "notes.yaml" in ran.out
    assert "template" in ran.out
    assert walint("check", ".").out.count("notes.yaml") == 0


def test_a_path_that_does_not_exist(walint: Run) -> None:
    ran = walint("check", "nowhere")
    assert ran.code == 2
    assert "nowhere" in ran.out + ran.err
    assert "Traceback" not in ran.err


def test_sarif_on_stdout_is_whole_and_talk_goes_to_stderr(walint: Run) -> None:
    walint.file("volume.yaml", FAULTY)
    walint.file("broken.yaml", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: {\n")
    ran = walint("check", "--format", "sarif")
    log = json.loads(ran.out)
    assert log["version"] == "2.1.0"
    assert "broken.yaml:5:1" in ran.err


def test_a_report_is_written_to_a_file_whole(walint: Run) -> None:
    walint.file("volume.yaml", FAULTY)
    ran = walint("check", "--format", "json", "--output", "report.json")
    assert (ran.code, ran.out) == (1, "")
    assert json.loads((walint.folder / "report.json").read_text(encoding="utf-8"))["findings"]
    assert [path.name for path in walint.folder.iterdir() if path.name.startswith(".")] == []


def test_a_report_that_cannot_be_written(walint: Run) -> None:
    walint.file("volume.yaml", FAULTY)
    ran = walint("check", "--output", "missing/report.txt")
    assert ran.code == 2
    assert ran.err.startswith("walint: missing/report.txt: cannot be written")


def test_standard_input_as_a_file_of_the_folder(walint: Run) -> None:
    walint.file("variables.tf", 'variable "on" {\n  default = false\n}\n')
    text = 'resource "aws_ebs_volume" "a" {\n  encrypted = var.on\n}\n'
    ran = walint("check", "--select", "encrypted-volumes", "--stdin-filename", "main.tf", stdin=text)
    assert ran.code == 1
    assert "main.tf:2:3" in ran.out


def test_a_dash_reads_a_template(walint: Run) -> None:
    ran = walint("check", "--select", "encrypted-volumes", "-", stdin=FAULTY)
    assert ran.code == 1
    assert "<stdin>:7:7" in ran.out


def test_variables_and_parameters_of_the_command_line(walint: Run) -> None:
    walint.file("main.tf", 'variable "on" { type = bool }\nresource "aws_ebs_volume" "a" {\n  encrypted = var.on\n}\n')
    select = ("--select", "encrypted-volumes")
    assert "1 open" in walint("check", *select).out
    assert walint("check", *select, "--var", "on=true").code == 0
    assert walint("check", *select, "--var", "on=false").code == 1
    walint.file("on.tfvars", "on = false\n")
    assert walint("check", *select, "--var-file", "on.tfvars").code == 1
    assert walint("check", *select, "--var-file", "off.tfvars").err == "walint: off.tfvars: no such file or folder\n"
    assert walint("check", *select, "--var", "on").code == 2


def test_open_findings_are_hidden_and_counted(walint: Run) -> None:
    walint.file("main.tf", 'variable "on" { type = bool }\nresource "aws_ebs_volume" "a" {\n  encrypted = var.on\n}\n')
    hidden = walint("check", "--select", "encrypted-volumes")
    shown = walint("check", "--select", "encrypted-volumes", "--show-open")
    assert hidden.code == shown.code == 0
    assert "main.tf:3" not in hidden.out
    assert "main.tf:3:3" in shown.out
    assert "1 open" in hidden.out


def test_an_unknown_rule_is_told_with_what_comes_near(walint: Run) -> None:
    ran = walint("check", "--select", "encripted-volumes")
    assert ran.code == 2
    assert "encripted-volumes" in ran.err
    assert ran.err.count("\n") == 1


def test_verbose_counts_what_was_passed_by(walint: Run) -> None:
    walint.file("volume.yaml", MENDED)
    walint.file("values.yaml", "a: 1\n")
    assert "passed by  1" in walint("check", "--verbose").out


def test_stats_tell_what_was_unknown(walint: Run) -> None:
    walint.file("main.tf", 'variable "on" { type = bool }\nresource "aws_ebs_volume" "a" {\n  encrypted = var.on\n}\n')
    ran = walint("check", "--select", "encrypted-volumes", "--stats")
    assert "(100.0 %)" in ran.err
    assert 'variable "on"' in ran.err


def test_the_graph_of_a_folder(walint: Run) -> None:
    walint.file("main.tf", 'resource "aws_sns_topic" "t" {}\n\nresource "aws_sns_topic_policy" "p" {\n'
                           "  arn    = aws_sns_topic.t.arn\n  policy = \"{}\"\n}\n")  # fmt: skip
    ran = walint("graph", ".")
    graph = json.loads(ran.out)
    assert ran.code == 0
    assert [resource["address"] for resource in graph["resources"]] == ["aws_sns_topic.t", "aws_sns_topic_policy.p"]
    assert walint("graph", ".", "--format", "mermaid").out.startswith("flowchart")
    assert walint("graph", ".", "--format", "dot").out.startswith("digraph")


def test_the_list_of_rules(walint: Run) -> None:
    listed = json.loads(walint("rules", "--format", "json").out)
    assert len(listed) >= 70
    only = json.loads(walint("rules", "--format", "json", "--pillar", "reliability").out)
    assert 0 < len(only) < len(listed)
    assert {rule["pillar"] for rule in only} == {"reliability"}
    assert walint("rules").out.count("\n") == len(listed)


def test_explain_names_a_rule_by_its_aliases_too(walint: Run) -> None:
    ran = walint("explain", "encrypted-volumes")
    assert ran.code == 0
    assert "SEC08-BP02" in ran.out
    assert walint("explain", "no-such-rule").code == 2


def test_explain_says_why_a_control_has_no_static_form(walint: Run) -> None:
    ran = walint("explain", "root-account-mfa-enabled")
    assert ran.code == 0
    assert "root" in ran.out.lower()


def test_version(walint: Run) -> None:
    assert walint("--version").out == f"walint {__version__}\n"


@pytest.mark.parametrize("command", ["check", "rules", "explain", "graph"])
def test_help_fits_one_screen(walint: Run, command: str) -> None:
    ran = walint(command, "--help")
    assert ran.code == 0
    assert ran.out.count("\n") <= 50


def test_a_bug_of_ours_ends_in_one_sentence(walint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from walint import run

    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("this and that")

    monkeypatch.setattr(run, "check", broken)
    ran = walint("check")
    assert ran.code == 2
    assert "internal error: RuntimeError: this and that" in ran.err
    assert "Traceback" not in ran.err


def test_a_value_for_what_nothing_declares_is_said(walint: Run) -> None:
    walint.file("t.yaml", "Parameters: {Stage: {Type: String}}\nResources: {A: {Type: AWS::SQS::Queue}}\n")
    walint.file("infra/main.tf", 'variable "stage" { default = "dev" }\nmodule "m" { source = "./m" }\n')
    walint.file("infra/m/main.tf", 'variable "inner" { default = "x" }\n')
    given = ["--parameter", "Stgae=prod", "--parameter", "Stage=prod", "--var", "stage=prod", "--var", "inner=y"]
    ran = walint("check", *given)
    assert ran.code == 0
    assert ran.err.splitlines() == [
        'walint: --parameter: nothing that was judged declares "Stgae"; did you mean "Stage"?',
        'walint: --var: nothing that was judged declares "inner"',
    ]
