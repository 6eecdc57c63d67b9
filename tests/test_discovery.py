"""Discovery: files and folders in, templates and modules out."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from walint.discovery import Candidate, Discovery, discover, find_tree_root
from walint.gitignore import read_pattern
from walint.limits import Limits, using
from walint.options import Options
from walint.reading import NoTemplate, Unreadable, decode, kind_of, read_template, read_text
from walint.source import Problem
from walint.units import FrontEnds

TEMPLATE = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"
PLAN = '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":{}}}'


def write(root: Path, *names: str, text: str = TEMPLATE) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(root: Path, *arguments: str) -> Discovery:
    return discover([root / argument for argument in arguments], root)


def read(candidate: Candidate) -> tuple[str | None, str]:
    """A candidate's kind and text."""
    try:
        return read_template(candidate.path)
    except (NoTemplate, Unreadable):
        return None, ""


def templates(root: Path, *arguments: str) -> list[str]:
    return [candidate.name for candidate in found(root, *arguments).candidates if read(candidate)[0] is not None]


def modules(root: Path, *arguments: str) -> list[str]:
    return [module.name for module in found(root, *arguments).modules]


def messages(root: Path, *arguments: str) -> list[tuple[str, str, str]]:
    """What is said of the arguments, whether they are found, read or made a graph of."""
    result = found(root, *arguments)
    front = FrontEnds(Options(), root)
    made = [*result.problems, *map(front.graph, result.candidates)]
    problems = sorted(problem for problem in made if isinstance(problem, Problem))
    return [(problem.file, problem.severity, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (TEMPLATE, "cloudformation"),
        ("AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A: {Type: Custom::Thing}\n", "cloudformation"),
        ('{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}', "cloudformation"),
        ('{"Parameters":{},"Resources":{"A":{"Type":"AWS::S3::Bucket"}}}', "cloudformation"),
        ('"Resources":\n  A:\n    "Type": AWS::S3::Bucket\n', "cloudformation"),
        ("{Resources: {A: {Type: AWS::S3::Bucket}}}", "cloudformation"),
        ("Resources :\n  A:\n    Type : AWS::S3::Bucket\n", "cloudformation"),
        ("Resources:\r\n  A:\r\n    Type: AWS::S3::Bucket\r\n", "cloudformation"),
        (PLAN, "plan"),
        ('{"format_version": "1.0", "terraform_version": "1.9.0", "values": {}}', "plan"),
        ('{"format_version": "1.0", "provider_schemas": {}}', None),
        ("kind: Deployment\nspec:\n  template:\n    resources:\n      type: x\n", None),
        ("Resources: []\n", "cloudformation"),
        ("MyResources:\n  A:\n    Type: x\n", None),
        ('{"Statement": [{"Resource": "*", "Type": "x"}]}', None),
        ("", None),
    ],
)
def test_content_decides_what_a_file_is(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind


def test_folder_gives_templates_plans_and_modules(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", "a.template", "deep/er/c.json", "x.cfn", "y.yml")
    write(tmp_path, "values.yaml", "package.json", text="name: x\n")
    write(tmp_path, "notes.txt")
    write(tmp_path, "plan.json", text=PLAN)
    write(tmp_path, "infra/main.tf", "infra/more.tf", "tofu/main.tofu", "json/main.tf.json", text="")
    write(tmp_path, "infra/prod.tfvars", "other/x.tfvars", "other/x.auto.tfvars.json", text="")
    result = discover([], tmp_path)
    assert [(candidate.name, read(candidate)[0], candidate.named) for candidate in result.candidates] == [
        ("a.template", "cloudformation", False),
        ("b.yaml", "cloudformation", False),
        ("deep/er/c.json", "cloudformation", False),
        ("package.json", None, False),
        ("plan.json", "plan", False),
        ("values.yaml", None, False),
        ("x.cfn", "cloudformation", False),
        ("y.yml", "cloudformation", False),
    ]
    assert [(module.name, module.path, module.files) for module in result.modules] == [
        ("infra", str(tmp_path / "infra"), None),
        ("json", str(tmp_path / "json"), None),
        ("tofu", str(tmp_path / "tofu"), None),
    ]
    assert read(result.candidates[0])[1] == TEMPLATE
    assert result.candidates[0].path == str(tmp_path / "a.template")
    assert result.problems == ()


def test_names_are_relative_to_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path, "infra/stack.yaml")
    write(tmp_path, "main.tf", text="")
    (tmp_path / "here").mkdir()
    result = discover([Path("../infra"), Path("..")], tmp_path / "here")
    assert [candidate.name for candidate in result.candidates] == ["../infra/stack.yaml"]
    assert [module.name for module in result.modules] == [".."]
    assert modules(tmp_path) == ["."]


def test_folders_of_others_are_passed_by(tmp_path: Path) -> None:
    write(tmp_path, ".git/a.yaml", "node_modules/p/a.yaml", ".terraform/modules/m/a.yaml", "cdk.out/asset.0a1b/a.json")
    write(tmp_path, "cdk.out/App.template.json", "cdk.out/asset.0a1b2c.json", "env/lib/site-packages/p/a.yaml")
    write(tmp_path, "env/pyvenv.cfg", text="home = /usr\n")
    write(tmp_path, "env/main.tf", ".terraform/modules/m/main.tf", text="")
    assert templates(tmp_path) == ["cdk.out/App.template.json"]
    assert modules(tmp_path) == []


def test_named_folder_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, ".terraform/modules/m/main.tf", text="")
    write(tmp_path, ".terraform/modules/m/pyvenv.cfg", text="")
    assert modules(tmp_path, ".terraform/modules/m") == [".terraform/modules/m"]


