"""No report shows a secret that a rule has found."""

from __future__ import annotations

import pytest

from tests.report.made import CREDENTIALS, ENCRYPTED, OPTIONS, finding, report
from walint.policy.starring import starred
from walint.report import REPORTS, render
from walint.report.secrets import safe_lines
from walint.source import Span

SECRET = "correct-horse-" + "battery"


def pointing_at(line: str, part: str) -> object:
    start = line.index(part)
    return report(
        [finding(CREDENTIALS, message="x", span=Span("a.tf", 2, start + 1, 2, start + 1 + len(part)))],
        lines={"a.tf": {1: "above", 2: line, 3: "below"}},
    )


@pytest.mark.parametrize(
    ("line", "part", "shown"),
    [
        (f'  password = "{SECRET}"', f'password = "{SECRET}"', '  password = "corr*****************"'),
        (f"  Password: {SECRET}", f"Password: {SECRET}", "  Password: corr*****************"),
        (f'"Password": "{SECRET}",', f'"Password": "{SECRET}"', '"Password": "corr*****************",'),
        (f"password = '{SECRET}' # {SECRET[:3]}", f"password = '{SECRET}'", "password = 'corr*****************' # cor"),
        (f'password="{SECRET}"', f'password="{SECRET}"', 'password="corr*****************"'),
        (
            f'tags = {{ "k" = "{SECRET}" }}',
            f'tags = {{ "k" = "{SECRET}" }}',
            'tags = { "k" = "corr*****************" }',
        ),
        (f"- export KEY={SECRET}", f"export KEY={SECRET}", "- ****** KEY=*********************"),
        ('password = "short"', 'password = "short"', 'password = "*****"'),
        (f'"{SECRET}"', f'"{SECRET}"', '"corr*****************"'),
        ('x = ["a:b=c\\" d", 12345]', 'x = ["a:b=c\\" d", 12345]', 'x = ["*********", *****]'),
        (f'x = "{SECRET}', f'x = "{SECRET}', 'x = "corr*****************'),
    ],
)
def test_literals_are_starred_out(line, part, shown):
    assert safe_lines(pointing_at(line, part))["a.tf"] == {1: "above", 2: shown, 3: "below"}
    assert len(shown) == len(line)


@pytest.mark.parametrize("opening", ["x = <<EOF", "x = <<-EOF", "x: |", "x: >-", "x = [", "x = jsonencode({"])
def test_the_line_after_an_opening_is_starred_out(opening):
    shown = safe_lines(
        report(
            [finding(CREDENTIALS, span=Span("a.tf", 1, 1, 1, len(opening) + 1))],
            lines={"a.tf": {1: opening, 2: f"  {SECRET}"}},
        )
    )
    assert shown["a.tf"][2] == "  corr*****************"


@pytest.mark.parametrize("name", REPORTS)
def test_secret_is_in_no_report_even_next_to_another_finding(name):
    line = f'  password = "{SECRET}"'
    both = report(
        [
            finding(CREDENTIALS, message="password begins with corr.", span=Span("a.tf", 2, 3, 2, len(line) + 1)),
            finding(ENCRYPTED, span=Span("a.tf", 3, 3, 3, 20)),
        ],
        lines={"a.tf": {1: "resource {", 2: line, 3: "  encrypted = false", 4: "}"}},
    )
    said = render(name, both, OPTIONS)
    assert SECRET[:4] in said
    assert SECRET[:5] not in said


def test_neighbours_of_a_secret_are_not_shown():
    said = render("text", pointing_at(f'password = "{SECRET}"', "password"), OPTIONS)
    assert "above" not in said
    assert "below" not in said


def test_lines_without_secrets_stay_as_they_are():
    clean = report([finding()])
    assert safe_lines(clean) is clean.lines


@pytest.mark.parametrize("line", ["password=abcd " * 100_000, "secret_key" + " " * 1_000_000])
def test_a_line_of_megabytes(line):
    assert "abcd" not in starred(line)


def test_what_stands_for_a_secret_stays():
    for line in (
        "Password: !Ref Pw2",
        "  MasterUserPassword: !GetAtt Secret.Value",
        '"Password": {"Ref": "Pw2"}',
        "password = var.password",
        "password = random_password.db.result",
    ):
        assert safe_lines(pointing_at(line, line))["a.tf"][2] == line
        assert starred(line) == line
