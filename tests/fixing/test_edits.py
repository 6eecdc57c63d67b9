"""Where a fix is written, how what is around it is kept, and when its author must do it."""

from __future__ import annotations

import json
import subprocess
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from walint.cli.app import app
from walint.fixing import Mended, fix
from walint.options import Options
from walint.policy.pack import load


def mend(folder: Path, files: dict[str, str], rule: str, **options: object) -> Mended:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8", newline="")
    return fix([folder], Options(profile="strict", **options), load(), folder, lambda it: it.id == rule, unsafe=True)


def mended(folder: Path, name: str, text: str, rule: str) -> str:
    made = mend(folder, {name: text}, rule)
    assert not made.unfixed
    return made.texts[str(folder / name)]


def reason(made: Mended) -> str:
    assert not made.texts
    (left,) = made.unfixed
    return left.reason


VOLUME = """\
    resource "aws_ebs_volume" "a" {
      size = 8 # GiB

      tags = {
        Name = "a"
      }
    }
"""


def test_an_attribute_joins_its_neighbours_and_comments_stay(tmp_path: Path) -> None:
    text = VOLUME.replace(" # GiB", "")
    assert mended(tmp_path, "main.tf", text, "ebs-volume-encrypted") == textwrap.dedent(
        """\
        resource "aws_ebs_volume" "a" {
          size      = 8
          encrypted = true

          tags = {
            Name = "a"
          }
        }
        """
    )


def test_where_comments_would_have_to_move_an_attribute_stands_apart(tmp_path: Path) -> None:
    made = mended(tmp_path, "main.tf", VOLUME, "ebs-volume-encrypted")
    assert "  size = 8 # GiB\n\n  encrypted = true\n\n  tags" in made


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    text = textwrap.dedent(VOLUME).replace("\n", "\r\n")
    made = mended(tmp_path, "main.tf", text, "ebs-volume-encrypted")
    assert made.count("\n") == made.count("\r\n") == text.count("\n") + 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{\n  encrypted = true\n}'),
        ("{ size = 8 }", '{\n  size      = 8\n  encrypted = true\n}'),
        ("{\n  encrypted = false # why\n}", "{\n  encrypted = true # why\n}"),
        ('{\n  encrypted = var.stage == "production" ? true : false\n}',
         '{\n  encrypted = var.stage == "production" ? true : true\n}'),
    ],
)  # fmt: skip
def test_blocks_of_all_shapes(before: str, after: str, tmp_path: Path) -> None:
    head = 'variable "stage" {}\n\nresource "aws_ebs_volume" "a" '
    assert mended(tmp_path, "main.tf", f"{head}{before}\n", "ebs-volume-encrypted") == f"{head}{after}\n"


def test_a_resource_of_its_own_is_added_behind_its_owner(tmp_path: Path) -> None:
    text = 'resource "aws_s3_bucket" "logs" {\n  for_each = toset(["a", "b"])\n  bucket   = each.key\n}\n'
    made = mend(tmp_path, {"main.tf": text}, "s3-bucket-public-access-blocked")
    assert made.texts[str(tmp_path / "main.tf")] == text + textwrap.dedent(
        """
        resource "aws_s3_bucket_public_access_block" "logs" {
          for_each                = toset(["a", "b"])
          bucket                  = aws_s3_bucket.logs[each.key].id
          block_public_acls       = true
          block_public_policy     = true
          ignore_public_acls      = true
          restrict_public_buckets = true
        }
        """
    )
    assert len(made.fixed) == 2


def test_the_default_of_a_variable_that_nothing_else_uses(tmp_path: Path) -> None:
    variable = 'variable "encrypt" {\n  type    = bool\n  default = false\n}\n'
    files = {"variables.tf": variable, "main.tf": 'resource "aws_ebs_volume" "a" {\n  encrypted = var.encrypt\n}\n'}
    made = mend(tmp_path, files, "ebs-volume-encrypted")
    assert made.texts == {str(tmp_path / "variables.tf"): variable.replace("false", "true")}


def test_a_variable_that_others_use_is_left_alone(tmp_path: Path) -> None:
    text = """\
        variable "encrypt" {
          default = false
        }

        output "encrypted" {
          value = var.encrypt
        }

        resource "aws_ebs_volume" "a" {
          encrypted = var.encrypt
        }
    """
    assert "used elsewhere" in reason(mend(tmp_path, {"main.tf": text}, "ebs-volume-encrypted"))


MODULE = {
    "modules/disk/main.tf": """\
        variable "encrypt" {
          type = bool
        }

        resource "aws_ebs_volume" "a" {
          encrypted = var.encrypt
        }
    """,
}


