"""Nothing outside of the tree is read, however a text asks for it; `--root` says what the tree is."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from walint import cli

# What stands outside. Where it shows, or what it declares, it was read.
MARKER = "from-outside"
OUTSIDE = {
    "note.txt": MARKER,
    "set/from-outside.txt": "",
    "template.yaml": f"Resources:\n  Inner: {{Type: AWS::SNS::Topic, Properties: {{TopicName: {MARKER}}}}}\n",
    "snippet.yaml": f"Inner: {{Type: AWS::SNS::Topic, Properties: {{TopicName: {MARKER}}}}}\n",
    "module/main.tf": f'resource "aws_sns_topic" "inner" {{\n  name = "{MARKER}"\n}}\n',
    "values.tfvars": f'name = "{MARKER}"\n',
    "states.json": json.dumps({"Comment": MARKER, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
    "api.yaml": f"openapi: 3.0.1\ninfo: {{title: {MARKER}}}\npaths: {{/{MARKER}: {{}}}}\n",
    "rules/r.yaml": f"- {{id: {MARKER}}}\n",
    "schema.graphql": f"type Query {{ a: String }} # {MARKER}\n",
    "ignored": "*\n",
    "modules.json": json.dumps({"Modules": [{"Key": "m", "Source": "x/y/z", "Dir": "../outside/module"}]}),
}
TOPIC = 'resource "aws_sns_topic" "t" {\n  name = %s\n}\n'
SAM = "Transform: AWS::Serverless-2016-10-31\n"


def nested(location: str) -> str:
    return (
        "Resources:\n  Seen: {Type: AWS::SNS::Topic}\n  Nested:\n    Type: AWS::CloudFormation::Stack\n"
        f"    Properties: {{TemplateURL: {location}}}\n"
    )


def included(location: str) -> str:
    return (
        "Resources:\n  Seen: {Type: AWS::SNS::Topic}\n"
        f"  Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {location}}}}}\n"
    )


def called(source: str) -> str:
    return f'module "m" {{\n  source = "{source}"\n}}\nresource "aws_sns_topic" "t" {{}}\n'


def plan(module: str) -> str:
    """A plan whose sources are looked for beside it."""
    resource = {
        "address": "module.m.aws_sns_topic.inner",
        "mode": "managed",
        "type": "aws_sns_topic",
        "name": "inner",
        "values": {"name": "seen"},
    }
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"child_modules": [{"address": "module.m", "resources": [resource]}]}},
            "configuration": {"root_module": {"module_calls": {"m": {"source": module, "module": {}}}}},
        }
    )


FILES = ("file", "filebase64", "filesha256", "filemd5", "filebase64sha512", "fileexists")
# By name: the files of the tree; "->" before a path makes a link to it. {out} is the folder outside, absolute.
ATTACKS: dict[str, dict[str, str]] = {
    **{
        f"{name}() {how}": {"main.tf": TOPIC % f'"${{{name}("{path}")}}"', "link.txt": "-> {out}/note.txt"}
        for name in FILES
        for how, path in (
            ("by dots", "../outside/note.txt"),
            ("by an absolute path", "{out}/note.txt"),
            ("by a link", "link.txt"),
            ("by the module's path", "${path.module}/../outside/note.txt"),
        )
    },
    "templatefile()": {"main.tf": TOPIC % 'templatefile("../outside/note.txt", {})'},
    "templatefile() by a link": {"main.tf": TOPIC % 'templatefile("t.txt", {})', "t.txt": "-> {out}/note.txt"},
    "fileset()": {"main.tf": TOPIC % 'join(",", fileset("../outside/set", "*"))'},
    "fileset() by its pattern": {"main.tf": TOPIC % 'join(",", fileset("${path.module}", "../outside/set/*"))'},
    "fileset() by a link": {"main.tf": TOPIC % 'join(",", fileset("l", "**"))', "l": "-> {out}/set"},
    "a file by a linked folder": {"main.tf": TOPIC % 'file("l/note.txt")', "l": "-> {out}"},
    "a module by dots": {"main.tf": called("../outside/module")},
    "a module by an absolute path": {"main.tf": called("{out}/module")},
    "a module by a linked folder": {"main.tf": called("./l/module"), "l": "-> {out}"},
    "a module of linked files": {"main.tf": called("./m"), "m/main.tf": "-> {out}/module/main.tf"},
    "an installed module": {
        "main.tf": called("x/y/z"),
        ".terraform/modules/modules.json": OUTSIDE["modules.json"],
    },
    "an installed module by an absolute path": {
        "main.tf": called("x/y/z"),
        ".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Source": "x/y/z", "Dir": "{out}/module"}]}',
    },
    "a list of installed modules": {
        "main.tf": called("x/y/z"),
        ".terraform/modules/modules.json": "-> {out}/modules.json",
    },
    "a linked Terraform file": {"main.tf": TOPIC % '"seen"', "linked.tf": "-> {out}/module/main.tf"},
    "linked values": {
        "main.tf": 'variable "name" {}\n' + TOPIC % "var.name",
        "terraform.tfvars": "-> {out}/values.tfvars",
        "a.auto.tfvars": "-> {out}/values.tfvars",
    },
    "a nested stack by dots": {"t.yaml": nested("../outside/template.yaml")},
    "a nested stack by an absolute path": {"t.yaml": nested("{out}/template.yaml")},
    "a nested stack by a URL": {"t.yaml": nested("file://{out}/template.yaml")},
    "a nested stack by a link": {"t.yaml": nested("n.yaml"), "n.yaml": "-> {out}/template.yaml"},
    "a snippet by dots": {"t.yaml": included("../outside/snippet.yaml")},
    "a snippet by a link": {"t.yaml": included("s.yaml"), "s.yaml": "-> {out}/snippet.yaml"},
    "a state machine's definition": {
        "t.yaml": SAM + "Resources:\n  Seen: {Type: AWS::Serverless::StateMachine, Properties:"
        " {DefinitionUri: ../outside/states.json, Role: arn:aws:iam::123456789012:role/r}}\n"
    },
    "an API's definition": {
        "t.yaml": SAM + "Resources:\n  Seen: {Type: AWS::Serverless::Api, Properties:"
        " {StageName: s, DefinitionUri: {out}/api.yaml}}\n"
    },
    "a GraphQL schema": {
        "t.yaml": SAM + "Resources:\n  Seen: {Type: AWS::Serverless::GraphQLApi, Properties:"
        " {SchemaUri: ../outside/schema.graphql, Auth: {Type: API_KEY}}}\n"
    },
    "a function's code": {
        "t.yaml": SAM + "Resources:\n  Seen: {Type: AWS::Serverless::Function, Properties:"
        " {CodeUri: ../outside, Handler: a.b, Runtime: python3.12}}\n"
    },
    "a serverless application": {
        "t.yaml": SAM + "Resources:\n  Seen: {Type: AWS::Serverless::Application, Properties:"
        " {Location: ../outside/template.yaml}}\n"
    },
    "a linked template": {"t.yaml": "-> {out}/template.yaml", "seen.yaml": nested("x")},
    "a linked folder": {"l": "-> {out}", "seen.yaml": nested("x")},
    "a manifest of CDK": {
        "cdk.out/manifest.json": json.dumps(
            {
                "version": "36.0.0",
                "artifacts": {
                    "S": {
                        "type": "aws:cloudformation:stack",
                        "properties": {"templateFile": "s.template.json"},
                        "metadata": {
                            "/S/Seen": [
                                {
                                    "type": "aws:cdk:logicalId",
                                    "data": "Seen",
                                    "trace": ["at f ({out}/note.txt:1:1)", "at f (../../outside/note.txt:1:1)"],
                                }
                            ]
                        },
                    }
                },
            }
        ),
        "cdk.out/s.template.json": '{"Resources": {"Seen": {"Type": "AWS::SNS::Topic"}}}',
    },
    "sources beside a plan": {"p.json": plan("../outside/module")},
    "a linked .gitignore": {".gitignore": "-> {out}/ignored", "main.tf": TOPIC % '"seen"'},
}


def write(folder: Path, files: dict[str, str], outside: Path) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = text.replace("{out}", str(outside))
        if text.startswith("-> "):
            path.symlink_to(text[3:])
        else:
            path.write_text(text)


# The files outside that are opened, while somebody watches; an audit hook can't be taken away again.
watched: list[str] = []
met: list[str] = []


def hook(event: str, arguments: tuple[object, ...]) -> None:
    if watched and event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        path = os.path.realpath(os.fsdecode(arguments[0])) + os.sep
        if path.startswith(watched[0]):
            met.append(path)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[str]]:
    write(tmp_path / "outside", OUTSIDE, tmp_path / "outside")
    if hook not in installed:
        sys.addaudithook(hook)
        installed.append(hook)
    met.clear()
    watched[:] = [os.path.realpath(tmp_path / "outside") + os.sep]
    yield met
    watched.clear()


installed: list[object] = []


def said(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["walint", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(SystemExit):
        cli.main()
    out, err = capfd.readouterr()
    return out + err


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_outside_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    opened: list[str],
    attack: str,
) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    write(tree, ATTACKS[attack], tmp_path / "outside")
    monkeypatch.chdir(tree)
    checked = said(monkeypatch, capfd, "check", "--profile", "strict", "--show-open", "-f", "json")
    drawn = said(monkeypatch, capfd, "graph", ".")
    assert '"findings"' in checked
    assert opened == []
    for text in (checked, drawn):
        assert MARKER not in text.replace(str(tmp_path), "")
        assert "internal error" not in text


@pytest.mark.parametrize("name", ["t.yaml", "p.json", "l/template.yaml"])
def test_a_named_link_that_leads_out_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], opened: list[str], name: str
) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    links = {"t.yaml": "-> {out}/template.yaml", "p.json": "-> {out}/states.json", "l": "-> {out}"}
    write(tree, links, tmp_path / "outside")
    monkeypatch.chdir(tree)
    text = said(monkeypatch, capfd, "check", name)
    assert opened == []
    assert "it is a link that leads out of the linted tree; --root names another" in " ".join(text.split())
    assert "Judged: 1 template" in said(monkeypatch, capfd, "check", "t.yaml", "--root", str(tmp_path))


def test_root_says_what_the_tree_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], opened: list[str]
) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    files = {
        "main.tf": TOPIC % '"${file("../outside/note.txt")}"' + called("../outside/module").partition("resource")[0],
        "t.yaml": nested("../outside/template.yaml"),
    }
    write(tree, files, tmp_path / "outside")
    monkeypatch.chdir(tree)
    for path, addresses in ((".", {"aws_sns_topic.t", "module.m.aws_sns_topic.inner"}), ("t.yaml", {"Nested/Inner"})):
        drawn = json.loads(said(monkeypatch, capfd, "graph", path, "--root", str(tmp_path)).partition("\n}\n")[0] + "}")
        named = {it["address"]: it["properties"].get("TopicName") for it in drawn["resources"]}
        assert addresses <= set(named)
        assert MARKER in named.values()
    # And it may be less than the repository.
    write(tree, {"inner/main.tf": called("../other"), "other/main.tf": TOPIC % '"x"'}, tmp_path)
    inside = said(monkeypatch, capfd, "graph", "inner")
    assert "module.m.aws_sns_topic.t" in inside
    assert "module.m.aws_sns_topic.t" not in said(monkeypatch, capfd, "graph", "inner", "--root", "inner")


CONFIGURATIONS = {
    "variables": "terraform: {variable-files: [../outside/values.tfvars]}\n",
    "variables by a link": "terraform: {variable-files: [linked.tfvars]}\n",
    "parameters": "cloudformation: {parameter-files: ['{out}/states.json']}\n",
    "rules": "rule-folders: [../outside/rules]\n",
    "rules by a link": "rule-folders: [rules]\n",
    "the file itself": "-> {out}/values.tfvars",
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_in_the_tree_names_nothing_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], opened: list[str], name: str
) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    files = {
        ".walint.yaml": CONFIGURATIONS[name],
        "main.tf": 'variable "name" {}\n' + TOPIC % "var.name",
        "linked.tfvars": "-> {out}/values.tfvars",
        "rules/r.yaml": "-> {out}/rules/r.yaml",
    }
    write(tree, files, tmp_path / "outside")
    monkeypatch.chdir(tree)
    text = said(monkeypatch, capfd, "check")
    assert opened == []
    assert "outside of the repository, or a link that leads there; a file given with --config may name it" in text
    assert MARKER not in text.replace(str(tmp_path), "")
