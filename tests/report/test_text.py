from __future__ import annotations

import re

import pytest

from tests.report.made import ENCRYPTED, MULTI_AZ, OPTIONS, TAGS, everything, finding, report
from walint.policy.model import Report, Suppression
from walint.report import render
from walint.report.terminal import cells, excerpt, harmless
from walint.source import Problem, Span


def text(of: Report, **changed: object) -> str:
    return render("text", of, OPTIONS._replace(**changed))


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("default.txt", {}),
        ("everything.txt", {"show_open": True, "show_suppressed": True, "verbose": True}),
        ("color.txt", {"show_open": True, "color": True}),
        ("narrow.txt", {"width": 50}),
    ],
)
def test_golden(golden, name, changed):
    golden(name, text(everything(), **changed))


def test_nothing_to_report_is_said_in_a_line():
    clean = report(rules=(ENCRYPTED, TAGS), stats={"templates": 3, "resources": 1})
    assert text(clean) == "Nothing to report.\nJudged: 3 templates, 1 resource, 2 rules.\n"


def test_no_template_at_all():
    assert text(report(stats={"templates": 0})) == "Nothing to report: there is no template here.\n"


def test_unreadable_input_is_not_called_clean():
    said = text(report(problems=(Problem("a.yaml", 1, 2, "error", "bad"),)))
    assert "   error  a.yaml:1:2: bad\n" in said
    assert said.endswith("No findings in what could be read; 1 error.\n")


def test_open_findings_are_hidden_and_counted():
    said = text(report([finding(verdict="open", reason="x"), finding(MULTI_AZ, verdict="open", reason="y")]))
    assert said == "Nothing to report; 2 open (--show-open lists them).\n"


def test_open_finding_says_what_it_depends_on():
    said = text(report([finding(verdict="open", reason='variable "x", which has no value')]), show_open=True)
    assert 'for aws_ebs_volume.data that depends on\n          variable "x", which has no value.\n' in said
    assert said.endswith("1 open.\n")


def test_suppressed_findings_are_counted_and_listed_on_request():
    silenced = finding(suppression=Suppression("inline", "it is scratch space", place=Span("main.tf", 6, 1, 6, 9)))
    other = finding(TAGS, verdict="open", suppression=Suppression("file", ""))
    said = text(report([silenced, other]))
    assert said == "Nothing to report; 2 suppressed (--show-suppressed lists them).\n"
    listed = text(report([silenced, other]), show_suppressed=True)
    assert "ebs-volume-encrypted  aws_ebs_volume.data\n" in listed
    assert "suppressed by a comment at main.tf:6:1: it is scratch space\n" in listed
    assert "suppressed by a comment for the file: no reason is given\n" in listed


def test_findings_of_an_earlier_run_are_not_reported():
    was, gone = finding(state="unchanged"), finding(TAGS, state="absent")
    assert text(report([was, gone])) == "Nothing new to report; 1 there before; 1 no longer there.\n"
    assert "1 new finding in 1 file;" in text(report([was, gone, finding(MULTI_AZ, state="new")]))


def test_why_and_how_are_said_once_for_a_rule_in_each_file():
    places = [Span("main.tf", 7, 3, 7, 20), Span("main.tf", 8, 1, 8, 2), Span("modules/my db/main.tf", 3, 3, 3, 9)]
    said = text(report([finding(span=span) for span in places]))
    assert said.count("why   ") == said.count("fix   ") == 2