def test_the_call_that_gives_a_module_its_value(tmp_path: Path) -> None:
    call = 'module "disk" {\n  source  = "./modules/disk"\n  encrypt = false\n}\n'
    made = mend(tmp_path, {**MODULE, "main.tf": call}, "ebs-volume-encrypted")
    assert made.texts == {str(tmp_path / "main.tf"): call.replace("false", "true")}


def test_what_a_module_itself_says_is_changed_in_the_module(tmp_path: Path) -> None:
    inside = {"modules/disk/main.tf": 'resource "aws_ebs_volume" "a" {\n  size = 8\n}\n'}
    calls = dict.fromkeys(("one/main.tf", "two/main.tf"), 'module "disk" {\n  source = "../modules/disk"\n}\n')
    (tmp_path / ".git").mkdir()
    made = mend(tmp_path, {**inside, **calls}, "ebs-volume-encrypted")
    assert list(made.texts) == [str(tmp_path / "modules/disk/main.tf")]
    assert not made.unfixed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            """\
            variable "rules" {
              default = [{ enabled = false }]
            }

            resource "aws_dynamodb_table" "a" {
              name = "a"
              dynamic "point_in_time_recovery" {
                for_each = var.rules
                content {
                  enabled = point_in_time_recovery.value.enabled
                }
              }
            }
            """,
            "a dynamic block makes point_in_time_recovery",
        ),
        (
            """\
            # Code generated by a tool. DO NOT EDIT.
            resource "aws_dynamodb_table" "a" {
              name = "a"
            }
            """,
            "the file is generated",
        ),
        (
            """\
            locals {
              recovery = false
            }

            resource "aws_dynamodb_table" "a" {
              point_in_time_recovery {
                enabled = local.recovery
              }
            }
            """,
            "enabled comes from local.recovery",
        ),
    ],
)
def test_what_is_made_elsewhere_is_left_to_its_author(text: str, why: str, tmp_path: Path) -> None:
    assert why in reason(mend(tmp_path, {"main.tf": text}, "dynamodb-table-pitr-enabled"))


def test_json_syntax_of_terraform(tmp_path: Path) -> None:
    text = '{\n  "resource": {\n    "aws_ebs_volume": {\n      "a": {\n        "size": 8\n      }\n    }\n  }\n}\n'
    made = mended(tmp_path, "main.tf.json", text, "ebs-volume-encrypted")
    assert made == text.replace('"size": 8', '"size": 8,\n        "encrypted": true')


def template(body: str) -> str:
    return "Resources:\n" + textwrap.indent(textwrap.dedent(body), "  ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "A:\n  Type: AWS::EC2::Volume\n\n# B is next\n",
            "A:\n  Type: AWS::EC2::Volume\n  Properties:\n    Encrypted: true\n\n# B is next\n",
        ),
        (
            "A: {Type: AWS::EC2::Volume, Properties: {Size: 8}} # small\n",
            "A: {Type: AWS::EC2::Volume, Properties: {Size: 8, Encrypted: true}} # small\n",
        ),
        (
            "A:\n  Type: AWS::EC2::Volume\n  Properties:\n    Encrypted: 'false' # why\n",
            "A:\n  Type: AWS::EC2::Volume\n  Properties:\n    Encrypted: true # why\n",
        ),
        (
            "A:\n  Type: AWS::EC2::Volume\n  Properties:\n    Encrypted:\n    Size: 8\n",
            "A:\n  Type: AWS::EC2::Volume\n  Properties:\n    Encrypted: true\n    Size: 8\n",
        ),
    ],
)
def test_yaml_keeps_its_style(before: str, after: str, tmp_path: Path) -> None:
    assert mended(tmp_path, "t.yaml", template(before), "ebs-volume-encrypted") == template(after)


