"""What fuzzing starts from: the fixtures, and the texts of the tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

HERE = Path(__file__).parent
TOP = HERE.parent


def seeds(target: str) -> Iterator[bytes]:
    """The seeds of a target, what was found earlier included."""
    yield from (file.read_bytes() for file in sorted((HERE / "found" / target).glob("*")))
    match target:
        case "hcl" | "suppression":
            yield from _files("fixtures", "*.tf")
        case "cloudformation":
            yield from _files("fixtures", "*.yaml")
        case "cloudformation_json":
            for text in _files("fixtures", "*.yaml"):
                yield _as_json(text)
        case "terraform_json":
            yield from _files("tests", "*.tf.json")
            yield json.dumps({"resource": {"aws_s3_bucket": {"b": {"bucket": '${var.x}-${lower("A")}'}}}}).encode()
            yield json.dumps({"locals": {"x": "%{ if true }a%{ endif }"}, "module": {"m": {"source": "./m"}}}).encode()
        case "tfvars":
            yield b'a = "x"\nb = ["y", <<E\nz\nE\n]\n'
            yield b'{"a": "x", "b": ["y", {"z": null}]}'
        case "plan":
            yield from _files("tests/terraform/plan", "*.json")
        case "expression":
            lines = (TOP / "tests/terraform/console.tsv").read_text("utf-8").splitlines()
            yield from (line.partition("\t")[0].encode() for line in lines)
        case "regular_expression":
            yield from (b"(a|b)*c\nabab", b"^[[:alpha:]]+(?P<n>x{2,3})?$\nabc", b"(?i)\\bq\\W.*?\\z\nq q")
        case "configuration":
            yield from (block.encode() for block in _fenced(TOP / "docs/configuration.md"))
        case "rule_file":
            yield from _files("rules", "*.yaml")
        case "filter_pattern":
            for text in _files("fixtures", "*.yaml"):
                yield from re.findall(rb"FilterPattern: (.*)", text)
        case "gitignore":
            yield b"*.log\n!keep/**\n/[a-c]?\\ \nfoo/**/bar\n[!a]*/\n"
        case "baseline":
            yield b'{"walint": 1}\n{"file": "a.tf", "rule": "x", "resource": "r"}\n'


def _files(below: str, pattern: str) -> Iterator[bytes]:
    yield from (file.read_bytes() for file in sorted((TOP / below).rglob(pattern)))


def _as_json(text: bytes) -> bytes:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda loader, suffix, node: {suffix: str(node.value)})
    return json.dumps(yaml.load(text, Loader), default=str).encode()


def _fenced(file: Path) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", file.read_text("utf-8"), re.DOTALL)
