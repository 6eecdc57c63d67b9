"""Each report against what its consumer publishes: a schema, a parser, or the rules that it reads by."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from junitparser import Error as Unreadable
from junitparser import Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt

from tests.report.made import CREDENTIALS, ENCRYPTED, MULTI_AZ, TAGS, everything, finding, report, rule
from tests.report.test_all_reports import HOSTILE
from walint.policy.model import Finding, Related, Report, Suppression
from walint.report import Options, Repository, render
from walint.report.markdown import MAX_LENGTH
from walint.source import Problem, Span

ALL = Options("1", show_open=True)
BELOW = Options("1", repository=Repository("", prefix="stacks/prod"))


def hostile() -> Report:
    """Names and values that would break a report which takes them as they are."""
    one = finding(
        rule(title=HOSTILE, rationale=HOSTILE, remediation=HOSTILE),
        message=HOSTILE,
        addresses=(HOSTILE, HOSTILE + "2"),
        when=HOSTILE,
        span=Span(HOSTILE, 1, 1, 1, 9),
        related=(Related(HOSTILE, Span(HOSTILE, 2, 1, 2, 1)),),
        path=HOSTILE,
    )
    return report([one], problems=(Problem(HOSTILE, 1, 1, "error", HOSTILE),), lines={})


def many(number: int, of: Any = ENCRYPTED) -> list[Finding]:
    return [finding(of, span=Span("main.tf", at, 1, at, 5), path=f"P{at}") for at in range(1, number + 1)]


@pytest.mark.parametrize("name", ["junit", "gitlab", "github", "markdown", "csv"])
def test_golden(golden, name):
    ending = {"junit": "xml", "gitlab": "gitlab.json", "github": "github.log", "markdown": "md"}.get(name, name)
    golden(f"everything.{ending}", render(name, everything(), ALL).replace("\r\n", "\n"))


@pytest.mark.parametrize("name", ["junit", "gitlab", "github", "markdown"])
def test_what_is_not_reported_is_no_finding(name):
    quiet = report([finding(state="unchanged"), finding(state="absent"), finding(suppression=Suppression("file", "x"))])
    assert "is not encrypted at rest" not in render(name, quiet, ALL)


@pytest.mark.parametrize("name", ["junit", "gitlab", "github", "markdown", "csv"])
def test_files_are_named_from_the_root_of_the_repository(name):
    assert "stacks/prod/main.tf" in render(name, report([finding()]), BELOW)


# --- JUnit: Jenkins' schema, and a parser -----------------------------------------------------------------------------

JENKINS = xmlschema.XMLSchema(Path(__file__).with_name("junit-10.xsd"))


def suites(of: Report) -> JUnitXml:
    text = render("junit", of, ALL)
    JENKINS.validate(text)
    return JUnitXml.fromstring(text.encode())


@pytest.mark.parametrize("of", [report(), everything(), hostile()], ids=["empty", "everything", "hostile"])
def test_junit_is_valid_and_counts_right(of):
    read = suites(of)
    cases = [case for suite in read for case in suite]
    assert cases
    for kind, said in ((Failure, read.failures), (Unreadable, read.errors)):
        assert said == sum(isinstance(result, kind) for case in cases for result in case.result)
    assert read.tests == len(cases)


def test_junit_tells_failed_open_unreadable_and_passed_apart():
    fine = rule("s3-bucket-encrypted")
    read = suites(report([*everything().findings], problems=everything().problems, rules=(fine,), passed={fine.id: 3}))
    outcomes = {(suite.name, type(result)) for suite in read for case in suite for result in case.result or [None]}
    assert outcomes == {
        ("rules", type(None)),
        ("main.tf", Failure),
        ("modules/my db/main.tf", Failure),
        ("modules/my db/main.tf", Skipped),
        ("input", Unreadable),
    }


def test_junit_names_are_unique_where_one_resource_fails_twice():
    cases = [case.name for suite in suites(report(many(3))) for case in suite]
    assert len(set(cases)) == 3


# --- GitLab: what its parser asks of an entry (docs.gitlab.com, "Code Quality report format") -------------------------

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!/|\\./)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}


@pytest.mark.parametrize("of", [report(), everything(), hostile()], ids=["empty", "everything", "hostile"])
def test_gitlab_takes_every_entry(of):
    issues = json.loads(render("gitlab", of, ALL))
    jsonschema.validate(issues, GITLAB)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_gitlab_fingerprint_stays_when_another_is_suppressed():
    first, second = many(1)[0], finding(span=Span("main.tf", 9, 1, 9, 5), path="P1")
    before = json.loads(render("gitlab", report([first, second]), ALL))
    quiet = finding(span=first.span, path="P1", suppression=Suppression("inline", "x"))
    after = json.loads(render("gitlab", report([quiet, second]), ALL))
    assert [issue["fingerprint"] for issue in after] == [before[1]["fingerprint"]]


# --- GitHub Actions: a line is read as the runner reads it ------------------------------------------------------------


def command(line: str) -> tuple[str, dict[str, str], str] | None:
    """A workflow command's name, properties and data; None for a line that is none."""
    found = re.fullmatch(r"\s*::([^ :]+)(?: (.*?))?::(.*)", line)
    if found is None:
        return None
    properties = dict(pair.split("=", 1) for pair in (found[2] or "").split(",") if "=" in pair)
    return found[1], {name: decoded(value, ":,") for name, value in properties.items()}, decoded(found[3])


