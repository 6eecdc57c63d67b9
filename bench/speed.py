"""Times walint and its peers on the same inputs, whole processes, in turn.

Usage: python -m bench.speed [--rounds N] [--peers NAME,...] [--real FOLDER] [--sizes N,...] [--against REV]

Peers from the package index are installed into virtual environments of their own below WALINT_BENCH_CACHE (by default
a folder below the system's temporary one); trivy is taken from the PATH and left out where it is not. `--real` names
a folder of public repositories; without it the generated trees alone are judged. `--against` installs an earlier
revision of walint and times it as one more peer. Each round runs every program once,
one after the other, so that a machine that slows down slows all of them. Printed are, for each input and peer, the
medians of walint's wall time over the peer's in the same round, and of all processors' time likewise.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.generate import generate, template, yaml_of

CACHE = Path(os.environ.get("WALINT_BENCH_CACHE", Path(tempfile.gettempdir()) / "walint-bench"))
TIMEOUT = 1800

_BARE = """import sys, yaml
for name in sys.argv[1:]:
    yaml.compose(open(name, encoding="utf-8").read(), Loader=yaml.CSafeLoader)
"""
_PARSING = """import sys
from pathlib import Path
import tree_sitter, tree_sitter_hcl, yaml
from walint.discovery import discover
from walint.reading import read_template
found = discover([Path(sys.argv[1])], Path.cwd())
for candidate in found.candidates:
    try:
        yaml.CSafeLoader(read_template(candidate.path)[1]).get_single_node()
    except Exception:
        pass
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
for module in found.modules:
    for path in sorted(Path(module.path).glob("*.tf")):
        parser.parse(path.read_bytes())
"""
_VALIDATE = """import sys
from pathlib import Path
from cloudformation_validate import CelEngine
engine = CelEngine()
for path in sorted(Path(sys.argv[1]).rglob("*")) if Path(sys.argv[1]).is_dir() else [Path(sys.argv[1])]:
    if path.suffix in (".yaml", ".yml", ".json", ".template") and path.is_file():
        if b"Resources" in path.read_bytes():
            try:
                engine.validate_template(path)
            except Exception:
                pass
"""


@dataclass(frozen=True)
class Run:
    """One run of a program: seconds on the wall, and seconds of all processors."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Input:
    """What is judged, and the most that walint may take, as a share of the time of each peer.

    Attributes:
        cores: how many processors all programs may use; 0 for as many as there are.
    """

    name: str
    path: Path
    limits: dict[str, float]
    cores: int = 0


Command = Callable[[Path], list[str]]


