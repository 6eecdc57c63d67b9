from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.report.made import ENCRYPTED, OPTIONS, REPOSITORY, TAGS, everything, finding, lines, report, rule
from walint.policy.model import Report, Suppression
from walint.report import Options, Repository, render
from walint.report.phrases import Phrasebook, fill, split
from walint.source import Problem, Span

SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0.schema.json").read_text())
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)


def run(of: Report, options: Options = OPTIONS) -> dict[str, Any]:
    """The only run of a report's SARIF, which is checked against the schema."""
    document = json.loads(render("sarif", of, options))
    VALIDATOR.validate(document)
    (only,) = document["runs"]
    return only


def uris(of: dict[str, Any]) -> list[str]:
    places = [location["physicalLocation"] for result in of["results"] for location in result["locations"]]
    return [place["artifactLocation"]["uri"] for place in places]


def test_golden(golden):
    golden("everything.sarif", render("sarif", everything(), OPTIONS._replace(repository=REPOSITORY)))


def test_schema_refuses_what_is_no_sarif():
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({"version": "2.1.0", "runs": [{"results": []}]})


def test_empty_report_is_valid_and_has_results():
    assert run(report())["results"] == []


def test_suppressed_result_stays_with_its_justification():
    by = Suppression("call", "a sandbox", date(2030, 1, 2), Span("main.tf", 2, 1, 2, 12), "trivy")
    (result,) = run(report([finding(suppression=by)]))["results"]
    assert result["kind"] == "fail"
    assert result["suppressions"] == [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": "a sandbox",
            "location": {"physicalLocation": result["suppressions"][0]["location"]["physicalLocation"]},
            "properties": {"kind": "call", "syntax": "trivy", "until": "2030-01-02"},
        }
    ]
    assert result["suppressions"][0]["location"]["physicalLocation"]["region"]["startLine"] == 2


def test_suppression_and_state_are_told():
    found = run(report([finding(suppression=Suppression("file", ""), state="unchanged"), finding(TAGS)]))["results"]
    told = {result["ruleId"]: (result.get("suppressions", []), result.get("baselineState")) for result in found}
    assert told["ebs-volume-encrypted"][0][0]["kind"] == "inSource"
    assert told["ebs-volume-encrypted"][1] == "unchanged"
    assert told[TAGS.id] == ([], None)


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        ("critical", "error", "9.5"),
        ("high", "error", "8.0"),
        ("medium", "warning", "5.5"),
        ("low", "note", "3.0"),
        ("info", "note", "1.0"),
    ],
)
def test_severity_gives_level_and_score(severity, level, score):
    found = run(report([finding(rule(severity=severity)), finding(rule(severity=severity), verdict="open")]))
    assert sorted((result["kind"], result["level"]) for result in found["results"]) == [
        ("fail", level),
        ("open", "none"),
    ]
    (described,) = found["tool"]["driver"]["rules"]
    assert described["defaultConfiguration"]["level"] == level
    assert described["properties"]["security-severity"] == score


def test_only_security_rules_have_a_security_score():
    (described,) = run(report([finding(TAGS)]))["tool"]["driver"]["rules"]
    assert "security-severity" not in described["properties"]
    assert described["properties"]["problem.severity"] == "recommendation"
    assert described["deprecatedIds"] == ["old-resource-tagged"]


def test_rules_without_findings_are_described_too():
    found = run(report([finding()], rules=(ENCRYPTED, TAGS)))
    assert [described["id"] for described in found["tool"]["driver"]["rules"]] == [ENCRYPTED.id, TAGS.id]
    assert found["results"][0]["ruleIndex"] == 0


def test_each_rule_points_into_the_taxonomy():
    found = run(everything())
    (taxonomy,) = found["taxonomies"]
    for described in found["tool"]["driver"]["rules"]:
        (relationship,) = described["relationships"]
        taxon = taxonomy["taxa"][relationship["target"]["index"]]
        assert taxon["id"] == relationship["target"]["id"] == described["properties"]["bestPractice"]
        (above,) = taxon["relationships"]
        assert taxonomy["taxa"][above["target"]["index"]]["id"] == described["properties"]["pillar"]
    titles = {taxon["id"]: taxon["name"] for taxon in taxonomy["taxa"]}
    assert titles["SEC08-BP02"] == "Enforce encryption at rest"


