"""Baselines and differences: what was there before is not reported, in repositories as people have them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.repository import Repository
from tests.test_cli import Ran, Run, walint  # noqa: F401

FAULTY = """\
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-central-1a
      Size: 10
      Encrypted: false
"""
MENDED = FAULTY.replace("Encrypted: false", "Encrypted: true")
OTHER = FAULTY.replace("  Data:", "  Other:")
VARIABLES = 'variable "encrypted" {\n  default = true\n}\n'
MODULE = {
    "infra/main.tf": 'module "v" {\n  source    = "../modules/v"\n  encrypted = var.encrypted\n}\n',
    "infra/variables.tf": VARIABLES,
    "modules/v/main.tf": (
        'variable "encrypted" {}\nresource "aws_ebs_volume" "v" {\n  availability_zone = "eu-central-1a"\n'
        "  size = 10\n  encrypted = var.encrypted\n}\n"
    ),
}
GROUP = """\
resource "aws_security_group" "g" {
  description = "a group"
%s}
"""
INGRESS = """\
  ingress {
    description = "%s"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
"""
RULES = ("--select", "ebs-volume-encrypted", "--select", "ec2-security-group-no-public-ssh")


@pytest.fixture
def repository(walint: Run) -> Repository:  # noqa: F811
    return Repository(walint.folder)


class Check:
    """`walint check` with the rules at hand; what it reports as (file, address, state)."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __call__(self, *arguments: str) -> Ran:
        return self.run("check", *RULES, *arguments)

    def states(self, *arguments: str) -> list[tuple[str, str, str]]:
        found = json.loads(self("--format", "json", *arguments).out)["findings"]
        return sorted((it["location"]["file"], it["addresses"][0], it["state"]) for it in found)


@pytest.fixture
def check(walint: Run) -> Check:  # noqa: F811
    return Check(walint)


def adopt(check: Check, *arguments: str) -> Ran:
    return check.run("baseline", *RULES, *arguments)


# --- baseline ---------------------------------------------------------------------------------------------------------


def test_only_what_is_not_in_the_baseline_is_reported(check: Check) -> None:
    check.run.file("a.yaml", FAULTY)
    assert "1 finding in .walint-baseline.json" in adopt(check).err
    ran = check("--baseline", ".walint-baseline.json")
    assert ran.code == 0
    assert "Nothing new to report; 1 there before." in ran.out
    # The same fault in another file, and in another resource.
    check.run.file("b.yaml", FAULTY)
    check.run.file("a.yaml", FAULTY + OTHER.partition("\n")[2])
    assert check("--baseline", ".walint-baseline.json").code == 1
    assert check.states("--baseline", ".walint-baseline.json") == [
        ("a.yaml", "Data", "unchanged"),
        ("a.yaml", "Other", "new"),
        ("b.yaml", "Data", "new"),
    ]


def test_moved_lines_and_edited_lines_are_no_new_finding(check: Check) -> None:
    check.run.file("a.yaml", FAULTY)
    adopt(check)
    check.run.file("a.yaml", "# one\n# two\n" + FAULTY.replace("Encrypted: false", "Encrypted:    'false'"))
    assert check.states("--baseline", ".walint-baseline.json") == [("a.yaml", "Data", "unchanged")]


def test_of_a_list_the_entry_that_was_added_is_the_new_one(check: Check) -> None:
    check.run.file("main.tf", GROUP % (INGRESS % "one" + INGRESS % "two"))
    adopt(check)
    check.run.file("main.tf", GROUP % "".join(INGRESS % name for name in ("zero", "one", "two")))
    found = json.loads(check("--format", "json", "--baseline", ".walint-baseline.json").out)["findings"]
    assert [it["state"] for it in found].count("new") == 1


def test_entries_that_are_gone_are_named_unless_their_files_were_not_linted(check: Check) -> None:
    check.run.file("a.yaml", FAULTY)
    check.run.file("b.yaml", FAULTY)
    adopt(check)
    check.run.file("a.yaml", MENDED)
    ran = check("--baseline", ".walint-baseline.json")
    assert "No longer found; `walint baseline` takes them out of the baseline" in ran.out
    assert "a.yaml: ebs-volume-encrypted Data" in ran.out
    assert "b.yaml: " not in ran.out
    assert ran.code == 0
    gone = lambda *paths: json.loads(check("-f", "json", "--baseline", ".walint-baseline.json", *paths).out)["gone"]  # noqa: E731
    assert gone() == [{"file": "a.yaml", "rule": "ebs-volume-encrypted", "address": "Data"}]
    assert gone("b.yaml") == []


def test_a_baseline_is_named_from_its_own_folder(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    check.run.file("infra/a.yaml", FAULTY)
    adopt(check, "infra", "--output", "infra/known.json")
    assert '"file": "a.yaml"' in (check.run.folder / "infra/known.json").read_text()
    assert check("--baseline", "infra/known.json").code == 0
    monkeypatch.chdir(check.run.folder / "infra")
    assert check("--baseline", "known.json").code == 0


def test_the_same_templates_give_the_same_baseline_without_places_or_dates(check: Check) -> None:
    check.run.file("b.yaml", FAULTY)
    check.run.file("a.yaml", FAULTY)
    adopt(check)
    first = (check.run.folder / ".walint-baseline.json").read_text()
    check.run.file("a.yaml", "\n\n" + FAULTY)
    adopt(check)
    assert (check.run.folder / ".walint-baseline.json").read_text() == first
    assert [entry.get("file") for entry in json.loads(first)] == ["a.yaml", "b.yaml", None]


def test_a_renamed_file_keeps_its_entries_where_git_says_so(check: Check, repository: Repository) -> None:
    repository.write({"a.yaml": FAULTY})
    adopt(check)
    repository.commit()
    repository.git("mv", "a.yaml", "b.yaml")
    assert check.states("--baseline", ".walint-baseline.json") == [("b.yaml", "Data", "unchanged")]
    repository.commit()
    assert check("--baseline", ".walint-baseline.json").code == 0


def test_branches_that_add_entries_merge_by_lines(check: Check, repository: Repository) -> None:
    repository.write({"m.yaml": FAULTY, ".gitattributes": "*.json merge=union\n"})
    adopt(check)
    repository.commit()
    for branch, name in (("left", "a.yaml"), ("right", "z.yaml"), ("beside", "z2.yaml")):
        repository.git("checkout", "--quiet", "-b", branch, "main")
        repository.write({name: FAULTY})
        adopt(check)
        repository.commit()
    repository.git("checkout", "--quiet", "left")
    for branch in ("right", "beside"):
        repository.git("merge", "--quiet", branch, "--message", "merge")
    assert len(check.states("--baseline", ".walint-baseline.json")) == 4
    assert {state for *_, state in check.states("--baseline", ".walint-baseline.json")} == {"unchanged"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[\n{"walint-baseline": 2}\n]\n', "b.json: the baseline is of version 2, this walint reads version 1; write"),
        ("[\n<<<<<<< HEAD\n", "b.json:2: the baseline is no valid JSON (a merge conflict?); write it anew with"),
        ("{}", "b.json:1: this is no baseline of walint; write it anew"),
        ("[]", "b.json:1: this is no baseline of walint: the last line with its version is missing"),
        ('[{"file": 1}, {"walint-baseline": 1}]', "b.json: entry 1 does not name a file and a rule; write it anew"),
        ("[" * 100_000, "b.json:1: the baseline is no valid JSON"),
    ],
)
def test_what_is_no_baseline_ends_in_one_sentence(check: Check, text: str, says: str) -> None:
    check.run.file("b.json", text)
    ran = check("--baseline", "b.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"walint: {says}")


def test_a_missing_baseline_says_how_to_make_one(check: Check) -> None:
    ran = check("--baseline", "none.json")
    assert ran.code == 2
    assert ran.err.endswith("; `walint baseline --output none.json` writes it\n")


# --- since ------------------------------------------------------------------------------------------------------------


def test_since_reports_what_the_change_brought(check: Check, repository: Repository) -> None:
    repository.commit({"a.yaml": FAULTY, "gone.yaml": FAULTY})
    repository.git("checkout", "--quiet", "-b", "branch")
    repository.write({"b.yaml": FAULTY, "a.yaml": "# moved\n" + FAULTY, "gone.yaml": MENDED})
    assert check("--since", "main").code == 1
    assert check.states("--since", "main") == [
        ("a.yaml", "Data", "unchanged"),
        ("b.yaml", "Data", "new"),
        ("gone.yaml", "Data", "absent"),
    ]


def test_since_sees_a_cause_that_lies_in_another_file(check: Check, repository: Repository) -> None:
    repository.commit(MODULE)
    assert check("--since", "HEAD").code == 0
    repository.write({"infra/variables.tf": VARIABLES.replace("true", "false")})
    assert check.states("--since", "HEAD", "infra") == [("modules/v/main.tf", "module.v.aws_ebs_volume.v", "new")]


PARAMETER = FAULTY.replace("Encrypted: false", "Encrypted: !Ref E") + "Parameters: {E: {Type: String}}\n"


@pytest.mark.parametrize("configured", [False, True])
def test_since_sees_a_cause_in_a_file_of_parameters(check: Check, repository: Repository, configured: bool) -> None:
    config = {".walint.yaml": "cloudformation: {parameter-files: [values.json]}\n"} if configured else {}
    repository.commit({"a.yaml": PARAMETER, "values.json": '{"E": "true"}', **config})
    repository.write({"values.json": '{"E": "false"}'})
    given = () if configured else ("--parameters", "values.json")
    assert check.states("--since", "HEAD", *given) == [("a.yaml", "Data", "new")]


def test_since_leaves_out_what_others_did_meanwhile(check: Check, repository: Repository) -> None:
    repository.commit({"a.yaml": FAULTY})
    repository.git("checkout", "--quiet", "-b", "branch")
    repository.commit({"b.yaml": MENDED})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"a.yaml": MENDED})
    repository.git("checkout", "--quiet", "branch")
    assert check.states("--since", "main") == [("a.yaml", "Data", "unchanged")]


