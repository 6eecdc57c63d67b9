"""Files with parameter values, in the forms that people have them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from walint.reading import Unreadable, read_text


class ParameterFileError(Exception):
    """A parameter file cannot be read; the message names the file and the fault."""


def given_parameters(sources: Iterable[Path | Mapping[str, Any]]) -> dict[str, Any]:
    """The parameters of files and mappings, later ones over earlier ones; a file that cannot be read gives none."""
    out: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, Path):
            # Whoever names a file has it checked; of an earlier revision it may have been broken.
            with suppress(ParameterFileError):
                out |= read_parameter_file(source)
        else:
            out |= source
    return out


def read_parameter_file(path: Path) -> dict[str, Any]:
    """The parameters by name.

    The AWS CLI's list of ParameterKey and ParameterValue, its list of `Key=Value`, a mapping below `Parameters` (as
    deployment files have it), or a plain mapping; JSON or YAML.

    Raises:
        ParameterFileError: where the file cannot be read or holds something else.
    """
    try:
        text = read_text(str(path))
    except Unreadable as error:
        raise ParameterFileError(f"{path}: {error}") from None
    data = _data(path, text)
    if isinstance(data, dict):
        for key in ("Parameters", "parameters"):
            if isinstance(data.get(key), (dict, list)):
                data = data[key]
                break
    if isinstance(data, dict):
        return {str(name): value for name, value in data.items() if not isinstance(value, dict)}
    if isinstance(data, list):
        return dict(_entry(path, entry) for entry in data if entry is not None and not _is_kept(entry))
    raise ParameterFileError(f"{path}: expected a mapping of parameters or a list of ParameterKey and ParameterValue")


def _data(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    import yaml

    try:
        # CloudFormation's parameters are text, of which YAML would make a date or an octal number. This loader makes
        # nothing but text, lists and mappings, whatever tags there are.
        return yaml.load(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        raise ParameterFileError(f"{path}{where}: neither JSON nor YAML") from None


def _is_kept(entry: Any) -> bool:
    """Whether an entry leaves the value as the deployed stack has it."""
    return isinstance(entry, dict) and "ParameterValue" not in entry and "UsePreviousValue" in entry


def _entry(path: Path, entry: Any) -> tuple[str, Any]:
    if isinstance(entry, dict) and "ParameterKey" in entry:
        return str(entry["ParameterKey"]), entry.get("ParameterValue", "")
    if isinstance(entry, str) and "=" in entry:
        name, _, value = entry.partition("=")
        return name, value
    raise ParameterFileError(f"{path}: expected entries with ParameterKey and ParameterValue, or Name=Value")
