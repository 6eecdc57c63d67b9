"""Compare walint's graphs of root modules with what Terraform itself plans for them.

Usage: python -m bench.plan_oracle [--show N] [--only TEXT] [--expect] FOLDER...

Every folder below the given ones that holds Terraform files is planned as a root module, offline and with the AWS
provider alone: `terraform init` from a filesystem mirror (WALINT_ORACLE_MIRROR names its folder), `plan
-refresh=false`, `show -json`. Variables without a value get one of their type, on both sides. Data sources that ask
AWS are put off until apply, so that what depends on them is unknown. Plans are kept in WALINT_ORACLE_CACHE (by
default a folder below the system's temporary one) under a digest of what they were made of.

Printed are the modules that plan, how many addresses and values are equal, and the first N differences.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.offline import NOT_COPIED, Provider, offline_copy
from tests.terraform.planned import Planned, Verdict, compare, compare_resource, resources_of
from walint.graph import without_keys
from walint.terraform import Disk, TerraformOptions, load
from walint.terraform.folders import SUFFIXES, Folder, local_calls
from walint.terraform.inputs import TreeFiles
from walint.terraform.module import Module, Shared
from walint.terraform.types import STRING, Type

FORMAT = 4
CACHE = Path(os.environ.get("WALINT_ORACLE_CACHE", Path(tempfile.gettempdir()) / "walint-plans"))
MIRROR = os.environ.get("WALINT_ORACLE_MIRROR", "")
# Modules that are planned together, each as a child module of one root.
BATCH = 40

_PROVIDER = """provider "aws" {
  region                      = "us-east-1"
  access_key                  = "%s"
  secret_key                  = "%s"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
"""


def made_up(type_: Type, name: str, texts: str, depth: int = 0) -> str:
    """An expression for some value of a type, by what the variable's name and its uses in the module say."""
    element = type_.element or STRING
    match type_.kind:
        case "number":
            return "60"
        case "bool":
            return "true"
        case "list" | "set":
            return f"[{made_up(element, name, texts, depth + 1)}]" if depth < 5 else "[]"
        case "map":
            keys = sorted({*re.findall(rf'var\.{name}(?:\["|\.)(\w+)', texts)}) or ["one"]
            inner = (f"{key} = {made_up(element, key, texts, depth + 1)}" for key in keys)
            return "{ " + ", ".join(inner) + " }" if depth < 5 else "{}"
        case "object":
            inner = (
                f"{key} = {made_up(item, key, texts, depth + 1)}"
                for key, item in type_.attributes.items()
                if key not in type_.optional
            )
            return "{ " + ", ".join(inner) + " }"
        case "tuple":
            return "[" + ", ".join(made_up(item, name, texts, depth + 1) for item in type_.items) + "]"
        case _:
            return f'"{_made_up_text(name, texts)}"'


def _made_up_text(name: str, texts: str) -> str:
    allowed = re.search(rf'contains\(\["([^"]+)".*var\.{name}\)', texts)
    if allowed is not None:
        return allowed[1]
    for part, value in (
        ("arn", "arn:aws:iam::111122223333:role/madeup"),
        ("account", "111122223333"),
        ("cidr", "10.0.0.0/16"),
        ("region", "us-east-1"),
        ("email", "madeup@example.com"),
        ("log_group", "/aws/madeup"),
    ):
        if part in name:
            return value
    return "madeup"


_ROOT_ONLY = re.compile(
    r'(?m)^\s*(?:provider|import|removed|check|cloud)\s+(?:"\w+"\s*){0,2}\{|path\.|terraform\.workspace'
)


class Candidate:
    """A folder to plan.

    Attributes:
        tree: the top folder that is copied with it, so that local modules are found.
        variables: expressions for the variables that have no value.
        arguments: the same as `-var` takes them.
        folders: the folder and the local modules that it calls, at any depth.
    """

    def __init__(self, path: Path, tree: Path) -> None:
        self.path = path
        self.tree = tree
        self.disk = Disk(str(tree), str(tree))
        self.variables: dict[str, str] = {}
        self.arguments: dict[str, str] = {}
        self.refusal = ""
        folder = self.disk.folder(str(path))
        self.folders: dict[str, Folder] = {}
        self._collect(folder)
        if folder is not None:
            self._make_up(folder)
        self.texts = {
            os.path.join(at, name): Path(at, name).read_text(errors="replace")
            for at in self.folders
            for name in sorted(os.listdir(at))
            if name.endswith((*SUFFIXES, ".tfvars", ".tfvars.json"))
        }

    def _collect(self, folder: Folder | None) -> None:
        if folder is None or folder.path in self.folders:
            return
        self.folders[folder.path] = folder
        local = local_calls(folder)
        if len(local) < len(folder.calls):
            self.refusal = "calls a remote module"
        for path in local:
            self._collect(self.disk.folder(path))

    def _make_up(self, folder: Folder) -> None:
        shared = Shared(self.disk, TreeFiles(self.disk, folder.path), folder, "default", str(self.tree))
        module = Module(shared, folder)
        given = " ".join(path.read_text() for path in self.path.glob("*.tfvars*"))
        for name, block in folder.variables.items():
            if "default" not in block.body.arguments and not re.search(rf'(?m)(?:^|[{{,])\s*"?{name}"?\s*[=:]', given):
                texts = "".join(source.text for source in folder.sources.values())
                type_ = module.variable_type(name)
                made = self.variables[name] = made_up(type_, name, texts)
                # Terraform takes the text itself for a string, and for what has no type.
                literal = type_.kind == "string" or "type" not in block.body.arguments
                self.arguments[name] = made[1:-1] if literal else made

    @property
    def alone(self) -> bool:
        """Whether it can't be planned as a child module."""
        return any(
            "path.module" in text
            or (
                os.path.dirname(at) == str(self.path) and (_ROOT_ONLY.search(text) or at.endswith((".tfvars", ".json")))
            )
            for at, text in self.texts.items()
        )

    def digest(self) -> str:
        made = hashlib.sha256(str(FORMAT).encode())
        for at, text in sorted(self.texts.items()):
            made.update(f"{os.path.relpath(at, self.path)}\0{text}\0".encode())
        made.update(json.dumps(self.variables, sort_keys=True).encode())
        return made.hexdigest()[:32]


# --- planning ---------------------------------------------------------------------------------------------------------


def run(command: list[str], cwd: Path, config: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "TF_CLI_CONFIG_FILE": str(config),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "AWS_ACCESS_KEY_ID": "A" + secrets.token_hex(8),
        "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20),
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False)


def overridden(folder: Path) -> None:
    """Give the folder's providers what they need to be configured without AWS."""
    aliases: dict[str, None] = {"": None}
    for path in folder.glob("*.tf"):
        for match in re.finditer(r'(?ms)^provider\s+"?aws"?\s*\{(.*?)^\}', path.read_text(errors="replace")):
            alias = re.search(r'(?m)^\s*alias\s*=\s*"([^"]+)"', match[1])
            aliases[alias[1] if alias else ""] = None
    text = ""
    for alias in aliases:
        made = _PROVIDER % ("A" + secrets.token_hex(8), secrets.token_hex(20))
        text += made if not alias else made.replace("{\n", f'{{\n  alias = "{alias}"\n', 1)
    (folder / "zzz_oracle_override.tf").write_text(text)


class Failed(Exception):
    """Terraform refuses; `files` are the places of its complaints, each with one of them."""

    def __init__(self, sentence: str, files: dict[str, str]) -> None:
        super().__init__(sentence)
        self.files = files


def planned(folder: Path, config: Path, *arguments: str) -> dict[str, Any]:
    """The plan of a folder as JSON; raises Failed. `errors` in it lists the files in which planning failed."""
    made = run(["terraform", "init", "-no-color", "-backend=false", "-input=false"], folder, config)
    if made.returncode:
        sentence = _complaint(made.stderr)
        raise Failed(sentence, dict.fromkeys(re.findall(r"\bon (\S+) line", made.stderr), sentence))
    command = ["terraform", "plan", "-json", "-refresh=false", "-input=false", "-lock=false", "-out=saved", *arguments]
    made = run(command, folder, config)
    complaints = []
    for line in made.stdout.splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("@level") == "error" and "diagnostic" in entry:
            complaints.append(entry["diagnostic"])
    files = {c["range"]["filename"]: f"{c['summary']}: {c.get('detail', '')}"[:300] for c in complaints if "range" in c}
    sentence = "; ".join(f"{c['summary']}: {c.get('detail', '')}"[:200] for c in complaints[:2]) or made.stderr[:300]
    if not (folder / "saved").exists():
        raise Failed(sentence, files)
    shown = run(["terraform", "show", "-json", "saved"], folder, config)
    if shown.returncode:
        raise Failed(shown.stderr[:300], {})
    found: dict[str, Any] = json.loads(shown.stdout)
    found["complaint"] = sentence if complaints else ""
    found["errors"] = files if files or not complaints else {"?": sentence}
    return found


def _complaint(text: str) -> str:
    return " ".join(re.sub(r"[╷│╵]", "", text).split())[:300]


def digested(plan: dict[str, Any], prefix: str) -> dict[str, Any]:
    """What the comparison needs of a plan: resources below an address, that address taken off, and outputs."""
    names = dict(_configured(plan.get("configuration", {}).get("root_module", {}), ""))
    resources = {}
    for change in plan.get("resource_changes", ()):
        address = change["address"]
        if change["mode"] != "managed" or not address.startswith(prefix) or "terraform_data.put_off" in address:
            continue
        after, unknown = change["change"]["after"] or {}, change["change"]["after_unknown"] or {}
        # Blocks that a dynamic block makes are not in the configuration.
        wanted = {*names.get(without_keys(address), ()), *(name for name, item in after.items() if _is_block(item))}
        resources[address[len(prefix) :]] = [
            {name: item for name, item in after.items() if name in wanted},
            {name: item for name, item in unknown.items() if name in wanted or name not in after},
        ]
    documents = {}
    for module in _modules(plan.get("prior_state", {}).get("values", {}).get("root_module", {})):
        for resource in module.get("resources", ()):
            document = resource["mode"] == "data" and resource["type"] == "aws_iam_policy_document"
            if document and resource["address"].startswith(prefix):
                documents[resource["address"][len(prefix) :]] = resource["values"].get("json")
    outputs = {
        name: [change.get("after"), change.get("after_unknown")]
        for name, change in plan.get("output_changes", {}).items()
    }
    if prefix:
        name = prefix.removeprefix("module.").removesuffix(".")
        whole, unknown = outputs.get(name, [{}, {}])
        outputs = {
            key: [(whole or {}).get(key), unknown if unknown is True else (unknown or {}).get(key, False)]
            for key in {**(whole or {}), **(unknown if isinstance(unknown, dict) else {})}
        }
    return {"resources": resources, "documents": documents, "outputs": outputs}


def _configured(module: dict[str, Any], prefix: str) -> Iterator[tuple[str, list[str]]]:
    """The attributes and blocks that the configuration of each resource sets, by address without instance keys."""
    for resource in module.get("resources", ()):
        yield prefix + resource["address"], list(resource.get("expressions", ()))
    for name, call in module.get("module_calls", {}).items():
        yield from _configured(call["module"], f"{prefix}module.{name}.")


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _modules(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield module
    for child in module.get("child_modules", ()):
        yield from _modules(child)


def plan_alone(candidate: Candidate, config: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="walint-oracle-") as scratch:
        copied = Path(scratch, "tree")
        _copy(candidate.tree, copied)
        folder = copied / candidate.path.relative_to(candidate.tree)
        overridden(folder)
        arguments = [f"-var={name}={text}" for name, text in candidate.arguments.items()]
        try:
            plan = planned(folder, config, *arguments)
        except Failed as failure:
            return {"failed": str(failure)}
        if plan["errors"]:
            return {"failed": plan["complaint"], **digested(plan, "")}
        return digested(plan, "")


def plan_together(candidates: list[Candidate], config: Path) -> dict[int, dict[str, Any]]:
    """The plans of several modules by their position, made in one go; those that don't fit are left out."""
    out: dict[int, dict[str, Any]] = {}
    left = dict(enumerate(candidates))
    with tempfile.TemporaryDirectory(prefix="walint-oracle-") as scratch:
        root = Path(scratch)
        for at, candidate in left.items():
            _copy(candidate.tree, root / f"m{at}")
        for _ in range(12):
            text = _PROVIDER % ("A" + secrets.token_hex(8), secrets.token_hex(20))
            for at, candidate in left.items():
                inner = candidate.path.relative_to(candidate.tree)
                arguments = "".join(f"  {name} = {value}\n" for name, value in candidate.variables.items())
                text += f'module "m{at}" {{\n  source = "./m{at}/{inner}"\n{arguments}}}\n'
                text += f'output "m{at}" {{\n  value = module.m{at}\n  sensitive = true\n}}\n'
            (root / "main.tf").write_text(text)
            if not left:
                return out
            try:
                plan = planned(root, config)
            except Failed as failure:
                wrong = _by_position(failure.files)
                if not wrong.keys() & left.keys():
                    return out
                for at, sentence in wrong.items():
                    left.pop(at, None)
                    out[at] = {"failed": sentence}
                continue
            wrong = _by_position(plan["errors"])
            if "?" in plan["errors"]:
                return out
            for at in left:
                out[at] = digested(plan, f"module.m{at}.")
                if at in wrong:
                    out[at]["failed"] = wrong[at]
            return out
    return out


def _by_position(files: dict[str, str]) -> dict[int, str]:
    return {int(found[1]): sentence for file, sentence in files.items() if (found := re.match(r"m(\d+)/", file))}


def _copy(tree: Path, to: Path) -> None:
    shutil.copytree(tree, to, symlinks=True, ignore=NOT_COPIED)


def plans(candidates: list[Candidate]) -> dict[Path, dict[str, Any]]:
    """The digested plan of each candidate, from the cache where it is there."""
    config = cli_configuration()
    out: dict[Path, dict[str, Any]] = {}
    together: list[Candidate] = []
    alone: list[Candidate] = []
    for candidate in candidates:
        if candidate.refusal:
            out[candidate.path] = {"failed": candidate.refusal}
            continue
        kept = CACHE / f"{candidate.digest()}.json"
        if kept.exists():
            out[candidate.path] = json.loads(kept.read_text(), parse_float=Fraction)
        else:
            (alone if candidate.alone else together).append(candidate)

    def keep(candidate: Candidate, plan: dict[str, Any]) -> None:
        text = json.dumps(plan)
        (CACHE / f"{candidate.digest()}.json").write_text(text)
        out[candidate.path] = json.loads(text, parse_float=Fraction)

    for start in range(0, len(together), BATCH):
        batch = together[start : start + BATCH]
        found = plan_together(batch, config) if len(batch) > 1 else {}
        for at, candidate in enumerate(batch):
            if at in found:
                keep(candidate, found[at])
            else:
                alone.append(candidate)
        print(f"planned {start + len(found)} of {len(together)} together", file=sys.stderr)
    for at, candidate in enumerate(alone):
        keep(candidate, plan_alone(candidate, config))
        print(f"planned {at + 1} of {len(alone)} alone: {candidate.path}", file=sys.stderr)
    return out


# --- comparing --------------------------------------------------------------------------------------------------------


def compared(candidate: Candidate, plan: dict[str, Any]) -> tuple[list[Verdict], list[Verdict], list[str]]:
    """The verdicts on addresses and on values, and the problems that walint sees."""
    tree = str(candidate.tree)
    graph = load(candidate.disk, str(candidate.path), TerraformOptions(candidate.arguments, root=tree, cwd=tree))
    assert graph is not None
    ours = resources_of(graph)
    addresses: list[Verdict] = []
    values: list[Verdict] = []
    for address in {**plan["resources"], **ours}:
        resource = ours.get(address)
        if resource is None:
            addresses.append(Verdict(address, "missing", "", "planned"))
        elif address not in plan["resources"]:
            kind = "extra" if resource.presence is None and "[*]" not in address else "open"
            addresses.append(Verdict(address, kind, str(resource.presence), ""))
        else:
            kind = "equal" if resource.presence is None else "open"
            addresses.append(Verdict(address, kind, str(resource.presence), "planned"))
            after, unknown = plan["resources"][address]
            values += compare_resource(address, resource, Planned(after, unknown or {}))
    for address, text in plan["documents"].items():
        resource = graph.resources.get(address)
        if resource is None:
            addresses.append(Verdict(address, "missing", "", "planned"))
        else:
            found = resource.lookup("json")
            values += compare(found, text, False, f"{address} json")
    for name, (after, unknown) in plan["outputs"].items():
        output = graph.resources.get(f"output.{name}")
        found = None if output is None else output.lookup("value")
        if found is not None:
            values += compare(found, after, unknown, f"output.{name}")
    return addresses, values, [str(problem) for problem in graph.problems]


def candidates_below(original: Path, provider: Provider) -> Iterator[Candidate]:
    folder = offline_copy(original.resolve(), CACHE / "trees", provider)
    seen = sorted({path.parent for suffix in SUFFIXES for path in folder.rglob(f"*{suffix}")})
    for path in seen:
        if ".terraform" not in path.parts:
            yield Candidate(path, _tree(path, folder))


def _tree(path: Path, top: Path) -> Path:
    """What is copied with a root module: the folder below the top that it is in, or all if it calls what is outside."""
    below = top / path.relative_to(top).parts[0] if path != top else top
    disk = Disk(str(top), str(top))
    found, todo = set(), [str(path)]
    while todo:
        folder = disk.folder(todo.pop())
        for called in local_calls(folder) if folder is not None else ():
            if called not in found and called.startswith(str(top)):
                found.add(called)
                todo.append(called)
    return below if all(called.startswith(f"{below}/") or called == str(below) for called in found) else top


def provider_at_hand() -> Provider:
    """What `terraform providers schema` says, asked once."""
    kept = CACHE / "schema.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory(prefix="walint-oracle-") as scratch:
            Path(scratch, "main.tf").write_text('provider "aws" {}\n')
            run(["terraform", "init", "-no-color"], Path(scratch), cli_configuration())
            made = run(["terraform", "providers", "schema", "-json"], Path(scratch), cli_configuration())
            kept.write_text(made.stdout)
    return Provider(json.loads(kept.read_text()))


def cli_configuration() -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    config = CACHE / "cli.tfrc"
    config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{MIRROR}"\n  }}\n}}\n')
    return config


def _expect(folder: Path, plan: dict[str, Any]) -> None:
    """Keep a plan for tests that compare without Terraform."""
    if folder.is_dir():
        text = json.dumps(plan, indent=1, sort_keys=True, default=float)
        (folder / "expected.json").write_text(text + "\n")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--only", default="", help="a part of the path of the modules to look at")
    parser.add_argument("--expect", action="store_true", help="write each plan beside its module as expected.json")
    given = parser.parse_args()
    if not MIRROR or shutil.which("terraform") is None:
        print("skipped: there is no terraform, or WALINT_ORACLE_MIRROR does not name a mirror with the AWS provider")
        return 0
    provider = provider_at_hand()
    found = [c for folder in given.folders for c in candidates_below(folder, provider) if given.only in str(c.path)]
    results = plans(found)
    refused: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    shown: list[str] = []
    for candidate in found:
        plan = results[candidate.path]
        if given.expect and "failed" not in plan:
            _expect(given.folders[0].resolve() / candidate.path.name, plan)
        if "failed" in plan:
            refused[plan["failed"].split(":")[0][:60]] += 1
            if not plan.get("resources"):
                continue
        else:
            counts["modules"] += 1
        addresses, values, problems = compared(candidate, plan)
        if "failed" in plan:
            # What Terraform planned before it failed.
            judged = [("values of modules planned in part", values)]
        else:
            judged = [("addresses", addresses), ("values", values)]
            # Terraform plans it: there can't be a mistake in it.
            counts["problems"] += len(problems)
            shown += [f"problem   {candidate.path} {problem}" for problem in problems]
        for what, verdicts in judged:
            for verdict in verdicts:
                counts[f"{what} {verdict.kind}"] += 1
                if verdict.kind not in ("equal", "data", "default"):
                    where = f"{candidate.path} {verdict.path}"
                    shown.append(f"{verdict.kind:9} {where}\n    ours   {verdict.ours}\n    theirs {verdict.theirs}")
    for line in shown[: given.show]:
        print(line)
    print(f"modules: {len(found)}, planned {counts['modules']}")
    for reason, count in refused.most_common(12):
        print(f"  not planned: {count:4}  {reason}")
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")
    wrong = sum(count for name, count in counts.items() if name.endswith((" different", " missing", " extra")))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
