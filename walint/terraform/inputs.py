"""Values for a root module's variables, and files that expressions read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from walint.reading import Unreadable, read_whole
from walint.source import Problem, Source
from walint.terraform.context import Context, Scope
from walint.terraform.folders import Disk, Folder
from walint.terraform.numerals import TooLarge, parse_number
from walint.terraform.parse import parse, parse_expression
from walint.terraform.syntax import Block, Literal
from walint.terraform.typed import PRIMITIVES
from walint.values import Unknown


def given_values(
    disk: Disk, folder: Folder, variables: Mapping[str, str], var_files: Iterable[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """The values that a root module's variables are given, in Terraform's order: later ones win.

    terraform.tfvars, then *.auto.tfvars by name, then the files and values of the command line.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for path in [*_automatic(folder.path), *var_files]:
        values.update(_file_values(disk, path, problems, named=path in var_files))
    for name, text in variables.items():
        block = folder.variables.get(name)
        if block is None:
            continue
        values[name] = text if _takes_text(block) else _parsed(text)
    return values, problems


def _takes_text(block: Block) -> bool:
    """Whether a variable takes what the command line gives as it is, and not as an expression."""
    type_ = block.body.arguments.get("type")
    if type_ is None:
        return True
    expression = type_.expression
    named = expression.value if isinstance(expression, Literal) else getattr(expression, "name", "")
    return named in PRIMITIVES


def _automatic(folder: str) -> list[str]:
    try:
        names = set(os.listdir(folder))
    except OSError:
        return []
    found: list[str] = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    found += sorted(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return [os.path.join(folder, name) for name in found]


def _file_values(disk: Disk, path: str, problems: list[Problem], *, named: bool) -> dict[str, Any]:
    from walint.discovery import display_name
    from walint.reading import read_text
    from walint.terraform.evaluate import evaluate

    try:
        # A file that the user names may lie anywhere.
        source = Source(display_name(path, disk.cwd), read_text(path), "bytes") if named else disk.source(path)
    except Unreadable as error:
        problems.append(Problem(display_name(path, disk.cwd), 1, 1, "error", str(error)))
        return {}
    if path.endswith(".json"):
        return _json_values(source, problems)
    parsed = parse(source)
    problems += parsed.problems
    context = Context(problems.append)
    return {name: evaluate(argument.expression, Scope({}), context) for name, argument in parsed.body.arguments.items()}


def _json_values(source: Source, problems: list[Problem]) -> dict[str, Any]:
    """The values in a file of JSON, in which nothing is an expression."""
    import json

    try:
        data = json.loads(source.text, parse_float=parse_number)
    except TooLarge:
        problems.append(Problem(source.name, 1, 1, "error", "a number with thousands of digits"))
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        problems.append(Problem(source.name, line, column, "error", f"not valid JSON: {error}"))
    else:
        if isinstance(data, dict):
            return data
        problems.append(Problem(source.name, 1, 1, "error", "not an object of variables"))
    return {}


def _parsed(text: str) -> Any:
    """A value of the command line for a variable that is not text: read as an expression."""
    from walint.terraform.evaluate import evaluate

    expression, problems = parse_expression(text)
    return text if problems else evaluate(expression, Scope({}), Context(lambda problem: None))


class TreeFiles:
    """Files below the root that reads never leave, for `file()` and its kin.

    Args:
        base: what relative paths start from: the root module's folder.
    """

    __slots__ = ("_base", "_disk")

    def __init__(self, disk: Disk, base: str) -> None:
        self._disk = disk
        self._base = base

    def read(self, path: str) -> bytes | Unknown | None:
        full = os.path.normpath(os.path.join(self._base, path))
        if not self._disk.inside(full):
            return Unknown(f"the file {path}, which is outside of the folder that walint may read")
        if not os.path.isfile(full):
            return None
        try:
            return read_whole(full)
        except Unreadable as error:
            return Unknown(f"the file {path}, which is {error}")
        except OSError as error:
            return Unknown(f"the file {path}, which cannot be read: {error.strerror}")

    def glob(self, base: str, pattern: str) -> list[str] | Unknown:
        full = os.path.normpath(os.path.join(self._base, base))
        if not self._disk.inside(full):
            return Unknown(f"the files in {base}, which are outside of the folder that walint may read")
        from walint.terraform.functions.globs import matching_files

        found = matching_files(full, pattern)
        return Unknown(f"the files in {base}, which are too many") if found is None else found
