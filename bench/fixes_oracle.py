"""Let other readers judge what `walint fix` makes of the fixtures: Terraform itself, and cfn-lint.

Usage: python -m bench.fixes_oracle [--show N]

Every fixture of a rule with a fix is mended in a copy. Then `terraform fmt` must leave alone what it left alone before,
`terraform validate` must take what it took before, and cfn-lint must have no new error. Terraform needs a filesystem
mirror with the AWS provider, whose folder WALINT_ORACLE_MIRROR names.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.plan_oracle import MIRROR, cli_configuration, run
from tests.fixing.test_fixtures_fixed import FIXTURES_WITH_A_FIX, mended
from walint.fixing.edits import lines_of

Texts = dict[str, tuple[str, str]]


def mended_fixtures(top: Path) -> Texts:
    """The texts of all fixtures in single files, before and after, by a name that is a Terraform module's name too."""
    out: Texts = {}
    for number, fixture in enumerate(FIXTURES_WITH_A_FIX):
        folder = top / str(number)
        folder.mkdir()
        result = mended(fixture, folder)
        for path, text in result.texts.items():
            if fixture.is_file():
                out[f"f{number}_{re.sub(r'[^a-z0-9]', '_', fixture.name)}"] = (result.before[path], text)
    return out


def formatted(text: str) -> str:
    return subprocess.run(["terraform", "fmt", "-"], input=text, capture_output=True, text=True, check=False).stdout


def unformatted(texts: Texts) -> dict[str, str]:
    """What `terraform fmt` would change, where it changed nothing before."""
    return {
        name: "".join(line for line in lines_of(formatted(after)) if line not in after)
        for name, (before, after) in texts.items()
        if formatted(before) == before and formatted(after) != after
    }


def invalid(texts: dict[str, str], config: Path) -> dict[str, set[str]]:
    """The errors of `terraform validate` by module; all are validated at once, as modules of one root."""
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        for name, text in texts.items():
            (top / name).mkdir()
            (top / name / "main.tf").write_text(text)
        # Which arguments a module needs does not matter here.
        calls = []
        for name, text in texts.items():
            needed = re.findall(r'variable "(\w+)" \{(?:(?!\n\})[\s\S])*\n\}', text)
            calls.append(
                f'module "{name}" {{\n  source = "./{name}"\n' + "".join(f"  {it} = null\n" for it in needed) + "}\n"
            )
        (top / "main.tf").write_text("".join(calls))
        made = run(["terraform", "init", "-no-color", "-backend=false", "-input=false"], top, config)
        if made.returncode:
            sys.exit(f"terraform init failed:\n{made.stderr[:2000]}")
        told: dict[str, Any] = json.loads(run(["terraform", "validate", "-json"], top, config).stdout)
    out: dict[str, set[str]] = {}
    for item in told["diagnostics"]:
        if item["severity"] == "error":
            file = item.get("range", {}).get("filename", "")
            out.setdefault(file.split("/")[0], set()).add(f"{item['summary']}: {item['detail'][:120]}")
    return out


def lint_errors(texts: dict[str, str]) -> dict[str, Counter[str]]:
    """cfn-lint's errors by template."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in texts.items():
            (Path(scratch) / f"{name}.yaml").write_text(text)
        command = [
            "cfn-lint",
            "--format",
            "json",
            "--regions",
            "us-east-1",
            "--",
            *map(str, Path(scratch).glob("*.yaml")),
        ]
        env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False, env=env).stdout or "[]")
    out: dict[str, Counter[str]] = {}
    for item in told:
        if item["Level"] == "Error":
            found = out.setdefault(Path(item["Filename"]).stem, Counter())
            # Messages name things in no fixed order.
            found[item["Rule"]["Id"]] += 1
    return out


def report(what: str, checked: int, faults: dict[str, str], show: int) -> bool:
    print(f"{what}: {checked - len(faults)} of {checked}")
    for name, fault in list(faults.items())[:show]:
        print(f"  {name}: {fault}")
    return not faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=20, metavar="N")
    show = parser.parse_args().show
    with tempfile.TemporaryDirectory() as scratch:
        texts = mended_fixtures(Path(scratch))
    terraform = {name: both for name, both in texts.items() if name.endswith("_tf")}
    templates = {name: both for name, both in texts.items() if name.endswith("_yaml")}
    well = True
    if MIRROR and shutil.which("terraform"):
        well &= report("laid out as terraform fmt does", len(terraform), unformatted(terraform), show)
        config = cli_configuration()
        before = invalid({name: both[0] for name, both in terraform.items()}, config)
        after = invalid({name: both[1] for name, both in terraform.items()}, config)
        known = {name for name in terraform if name not in before}
        faults = {name: "; ".join(after[name]) for name in sorted(known & after.keys())}
        well &= report("still valid for terraform validate", len(known), faults, show)
    else:
        print("terraform: skipped; there is none, or WALINT_ORACLE_MIRROR does not name a mirror with the AWS provider")
    old = lint_errors({name: both[0] for name, both in templates.items()})
    new = lint_errors({name: both[1] for name, both in templates.items()})
    worse = {
        name: "; ".join(found - old.get(name, Counter()))
        for name, found in new.items()
        if found - old.get(name, Counter())
    }
    well &= report("without a new error of cfn-lint", len(templates), worse, show)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