def test_best_practice_of_another_edition_stands_without_a_title():
    found = run(report([finding(rule(best_practice="SEC99-BP01"))]))
    assert {"id": "SEC99-BP01"}.items() <= found["taxonomies"][0]["taxa"][1].items()


def test_message_is_the_template_filled():
    for result in run(everything())["results"]:
        rules = {described["id"]: described for described in run(everything())["tool"]["driver"]["rules"]}
        message = result["message"]
        template = rules[result["ruleId"]]["messageStrings"][message["id"]]["text"]
        assert fill(template, message["arguments"]) == message["text"]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({}, "Volume 'aws_ebs_volume.data' is not encrypted at rest."),
        (
            {"when": 'var.env is "prod"'},
            "Volume 'aws_ebs_volume.data' is not encrypted at rest. This holds when 'var.env is \"prod\"'.",
        ),
        (
            {"message": "A sentence of the check's own."},
            "EBS volumes are encrypted at rest: 'A sentence of the check's own'.",
        ),
        (
            {"verdict": "open", "reason": 'variable "x"'},
            "EBS volumes are encrypted at rest: open for 'aws_ebs_volume.data', as it depends on 'variable \"x\"'.",
        ),
        (
            {"message": "Volume [a](http://evil.example) is not encrypted at rest."},
            "Volume '[a] (http://evil.example)' is not encrypted at rest.",
        ),
        ({"message": "Volume {0} is not encrypted at rest."}, "Volume '{0}' is not encrypted at rest."),
    ],
)
def test_message_quotes_what_changes(changed, text):
    (result,) = run(report([finding(**changed)]))["results"]
    assert result["message"]["text"] == text


@pytest.mark.parametrize(
    ("literals", "message", "arguments"),
    [
        (["a ", " b"], "a x b", ["x"]),
        (["a ", " b"], "a  b", [""]),
        (["", ""], "x", ["x"]),
        (["", " is ", "."], "x is y is z.", ["x", "y is z"]),
        (["whole"], "whole", []),
        (["whole"], "wholes", None),
        (["aa", "aa"], "aaa", None),
        (["a", "b", "c"], "axc", None),
    ],
)
def test_split(literals, message, arguments):
    assert split(literals, message) == arguments


@pytest.mark.parametrize(
    ("literals", "template"),
    [
        (["A ", " b"], "A '{0}' b."),
        (["A '", "' b."], "A '{0}' b."),
        (['A "', '" and "', '"'], "A '{0}' and '{1}'."),
        (["", "", "!"], "'{0}''{1}'!"),
        (["A '", ' b"'], "A ''{0}' b\"."),
        (["{A} ", "{}"], "{{A}} '{0}'{{}}."),
    ],
)
def test_placeholders_are_quoted_once(literals, template):
    parts = [part for literal in literals for part in (literal, None)][:-1]
    assert Phrasebook(rule(message_parts=tuple(parts))).templates["default"] == template


def test_braces_in_a_message_are_no_placeholders():
    odd = rule(message_parts=("Use {} or '", ["name", "x"], "' in ${y}"))
    assert Phrasebook(odd).templates["default"] == "Use {{}} or '{0}' in ${{y}}."
    assert fill("Use {{}} or '{0}' in ${{y}}.", ["{1}"]) == "Use {} or '{1}' in ${y}."


def test_region_and_its_surroundings():
    (result,) = run(report([finding()]))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {
        "startLine": 7,
        "startColumn": 3,
        "endLine": 7,
        "endColumn": 20,
        "snippet": {"text": "encrypted = false"},
    }
    assert (place["contextRegion"]["startLine"], place["contextRegion"]["endLine"]) == (6, 8)
    assert place["contextRegion"]["snippet"]["text"].splitlines()[1] == "  encrypted = false"