def test_since_knows_renamed_files_and_folders(check: Check, repository: Repository) -> None:
    repository.commit({**MODULE, "a.yaml": FAULTY, "infra/variables.tf": VARIABLES.replace("true", "false")})
    repository.git("mv", "a.yaml", "b.yaml")
    repository.git("mv", "infra", "stacks")
    expected = [("b.yaml", "Data", "unchanged"), ("modules/v/main.tf", "module.v.aws_ebs_volume.v", "unchanged")]
    assert check.states("--since", "HEAD") == expected
    assert check.states("--since", "HEAD", "b.yaml", "stacks") == expected


def test_since_touches_neither_the_work_tree_nor_the_index(check: Check, repository: Repository) -> None:
    repository.commit({"a.yaml": MENDED, "b.yaml": FAULTY})
    repository.write({"a.yaml": FAULTY, "new.yaml": FAULTY})
    repository.git("add", "a.yaml")
    before = {path: path.read_bytes() for path in sorted(repository.folder.rglob("*")) if path.is_file()}
    assert check("--since", "HEAD").code == 1
    assert {path: path.read_bytes() for path in sorted(repository.folder.rglob("*")) if path.is_file()} == before


def test_since_takes_ignored_values_and_downloaded_modules_as_they_are(check: Check, repository: Repository) -> None:
    remote = 'module "r" {\n  source = "example/r/aws"\n  encrypted = var.encrypted\n}\nvariable "encrypted" {}\n'
    repository.commit({"main.tf": remote, ".gitignore": "*.tfvars\n.terraform\n"})
    installed = {"Modules": [{"Key": "r", "Source": "registry/example/r/aws", "Dir": ".terraform/modules/r"}]}
    repository.write(
        {
            "terraform.tfvars": "encrypted = false\n",
            ".terraform/modules/modules.json": json.dumps(installed),
            ".terraform/modules/r/main.tf": MODULE["modules/v/main.tf"],
            "note.txt": "a change",
        }
    )
    assert [state for *_, state in check.states("--since", "HEAD")] == ["unchanged"]


