"""`check --with`: what other programs find, beside and within walint's own findings."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import Run, walint  # noqa: F401 (a fixture)

TEMPLATE = """\
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      Size: 10
      AvailabilityZone: !Select [0, !GetAZs ""]
"""


def program(folder: Path, name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name on the path, and no other one but what the system has."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.defpath}")


def failed(check: str, name: str, resource: str, file: str, lines: list[int], **more: Any) -> dict[str, Any]:
    return {
        "check_id": check,
        "check_name": name,
        "resource": resource,
        "file_abs_path": file,
        "file_line_range": lines,
        **more,
    }


def checkov(folder: Path, checks: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkov that fails these checks, and keeps what it was asked."""
    answer = json.dumps({"check_type": "x", "results": {"failed_checks": checks}})
    code = f"import sys\nopen({str(folder / 'asked')!r}, 'w').write(' '.join(sys.argv[1:]))\nprint({answer!r})"
    program(folder, "checkov", code, monkeypatch)


SAME = ("CKV_AWS_3", "Ensure all data stored in the EBS is securely encrypted")
OTHER = ("CKV_AWS_9999", "Ensure volumes are blue")


def results(out: str) -> list[tuple[str, Any, list[str]]]:
    """Of each result the rule, the extension that it is in, and what else found it."""
    (run,) = json.loads(out)["runs"]
    found = []
    for result in run["results"]:
        extension = None
        if "rule" in result:
            component = run["tool"]["extensions"][result["rule"]["toolComponent"]["index"]]
            assert component["rules"][result["rule"]["index"]]["id"] == result["ruleId"]
            extension = component["name"]
        else:
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        found.append((result["ruleId"], extension, result["properties"].get("alsoFoundAs", [])))
    return found