def run(command: list[str]) -> Run:
    """Run a command to its end; its output goes nowhere."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, stdin=nowhere, env=environment())
    # A wait that is given a timeout looks every 50 ms: most of what a small template takes.
    killer = threading.Timer(TIMEOUT, process.kill)
    killer.start()
    process.wait()
    wall = time.perf_counter() - started
    killer.cancel()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu)


def environment() -> dict[str, str]:
    """As a user has it: with compiled modules kept."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def peak_of(command: list[str]) -> float:
    """The memory of the largest process of a run, in MiB; measured apart, since the system only tells a maximum."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    made = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=True)
    return int(made.stdout) / 1024


# --- programs ---------------------------------------------------------------------------------------------------------


def installed(package: str, name: str = "") -> Path:
    """The folder of the programs of a package that is installed for this alone."""
    folder = CACHE / "peers" / (name or package)
    bin_ = folder / "bin"
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([bin_ / "python", "-m", "pip", "install", "--quiet", package], check=True)
        (folder / "installed").touch()
    return bin_


def checking(program: Path | str) -> Command:
    return lambda path: [str(program), "check", "--profile", "strict", "--exit-zero", str(path)]


def programs(wanted: set[str], against: str | None) -> dict[str, Command]:
    out = {"walint": checking(Path(sys.executable).parent / "walint")}
    if against is not None:
        revision = subprocess.run(
            ["git", "rev-parse", against], capture_output=True, text=True, check=True
        ).stdout.strip()
        package = f"walint @ git+file://{Path(__file__).resolve().parent.parent}@{revision}"
        out[against] = checking(installed(package, f"walint-{revision}") / "walint")
    if "bare" in wanted:
        out["bare"] = lambda path: [sys.executable, "-c", _BARE, str(path)]
    if "parsing" in wanted:
        out["parsing"] = lambda path: [sys.executable, "-c", _PARSING, str(path)]
    if "cfn-lint" in wanted:
        lint = installed("cfn-lint") / "cfn-lint"
        out["cfn-lint"] = lambda path: [str(lint), str(path)]
    if "checkov" in wanted:
        checkov = installed("checkov") / "checkov"
        arguments = [
            "--quiet",
            "--compact",
            "--soft-fail",
            "--skip-download",
            "--framework",
            "terraform",
            "cloudformation",
        ]
        out["checkov"] = lambda path: [str(checkov), "-d" if path.is_dir() else "-f", str(path), *arguments]
    if "cloudformation-validate" in wanted:
        python = installed("cloudformation-validate") / "python"
        out["cloudformation-validate"] = lambda path: [str(python), "-c", _VALIDATE, str(path)]
    trivy = shutil.which("trivy")
    if "trivy" in wanted and trivy is not None:
        out["trivy"] = lambda path: [trivy, "config", "--quiet", "--skip-check-update", "--format", "json", str(path)]
    return out


# --- inputs -----------------------------------------------------------------------------------------------------------


def inputs(real: Path | None, sizes: list[int]) -> Iterator[Input]:
    import random

    small = CACHE / "small" / "stack.yaml"
    large = CACHE / "large" / "stack.yaml"
    for path, number in ((small, 6), (large, 500)):
        path.parent.mkdir(parents=True, exist_ok=True)
        made = template(random.Random(1))
        while len(made["Resources"]) < number:
            more = template(random.Random(len(made["Resources"]) + 7))["Resources"]
            made["Resources"] |= {f"{name}X{len(made['Resources'])}": item for name, item in more.items()}
        made["Resources"] = dict(list(made["Resources"].items())[:number])
        path.write_text(yaml_of(made), encoding="utf-8")
    yield Input("one small template", small, {"cfn-lint": 1 / 5, "bare": 4})
    yield Input("one template of 500 resources", large, {"cfn-lint": 1 / 5})
    module = CACHE / "module"
    if not module.exists():
        generate(module, 10)
    yield Input("one small Terraform module", module / "terraform" / "team0" / "stack0", {})
    if real is not None:
        peers = {"trivy": 1 / 6, "checkov": 1 / 20}
        yield Input("KaiMonkey", real / "tenable__KaiMonkey", peers)
        peers = {"trivy": 1 / 8, "checkov": 1 / 100}
        yield Input("terraform-aws-eks", real / "terraform-aws-modules__terraform-aws-eks", peers)
        peers = {"trivy": 1 / 8, "checkov": 1 / 20, "cloudformation-validate": 1}
        name = "aws-cloudformation-templates"
        yield Input(name, real / "aws-cloudformation__aws-cloudformation-templates", peers)
        yield Input("all repositories, one core", real, {"parsing": 4}, cores=1)
    for size in sizes:
        folder = CACHE / f"generated-{size}"
        if not folder.exists():
            generate(folder, size)
        yield Input(f"{size:,} generated files", folder, {})


# --- the table --------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description="Time walint and its peers.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default="bare,parsing,cfn-lint,trivy,checkov,cloudformation-validate")
    parser.add_argument("--real", type=Path)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--against", metavar="REV", help="an earlier revision of walint to time as well")
    parser.add_argument("--only", default="", help="a part of the name of the inputs to run")
    parser.add_argument("--write", type=Path, help="a file that the table is written to")
    given = parser.parse_args()
    known = programs(set(given.peers.split(",")), given.against)
    sizes = [int(size) for size in given.sizes.split(",") if size]
    lines = [
        f"{len(os.sched_getaffinity(0))} processors, Python {platform.python_version()}, {given.rounds} rounds",
        "",
        "| input | walint, s | peak, MiB | against | its time, s | ratio | at most |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    for each in inputs(given.real, sizes):
        if given.only in each.name:
            if given.against is not None:
                each.limits[given.against] = 1.1
            with _on(each.cores):
                for line in _rows(each, known, given.rounds):
                    lines.append(line)
                    print(line, flush=True)
    if given.write is not None:
        given.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _on(cores: int) -> Iterator[None]:
    """Keep this process, and those that it starts, to so many processors."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(every)[: cores or len(every)])
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)


def _rows(each: Input, known: dict[str, Command], rounds: int) -> Iterator[str]:
    commands = {name: command(each.path) for name, command in known.items()}
    peers = [name for name in each.limits if name in known]
    for name in ("walint", *peers):
        run(commands[name])  # the disk's cache, and compiled modules
    timed: dict[str, list[Run]] = {name: [] for name in ("walint", *peers)}
    for _ in range(rounds):
        for name in ("walint", *peers):
            timed[name].append(run(commands[name]))
    own = statistics.median(each.wall for each in timed["walint"])
    peak = peak_of(commands["walint"])
    for name in peers or [""]:
        start = f"| {each.name} | {own:.2f} | {peak:.0f} | "
        if not name:
            yield start + "- | | | |"
            continue
        ratio = statistics.median(a.wall / b.wall for a, b in zip(timed["walint"], timed[name], strict=True))
        theirs = statistics.median(each.wall for each in timed[name])
        limit = each.limits[name]
        bound = f"1/{round(1 / limit)}" if limit < 1 else f"{limit:g}"
        yield start + f"{name} | {theirs:.2f} | {ratio:.3f} | {bound} ({limit:.3f}) |"


if __name__ == "__main__":
    main()