def test_named_terraform_files_stand_for_their_folders(tmp_path: Path) -> None:
    write(tmp_path, "a/main.tf", "a/more.tf", "a/prod.tfvars", "b/main.tf.json", text="")
    result = found(tmp_path, "a/more.tf", "a/prod.tfvars", "b/main.tf.json")
    assert [(module.name, module.files) for module in result.modules] == [
        ("a", frozenset({"more.tf", "prod.tfvars"})),
        ("b", frozenset({"main.tf.json"})),
    ]


@pytest.mark.parametrize("arguments", [("a/main.tf", "a"), ("a", "a/main.tf"), (".", "a/main.tf")])
def test_a_folder_outweighs_a_file_in_it(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write(tmp_path, "a/main.tf", text="")
    assert [(module.name, module.files) for module in found(tmp_path, *arguments).modules] == [("a", None)]


@pytest.mark.parametrize("arguments", [("a.yaml", "."), (".", "a.yaml"), ("a.yaml", "a.yaml")])
def test_file_met_twice_counts_once_and_as_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write(tmp_path, "a.yaml")
    result = found(tmp_path, *arguments)
    assert [(candidate.name, candidate.named) for candidate in result.candidates] == [("a.yaml", True)]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("values.yaml", "name: x\n", "Resources that have a Type"),
        ("data.json", "[]", "Resources that have a Type"),
        ("notes.txt", "hello", "Resources that have a Type"),
        ("empty.yml", "", "Resources that have a Type"),
        ("prod.tfvars", "a = 1\n", "no Terraform module beside them"),
    ],
)
def test_named_file_that_is_no_template_is_a_warning(tmp_path: Path, name: str, text: str, message: str) -> None:
    write(tmp_path, name, text=text)
    ((file, severity, said),) = messages(tmp_path, name)
    assert (file, severity) == (name, "warning")
    assert said.startswith("no template: ")
    assert message in said
    assert templates(tmp_path, name) == []


def test_named_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, "stack.txt", "stack")
    assert templates(tmp_path, "stack.txt", "stack") == ["stack", "stack.txt"]


