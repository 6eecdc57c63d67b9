"""Fuzz all targets, or those that are named: `python -m fuzz [--seconds N] [TARGET...]`; `make fuzz` does.

What is found is written to `fuzz/found/TARGET/` and makes the command fail. Fix it, and leave the file there: the tests
feed it to the target from then on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from fuzz.seeds import HERE, TOP
from fuzz.targets import TARGETS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("--seconds", type=int, default=600, help="how long each target is fuzzed")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    asked = parser.parse_args()
    unknown = set(asked.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    failed = []
    before = set((HERE / "found").glob("*/*"))
    for name in asked.targets or TARGETS:
        print(f"--- {name}", flush=True)
        command = [sys.executable, "-m", "fuzz.one", name, str(asked.seconds)]
        if subprocess.run(command, cwd=TOP, check=False).returncode:
            failed.append(name)
    new = sorted(set((HERE / "found").glob("*/*")) - before)
    for file in new:
        print(f"found: {file.relative_to(TOP)}")
    for name in failed:
        print(f"{name} ended early")
    return 1 if new or failed else 0


if __name__ == "__main__":
    sys.exit(main())