def test_json_gets_its_commas(tmp_path: Path) -> None:
    text = '{\n  "Resources": {\n    "A": {\n      "Type": "AWS::EC2::Volume"\n    }\n  }\n}\n'
    made = mended(tmp_path, "t.json", text, "ebs-volume-encrypted")
    assert json.loads(made)["Resources"]["A"]["Properties"] == {"Encrypted": True}
    assert '"AWS::EC2::Volume",\n      "Properties": {\n        "Encrypted": true\n      }\n    }' in made


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            template("A:\n  Type: AWS::EC2::Volume\n  Properties: &p\n    Size: 8\n")
            + template("B:\n  Type: AWS::EC2::Volume\n  Properties: *p\n").removeprefix("Resources:\n"),
            "anchor",
        ),
        (
            template("A:\n  Type: AWS::EC2::Volume\n  Properties: &p {Encrypted: false}\n")
            + template("B:\n  Type: AWS::EC2::Volume\n  Properties: *p\n").removeprefix("Resources:\n"),
            "anchor",
        ),
        (
            "Transform: AWS::LanguageExtensions\n"
            + template("Fn::ForEach::V:\n  - N\n  - [A]\n  - 'V${N}': {Type: AWS::EC2::Volume}\n"),
            "Fn::ForEach::V makes what stands there",
        ),
        (
            "Parameters:\n  E: {Type: String, Default: 'false', AllowedValues: ['false']}\n"
            + template("B:\n  Type: AWS::EC2::Volume\n  Properties: {Encrypted: !Ref E}\n"),
            "does not allow true",
        ),
        (
            "Parameters:\n  BootstrapVersion: {Type: String, Default: /cdk-bootstrap/x/version}\n"
            + template("B:\n  Type: AWS::EC2::Volume\n"),
            "generated by CDK",
        ),
    ],
)
def test_what_a_template_shares_or_does_not_hold_is_left_to_its_author(text: str, why: str, tmp_path: Path) -> None:
    made = mend(tmp_path, {"t.yaml": text}, "ebs-volume-encrypted")
    assert any(why in left.reason for left in made.unfixed)
    assert made.fixed == []


def test_what_a_type_does_not_have_is_not_written(tmp_path: Path) -> None:
    text = template("A:\n  Type: AWS::EC2::Instance\n  Properties:\n    ImageId: ami-1\n")
    made = mend(tmp_path, {"t.yaml": text}, "ec2-instance-block-devices-encrypted")
    assert made.texts == {}
    assert "there is no Ebs in AWS::EC2::Instance" in made.unfixed[0].reason


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "t.yaml",
            template(
                "T:\n  Type: AWS::DynamoDB::Table\n  Properties:\n    TableName: t\n"
                "    ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}\n"
            ),
            template(
                "T:\n  Type: AWS::DynamoDB::Table\n  Properties:\n    TableName: t\n    BillingMode: PAY_PER_REQUEST\n"
            ),
        ),
        (
            "main.tf",
            'resource "aws_dynamodb_table" "t" {\n  read_capacity = 1\n}\n',
            'resource "aws_dynamodb_table" "t" {\n  read_capacity = 1\n  billing_mode  = "PAY_PER_REQUEST"\n}\n',
        ),
    ],
)
def test_what_cannot_stand_beside_it_is_taken_away(name: str, before: str, after: str, tmp_path: Path) -> None:
    assert mended(tmp_path, name, before, "dynamodb-table-billing-mode-set") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Default: false, AllowedValues: [true, false]", "Default: true, AllowedValues: [true, false]"),
        ("Default: false", "Default: true"),
        ('Default: "false"', 'Default: "true"'),
        ("Default: 'false', AllowedValues: ['true', 'false']", "Default: 'true', AllowedValues: ['true', 'false']"),
    ],
)
def test_a_default_is_spelled_as_the_parameter_allows_it(before: str, after: str, tmp_path: Path) -> None:
    def text(default: str) -> str:
        head = f"Parameters:\n  E: {{Type: String, {default}}}\n"
        return head + template("A:\n  Type: AWS::EC2::Volume\n  Properties: {Encrypted: !Ref E}\n")

    assert mended(tmp_path, "t.yaml", text(before), "ebs-volume-encrypted") == text(after)


def test_an_anchor_that_nobody_else_uses_is_text_like_any_other(tmp_path: Path) -> None:
    text = template("A:\n  Type: AWS::EC2::Volume\n  Properties: &p\n    Size: 8\n")
    assert mended(tmp_path, "t.yaml", text, "ebs-volume-encrypted") == text + "      Encrypted: true\n"


def test_a_loop_beside_it_does_not_keep_a_resource_from_being_mended(tmp_path: Path) -> None:
    loop = "Fn::ForEach::V:\n  - N\n  - [A]\n  - 'V${N}': {Type: AWS::EC2::Volume, Properties: {Encrypted: true}}\n"
    volume = "A:\n  Type: AWS::EC2::Volume\n  Properties: {Encrypted: "
    head = "Transform: AWS::LanguageExtensions\n"
    text = head + template(f"{loop}{volume}false}}\n")
    assert mended(tmp_path, "t.yaml", text, "ebs-volume-encrypted") == head + template(f"{loop}{volume}true}}\n")


def test_an_object_of_terraforms_json_may_stand_in_a_list(tmp_path: Path) -> None:
    text = '{"resource": {"aws_ebs_volume": {"v": [{"size": 8}]}}}\n'
    assert mended(tmp_path, "main.tf.json", text, "ebs-volume-encrypted") == text.replace("8", '8, "encrypted": true')