def test_missing_files_are_errors(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    assert messages(tmp_path, "no.yaml", "none/", "a.yaml/b") == [
        ("a.yaml/b", "error", "no such file or folder"),
        ("no.yaml", "error", "no such file or folder"),
        ("none", "error", "no such file or folder"),
    ]


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert messages(tmp_path) == []
    assert messages(tmp_path, "pipe.yaml") == [("pipe.yaml", "error", "neither a file nor a folder")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_and_folder_are_errors(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "folder/b.yaml")
    (tmp_path / "a.yaml").chmod(0)
    (tmp_path / "folder").chmod(0)
    try:
        assert messages(tmp_path) == [
            ("a.yaml", "error", "cannot be read: Permission denied"),
            ("folder", "error", "cannot be read: Permission denied"),
        ]
    finally:
        (tmp_path / "folder").chmod(0o700)


@pytest.mark.parametrize(
    "data",
    [
        TEMPLATE.encode(),
        b"\xef\xbb\xbf" + TEMPLATE.encode(),
        b"\xff\xfe" + TEMPLATE.encode("utf-16-le"),
        b"\xfe\xff" + TEMPLATE.encode("utf-16-be"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    assert [read(candidate)[1] for candidate in found(tmp_path).candidates] == [TEMPLATE]


def test_template_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(TEMPLATE.encode() + "# für\n".encode("latin-1"))
    (tmp_path / "other.yaml").write_bytes("name: für\n".encode("latin-1"))
    assert messages(tmp_path) == [("a.yaml", "error", "neither UTF-8 nor UTF-16 text (byte 51)")]
    with pytest.raises(Unreadable, match="byte 1"):
        decode(b"\xff")


def test_large_files(tmp_path: Path) -> None:
    write(tmp_path, "template.yaml", text=TEMPLATE + "#" * 1000)
    write(tmp_path, "data.yaml", text="#" * 1000)
    write(tmp_path, "plan.json", text=PLAN + " " * 1000)
    with using(Limits(file_size=1000)):
        assert templates(tmp_path) == ["plan.json"]
        with pytest.raises(Unreadable, match="larger than 1000 bytes"):
            read_text(str(tmp_path / "template.yaml"))
        ((file, severity, message),) = messages(tmp_path)
    assert (file, severity) == ("template.yaml", "error")
    assert message == "larger than 1000 bytes (limits.file-size)"


def test_links_are_followed_within_the_linted_folder_only(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.yaml", "linted/a.yaml", "linted/folder/b.txt")
    write(tmp_path, "outside/main.tf", "linted/common/main.tf", text="")
    linted = tmp_path / "linted"
    for link, target in {
        "out.yaml": "../outside/secret.yaml",
        "outside": "../outside",
        "out/main.tf": "../../outside/main.tf",
        "in/main.tf": "../common/main.tf",
        "b.yaml": "folder/b.txt",
        "same.yaml": "a.yaml",
        "gone.yaml": "nowhere.yaml",
        "folder/loop": "..",
        "self.yaml": "self.yaml",
    }.items():
        (linted / link).parent.mkdir(exist_ok=True)
        (linted / link).symlink_to(target)
    assert templates(linted) == ["a.yaml", "b.yaml"]
    assert modules(linted) == ["common", "in"]
    assert messages(linted) == []


def test_linted_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/a.yaml")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real/b.yaml").symlink_to("a.yaml")
    assert templates(tmp_path, "link") == ["link/a.yaml"]


def test_ignored_files_are_passed_by_and_counted(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="build/\n*.gen.yaml\n!keep.gen.yaml\n")
    write(tmp_path, "sub/.gitignore", text="/local.yaml\n!b.gen.yaml\n")
    write(tmp_path, "a.yaml", "a.gen.yaml", "keep.gen.yaml", "build/a.yaml")
    write(tmp_path, "sub/local.yaml", "sub/deep/local.yaml", "sub/b.gen.yaml", "sub/c.gen.yaml")
    result = found(tmp_path)
    assert [candidate.name for candidate in result.candidates] == [
        "a.yaml",
        "keep.gen.yaml",
        "sub/b.gen.yaml",
        "sub/deep/local.yaml",
    ]
    assert result.ignored == 4


def test_ignored_file_is_taken_when_named(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*\n")
    write(tmp_path, "a.yaml")
    assert templates(tmp_path) == []
    assert templates(tmp_path, "a.yaml") == ["a.yaml"]


def test_ignored_folder_is_taken_when_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, ".gitignore", text="cdk.out\n*.tmp.yaml\n")
    write(tmp_path, "cdk.out/a.template.json", "app/a.yaml", "app/b.tmp.yaml")
    assert templates(tmp_path, "cdk.out") == ["cdk.out/a.template.json"]
    assert templates(tmp_path, "app") == ["app/a.yaml"]  # the repository's patterns reach below it


def test_repository_within_the_repository_has_rules_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.yaml\n")
    write(tmp_path, "vendor/.git", text="gitdir: ../.git/modules/vendor\n")
    write(tmp_path, "a.yaml", "vendor/b.yaml")
    assert templates(tmp_path) == ["vendor/b.yaml"]


@pytest.mark.parametrize(
    ("pattern", "path", "is_folder", "matches"),
    [
        ("a", "x/a", False, True),
        ("a", "x/ab", False, False),
        ("/a", "x/a", False, False),
        ("/a", "a", False, True),
        ("x/a", "x/a", False, True),
        ("x/a", "y/x/a", False, False),
        ("a/", "a", False, False),
        ("a/", "x/a", True, True),
        ("*.tf", "x/a.tf", False, True),
        ("x/*.tf", "x/y/a.tf", False, False),
        ("**/a", "a", False, True),
        ("**/a", "x/y/a", False, True),
        ("x/**", "x", True, False),
        ("x/**", "x/y/a", False, True),
        ("x/**/a", "x/a", False, True),
        ("x/**/a", "x/y/z/a", False, True),
        ("x**a", "xya", False, True),
        ("?", "ab", False, False),
        ("[a-c]x", "bx", False, True),
        ("[!a-c]x", "bx", False, False),
        ("[^a-c]x", "dx", False, True),
        ("[]-]x", "]x", False, True),
        ("[[:digit:]]", "7", False, True),
        ("x[/]a", "x/a", False, False),
        ("[a", "[a", False, False),
        ("a\\*", "a*", False, True),
        ("a\\*", "ab", False, False),
        ("\\!a", "!a", False, True),
        ("\\#a", "#a", False, True),
        ("#a", "#a", False, False),
        ("a  ", "a", False, True),
        ("a\\ ", "a ", False, True),
        ("a\\", "a\\", False, False),
        ("/", "a", True, False),
        ("", "a", False, False),
    ],
)
def test_patterns_match_as_gitignore_says(pattern: str, path: str, is_folder: bool, matches: bool) -> None:
    read = read_pattern(pattern)
    subject = path.rpartition("/")[2] if read is not None and read.by_name else path
    assert matches is (read is not None and (is_folder or not read.folders_only) and bool(read.matches(subject)))


PATTERNS = ["a", "b", "/a", "a/", "!a", "!a/", "!/a", "*", "!*/", "/*", "*.yaml", "!*.yaml", "!c.yaml", "b/**", "**/c"]
PATTERNS += [
    "a/**/c.yaml",
    "!**/c.yaml",
    "a/b",
    "!a/*",
    "[ab]",
    "?",
    "**",
    "**/a/",
    "!b/c.yaml",
    "!a/**",
    "d*/",
    "#",
    "/",
]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("seed", range(12))
def test_what_is_found_is_what_git_does_not_ignore(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    def fill(folder: Path, depth: int) -> None:
        folder.mkdir(exist_ok=True)
        for name in ("a.yaml", "c.yaml"):
            write(folder, name)
        if chance.random() < 0.5:
            write(folder, ".gitignore", text="\n".join(chance.choices(PATTERNS, k=3)))
        for name in "abd" if depth < 3 else "":
            if chance.random() < 0.6:
                fill(folder / name, depth + 1)

    fill(tmp_path, 0)
    write(tmp_path, ".git/info/exclude", text="\n".join(chance.choices(PATTERNS, k=1)))
    listed = subprocess.run(
        ["git", "-C", tmp_path, "ls-files", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    ).stdout.splitlines()
    assert templates(tmp_path) == sorted(name for name in listed if name.endswith(".yaml"))


def test_tree_root_is_the_repository_or_the_folder_itself(tmp_path: Path) -> None:
    write(tmp_path, "repository/a/b/main.tf", text="")
    (tmp_path / "repository/.git").mkdir()
    (tmp_path / "alone").mkdir()
    assert find_tree_root(tmp_path / "repository/a/b") == tmp_path / "repository"
    assert find_tree_root(tmp_path / "repository/a/b/main.tf") == tmp_path / "repository"
    assert find_tree_root(tmp_path / "alone") == tmp_path / "alone"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("*a" * 60 + "b", "a" * 255), ("**/a/" * 60 + "b", "a/" * 500 + "c"), ("**/*a*/" * 40 + "b", "aa/" * 300 + "c")],
)
def test_a_pattern_that_would_go_back_and_forth(pattern: str, path: str) -> None:
    read = read_pattern(pattern)
    assert read is not None and not read.matches(path)


def test_a_gitignore_with_too_many_lines_is_not_followed_and_said(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.yaml\n" * 5001)
    write(tmp_path, "t.yaml", text="Resources: {B: {Type: AWS::S3::Bucket}}\n")
    found = discover([tmp_path], tmp_path)
    assert [it.name for it in found.candidates] == ["t.yaml"]
    assert ["not followed" in it.message for it in found.problems] == [True]
