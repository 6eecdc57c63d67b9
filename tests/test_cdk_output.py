"""`check` over the output of CDK: a stage with a stack, its nested stack, and assets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_cli import Run, walint  # noqa: F401 (a fixture)

STACK = {
    "Resources": {
        "B1": {"Type": "AWS::S3::Bucket", "Metadata": {"aws:cdk:path": "Prod/S/B/Resource"}},
        "N": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": {"Fn::Sub": "https://x/${AWS::Region}/a.json"}},
            "Metadata": {"aws:asset:path": "ProdSN.nested.template.json"},
        },
    }
}
NESTED = {"Resources": {"C1": {"Type": "AWS::S3::Bucket", "Metadata": {"aws:cdk:path": "Prod/S/N/C/Resource"}}}}
TRACE = ["new CfnResource (/build/node_modules/aws-cdk-lib/core.js:1:1)", "new S (/build/lib/stack.ts:3:1)"]
MANIFEST = {
    "artifacts": {
        "ProdS": {
            "properties": {"templateFile": "ProdS.template.json"},
            "metadata": {"/Prod/S/B/Resource": [{"type": "aws:cdk:logicalId", "data": "B1", "trace": TRACE}]},
        }
    }
}


@pytest.fixture
def output(walint: Run) -> Run:  # noqa: F811
    walint.file("lib/stack.ts", "import x\n\nnew Bucket(this, 'B')\n")
    stage = Path("cdk.out", "assembly-Prod")
    for name, data in {"manifest": MANIFEST, "ProdS.template": STACK, "ProdSN.nested.template": NESTED}.items():
        walint.file(str(stage / f"{name}.json"), json.dumps(data))
    for asset in ("asset.0a1b/x.template.json", "asset.0a1b2c.json"):
        walint.file(f"cdk.out/{asset}", json.dumps(NESTED))
    return walint


def test_a_finding_tells_its_construct_and_where_the_program_made_it(output: Run) -> None:
    ran = output("check", ".", "-f", "json", "--select", "s3-bucket-versioning-enabled")
    found = json.loads(ran.out)["findings"]
    told = [(it["addresses"], it["construct"], [at["location"]["file"] for at in it["related"]]) for it in found]
    assert told == [
        (["B1"], "Prod/S/B/Resource", ["lib/stack.ts"]),
        (["N/C1"], "Prod/S/N/C/Resource", ["cdk.out/assembly-Prod/ProdS.template.json"]),
    ]  # fmt: skip


def test_sarif_and_the_text_tell_it_too(output: Run) -> None:
    ran = output("check", ".", "-f", "sarif", "--select", "s3-bucket-versioning-enabled")
    places = [result["locations"][0]["logicalLocations"] for result in json.loads(ran.out)["runs"][0]["results"]]
    assert [[place["fullyQualifiedName"] for place in found] for found in places] == [
        ["B1", "Prod/S/B/Resource"],
        ["N/C1", "Prod/S/N/C/Resource"],
    ]
    assert "cdk   Prod/S/N/C/Resource" in output("check", ".", "--select", "s3-bucket-versioning-enabled").out