def test_sam_has_names_of_its_own(tmp_path: Path) -> None:
    text = "Transform: AWS::Serverless-2016-10-31\n" + template(
        "F:\n  Type: AWS::Serverless::Function\n  Properties:\n    Runtime: python3.13\n"
    )
    made = mended(tmp_path, "t.yaml", text, "lambda-function-xray-enabled")
    assert made == text + "      Tracing: Active\n"


def test_a_nested_stack_is_changed_in_its_own_file(tmp_path: Path) -> None:
    outer = template("S:\n  Type: AWS::CloudFormation::Stack\n  Properties: {TemplateURL: inner.yaml}\n")
    inner = template("A:\n  Type: AWS::EC2::Volume\n  Properties: {Encrypted: false}\n")
    made = mend(tmp_path, {"outer.yaml": outer, "inner.yaml": inner}, "ebs-volume-encrypted")
    assert made.texts == {str(tmp_path / "inner.yaml"): inner.replace("false", "true")}


# --- the command ------------------------------------------------------------------------------------------------------


def test_a_patch_changes_nothing_and_a_fix_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "main.tf"
    path.write_bytes(b"\xef\xbb\xbf" + b'resource "aws_kms_key" "a" {\r\n}\r\n')
    path.chmod(0o640)
    run = CliRunner()
    shown = run.invoke(app, ["fix", "--rule", "kms-key-rotation-enabled", "--diff"])
    assert "+  enable_key_rotation = true" in shown.stdout
    subprocess.run(["git", "apply", "--check"], cwd=tmp_path, input=shown.stdout_bytes, check=True)
    assert b"rotation" not in path.read_bytes()
    assert run.invoke(app, ["fix", "--rule", "kms-key-rotation-enabled"]).exit_code == 0
    fixed = path.read_bytes()
    assert fixed.startswith(b"\xef\xbb\xbfresource")
    assert b"enable_key_rotation = true" in fixed
    assert path.stat().st_mode & 0o777 == 0o640
    assert "0 fixes" in run.invoke(app, ["fix", "--rule", "kms-key-rotation-enabled"]).stderr
    assert path.read_bytes() == fixed


def test_an_unsafe_fix_is_only_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = template("G:\n  Type: AWS::Logs::LogGroup\n")
    (tmp_path / "t.yaml").write_text(text)
    shown = CliRunner().invoke(app, ["fix", "--rule", "cloudwatch-log-group-retention-set"])
    assert "1 more with --unsafe" in shown.stderr
    assert (tmp_path / "t.yaml").read_text() == text


def test_a_file_that_has_changed_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "main.tf"
    path.write_text('resource "aws_kms_key" "a" {}\n')

    def meanwhile(*arguments: object, **named: object) -> Mended:
        made = fix(*arguments, **named)  # type: ignore[arg-type]
        path.write_text("# mine\n")
        return made

    monkeypatch.setattr("walint.fixing.fix", meanwhile)
    shown = CliRunner().invoke(app, ["fix", "--rule", "kms-key-rotation-enabled"])
    assert "changed meanwhile" in shown.stderr
    assert shown.exit_code == 2
    assert path.read_text() == "# mine\n"


def test_sarif_carries_the_same_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = 'resource "aws_kms_key" "a" {\n  description = "a"\n}'
    made = mended(tmp_path, "main.tf", text, "kms-key-rotation-enabled")
    shown = CliRunner().invoke(app, ["check", "--select", "kms-key-rotation-enabled", "-f", "sarif", "--exit-zero"])
    (result,) = json.loads(shown.stdout)["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "main.tf"
    lines = text.splitlines(keepends=True)
    for edit in reversed(change["replacements"]):
        region = edit["deletedRegion"]
        assert region["startColumn"] == region["endColumn"] == 1
        written = edit.get("insertedContent", {"text": ""})["text"].splitlines(keepends=True)
        lines[region["startLine"] - 1 : region["endLine"] - 1] = written
    assert "".join(lines) == made


def test_sarif_of_standard_input_edits_the_text_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text("# an earlier state\n")
    text = 'resource "aws_kms_key" "a" {}\n'
    arguments = ["check", "--stdin-filename", "main.tf", "--select", "kms-key-rotation-enabled", "-f", "sarif"]
    (result,) = json.loads(CliRunner().invoke(app, arguments, input=text).stdout)["runs"][0]["results"]
    (edit,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert edit["insertedContent"]["text"] == 'resource "aws_kms_key" "a" {\n  enable_key_rotation = true\n}\n'