def test_region_without_the_text_of_the_line():
    (result,) = run(report([finding()], lines={}))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert "snippet" not in place["region"]
    assert "contextRegion" not in place


def test_of_a_minified_template_only_a_stretch_is_shown():
    line = '{"Resources":{' + '"a":1,' * 20_000 + "}}"
    minified = report([finding(span=Span("t.json", 1, 9003, 1, 9006))], lines={"t.json": {1: line}})
    (result,) = run(minified)["results"]
    place = result["locations"][0]["physicalLocation"]
    context = place["contextRegion"]
    assert (context["startLine"], context["endLine"]) == (1, 1)
    assert context["startColumn"] < 9003 < 9006 < context["endColumn"]
    assert context["snippet"]["text"] == line[context["startColumn"] - 1 : context["endColumn"] - 1]
    assert len(render("sarif", minified, OPTIONS)) < 10_000


def test_empty_region_takes_the_character_after_it():
    (result,) = run(report([finding(span=Span("main.tf", 7, 3, 7, 3))]))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"], region["snippet"]["text"]) == (3, 4, "e")


def test_columns_count_code_points():
    text = 'x = "😀" # y'
    odd = report([finding(span=Span("a.tf", 1, 5, 1, 8))], lines={"a.tf": {1: text}})
    assert run(odd)["columnKind"] == "unicodeCodePoints"
    assert run(odd)["results"][0]["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == '"😀"'


def test_span_of_several_lines():
    span = Span("a.tf", 1, 3, 2, 2)
    (result,) = run(report([finding(span=span)], lines=lines(**{"a.tf": "a {\n}\n"})))["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == "{\n}"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("aws_ebs_volume.data", "data"),
        ('module.a["x.y"].aws_ebs_volume.data["p.q/r"]', "data"),
        ("Volume", "Volume"),
        ("Outer/Inner/Volume", "Volume"),
    ],
)
def test_logical_location(address, name):
    (result,) = run(report([finding(addresses=(address,))]))["results"]
    assert result["locations"][0]["logicalLocations"] == [
        {"name": name, "fullyQualifiedName": address, "kind": "resource"}
    ]


def test_calls_come_first_then_the_other_instances():
    (result,) = (result for result in run(everything())["results"] if result["message"]["id"] == "default-when-via")
    related = result["relatedLocations"]
    assert [place["id"] for place in related] == [1, 2, 3, 4, 5, 6]
    assert related[0]["message"]["text"] == "Called as module.db."
    assert [place["logicalLocations"][0]["fullyQualifiedName"] for place in related[1:]] == [
        f"module.db.aws_db_instance.d[{at}]" for at in range(1, 6)
    ]
    assert result["message"]["text"].endswith("See ['called as module.db'](1).")


def test_places_of_one_result_are_limited():
    many = finding(addresses=tuple(f"aws_ebs_volume.data[{at}]" for at in range(1000)))
    (result,) = run(report([many]))["results"]
    assert len(result["relatedLocations"]) < 100
    assert len(result["properties"]["instances"]) == 1000


def test_the_least_severe_are_left_out_beyond_the_limit_and_counted(monkeypatch):
    monkeypatch.setattr("walint.report.choice.MAX_RESULTS", 2)
    found = run(report([finding(TAGS), finding(verdict="open"), finding(), finding(rule("z", severity="critical"))]))
    assert [result["ruleId"] for result in found["results"]] == [ENCRYPTED.id, "z"]
    (notice,) = found["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "The 2 least severe results were left out."


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "root", "prefix", "uri"),
    [
        ("main.tf", "/r/infra", "", "main.tf"),
        ("./a/../main.tf", "", "", "main.tf"),
        ("a b/ü#?%:.tf", "", "", "a%20b/%C3%BC%23%3F%25%3A.tf"),
        ("main.tf", "/r/infra/prod", "infra/prod", "infra/prod/main.tf"),
        ("../x/main.tf", "/r/infra/prod", "infra/prod", "infra/x/main.tf"),
        ("../x/main.tf", "/r/infra/prod", "", "x/main.tf"),
        ("/r/x/main.tf", "/r/infra/prod", "", "x/main.tf"),
        ("/r/x/main.tf", "", "", "r/x/main.tf"),
        ("../../../../main.tf", "/r/infra", "", "main.tf"),
        ("<stdin>", "", "", "%3Cstdin%3E"),
    ],
)
def test_uri_is_relative_and_never_climbs(file, root, prefix, uri):
    options = OPTIONS._replace(repository=REPOSITORY._replace(prefix=prefix))
    assert uris(run(report([finding(span=Span(file, 7, 3, 7, 20))], root=root), options)) == [uri]


