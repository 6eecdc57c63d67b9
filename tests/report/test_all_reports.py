"""What holds of every report."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.made import OPTIONS, everything, finding, report, rule, some_graph
from walint.policy.model import Related, Suppression
from walint.report import GRAPHS, REPORTS, render
from walint.source import Problem, Span

HOSTILE = (
    "=a ::error::##[add-mask]##vso[x]\n::stop-commands::x\n @team <b> [x](http://x) "
    "a\x1b[2J\x00\x07\n\"'`<b>&|\\\u202egnp\u2028\ud800é漢😀" + "x" * 5000
)
# The commands that the report for GitHub Actions is made of.
OURS = re.compile(r"::(error|warning|notice) file=|::(end)?group::")


@pytest.mark.parametrize("name", REPORTS)
def test_same_report_same_bytes(name):
    assert render(name, everything(), OPTIONS) == render(name, everything(), OPTIONS)


@pytest.mark.parametrize("name", list(REPORTS))
def test_same_bytes_whatever_the_hash_seed(name):
    code = (
        "from tests.report.made import *; from walint.report import render;"
        f"import sys; sys.stdout.buffer.write(render({name!r}, everything(), OPTIONS).encode())"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


@pytest.mark.parametrize("name", REPORTS)
def test_empty_report(name):
    assert render(name, report(), OPTIONS).endswith("\n")


@pytest.mark.parametrize("name", REPORTS)
def test_hostile_names_and_values(name):
    odd = report(
        [
            finding(
                rule(message_parts=(HOSTILE, None, HOSTILE), title=HOSTILE),
                message=HOSTILE,
                addresses=(HOSTILE, HOSTILE + "2"),
                when=HOSTILE,
                reason=HOSTILE,
                verdict=verdict,
                span=Span(HOSTILE, 1, 1, 1, 9),
                related=(Related(HOSTILE, Span(HOSTILE, 2, 1, 2, 1)),),
                path=HOSTILE,
                suppression=suppression,
            )
            for verdict in ("fail", "open")
            for suppression in (None, Suppression("inline", HOSTILE, None, Span(HOSTILE, 1, 1, 1, 2), HOSTILE))
        ],
        lines={HOSTILE: {1: HOSTILE, 2: ""}},
        problems=(Problem(HOSTILE, 1, 1, "error", HOSTILE),),
        surprises=(HOSTILE,),
        opaque=((HOSTILE, HOSTILE, HOSTILE, 1),),
        stats={HOSTILE: 1},
    )
    text = render(name, odd, type(OPTIONS)("1", width=60, show_open=True, show_suppressed=True, verbose=True))
    text.encode("utf-8")
    assert not set(text) & set("\x1b\x00\x07\u202e\u2028")
    assert not re.search(r"##\w*\[", text)
    assert [line for line in text.splitlines() if re.match(r"\s*::", line) and not OURS.match(line)] == []
    if name in ("sarif", "json", "gitlab"):
        assert json.loads(text)


@pytest.mark.parametrize("name", REPORTS)
def test_thousands_of_findings(name):
    many = report([finding(span=Span(f"f{at % 50}.tf", at, 1, at, 2), path=str(at)) for at in range(1, 3001)])
    text = render(name, many, OPTIONS)
    # A comment on a pull request is too short for all.
    assert text.count("f49.tf") >= 60 or (name == "markdown" and "that had no room here" in text)


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_same_bytes(name):
    assert GRAPHS[name]([some_graph()], ()) == GRAPHS[name]([some_graph()], ())


def test_json_golden(golden):
    golden("everything.json", render("json", everything(), OPTIONS))


DOCS = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")


def test_every_key_is_documented():
    said = json.loads(render("json", everything(), OPTIONS))
    drawn = json.loads(GRAPHS["json"]([some_graph(), some_graph()], ()))
    found = {*said, *said["findings"][0], *said["problems"][0], *said["not_read"][0], *said["rules"][0], *drawn}
    found |= {key for entries in drawn.values() for entry in entries for key in entry}
    assert [key for key in sorted(found) if f"`{key}`" not in DOCS and f'"{key}"' not in DOCS] == []
    assert f"`version` is {said['version']};" in DOCS
