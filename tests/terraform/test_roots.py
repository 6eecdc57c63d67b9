"""Folders in, those out that nobody calls: by what is a call to Terraform, and not by what looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.terraform import Disk, root_modules

CALL = 'module "m" {\n  source = "../b"\n}\n'


def roots(folder: Path, files: dict[str, str]) -> dict[str, int]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = {str(path.parent) for path in folder.glob("*/*")}
    made = root_modules(Disk(str(folder), str(folder)), found)
    return {Path(path).name: size for path, size in made.items()}


CALLS = {
    "plain": {"a/main.tf": CALL},
    "on one line": {"a/main.tf": 'module "m" { source = "../b" }\n'},
    "after a comment": {"a/main.tf": f"/* one */ {CALL}"},
    "in a long file": {"a/main.tf": "# a comment\n" * 10_000 + CALL},
    "in JSON": {"a/main.tf.json": '{"module": {"m": {"source": "../b"}}}'},
    "in JSON with escapes": {"a/main.tf.json": '{"modul\\u0065": {"m": {"source": "..\\/b"}}}'},
    "by an override": {"a/main.tf": CALL.replace("../b", "x/y/z"), "a/main_override.tf": CALL},
    "by a local value": {"a/main.tf": 'locals {\n  at = "../b"\n}\nmodule "m" {\n  source = local.at\n}\n'},
    "by a template": {"a/main.tf": 'locals {\n  n = "b"\n}\nmodule "m" {\n  source = "../${local.n}"\n}\n'},
    "beside a broken block": {"a/main.tf": f'resource "x" {{\n  a = = 1\n}}\n\n{CALL}'},
    "by another as well": {"a/main.tf": CALL, "c/main.tf": f"# long\n{CALL}"},
}

NO_CALLS = {
    "a comment": {"a/main.tf": f"/*\n{CALL}*/\n"},
    "text": {"a/main.tf": f"locals {{\n  t = <<-E\n{CALL}E\n}}\n"},
    "another block": {"a/main.tf": 'locals {\n  module = 1\n}\ndata "d" "e" {\n  source = "../b"\n}\n'},
    "a block within another": {"a/main.tf": f"locals {{\n{CALL}}}\n"},
    "overridden": {"a/main.tf": CALL, "a/main_override.tf": CALL.replace("../b", "x/y/z")},
    "passed over for OpenTofu's own file": {"a/main.tf": CALL, "a/main.tofu": "locals {\n}\n"},
    "another name": {"a/main.tf": 'module "m" {\n  source      = "x/y/z"\n  data_source = "../b"\n}\n'},
}


@pytest.mark.parametrize("name", CALLS)
def test_a_module_that_another_calls_is_no_root(name: str, tmp_path: Path) -> None:
    assert "b" not in roots(tmp_path, {"b/main.tf": "locals {\n}\n", **CALLS[name]})


@pytest.mark.parametrize("name", NO_CALLS)
def test_what_only_looks_like_a_call_makes_none(name: str, tmp_path: Path) -> None:
    assert "b" in roots(tmp_path, {"b/main.tf": "locals {\n}\n", **NO_CALLS[name]})


def test_modules_that_call_each_other_are_all_roots(tmp_path: Path) -> None:
    assert list(roots(tmp_path, {"a/main.tf": CALL, "b/main.tf": CALL.replace("../b", "../a")})) == ["a", "b"]


@pytest.mark.parametrize(("calls", "times"), [((), 0), (("../b",), 1), (("../b", "../b"), 2), (("../b", "../c"), 3)])
def test_a_root_is_as_large_as_all_that_it_calls(calls: tuple[str, ...], times: int, tmp_path: Path) -> None:
    text = "".join(f'module "m{at}" {{\n  source = "{source}"\n}}\n' for at, source in enumerate(calls))
    shared = "# " + "x" * 1000
    both = CALL * 2  # the second one has the name of the first, and is not called, but written
    found = roots(tmp_path, {"a/main.tf": text, "b/main.tf": shared, "c/main.tf": both})
    more = len(both) if "../c" in calls else 0
    assert found["a"] == len(text) + more + times * len(shared)