def test_files_outside_share_one_root_with_those_inside():
    found = report([finding(), finding(span=Span("../shared/x.tf", 1, 1, 1, 2))], root="/srv/main")
    assert sorted(uris(run(found))) == ["main/main.tf", "shared/x.tf"]


def test_no_path_of_this_machine():
    text = render("sarif", report([finding()], root="/home/someone/infra"), OPTIONS)
    assert "someone" not in text


def test_repository():
    assert "versionControlProvenance" not in run(report())
    assert "versionControlProvenance" not in run(report(), OPTIONS._replace(repository=Repository("")))
    (provenance,) = run(report(), OPTIONS._replace(repository=REPOSITORY))["versionControlProvenance"]
    assert provenance == {
        "repositoryUri": REPOSITORY.uri,
        "revisionId": REPOSITORY.revision,
        "branch": "main",
        "mappedTo": {"uriBaseId": "%SRCROOT%"},
    }


def test_unreadable_template_is_a_notification():
    (invocation,) = run(report(problems=(Problem("b.yaml", 3, 5, "error", "bad"),)))["invocations"]
    assert invocation["executionSuccessful"] is False
    (notice,) = invocation["toolExecutionNotifications"]
    assert (notice["level"], notice["message"]["text"]) == ("error", "bad.")
    place = notice["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]) == ("b.yaml", {"startLine": 3, "startColumn": 5})


def test_warnings_do_not_fail_the_run():
    (invocation,) = run(report(problems=(Problem("b.yaml", 0, 0, "warning", "bad"),)))["invocations"]
    assert invocation["executionSuccessful"] is True


# --- fingerprints -----------------------------------------------------------------------------------------------------


def prints(of: Report, options: Options = OPTIONS) -> list[str]:
    return [result["partialFingerprints"]["walintFingerprint/v1"] for result in run(of, options)["results"]]


BASE = prints(report([finding()]))[0]


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"span": Span("main.tf", 107, 5, 107, 30)}, True),
        ({"message": "another wording"}, True),
        ({"verdict": "open", "reason": "x"}, True),
        ({"addresses": ("aws_ebs_volume.data[0]", "aws_ebs_volume.data[1]")}, True),
        ({"span": Span("other.tf", 7, 3, 7, 20)}, False),
        ({"addresses": ("aws_ebs_volume.more",)}, False),
        ({"path": "KmsKeyId"}, False),
        ({"when": "x"}, False),
        ({"of": rule("another")}, False),
    ],
)
def test_fingerprint_knows_a_finding_again(changed, same):
    assert (prints(report([finding(**changed)])) == [BASE]) is same


def test_fingerprints_of_twins_are_told_apart_by_order():
    twins = report([finding(span=Span("main.tf", line, 3, line, 9)) for line in (7, 8, 9)])
    digest = BASE.partition(":")[0]
    assert prints(twins) == [f"{digest}:1", f"{digest}:2", f"{digest}:3"]


def test_fingerprint_does_not_depend_on_the_working_directory():
    below = OPTIONS._replace(repository=REPOSITORY._replace(prefix="infra"))
    above = report([finding(span=Span("infra/main.tf", 7, 3, 7, 20))])
    assert prints(report([finding()]), below) == prints(above, OPTIONS._replace(repository=REPOSITORY))
