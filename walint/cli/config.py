"""`walint config`"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from walint.cli import common, configuration
from walint.cli.declare import Argument, Option


class Format(StrEnum):
    text = "text"
    json = "json"


def command(
    path: Annotated[Path, Argument(help="What it is asked for; this folder if not given.")] = Path(),
    config: configuration.ConfigFile = None,
    every: Annotated[bool, Option("--all", help="Also the parameters of rules that nobody sets.")] = False,
    schema: Annotated[bool, Option("--schema", help="Print the JSON Schema of the file, for editors.")] = False,
    format_: Annotated[Format, Option("--format", "-f", help="How to print it.")] = Format.text,
) -> None:
    """Show what is in force for a path, and where each value comes from."""
    if schema:
        from walint.config.schema import with_rules
        from walint.policy import pack

        common.write(json.dumps(with_rules(pack.load()), indent=2, ensure_ascii=False) + "\n")
        return
    from walint.config.show import render, settings

    if not path.exists():
        raise common.UsageError(f"{path}: no such file or folder")
    found, rules = configuration.load([path], config, {})
    shown = list(settings(found, str(path.absolute().resolve()), rules, every))
    if format_ is Format.json:
        rows = [{"key": one.key, "value": one.value, "origin": one.origin} for one in shown]
        common.write(json.dumps(rows, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    names = [scope.file for scope in found.scopes]
    common.say(f"configuration: {', '.join(names)}" if names else "configuration: none; these are the defaults")
    common.write(render(shown))
