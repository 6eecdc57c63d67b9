"""The reference of the command line, made from what the commands declare."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from walint.cli.commands import COMMANDS, command_of
from walint.cli.declare import REQUIRED, Declared, Option, declared

_INTRODUCTION: Final = """\
# Commands

This page is made from the command line by `python -m walint.manual`; a test fails where it is out of date.
`walint COMMAND --help` says the same. `walint --version` prints the version; `walint --install-completion` teaches your
shell to complete commands and options."""


def command_page() -> str:
    """All commands with their arguments and options."""
    return "\n\n".join([_INTRODUCTION, *(_command(name, command_of(name)) for name in COMMANDS)]) + "\n"


def _command(name: str, command: Callable[..., Any]) -> str:
    parameters = declared(command)
    arguments = [each for each in parameters if not isinstance(each.how, Option)]
    options = [each for each in parameters if isinstance(each.how, Option)]
    usage = " ".join(["walint", name, *(["[OPTIONS]"] if options else []), *map(_usage, arguments)])
    parts = [f"## walint {name}", inspect.getdoc(command) or "", f"```\n{usage}\n```"]
    if arguments:
        parts.append(_table("argument", [(f"`{_shown(each)}`", _help(each)) for each in arguments]))
    if options:
        parts.append(_table("option", [(_flags(each), _help(each)) for each in options]))
    return "\n\n".join(parts)


def _shown(argument: Declared) -> str:
    return str(argument.how.settings.get("metavar") or argument.name.upper()).removesuffix("...")


def _usage(argument: Declared) -> str:
    name = _shown(argument) + "..." * argument.many
    return name if argument.default is REQUIRED else f"[{name}]"


def _flags(option: Declared) -> str:
    flags = ", ".join(f"`{flag}`" for flag in sorted(option.flags, key=lambda flag: not flag.startswith("--")))
    wanted = option.how.settings.get("metavar")
    if wanted is None and option.type is int:
        wanted = "NUMBER"
    if wanted is None and issubclass(option.type, Enum):
        return flags
    if wanted is None and option.type is not bool:
        wanted = option.name.strip("_").upper()
    return f"{flags} `{wanted}`" if wanted else flags


def _help(each: Declared) -> str:
    said = [str(each.how.settings.get("help", ""))]
    if issubclass(each.type, Enum):
        said.append("One of " + ", ".join(f"`{one.value}`" for one in each.type) + ".")
    if each.many and isinstance(each.how, Option):
        said.append("May be given several times.")
    if each.default not in (REQUIRED, None, False) and each.how.settings.get("show_default", True):
        default = each.default.value if isinstance(each.default, Enum) else each.default
        said.append(f"Default: `{default}`.")
    return " ".join(part for part in said if part)


def _table(what: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"| {what} | meaning |", "|---|---|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
