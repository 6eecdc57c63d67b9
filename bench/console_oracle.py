"""Ask `terraform console` for the values that the conformance table of the expression language holds.

Usage: python bench/console_oracle.py [--add FILE]

Without arguments each row of tests/terraform/console.tsv is asked anew, and the rows that Terraform answers otherwise
are printed. With --add the expressions of a file, one a line, are asked and the rows that are new are put into the
table: what walint is expected to give is what Terraform gave. A value is the JSON of the expression; `error` stands
where Terraform reports one. Needs `terraform` on the PATH, and no provider.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TABLE = Path(__file__).parent.parent / "tests" / "terraform" / "console.tsv"


def rows() -> dict[str, str]:
    if not TABLE.exists():
        return {}
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def ask(expression: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            ["terraform", "console"],
            input=f"jsonencode({expression})\n",
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
    answer = ran.stdout.strip()
    if ran.returncode != 0 or not answer:
        return "error"
    try:
        return str(json.loads(answer))
    except ValueError:
        return f"?{answer}"


def answers(expressions: list[str]) -> dict[str, str]:
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(expressions, pool.map(ask, expressions), strict=True))


def main() -> int:
    table = rows()
    if sys.argv[1:2] == ["--add"]:
        wanted = [line for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines() if line.strip()]
        found = answers([expression for expression in wanted if expression not in table])
        for expression, value in found.items():
            if value.startswith("?") or "\t" in expression:
                print(f"left out: {expression} gives {value}")
            else:
                table[expression] = value
        TABLE.write_text("".join(f"{expression}\t{value}\n" for expression, value in table.items()), encoding="utf-8")
        return 0
    differing = [
        f"{expression}\n  table:     {table[expression]}\n  terraform: {value}"
        for expression, value in answers(list(table)).items()
        if value != table[expression]
    ]
    print("\n".join([*differing, f"{len(table)} rows, {len(differing)} differ"]))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
