"""Every limit: a small text that passes it is cut off with a sentence that names the limit, and the rest is judged."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

import walint
from walint import cli
from walint.config import Config
from walint.limits import DEFAULTS, Limits
from walint.policy.model import Report

BUCKET = 'resource "aws_s3_bucket" "b" {\n  bucket = local.it\n}\n'


def judged(folder: Path, files: dict[str, str], **limits: int) -> Report:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    given = {"limits": {name.replace("_", "-"): value for name, value in limits.items()}, "profile": "strict"}
    return walint.check([folder], cwd=folder, config=Config(given=given))


def doubled(what: str) -> str:
    """Local values, each made twice of the one before."""
    steps = "".join(f"  a{n} = {what.replace('@', f'local.a{n - 1}')}\n" for n in range(1, 36))
    return f'locals {{\n  a0 = "xx"\n{steps}  it = local.a35\n}}\n' + BUCKET


def looped(count: int) -> str:
    items = ", ".join(f"i{n}" for n in range(count))
    return (
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Topics:\n    - Name\n"
        f"    - [{items}]\n    - Topic${{Name}}:\n        Type: AWS::SNS::Topic\n"
    )


MANY = [f"c{n}" for n in range(12)]
CONDITIONS = (
    "Parameters:\n  P: {Type: String}\nConditions:\n  C0: !Equals [!Ref P, x]\n"
    + "".join(
        f"  C{n}: !And [!Condition C{n - 1}, !Or [!Condition C{n - 1}, !Equals [!Ref P, y{n}]]]\n" for n in range(1, 60)
    )
    + "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Condition: C59\n"
)
CASES = {
    "text": ("text", doubled('"${@}${@}"')),
    "text through join": ("text", doubled('join("", [@, @])')),
    "text through replace": ("text", doubled('replace(@, "x", @)')),
    "text through replace by a pattern": ("text", doubled('replace(@, "/x/", @)')),
    "text through format": ("text", doubled('format("%s%s", @, @)')),
    "width of format": ("text", 'locals {\n  it = format("%999999999999999999999d", 1)\n}\n' + BUCKET),
    "indentation": ("text", 'locals {\n  it = indent(999999999, "a\\nb")\n}\n' + BUCKET),
    "nested lists": ("values", doubled("[@, @]").replace("local.a35", "jsonencode(local.a35)")),
    "merged maps": ("values", doubled("merge({}, {x = @, y = @})").replace("local.a35", "jsonencode(local.a35)")),
    "open stretches": ("values", 'variable "v" {}\n' + doubled('"${@}${@}"').replace('"xx"', '"${var.v}x"')),
    "JSON in JSON": ("text", doubled("jsonencode([@, @])")),
    "YAML in YAML": ("text", doubled("yamlencode([@, @])")),
    "long texts in a list": (
        "values",
        'locals {\n  it = length([for a in range(200) : "${local.long}${a}"])\n  long = format("%300000s", "x")\n}\n'
        + BUCKET,
    ),
    "nested loops": (
        "values",
        "locals {\n  it = length([for a in range(1024) : [for b in range(1024) : [for c in range(1024) : c]]])\n}\n"
        + BUCKET,
    ),
    "concat": ("items", doubled("concat(@, @)").replace('"xx"', '["xx"]').replace("local.a35", 'join("", local.a35)')),
    "setproduct": ("items", "locals {\n  it = length(setproduct(range(1000), range(1000)))\n}\n" + BUCKET),
    "count": ("instances", 'resource "aws_sns_topic" "t" {\n  count = 1000000000\n}\n'),
    "dynamic blocks": (
        "instances",
        'resource "aws_security_group" "g" {\n  dynamic "ingress" {\n    for_each = concat(local.many, local.many)\n'
        "    content {\n      from_port = 1\n    }\n  }\n}\nlocals {\n  many = setproduct(range(1000), range(6))\n}\n",
    ),
}


@pytest.mark.parametrize(("limit", "text"), CASES.values(), ids=CASES)
def test_what_grows_in_terraform_is_cut_off(tmp_path: Path, limit: str, text: str) -> None:
    report = judged(tmp_path, {"main.tf": text, "other.tf": 'resource "aws_ebs_volume" "v" {}\n'})
    assert any(f"(limits.{limit})" in problem.message for problem in report.problems), report.problems
    assert any(
        finding.rule.id == "ec2-volume-encrypted" or "aws_ebs_volume.v" in finding.addresses
        for finding in report.findings
    )


@pytest.mark.parametrize(
    ("limit", "value", "text"),
    [
        ("condition-terms", DEFAULTS.condition_terms, CONDITIONS),
        ("loop-entries", 10, looped(11)),
        ("nesting", 20, "Resources:\n  B: {Type: AWS::S3::Bucket, Metadata: " + "[" * 30 + "]" * 30 + "}\n"),
        ("values", 200, "Resources:\n  B: {Type: AWS::S3::Bucket, Metadata: [" + "1, " * 300 + "1]}\n"),
        ("file-size", 1000, "Resources:\n  B: {Type: AWS::S3::Bucket}\n" + "#" * 1000),
        # However much stands before what makes it a template.
        ("file-size", 1000, "# long\n" * 200_000 + "Resources:\n  B: {Type: AWS::S3::Bucket}\n"),
        (
            "text",
            50,
            f"Resources:\n  B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !Join [-, [{'x, ' * 40}]]}}}}\n",
        ),
    ],
)
def test_what_grows_in_cloudformation_is_cut_off(tmp_path: Path, limit: str, value: int, text: str) -> None:
    report = judged(tmp_path, {"t.yaml": text}, **{limit: value})
    assert any(f"(limits.{limit})" in problem.message for problem in report.problems), report.problems


def test_modules_that_call_modules_are_counted(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "./m"\n  count  = 1000\n}\n'
    files = {
        "main.tf": call,
        "m/main.tf": call,
        "m/m/main.tf": call,
        "m/m/m/main.tf": 'resource "aws_sns_topic" "t" {}\n',
    }
    report = judged(tmp_path, files, modules=50)
    errors = {problem.message for problem in report.problems if problem.severity == "error"}
    assert errors == {"not judged: there are more than 50 instances of modules (limits.modules)"}


def test_the_depth_of_modules(tmp_path: Path) -> None:
    files = {"/".join(["m"] * depth + ["main.tf"]): 'module "m" {\n  source = "./m"\n}\n' for depth in range(5)}
    report = judged(tmp_path, files, module_depth=3)
    assert "modules nested deeper than 3 levels (limits.module-depth)" in {it.message for it in report.problems}


def test_more_scenarios_than_allowed_are_open(tmp_path: Path) -> None:
    parameters = "".join(f"  {name}: {{Type: String}}\n" for name in MANY)
    conditions = "".join(f"  {name}: !Equals [!Ref {name}, x]\n" for name in MANY)
    value = "".join(f"!If [{name}, {{Status: Enabled}}, " for name in MANY[:-1]) + "{Status: Enabled}" + "]" * 11
    text = (
        f"Parameters:\n{parameters}Conditions:\n{conditions}Resources:\n  B:\n    Type: AWS::S3::Bucket\n"
        f"    Properties:\n      VersioningConfiguration: {value}\n"
    )
    report = judged(tmp_path, {"t.yaml": text}, scenarios=3)
    reasons = {finding.reason for finding in report.findings if finding.verdict == "open"}
    assert "more than 3 combinations of conditions (limits.scenarios)" in reasons


def test_a_pattern_that_takes_many_steps(tmp_path: Path) -> None:
    text = 'locals {\n  it = replace("%s", "/(a|a)*(a|a)*(a|a)*b/", "")\n}\n' % ("a" * 3000) + BUCKET
    report = judged(tmp_path, {"main.tf": text}, regex_steps=10_000)
    assert any(finding.addresses == ("aws_s3_bucket.b",) for finding in report.findings)


def test_a_value_over_a_limit_is_unknown_in_the_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".walint.yaml").write_text("limits:\n  text: 100\n")
    name = "x" * 60
    (tmp_path / "t.yaml").write_text(
        "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"
        f"    Properties: {{BucketName: !Sub ['${{a}}${{a}}', {{a: {name}}}]}}\n"
    )
    monkeypatch.setattr("sys.argv", ["walint", "graph", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    said = capsys.readouterr()
    assert "(limits.text)" in said.err
    assert "(limits.text)" in json.loads(said.out)["resources"][0]["properties"]["BucketName"]["$unknown"]


def test_exponents_that_no_machine_can_write_out(tmp_path: Path) -> None:
    values = """[1e999999999, jsondecode("[1e999999999, -1e-999999999]"), yamldecode("1e999999999"), var.v]"""
    files = {
        "main.tf": f'variable "v" {{}}\nlocals {{\n  it = jsonencode({values})\n}}\n' + BUCKET,
        "terraform.tfvars.json": '{"v": 1e999999999}',
        "t.json": '{"Resources": {"D": {"Type": "AWS::RDS::DBInstance", "Properties": {"Iops": 1e999999999}}}}',
    }
    report = judged(tmp_path, files)
    assert any(finding.addresses == ("aws_s3_bucket.b",) for finding in report.findings)
    assert any(finding.addresses == ("D",) for finding in report.findings)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
def test_what_takes_too_much_memory_is_left_and_the_others_are_judged(tmp_path: Path) -> None:
    many = range(300)
    texts = "".join(f'  l{n} = "${{local.long}}{n}"\n' for n in many)
    whole = ", ".join(f"length(local.l{n})" for n in many)
    locals_ = f'locals {{\n  long = format("%900000s", "x")\n{texts}  it = join("", [{whole}])\n}}\n'
    files = {"large/main.tf": locals_ + BUCKET, "small/main.tf": 'resource "aws_s3_bucket" "b" {}\n'}
    report = judged(tmp_path, files, memory=50)
    (problem,) = (problem for problem in report.problems if problem.severity == "error")
    assert problem.file == "large" and "more than the 50 MB of memory" in problem.message
    assert "(limits.memory)" in problem.message
    assert any(finding.span.file == "small/main.tf" for finding in report.findings)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_takes_too_long_is_left_open_and_the_others_are_judged(tmp_path: Path, jobs: int) -> None:
    loops = "[for a in range(1024) : [for b in range(1024) : [for c in range(1024) : c if false]]]"
    slow = f"locals {{\n  it = length({loops})\n}}\n"
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow/main.tf").write_text(slow + BUCKET)
    for number in range(30):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}/main.tf").write_text('resource "aws_s3_bucket" "b" {}\n')
    given = {"limits": {"seconds": 1}, "profile": "strict"}
    report = walint.check([tmp_path], cwd=tmp_path, config=Config(given=given), jobs=jobs)
    (problem,) = (problem for problem in report.problems if problem.severity == "error")
    assert problem.file == "slow"
    assert "1 s of processor time" in problem.message and "(limits.seconds)" in problem.message
    late = [it for it in report.findings if it.span.file == "slow/main.tf" and "(limits.seconds)" in it.reason]
    assert late and all(finding.verdict == "open" for finding in late)
    assert {f"{number}/main.tf" for number in range(30)} <= {finding.span.file for finding in report.findings}


def test_a_pipe_a_folder_and_a_device_are_no_templates(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "module").mkdir()
    os.mkfifo(tmp_path / "module/pipe.tf")
    (tmp_path / "module/null.tf").symlink_to("/dev/zero")
    (tmp_path / "module/main.tf").write_text('resource "aws_s3_bucket" "b" {\n  bucket = file("pipe")\n}\n')
    os.mkfifo(tmp_path / "module/pipe")
    os.mkfifo(tmp_path / ".gitignore")
    os.mkfifo(tmp_path / "pyproject.toml")
    report = walint.check([tmp_path], cwd=tmp_path, profile="strict")
    assert any(finding.addresses == ("aws_s3_bucket.b",) for finding in report.findings)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
def test_a_configuration_is_bounded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("walint.limits.DEFAULTS", Limits(seconds=1))
    wrong = "".join(f"  s3-bucket-encryptd-x{n}: {{days: 1}}\n" for n in range(20_000))
    (tmp_path / ".walint.yaml").write_text(f"rules:\n{wrong}")
    (tmp_path / "t.yaml").write_text("Resources: {B: {Type: AWS::S3::Bucket}}\n")
    monkeypatch.setattr("sys.argv", ["walint", "check", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "takes more than 1 s of processor time" in capsys.readouterr().err
