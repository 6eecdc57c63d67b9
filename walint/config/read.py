"""Reads configuration files; all faults at once, each with its place and the nearest right name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from walint.config.data import Data, parameter_name
from walint.config.find import PROJECT
from walint.config.meanings import meanings
from walint.config.model import Config, ConfigError, Layer, Scope, read_patterns
from walint.config.schema import schema
from walint.discovery import display_name, find_tree_root, is_inside
from walint.policy.marked import KEY, Marks, read_yaml, said, unknown_keys
from walint.policy.model import Rule
from walint.reading import Unreadable, read_text
from walint.source import Problem

_INPUTS: Final = {
    "terraform": {"variables": "variables", "variable-files": "variable_files", "workspace": "workspace"},
    "cloudformation": {
        "parameters": "parameters",
        "parameter-files": "parameter_files",
        "region": "region",
        "account-id": "account_id",
        "partition": "partition",
    },
}
_OUTSIDE: Final = "outside of the repository, or a link that leads there; a file given with --config may name it"
Rules = Callable[[Sequence[Path]], tuple[Sequence[Rule], Sequence[Problem]]]


def load_config(files: Iterable[Path], rules: Rules, cwd: Path, everywhere: bool) -> tuple[Config, Sequence[Rule]]:
    """The configuration in some files, and the rules, those of the users' own folders included.

    Args:
        rules: gives the rules, with those of some folders and the faults in them.
        everywhere: whether the files govern all paths (`--config`), and not only those in their folders.

    Raises:
        ConfigError: with every fault of every file.
    """
    reads = [_read(file, cwd, everywhere) for file in files]
    problems = [problem for _, _, faults in reads for problem in faults]
    config = Config(tuple(scope for scope, _, _ in reads))
    known, faults = rules(config.rule_folders)
    problems += faults
    for _, data, _ in reads:
        problems += meanings(data, known)
    if problems:
        raise ConfigError(problems)
    return config, known


def _read(file: Path, cwd: Path, everywhere: bool) -> tuple[Scope, Data, list[Problem]]:
    name = display_name(str(file.absolute()), str(cwd))
    # What is named on the command line speaks of the folder that the command is given in.
    folder = cwd if everywhere else file.absolute().parent
    empty = Scope(name, str(folder), everywhere, ())
    # Who may write into the repository has no say over what lies outside of it.
    tree = None if everywhere else str(find_tree_root(file))
    if tree is not None and not is_inside(str(file), tree):
        return empty, Data(name, {}, {}), [Problem(name, 1, 1, "error", f"it is {_OUTSIDE}")]
    try:
        text = read_text(str(file))
    except Unreadable as error:
        return empty, Data(name, {}, {}), [Problem(name, 1, 1, "error", str(error))]
    if file.name == PROJECT or file.suffix == ".toml":
        read, marks, problems = _read_toml(name, text, file.name == PROJECT)
    else:
        read, marks, problems = read_yaml(name, text)
    data = Data(name, {} if read is None else read, marks)
    if problems:
        return empty, Data(name, {}, marks), problems  # nobody knows what else it holds
    if not isinstance(data.data, dict):
        return empty, Data(name, {}, marks), [data.problem((), "expected a mapping of settings")]
    problems = list(_against_schema(data))
    # What is sound is looked at all the same, so that one run tells everything.
    problems += _files(data, folder, tree)
    packages, faults = _packages(data)
    return _scope(data, folder, everywhere, packages), data, [*problems, *faults]


def _read_toml(name: str, text: str, project: bool) -> tuple[Any, Marks, list[Problem]]:
    import re
    import tomllib

    from walint.config.toml_places import places

    try:
        read: Any = tomllib.loads(text)
    except RecursionError:
        return None, {}, [Problem(name, 1, 1, "error", "not valid TOML: nested too deeply")]
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(at[1]), int(at[2])) if at else (1, 1)
        message = str(error).partition(" (at ")[0]
        return None, {}, [Problem(name, line, column, "error", f"not valid TOML: {message}")]
    prefix = ("tool", "walint") if project else ()
    for step in prefix:
        read = read.get(step, {}) if isinstance(read, dict) else {}
    return read, places(text, prefix), []


def _against_schema(data: Data) -> Iterator[Problem]:
    """What the schema refuses; the settings at fault are taken out of the data."""
    from jsonschema import Draft202012Validator

    unsound: set[str | int] = set()
    validator = Draft202012Validator(schema())
    for error in validator.iter_errors(data.data):
        path = tuple(error.absolute_path)
        if path:
            unsound.add(path[0])
        where = ".".join(map(str, path))
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            if not path:
                unsound.update(error.instance.keys() - error.schema["properties"].keys())
            for (line, column), message in unknown_keys(error, data.marks):
                yield Problem(data.name, line, column, "error", f"{where}: {message}" if where else message)
        else:
            yield data.problem(path, f"{where}: {_said(error)}" if where else _said(error))
    data.data = {key: value for key, value in data.data.items() if key not in unsound}


def _said(error: Any) -> str:
    if error.validator == "pattern" and "account-id" in error.absolute_path:
        return f"expected an account's twelve digits, not {json.dumps(error.instance, default=str)}"
    return said(error)


def _files(data: Data, folder: Path, tree: str | None) -> Iterator[Problem]:
    """Files that are named and are not there, or not in the tree that reads must not leave."""

    def outside(name: str) -> bool:
        return tree is not None and not is_inside(str(folder / name), tree)

    for path, part in data.parts():
        for section, key in (("terraform", "variable-files"), ("cloudformation", "parameter-files")):
            for at, name in enumerate(part.get(section, {}).get(key, ())):
                if outside(name):
                    yield data.problem((*path, section, key, at), f"{name}: it is {_OUTSIDE}")
                elif not (folder / name).is_file():
                    yield data.problem((*path, section, key, at), f"{name}: no such file")
                elif key == "parameter-files":
                    yield from _parameter_file(data, (*path, section, key, at), folder / name)
    for at, name in enumerate(data.data.get("rule-folders", ())):
        if outside(name) or any(outside(str(link)) for link in (folder / name).rglob("*") if link.is_symlink()):
            yield data.problem(("rule-folders", at), f"{name}: it is {_OUTSIDE}")
            data.data = {**data.data, "rule-folders": []}
        elif not (folder / name).exists():
            yield data.problem(("rule-folders", at), f"{name}: no such file or folder")


def _packages(data: Data) -> tuple[list[Path], list[Problem]]:
    """The folders of the rules that packages ship, and the names that mean none."""
    named = data.data.get("rule-packages", ())
    if not named:
        return [], []
    from walint.policy.packages import PackageError, folder_of

    folders: list[Path] = []
    problems: list[Problem] = []
    for at, name in enumerate(named):
        try:
            folders.append(folder_of(name))
        except PackageError as error:
            problems.append(data.problem(("rule-packages", at), str(error)))
    return folders, problems


def _parameter_file(data: Data, path: tuple[str | int, ...], file: Path) -> Iterator[Problem]:
    from walint.cloudformation.parameters import ParameterFileError, read_parameter_file

    try:
        read_parameter_file(file)
    except ParameterFileError as error:
        yield data.problem(path, str(error))


def _scope(data: Data, folder: Path, everywhere: bool, packages: Sequence[Path]) -> Scope:
    given = data.data
    layers = [Layer(read_patterns(part.get("paths", ())), _layer(part, folder)) for _, part in data.parts()]
    origins = {}
    for path, (line, _) in data.marks.items():
        if path and path[-1] == KEY:
            origins[".".join(map(str, path[:-1]))] = f"{data.name}:{line}"
    return Scope(
        data.name,
        str(folder),
        everywhere,
        tuple(layers),
        read_patterns(given.get("exclude", ())),
        (*(folder / name for name in given.get("rule-folders", ())), *packages),
        given.get("fail-on"),
        folder / given["baseline"] if "baseline" in given else None,
        given.get("suppressions", {}),
        given.get("limits", {}),
        origins,
        {key: given[key] for key in ("exclude", "rule-folders", "rule-packages") if key in given},
    )


def _layer(part: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The settings of one part of a file, files with their whole paths, names of parameters as rules write them."""
    apart = ("paths", "overrides", *_INPUTS)
    out = {key: value for key, value in part.items() if key not in apart}
    if "parameters" in out:
        out["parameters"] = {parameter_name(name): value for name, value in out["parameters"].items()}
    if "rules" in out:
        out["rules"] = {
            rule: {parameter_name(name): value for name, value in given.items()} for rule, given in out["rules"].items()
        }
    inputs: dict[str, Any] = {}
    for section, names in _INPUTS.items():
        inputs |= {names[key]: value for key, value in part.get(section, {}).items()}
    if "variables" in inputs:
        inputs["variables"] = {name: as_text(value) for name, value in inputs["variables"].items()}
    if "variable_files" in inputs:
        inputs["variable_files"] = tuple((folder / name).resolve() for name in inputs["variable_files"])
    files = tuple((folder / name).resolve() for name in inputs.pop("parameter_files", ()))
    if files or "parameters" in inputs:
        inputs["parameters"] = (*files, inputs.get("parameters", {}))
    if inputs:
        out["inputs"] = inputs
    return out


def as_text(value: Any) -> str:
    """A variable's value as `--var` takes it: text as it is, all else as JSON, which HCL reads."""
    return value if isinstance(value, str) else json.dumps(value, default=str)