def test_since_a_commit_without_templates(check: Check, repository: Repository) -> None:
    repository.commit({"readme.md": "nothing"})
    repository.write({"a.yaml": FAULTY})
    assert check.states("--since", "HEAD") == [("a.yaml", "Data", "new")]


def test_since_reads_links_and_odd_names(check: Check, repository: Repository) -> None:
    repository.commit({"dir with ä/a b.yaml": FAULTY})
    (repository.folder / "link.yaml").symlink_to("dir with ä/a b.yaml")
    (repository.folder / "away").symlink_to("/")
    repository.commit()
    repository.write({"b.yaml": FAULTY})
    states = check.states("--since", "HEAD")
    assert ("b.yaml", "Data", "new") in states
    assert [name for name, _, state in states if state == "new"] == ["b.yaml"]


def test_since_in_a_folder_below_the_root(
    check: Check, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(MODULE)
    repository.write({"infra/variables.tf": VARIABLES.replace("true", "false")})
    monkeypatch.chdir(repository.folder / "infra")
    assert check.states("--since", "HEAD") == [("../modules/v/main.tf", "module.v.aws_ebs_volume.v", "new")]


def test_since_and_baseline_together(check: Check, repository: Repository) -> None:
    repository.commit({"a.yaml": FAULTY})
    repository.write({"b.yaml": FAULTY})
    adopt(check, "b.yaml")
    repository.write({"c.yaml": FAULTY})
    assert check.states("--since", "HEAD", "--baseline", ".walint-baseline.json") == [
        ("a.yaml", "Data", "unchanged"),
        ("b.yaml", "Data", "unchanged"),
        ("c.yaml", "Data", "new"),
    ]


def test_sarif_says_how_each_result_compares(check: Check, repository: Repository) -> None:
    repository.commit({"a.yaml": FAULTY, "gone.yaml": FAULTY})
    repository.write({"b.yaml": FAULTY, "gone.yaml": "\n" * 6 + "# other text\n" + MENDED})

    def results(format_: str) -> list[Any]:
        return json.loads(check("--format", format_, "--since", "HEAD").out)["runs"][0]["results"]

    assert sorted(it["baselineState"] for it in results("sarif")) == ["absent", "new", "unchanged"]
    (gone,) = [it for it in results("sarif") if it["baselineState"] == "absent"]
    assert "snippet" not in gone["locations"][0]["physicalLocation"]["region"]
    assert [it["baselineState"] for it in results("code-scanning")] == ["new"]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "main:a.yaml", ""])