def test_what_both_found_is_one_entry_and_the_rest_stands_alone(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walint.file("t.yaml", TEMPLATE)
    file = str(walint.folder / "t.yaml")
    checks = [failed(*name, "AWS::EC2::Volume.Data", file, [2, 6]) for name in (SAME, OTHER)]
    checkov(walint.folder, checks, monkeypatch)
    ran = walint("check", "t.yaml", "--with", "checkov", "-f", "sarif", "--select", "ebs-volume-encrypted")
    assert results(ran.out) == [
        ("CKV_AWS_9999", "checkov", []),
        ("ebs-volume-encrypted", None, ["checkov:CKV_AWS_3"]),
    ]
    assert ran.code == 1
    assert f"--file {file} " in (walint.folder / "asked").read_text(encoding="utf-8")


def test_a_finding_of_another_resource_is_another_finding(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walint.file("t.yaml", TEMPLATE + "  Mended: {Type: AWS::EC2::Volume, Properties: {Encrypted: true}}\n")
    check = failed(*SAME, "AWS::EC2::Volume.Mended", str(walint.folder / "t.yaml"), [7, 7])
    checkov(walint.folder, [check], monkeypatch)
    ran = walint("check", "t.yaml", "--with", "checkov", "-f", "json", "--select", "ebs-volume-encrypted")
    found = json.loads(ran.out)["findings"]
    assert [(it["rule"], it["engine"], it["addresses"], it["also"]) for it in found] == [
        ("ebs-volume-encrypted", "", ["Data"], []),
        ("CKV_AWS_3", "checkov", ["Mended"], []),
    ]
    # Its place in the framework is that of the rule with this alias.
    assert (found[1]["pillar"], found[1]["severity"]) == (found[0]["pillar"], found[0]["severity"])


def test_terraform_is_joined_by_address_and_instances_are_one_entry(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walint.file("main.tf", 'module "m" {\n  source = "./m"\n}\n')
    walint.file("m/main.tf", 'resource "aws_ebs_volume" "v" {\n  count = 2\n  size  = 1\n}\n')
    file = str(walint.folder / "m" / "main.tf")
    checks = [
        failed(*name, f"module.m.aws_ebs_volume.v[{at}]", file, [1, 4]) for name in (SAME, OTHER) for at in (0, 1)
    ]
    checks.append(failed(*OTHER, "aws_ebs_volume.else", str(walint.folder / "x" / "elsewhere.tf"), [1, 4]))
    checkov(walint.folder, checks, monkeypatch)
    ran = walint("check", ".", "--with", "checkov", "-f", "json", "--select", "ebs-volume-encrypted")
    found = json.loads(ran.out)["findings"]
    both = ["module.m.aws_ebs_volume.v[0]", "module.m.aws_ebs_volume.v[1]"]
    assert [(it["rule"], it["addresses"], it["also"]) for it in found] == [
        ("CKV_AWS_9999", both, []),
        ("ebs-volume-encrypted", both, ["checkov:CKV_AWS_3"]),
    ]


def test_the_text_names_the_other_program(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walint.file("t.yaml", TEMPLATE)
    checks = [failed(*name, "AWS::EC2::Volume.Data", str(walint.folder / "t.yaml"), [2, 6]) for name in (SAME, OTHER)]
    checkov(walint.folder, checks, monkeypatch)
    out = walint("check", "t.yaml", "--with", "checkov", "--select", "ebs-volume-encrypted").out
    assert "Data: Ensure volumes are blue." in out
    assert "checkov:CKV_AWS_9999" in out
    assert "same  checkov:CKV_AWS_3" in out


MISSING = "walint: --with checkov: there is no program checkov; install it with: pipx install checkov"


def test_a_missing_program_is_one_sentence_and_the_rest_of_the_report_stands(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walint.file("t.yaml", TEMPLATE)
    monkeypatch.setenv("PATH", str(walint.folder))
    ran = walint("check", "t.yaml", "--with", "checkov", "-f", "sarif")
    assert ran.err.splitlines() == [MISSING]
    assert ran.code == 2
    (run,) = json.loads(ran.out)["runs"]
    assert "ebs-volume-encrypted" in [result["ruleId"] for result in run["results"]]
    assert run["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import sys; sys.exit('it is broken')", "it failed with exit code 1; its last line is: it is broken"),
        ("print('[{}')", "it failed with exit code 0; its last line is: [{}"),
        ("print('[1]')", "it answered something else than a report"),
        ('print(\'{"results": {"failed_checks": [{}]}}\')', "it answered in a form that is not known"),
    ],
)
def test_a_program_that_fails_is_one_sentence(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    sentence: str,
) -> None:
    walint.file("t.yaml", TEMPLATE)
    program(walint.folder, "checkov", code, monkeypatch)
    ran = walint("check", "t.yaml", "--with", "checkov")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"walint: --with checkov: {sentence}")
    assert "ebs-volume-encrypted" in ran.out
    assert ran.code == 2


def test_a_program_that_finds_nothing_changes_nothing(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walint.file("t.yaml", TEMPLATE)
    program(walint.folder, "checkov", 'print(\'{"passed": 0, "failed": 0}\')', monkeypatch)
    alone, both = walint("check", "t.yaml"), walint("check", "t.yaml", "--with", "checkov")
    assert alone == both


@pytest.mark.parametrize("other", [["-"], ["--since", "HEAD"]])
def test_what_does_not_go_together_is_said(walint: Run, other: list[str]) -> None:  # noqa: F811
    ran = walint("check", "--with", "checkov", *other)
    assert ran.code == 2
    assert "--with" in ran.err


def test_cfn_lint_adds_what_cloudformation_would_refuse(walint: Run) -> None:  # noqa: F811
    walint.file("bad.yaml", TEMPLATE.replace("Size: 10", "Sise: 10"))
    walint.file("broken.yaml", "Resources:\n  A: {Type: AWS::S3::Bucket\n")
    walint.file("main.tf", 'resource "aws_ebs_volume" "v" {}\n')
    ran = walint("check", ".", "--with", "cfn-lint", "-f", "json", "--select", "ebs-volume-encrypted")
    found = json.loads(ran.out)["findings"]
    assert {it["location"]["file"] for it in found if it["engine"]} == {"bad.yaml"}
    (sise,) = [it for it in found if it["rule"] == "E3002"]
    assert (sise["engine"], sise["location"]["line"], sise["addresses"]) == ("cfn-lint", 5, ["Data"])
    assert [it["rule"] for it in found if not it["engine"]] == ["ebs-volume-encrypted"] * 2


COMMENTED = """\
Resources:
  Data: # walint:ignore CKV_AWS_9999 it is green for a reason
    Type: AWS::EC2::Volume
    Properties: {Size: 10, Encrypted: true}
  Told:
    Type: AWS::EC2::Volume
    Metadata: {walint: {ignore: [{rule: "checkov:CKV_AWS_9999", reason: told}]}}
    Properties: {Size: 10, Encrypted: true}
  Blue:
    Type: AWS::EC2::Volume
    Properties: {Size: 10, Encrypted: true}
"""


def commented(walint: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    walint.file("t.yaml", COMMENTED)
    file = str(walint.folder / "t.yaml")
    lines = {"Data": [2, 4], "Told": [5, 8], "Blue": [9, 11]}
    checks = [failed(*OTHER, f"AWS::EC2::Volume.{name}", file, at) for name, at in lines.items()]
    checks.append(failed(*SAME, "AWS::EC2::Volume.Blue", file, lines["Blue"], severity="LOW"))
    checkov(walint.folder, checks, monkeypatch)


def reported(out: str) -> list[tuple[str, str]]:
    found = json.loads(out)["findings"]
    return [(it["rule"], it["addresses"][0]) for it in found if it["engine"] and not it["suppression"]]


def test_comments_and_metadata_for_walint_silence_their_findings(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commented(walint, monkeypatch)
    asked = ("check", "t.yaml", "--with", "checkov", "-f", "json", "--select", "ebs-volume-encrypted", "-s", "checkov")
    ran = walint(*asked)
    assert reported(ran.out) == [("CKV_AWS_3", "Blue"), ("CKV_AWS_9999", "Blue")]
    silenced = [it["suppression"]["reason"] for it in json.loads(ran.out)["findings"] if it["suppression"]]
    assert silenced == ["it is green for a reason", "told"]
    assert len(reported(walint(*asked, "--no-suppressions").out)) == 4


SELECTED = [
    (["--ignore", "CKV_AWS_9999"], ["CKV_AWS_3"]),
    (["--ignore", "checkov:CKV_AWS_9*"], ["CKV_AWS_3"]),
    (["--ignore", "checkov"], []),
    # A rule of walint's own is about the same.
    (["--ignore", "ebs-volume-encrypted"], ["CKV_AWS_9999"]),
    (["--select", "CKV_AWS_9999"], ["CKV_AWS_9999"]),
    # What walint has no rule for was asked for with the program; what it has one for is not selected.
    (["--select", "s3"], ["CKV_AWS_9999"]),
    (["--select", "ebs"], ["CKV_AWS_3", "CKV_AWS_9999"]),
    (["--ignore", "low"], ["CKV_AWS_9999"]),
]


@pytest.mark.parametrize(("options", "left"), SELECTED, ids=lambda value: " ".join(value))
def test_select_and_ignore_reach_their_findings(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    left: list[str],
) -> None:
    commented(walint, monkeypatch)
    ran = walint("check", "t.yaml", "--with", "checkov", "-f", "json", *options)
    assert [rule for rule, _ in reported(ran.out)] == left


def test_a_configuration_reaches_their_findings(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commented(walint, monkeypatch)
    walint.file(".walint.yaml", "ignore: [CKV_AWS_9999, E3012]\nseverities: {CKV_AWS_3: info}\n")
    found = json.loads(walint("check", "t.yaml", "--with", "checkov", "-f", "json").out)["findings"]
    assert [(it["rule"], it["severity"]) for it in found if it["engine"]] == [("CKV_AWS_3", "info")]
    # The same configuration holds where the program is not asked.
    assert walint("check", "t.yaml").code == 0


def test_selecting_what_only_a_program_finds_asks_for_the_program(walint: Run) -> None:  # noqa: F811
    walint.file("t.yaml", TEMPLATE)
    ran = walint("check", "t.yaml", "--select", "CKV_AWS_9999")
    assert ran.code == 2
    assert '"CKV_AWS_9999" is no rule' in ran.err