def test_colour_only_where_asked_for():
    assert "\x1b" not in text(everything(), show_open=True, verbose=True)
    coloured = text(everything(), color=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text(everything())


@pytest.mark.parametrize("width", [1, 50, 60, 80, 120, 200])
def test_prose_keeps_to_the_width(width):
    """Only what cannot be broken, such as an address, may go beyond, and the two lines that close the report."""
    *lines, _, _ = text(everything(), width=width, show_open=True, verbose=True).splitlines()
    wide = [line for line in lines if cells(line) > max(width, 50) and len(line.split()) > 1]
    assert wide == []


def test_summary_counts_by_pillar_and_severity():
    said = text(report([finding(), finding(TAGS), finding(TAGS, path="x"), finding(verdict="open")]))
    assert [line.split() for line in said.splitlines()[-5:-2]] == [
        ["high", "low"],
        ["Security", "1", "-"],
        ["Cost", "Optimization", "-", "2"],
    ]
    assert said.endswith("3 findings in 1 file; 1 open (--show-open lists them).\n")


def test_further_instances_are_few_unless_verbose():
    many = report([finding(addresses=tuple(f"aws_ebs_volume.data[{at}]" for at in range(9)))])
    assert "also  aws_ebs_volume.data[1], aws_ebs_volume.data[2], aws_ebs_volume.data[3] and 5 more" in " ".join(
        text(many).split()
    ).replace("also ", "also  ")
    assert "data[8]" in text(many, verbose=True)


def test_warnings_beyond_the_first_are_counted():
    many = report(problems=tuple(Problem("a.tf", at, 1, "warning", "odd") for at in range(1, 31)))
    assert text(many).count(": odd") == 20
    assert "10 more warnings, listed with --verbose" in text(many)
    assert text(many, verbose=True).count(": odd") == 30


def test_module_that_was_not_read_is_listed_once_with_what_to_do():
    said = text(everything())
    assert said.count("module.vpc") == 1
    assert "terraform init" in said
    stack = report(opaque=(("Nested", "its TemplateURL is remote", "t.yaml", 4),))
    assert "Nested (t.yaml:4): its TemplateURL is remote" in text(stack)
    assert "terraform" not in text(stack)


# --- excerpts ---------------------------------------------------------------------------------------------------------


def excerpt_of(said: str) -> list[str]:
    return [line for line in said.splitlines() if " | " in line or line.lstrip().startswith("| ")]


def test_excerpt_has_the_line_one_neighbour_and_carets():
    assert excerpt_of(text(report([finding()]))) == [
        '        6 | resource "aws_ebs_volume" "data" {',
        "        7 |   encrypted = false",
        "          |   ^^^^^^^^^^^^^^^^^",
    ]


def test_neighbour_is_the_line_below_where_the_one_above_says_nothing():
    assert excerpt_of(text(report([finding(span=Span("main.tf", 6, 1, 6, 9))]))) == [
        '        6 | resource "aws_ebs_volume" "data" {',
        "          | ^^^^^^^^",
        "        7 |   encrypted = false",
    ]


def test_no_excerpt_without_the_text():
    assert excerpt_of(text(report([finding()], lines={}))) == []


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "carets"),
    [
        ("a = 1", 4, 5, "a = 1", "    ^"),
        ("a = 1", 4, 4, "a = 1", "    ^"),
        ("a = 1", 9, 12, "a = 1", "     ^"),
        ("\ta\t= 1", 1, 6, "    a   = 1", "    ^^^^^^^"),
        ("漢 = 字", 4, 5, "漢 = 字", "     ^^"),
        ("e\u0301 = 1", 5, 6, "e\u0301 = 1", "    ^"),
        ("a\x1b[0m = 1", 8, 9, "a\\x1b[0m = 1", "           ^"),
    ],
)
def test_carets_stand_under_their_part(line, start, end, shown, carets):
    assert excerpt(line, start, end, 40) == (shown, carets)


@pytest.mark.parametrize("start", [0, 5, 25, 50, 150, 990])
@pytest.mark.parametrize("length", [1, 6, 30, 400])
@pytest.mark.parametrize("width", [20, 40, 80])
def test_long_lines_are_cut_around_their_part(start, length, width):
    line = "".join(chr(ord("a") + at % 26) for at in range(1000))
    shown, carets = excerpt(line, start, start + length, width)
    assert cells(shown) <= width
    assert len(carets) <= width
    column = len(carets) - len(carets.lstrip())
    assert shown[column] == line[start]
    assert "..." in shown


@pytest.mark.parametrize(
    "char", ["\x1b", "\x00", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\n"]
)
def test_harmless(char):
    assert char not in harmless(f"a{char}b")
    assert harmless(f"a{char}b").isascii()


def test_ordinary_text_stays_as_it_is():
    assert harmless("é 漢字 😀 “…”") == "é 漢字 😀 “…”"
