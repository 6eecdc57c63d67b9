"""Compare our expansion of SAM's resources with what AWS's own translator makes of them.

Usage: python bench/sam_oracle.py --translator PYTHON [--values] [--record FILE] TEMPLATE...

PYTHON is an interpreter of an environment with aws-sam-translator, which needs no network and no credentials here.
Both sides are read as CloudFormation reads them, so that what is compared are values. Local paths are packaged first,
as `sam package` does, and the suffixes by which SAM makes the ids of versions and deployments new are left out.
Printed are resources that only one side has, with --values also properties that differ; the exit status is 1 if there
are any. --record writes the ids and types of each template, which the tests compare with
(tests/cloudformation/serverless/expected.json).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from walint.cloudformation import CloudFormationOptions, load
from walint.graph import Graph
from walint.report.graph_json import encode
from walint.source import Source
from walint.values import Unknown

REGION = "us-east-1"
_TRANSLATE = """
import json, os, sys, logging
logging.disable(logging.CRITICAL)
os.environ["AWS_DEFAULT_REGION"] = sys.argv[1]
import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse
PATHS = {"CodeUri", "ContentUri", "DefinitionUri"}
for line in sys.stdin:
    try:
        template = yaml_parse(json.loads(line))
        parts = list(template["Resources"].values())
        parts += [{"Properties": it} for it in template.get("Globals", {}).values()]
        for part in parts:
            given = part.get("Properties") or {}
            for name in PATHS & given.keys():
                if isinstance(given[name], str) and not given[name].startswith("s3://"):
                    given[name] = "s3://packaged/key"
        translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=sys.argv[1]))
        answer = translator.translate(template, {})
    except Exception as error:
        answer = {"error": str(getattr(error, "causes", None) and [c.message for c in error.causes] or error)}
    print(json.dumps(answer, default=str), flush=True)
"""
# What says nothing of the deployed resource, or what SAM writes into an API's definition and we keep as a property.
_APART = {"Metadata", "Description", "DisableExecuteApiEndpoint", "BinaryMediaTypes"}
_SUFFIX = re.compile(r"[0-9a-f]{10}\Z")
_SUFFIXED = {
    "AWS::Lambda::Version",
    "AWS::Lambda::LayerVersion",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameAccessAssociation",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::Route53::RecordSetGroup",
    "AWS::StepFunctions::StateMachineVersion",
    "AWS::ApiGateway::UsagePlan",
}


def translated(python: str, texts: list[str]) -> list[dict[str, Any]]:
    given = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run([python, "-c", _TRANSLATE, REGION], input=given, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def without_suffixes(template: dict[str, Any]) -> str:
    """The translator's template as text, with ids as they are before each deployment makes them new."""
    text = json.dumps(template)
    for name, resource in template["Resources"].items():
        if resource["Type"] in _SUFFIXED and _SUFFIX.search(name):
            text = re.sub(rf"\b{name}\b", _SUFFIX.sub("", name), text)
    return text


def graph_of(text: str, name: str, folder: str = "") -> Graph:
    made = load(Source(name, text), CloudFormationOptions(region=REGION, folder=folder, root=folder))
    if isinstance(made, str):
        raise ValueError(f"{name}: {made}")
    return made


def resources(graph: Graph) -> dict[str, str]:
    return {it.address: it.type for it in graph.resources.values() if not it.type.startswith("cloudformation::")}


def properties(graph: Graph, address: str) -> dict[str, Any]:
    resource = graph.resources[address]
    presence = resource.presence
    out = {name: unordered(encode(resource.lookup(name)), name) for name in resource.names()}
    if presence is not None:
        out["(presence)"] = presence.reason if isinstance(presence, Unknown) else str(presence)
    return out


def unordered(value: Any, name: str = "") -> Any:
    """A value in which lists whose order means nothing are sorted."""
    if isinstance(value, dict):
        return {key: unordered(item, key) for key, item in value.items()}
    if isinstance(value, list):
        items = [unordered(item) for item in value]
        if name in ("ManagedPolicyArns", "Statement", "Policies", "tags"):
            items.sort(key=lambda item: json.dumps(item, sort_keys=True))
        return items
    return value


def differences(ours: Graph, theirs: Graph, values: bool) -> list[str]:
    mine, yours = resources(ours), resources(theirs)
    out = [f"only walint: {name} {type_}" for name, type_ in mine.items() if yours.get(name) != type_]
    out += [f"only SAM: {name} {type_}" for name, type_ in yours.items() if mine.get(name) != type_]
    if not values:
        return out
    for name in mine.keys() & yours.keys():
        one, other = properties(ours, name), properties(theirs, name)
        for key in sorted(one.keys() | other.keys()):
            if key in _APART or (key == "DependsOn" and key not in one):
                continue
            out += unlike(f"{name}.{key}", one.get(key), other.get(key))
    return out


def unlike(path: str, one: Any, other: Any) -> Iterator[str]:
    """The innermost values that differ; an empty list or mapping is as good as none."""
    if isinstance(one, dict) and isinstance(other, dict) and "packaged" not in other.values():
        for key in dict.fromkeys([*one, *other]):
            yield from unlike(f"{path}.{key}", one.get(key), other.get(key))
    elif one != other and (one or other) and "packaged" not in json.dumps(other):
        yield f"{path}: walint {shown(one)} SAM {shown(other)}"


def shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 200 else text[:200] + "..."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--translator", required=True)
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--record", type=Path)
    parser.add_argument("templates", nargs="+", type=Path)
    given = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in given.templates]
    answers = translated(given.translator, texts)
    recorded: dict[str, Any] = {}
    different = refused = 0
    for path, text, answer in zip(given.templates, texts, answers, strict=True):
        if "error" in answer:
            refused += 1
            print(f"{path}: SAM refuses it: {answer['error']}")
            continue
        theirs = graph_of(without_suffixes(answer), path.name)
        recorded[path.stem] = dict(sorted(resources(theirs).items()))
        found = differences(graph_of(text, path.name, str(path.parent)), theirs, given.values)
        if found:
            different += 1
            print(f"{path}:", *found, sep="\n  ")
    print(f"{len(texts)} templates, {refused} refused by SAM, {different} different")
    if given.record is not None:
        given.record.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
