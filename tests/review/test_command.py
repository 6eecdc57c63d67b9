"""`walint review` and `walint graph --format svg|html` as commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BAD = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "eu-central-1a"\n}\n'


def walint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "walint", *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(BAD)
    return tmp_path


def test_findings_do_not_change_the_exit_code(folder):
    ran = walint(folder, "review", "--output", "review.html")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert (folder / "review.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_same_page_comes_twice(folder):
    first, second = (walint(folder, "review").stdout for _ in range(2))
    assert first == second


def test_compare_with_what_was_written_before(folder):
    assert walint(folder, "review", "--format", "json", "--output", "then.json").returncode == 0
    (folder / "main.tf").write_text(BAD.replace("}\n", "  encrypted = true\n}\n"))
    ran = walint(folder, "review", "--format", "json", "--compare", "then.json")
    mended = [(it["rule"], it["address"]) for it in json.loads(ran.stdout)["change"]["mended"]]
    assert ("ebs-volume-encrypted", "aws_ebs_volume.a") in mended


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--compare", "gone.json"], "gone.json: cannot be read: No such file or directory"),
        (
            ["--compare", "main.tf"],
            "main.tf: is not JSON; `walint review --format json` writes",
        ),
        (["--output", "no/where.html"], "no/where.html: cannot be written: there is no folder no"),
        (["--baseline", "gone.json"], "gone.json: cannot be read"),
    ],
)
def test_wrong_usage_is_one_sentence(folder, arguments, told):
    ran = walint(folder, "review", *arguments)
    assert ran.returncode == 2
    assert told in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_the_baseline_is_shown_as_such(folder):
    walint(folder, "baseline")
    ran = walint(folder, "review", "--baseline", ".walint-baseline.json", "--format", "json")
    counts = json.loads(ran.stdout)["counts"]
    assert counts["fail"] == 0
    assert counts["known"] > 0


def test_what_was_there_before_a_change_is_shown_as_such(folder):
    for command in ("init -q", "add -A", "-c user.name=a -c user.email=a@example.com commit -qm before"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)
    (folder / "main.tf").write_text(BAD + BAD.replace('"a"', '"b"'))
    ran = walint(folder, "review", "--since", "HEAD", "--format", "json")
    told = {(it["addresses"][0], it["state"], it["new"]) for it in json.loads(ran.stdout)["findings"]}
    assert told == {("aws_ebs_volume.a", "known", False), ("aws_ebs_volume.b", "fail", True)}


def test_a_program_that_is_not_there_is_told_on_the_page(folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    for format_ in ("html", "markdown"):
        ran = walint(folder, "review", "--with", "checkov", "--format", format_)
        assert ran.returncode == 2
        assert "--with checkov: there is no program checkov" in ran.stderr
        assert "there is no program checkov" in ran.stdout


def test_what_cannot_be_read_is_on_the_page_and_ends_in_2(folder):
    (folder / "main.tf").write_text('resource "aws_s3_bucket" {\n')
    ran = walint(folder, "review", "--output", "review.html")
    assert ran.returncode == 2
    assert "main.tf:1:" in ran.stderr
    assert "What could not be read" in (folder / "review.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_nothing_to_judge_is_said_plainly(tmp_path, format_):
    ran = walint(tmp_path, "review", "--format", format_)
    assert ran.returncode == 0
    assert "No template could be read." in ran.stdout
    (tmp_path / "main.tf").write_text('variable "x" {}\n')
    told = walint(tmp_path, "review", "--format", format_).stdout
    assert "The templates hold no resources." in told
    assert "Only variables, providers and the like were judged." in told
    (tmp_path / "main.tf").write_text('resource "aws_s3_bucket" {\n')
    assert "No resource could be read." in walint(tmp_path, "review", "--format", format_).stdout


def test_markdown_shows_names_as_they_are(folder):
    (folder / "main.tf").write_text(BAD + 'resource "aws_ebs_volume" "b" {\n  encrypted = false\n}\n')
    (folder / "t.json").write_text(
        json.dumps({"Resources": {"<b>|`x`[y](z)": {"Type": "AWS::EC2::Volume", "Properties": {"Encrypted": False}}}})
    )
    text = walint(folder, "review", "--format", "markdown").stdout
    assert "| SEC08-BP02 Enforce encryption at rest | not met |" in text
    assert "🔴 3 noncompliant resources" in text
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_the_graph_is_drawn_alone(folder):
    ran = walint(folder, "graph", ".", "--format", "svg")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("<svg ")
    assert "worst-high" in ran.stdout
    page = walint(folder, "graph", ".", "--format", "html").stdout
    assert "<svg " in page
    assert 'id="framework"' not in page


def test_nothing_to_draw_is_said(tmp_path):
    ran = walint(tmp_path, "graph", ".", "--format", "svg")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no template found" in ran.stderr
