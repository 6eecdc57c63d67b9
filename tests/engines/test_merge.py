"""`walint merge`: SARIF files of several tools as one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.test_cli import Run, walint  # noqa: F401 (a fixture)

TEMPLATE = "Resources:\n  Data:\n    Type: AWS::EC2::Volume\n    Properties: {Size: 10}\n"


def foreign(tool: str, *results: tuple[str, str, int, int]) -> str:
    """A file of another tool: rule, file, first and last line of each result."""
    made: list[dict[str, Any]] = [
        {
            "ruleId": rule,
            "message": {"text": "m"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": file},
                        "region": {"startLine": first, "endLine": last},
                    }
                }
            ],
        }
        for rule, file, first, last in results
    ]
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": made}]})


def found(out: str) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Of each run the tool, and its results with what else is told of them."""
    return [
        (
            run["tool"]["driver"]["name"],
            [
                (
                    it["ruleId"],
                    it.get("properties", {}).get("alsoFoundAs") or it.get("properties", {}).get("bestPractice"),
                )
                for it in run["results"]
            ],
        )
        for run in json.loads(out)["runs"]
    ]


def test_what_two_tools_found_is_one_result(walint: Run) -> None:  # noqa: F811
    walint.file("a/t.yaml", TEMPLATE)
    walint("check", "a", "-f", "sarif", "-o", "w.sarif", "--select", "ebs-volume-encrypted")
    walint.file(
        "c.sarif",
        foreign(
            "Checkov",
            ("CKV_AWS_3", "/t.yaml", 2, 4),
            ("CKV_AWS_3", "other.yaml", 2, 4),
            ("CKV_AWS_3", "a/t.yaml", 9, 9),
            ("CKV_X_1", "a/t.yaml", 2, 4),
        ),
    )
    walint.file("t.sarif", foreign("Trivy", ("AVD-AWS-0026", "a/t.yaml", 2, 2)))
    ran = walint("merge", "c.sarif", "w.sarif", "t.sarif")
    assert ran.code == 0
    assert found(ran.out) == [
        ("walint", [("ebs-volume-encrypted", ["checkov:CKV_AWS_3", "trivy:AVD-AWS-0026"])]),
        ("Checkov", [("CKV_AWS_3", "SEC08-BP02"), ("CKV_AWS_3", "SEC08-BP02"), ("CKV_X_1", None)]),
        ("Trivy", []),
    ]


def test_the_merged_file_may_be_merged_again(walint: Run) -> None:  # noqa: F811
    walint.file("t.yaml", TEMPLATE)
    walint("check", "t.yaml", "-f", "sarif", "-o", "w.sarif")
    walint.file("c.sarif", foreign("checkov", ("CKV_AWS_3", "t.yaml", 2, 4), ("CKV_X_1", "t.yaml", 2, 4)))
    walint("merge", "w.sarif", "c.sarif", "-o", "m.sarif")
    first = (walint.folder / "m.sarif").read_text(encoding="utf-8")
    assert walint("merge", "m.sarif").out == first


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no json", "walint: x.sarif: it is no JSON: "),
        ("[]", "walint: x.sarif: it is no SARIF: it has no list of runs with a tool each"),
        ('{"runs": [{}]}', "walint: x.sarif: it is no SARIF: it has no list of runs with a tool each"),
    ],
)
def test_another_file_is_refused(walint: Run, text: str, sentence: str) -> None:  # noqa: F811
    walint.file("x.sarif", text)
    ran = walint("merge", "x.sarif", "-o", "m.sarif")
    assert (ran.code, ran.err.startswith(sentence)) == (2, True)
    assert not (walint.folder / "m.sarif").exists()


def test_a_file_that_there_is_not_is_one_sentence(walint: Run) -> None:  # noqa: F811
    ran = walint("merge", "nope.sarif")
    assert (ran.code, ran.err.startswith("walint: nope.sarif: ")) == (2, True)