def decoded(text: str, more: str = "") -> str:
    for char in (*"\r\n", *more, "%"):
        text = text.replace(f"%{ord(char):02X}", char)
    return text


def test_github_annotations_say_where_and_what():
    text = render("github", report([finding(message="100% of, it: bad", span=Span("a,b:c.tf", 7, 3, 7, 20))]), ALL)
    name, properties, data = command(text.splitlines()[0])
    assert name == "error"
    assert (properties["file"], properties["line"], properties["col"]) == ("a,b:c.tf", "7", "3")
    assert data.splitlines()[0] == "100% of, it: bad"
    assert data.splitlines()[1].startswith("Fix: ")


def test_github_shows_ten_of_a_kind_the_most_severe_first_and_names_the_rest():
    found = [*many(12), *many(11, CREDENTIALS), *many(3, MULTI_AZ)]
    lines = render("github", report(found), ALL).splitlines()
    kinds = [read[0] for read in map(command, lines) if read]
    assert [kinds.count(kind) for kind in ("error", "warning", "notice")] == [10, 3, 0]
    assert all("no-credentials" in line for line in lines if line.startswith("::error"))
    rest = lines[lines.index("::group::13 more without an annotation: GitHub shows 10 of a kind") + 1 :]
    assert len(rest[: rest.index("::endgroup::")]) == 13
    assert lines[-1] == "walint: 26 findings in 1 file."


def test_github_carries_out_nothing_that_a_template_says():
    lines = render("github", hostile(), ALL).splitlines()
    assert [read[0] for read in map(command, lines) if read] == ["error", "error"]
    assert not any("##[" in line for line in lines)


# --- Markdown: as GitHub's dialect is rendered ------------------------------------------------------------------------


def rendered(of: Report, **options: Any) -> str:
    return MarkdownIt("gfm-like", {"linkify": False}).render(render("markdown", of, Options("1", **options)))


def test_markdown_shows_names_as_they_are():
    odd = 'a_b_ *c* `d` <b> & [x](y) | z "w" ~~s~~ \\'
    html = rendered(report([finding(message=odd, span=Span("x|`y`.tf", 7, 1, 7, 2))]))
    assert "a_b_ *c* `d` &lt;b&gt; &amp; [x](y) | z &quot;w&quot; ~~s~~ \\</td>" in html
    assert "<code>x|`y`.tf:7</code>" in html
    assert html.count("<td>") == 4 + 1


# A link or an image would be one of a template's.
OURS = {
    "h3",
    "p",
    "ul",
    "li",
    "strong",
    "code",
    "details",
    "summary",
    "sub",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def test_markdown_has_no_html_link_or_mention_out_of_a_template():
    html = rendered(hostile())
    assert set(re.findall(r"<(\w+)", html)) <= OURS
    assert "@team" not in re.sub(r"<code>.*?</code>", "", html)


def test_markdown_fits_into_a_comment_and_says_what_it_leaves_out():
    text = render("markdown", report(many(3000)), ALL)
    assert len(text) <= MAX_LENGTH
    (left,) = re.findall(r"and (\d+) more findings that had no room", text)
    assert text.count("| `main.tf:") + int(left) == 3000


def test_markdown_of_an_empty_report_says_so():
    assert "nothing to report" in rendered(report())


# --- CSV: RFC 4180 ----------------------------------------------------------------------------------------------------


def table(of: Report) -> list[dict[str, str]]:
    text = render("csv", of, ALL)
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv_has_a_line_for_each_finding_and_all_columns_in_each():
    rows = table(everything())
    assert len(rows) == len(everything().findings)
    assert all(None not in row and None not in row.values() for row in rows)
    assert len({row["fingerprint"] for row in rows}) == len(rows)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_csv_holds_no_formula(start):
    (row,) = table(report([finding(TAGS, message=start, addresses=(start,), span=Span(start, 1, 1, 1, 2))]))
    assert {row["message"], row["address"]} == {"'" + start}
    assert row["file"][0] == "'"


def test_csv_tells_what_is_not_reported():
    rows = table(report([finding(suppression=Suppression("inline", "a sandbox")), finding(TAGS, state="unchanged")]))
    assert [(row["suppressed"], row["state"]) for row in rows] == [("a sandbox", ""), ("", "unchanged")]