def test_a_revision_that_there_is_not(check: Check, repository: Repository, revision: str) -> None:
    repository.commit({"a.yaml": FAULTY})
    ran = check(f"--since={revision}")
    assert (ran.code, ran.out) == (2, "")
    assert f'there is no revision "{revision}"' in ran.err


def test_a_branch_that_only_the_remote_has_is_suggested(check: Check, repository: Repository) -> None:
    repository.commit({"a.yaml": FAULTY})
    repository.git("update-ref", "refs/remotes/origin/stable", "HEAD")
    assert 'did you mean "origin/stable"' in check("--since", "stable").err


def test_a_shallow_clone_says_what_to_do(
    check: Check, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = Repository(tmp_path_factory.mktemp("origin"))
    first = origin.commit({"a.yaml": FAULTY})
    origin.commit({"a.yaml": MENDED})
    clone = tmp_path_factory.mktemp("clone") / "c"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{origin.folder}", clone], check=True)
    monkeypatch.chdir(clone)
    ran = check("--since", first)
    assert ran.code == 2
    assert "this clone is shallow; fetch the history first" in ran.err


def test_without_a_repository_or_with_paths_outside_of_it(
    check: Check, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check.run.file("a.yaml", FAULTY)
    assert "is in no git repository" in check("--since", "main").err
    repository = Repository(check.run.folder)
    repository.commit()
    outside = tmp_path_factory.mktemp("outside")
    assert "lies outside of the repository" in check("--since", "main", ".", str(outside)).err
    assert "standard input" in check("--since", "main", "-").err


def test_without_git_one_sentence(check: Check, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"a.yaml": FAULTY})
    monkeypatch.setenv("PATH", os.devnull)
    assert check("--since", "main").err == "walint: --since main: git is not installed, or not on the PATH\n"


def test_a_submodule_is_compared_too(
    check: Check, repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner = Repository(tmp_path_factory.mktemp("inner"))
    inner.commit({"x.yaml": FAULTY})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "sub")
    repository.commit()
    repository.write({"a.yaml": FAULTY})
    assert check.states("--since", "HEAD") == [("a.yaml", "Data", "new"), ("sub/x.yaml", "Data", "unchanged")]


def test_quiet_says_a_line_for_each_new_finding(check: Check, repository: Repository) -> None:
    repository.commit({"a.yaml": FAULTY})
    assert (check("--quiet", "--since", "HEAD").out, Path("a.yaml").exists()) == ("", True)
    repository.write({"b.yaml": FAULTY})
    assert check("--quiet", "--since", "HEAD").out == (
        "b.yaml:7:7: high: Volume Data is not encrypted at rest (Encrypted is false). [ebs-volume-encrypted]\n"
    )


def test_since_judges_both_trees_by_the_configuration_of_their_paths(check: Check, repository: Repository) -> None:
    config = "select: [ebs-volume-encrypted]\noverrides:\n- {paths: [sandbox/], ignore: [ebs]}\n"
    repository.commit({".walint.yaml": config, "sandbox/a.yaml": FAULTY, "prod/a.yaml": FAULTY})
    repository.write({"sandbox/b.yaml": FAULTY, "prod/b.yaml": FAULTY, "prod/a.yaml": MENDED})
    report = json.loads(check.run("check", "--format", "json", "--since", "HEAD").out)
    states = [(one["location"]["file"], one["state"]) for one in report["findings"]]
    assert states == [("prod/a.yaml", "absent"), ("prod/b.yaml", "new")]


CONFIGURED = "baseline: accepted.json\nselect: [ebs-volume-encrypted]\n"


def test_the_configuration_names_the_baseline_for_all_who_run_it(walint: Run) -> None:  # noqa: F811
    walint.file("t.yaml", FAULTY)
    walint.file(".walint.yaml", CONFIGURED)
    missing = walint("check", "t.yaml")
    assert (missing.code, "`walint baseline --output accepted.json` writes it" in missing.err) == (2, True)
    assert walint("baseline").code == 0
    assert (walint.folder / "accepted.json").exists()
    assert walint("check").code == 0
    walint.file("more.yaml", OTHER)
    ran = walint("check", "-q")
    assert (ran.code, ran.out.count("\n"), "more.yaml" in ran.out) == (1, 1, True)
    assert walint("check", "-q", "--no-baseline").out.count("\n") == 2


def test_the_command_line_names_another_baseline(walint: Run) -> None:  # noqa: F811
    walint.file("t.yaml", FAULTY)
    walint.file(".walint.yaml", CONFIGURED)
    assert walint("baseline", "--output", "other.json").code == 0
    assert not (walint.folder / "accepted.json").exists()
    assert walint("check", "--baseline", "other.json").code == 0
    ran = walint("check", "--baseline", "other.json", "--no-baseline")
    assert (ran.code, "give one of them" in ran.err) == (2, True)


def test_a_baseline_lies_beside_its_configuration(
    walint: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walint.file("infra/t.yaml", FAULTY)
    walint.file("other/t.yaml", FAULTY)
    walint.file("infra/.walint.yaml", CONFIGURED)
    assert walint("baseline", "infra").code == 0
    assert (walint.folder / "infra" / "accepted.json").exists()
    assert walint("check", "infra").code == 0
    walint.file("other/.walint.yaml", CONFIGURED)
    ran = walint("check", "infra", "other")
    assert ran.code == 2
    assert "different baselines (infra/accepted.json and other/accepted.json)" in ran.err
    monkeypatch.chdir(walint.folder / "infra")
    assert walint("check").code == 0


def test_a_change_is_compared_with_its_commit_and_not_with_the_baseline(repository: Repository, walint: Run) -> None:  # noqa: F811
    walint.file("t.yaml", FAULTY)
    walint.file(".walint.yaml", CONFIGURED)
    repository.commit()
    assert walint("check", "--since", "HEAD").code == 0
