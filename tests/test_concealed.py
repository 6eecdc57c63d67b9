"""Whatever walint writes: a secret is not in it, what is none stays readable, and names do nothing to a terminal."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from walint import cli
from walint.report import GRAPHS, REPORTS

# Put together here, so that no scanner of this repository takes them for real.
TOKEN = "ghp_" + "aB3dE5fG7h" * 4
PASSWORD = "Tr0ub4dor" + "&3xyz"
GIVEN = ("Gq7-given-noecho", "Gq7-given-sensitive")
DEFAULT = "Gq7-default-hidden"
SECRETS = (TOKEN, PASSWORD, *GIVEN, DEFAULT)

TEMPLATE = f"""\
Parameters:
  Given: {{Type: String, NoEcho: true}}
  Hidden: {{Type: String, NoEcho: true, Default: {DEFAULT}}}
Resources:
  # walint:ignore rds-instance-storage-encrypted until then the token is {TOKEN}
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceIdentifier: !Ref Given
      DBName: !Sub "a-${{Given}}-${{Hidden}}"
      MasterUserPassword: {PASSWORD}
      StorageEncrypted: false
      Tags: [{{Key: owner, Value: {TOKEN}}}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Description: !Sub "it is ${{Given}}"
      Environment:
        Variables:
          Password: !Ref Given
          Direct: {TOKEN}
      Runtime: python2.7
  Server:
    Type: AWS::EC2::Instance
    Properties:
      UserData: !Base64
        Fn::Sub: |
          mysql -p{PASSWORD} --token ${{Given}}
Outputs:
  Password: {{Value: !Ref Given}}
"""
MODULE = f"""\
variable "given" {{
  type      = string
  sensitive = true
}}
resource "aws_db_instance" "db" {{
  identifier = "x-${{var.given}}"
  password   = "{PASSWORD}"
  publicly_accessible = true
  tags = {{ token = "{TOKEN}" }}
}}
resource "aws_instance" "server" {{
  user_data = base64encode("export DB_PASSWORD={PASSWORD} ${{var.given}}")
}}
output "given" {{
  value     = tonumber(var.given)
  sensitive = true
}}
"""
INPUTS = ("--parameter", f"Given={GIVEN[0]}", "--var", f"given={GIVEN[1]}")
COMMANDS = {
    **{
        name: ("check", "--profile", "strict", "--show-open", "--show-suppressed", "--verbose", "-f", name, *INPUTS)
        for name in REPORTS
    },
    **{f"graph {name}": ("graph", "t.yaml", "-f", name, *INPUTS) for name in (*GRAPHS, "svg", "html")},
    **{f"graph {name} of a module": ("graph", "module", "-f", name, *INPUTS) for name in GRAPHS},
    **{f"review {name}": ("review", "-f", name, *INPUTS) for name in ("html", "markdown", "json")},
    "fix": ("fix", "--diff", "--unsafe", *INPUTS),
    "suppressions": ("suppressions",),
    "suppressions json": ("suppressions", "-f", "json"),
    "baseline": ("baseline", "--profile", "strict", *INPUTS),
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    (tmp_path / "module").mkdir()
    (tmp_path / "module/main.tf").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["walint", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(SystemExit):
        cli.main()
    out, err = capfd.readouterr()
    assert out or err
    return out + err


@pytest.mark.parametrize("command", COMMANDS)
def test_no_secret_is_written(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], command: str
) -> None:
    before = set(tree.rglob("*"))
    text = said(monkeypatch, capfd, *COMMANDS[command])
    assert "Traceback" not in text and "No such option" not in text
    text += "".join(path.read_text() for path in set(tree.rglob("*")) - before if path.is_file())
    assert [secret for secret in SECRETS if secret in text] == []


def test_what_is_no_secret_is_shown(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = said(monkeypatch, capfd, "check", "--profile", "strict", *INPUTS)
    assert "a-${Given}-${Hidden}" in text or "!Ref Given" in text
    shown = said(monkeypatch, capfd, "graph", "t.yaml", *INPUTS)
    assert '"python2.7"' in shown and "a-***-***" in shown


NAME = "a\x1b[2J\u202e<img src=x>\n::error::x.yaml"
HOSTILE = """\
Resources:
  "B<script>alert(1)</script>\\u202e\\e[2J":
    # walint:ignore s3-* \u202e<img src=x>
    Type: AWS::S3::Bucket
    Properties:
      BucketName: "\\e[2J\\u202e<img src=x>"
      AccessControl: PublicRead
      Tags: [{Key: "</svg><script>alert(1)</script>", Value: !Ref "\\e[2J\\u202e<img src=x>"}]
"""


@pytest.mark.parametrize("command", [name for name in COMMANDS if "module" not in name])
def test_names_and_values_do_nothing_to_whoever_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / NAME).write_text(HOSTILE)
    monkeypatch.chdir(tmp_path)
    arguments = [NAME if argument == "t.yaml" else argument for argument in COMMANDS[command]]
    text = said(monkeypatch, capfd, *arguments)
    assert not set(text) & {"\x1b", "\u202e"}
    assert not any(line.startswith("::error::x") for line in text.splitlines())
    if {"html", "svg"} & set(arguments):
        assert "<img src=x" not in text and "<script>alert" not in text


@pytest.mark.parametrize(
    ("name", "text", "options"),
    [
        (
            "template.yaml",
            "Parameters:\n  Hidden: {Type: String, NoEcho: true}\n  Env: {Type: String, Default: production}\n"
            "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
            "    Properties: {DisplayName: !Ref Hidden, TopicName: !Sub 'x-${Env}'}\n",
            ["--parameter", "Hidden=production"],
        ),
        (
            "main.tf",
            'variable "hidden" {\n  sensitive = true\n}\nvariable "env" {}\n'
            'resource "aws_sns_topic" "topic" {\n  display_name = var.hidden\n  name = "x-${var.env}"\n}\n',
            ["--var", "hidden=production", "--var", "env=production"],
        ),
    ],
    ids=["CloudFormation", "Terraform"],
)
def test_what_an_open_input_says_too_is_no_secret(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    text: str,
    options: list[str],
) -> None:
    (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    assert "x-production" in said(monkeypatch, capfd, "graph", name, *options)
