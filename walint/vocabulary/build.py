"""Compiles the vocabulary's tables into walint/data; needs PyYAML and the project's `vocabulary` folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from walint.vocabulary.audit import faults
from walint.vocabulary.fold import fold
from walint.vocabulary.lines import LineFile, dump
from walint.vocabulary.schema import Schema

_ENTRY_KEYS: Final = {"type", "part_of", "properties", "like", "retired"}
_LINE_KEYS: Final = {"from", "values", "properties", "adapter", "with", "default", "was"}


class TableError(Exception):
    """A table has faults; the message lists all of them, one a line."""


def build_vocabulary(root: Path) -> None:
    """Compile `vocabulary/tables/*.yaml` and put both schemas beside it.

    Raises:
        TableError: where a table has a fault.
    """
    source, data = root / "vocabulary", root / "walint" / "data"
    data.mkdir(exist_ok=True)
    known = Schema(LineFile(source / "cloudformation.txt"))
    tables = compile_tables(source / "tables", known, provider_types(source / "terraform.txt"))
    (data / "vocabulary.txt").write_text(dump(tables), encoding="utf-8")
    for name in ("cloudformation.txt", "terraform.txt"):
        shutil.copyfile(source / name, data / name)


def provider_types(file: Path) -> dict[str, Any]:
    """The Terraform provider's resource types, each with its attributes and blocks."""
    lines = (line.partition(" ") for line in file.read_text(encoding="utf-8").splitlines())
    return {name: json.loads(text) for name, _, text in lines}


def compile_tables(folder: Path, known: Schema, provider: dict[str, Any]) -> dict[str, Any]:
    """The tables of a folder by Terraform type, checked and ready to be written.

    Types of the provider that no table names get an entry where their name alone tells CloudFormation's type.

    Raises:
        TableError: where a table has a fault.
    """
    raw, wrong = _read(folder)
    out: dict[str, Any] = {}
    identities: dict[str, Any] = {}
    for (file, name), given in raw.items():
        where = f"{file}: {name}"
        try:
            if name == "identities":
                identities.update(given)
                continue
            if name in out:
                raise ValueError("stands in two tables")
            out[name] = _entry(given, raw.get((file, given["like"])) if "like" in given else None)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            wrong.append(f"{where}: {error}")
            continue
        if name not in provider and not out[name].pop("retired", False):
            wrong.append(f"{where}: the provider has no such type")
        wrong += [f"{file}: {fault}" for fault in faults(name, out[name], known, provider.get(name))]
    for type_, names in identities.items():
        shape = known.type(type_)
        missing = [each for each in names if shape is None or each not in shape.fields]
        wrong += [f"identities: {type_} has no {each}" for each in missing]
    if wrong:
        raise TableError("\n".join(wrong))
    names = {fold(name.removeprefix("AWS::").replace("::", "")): name for name in known.types()}
    _add_by_name(out, known, provider, names)
    out["#identities"] = identities
    out["#types"] = names
    return out


def _read(folder: Path) -> tuple[dict[tuple[str, str], Any], list[str]]:
    """The tables' entries by file and name."""
    import yaml

    out: dict[tuple[str, str], Any] = {}
    wrong = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            held = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except yaml.YAMLError as error:
            wrong.append(f"{path.name}: {error}")
            continue
        out.update(((path.name, name), {"type": raw} if isinstance(raw, str) else raw) for name, raw in held.items())
    return out, wrong


def _add_by_name(out: dict[str, Any], known: Schema, provider: dict[str, Any], names: dict[str, str]) -> None:
    """What needs no line: types by their names alone, and which types the provider's default tags reach."""
    for name, tree in provider.items():
        if name not in out:
            type_ = names.get(fold(name.removeprefix("aws_")))
            out[name] = {} if type_ is None else {"type": type_}
        entry = out[name]
        _add_own_names(entry, known, tree)
        tags = known.tag_property(entry.get("type", "")) is not None
        if tags is not ("tags" in tree):
            entry["taggable"] = "tags" in tree
        if not entry:
            del out[name]


def _add_own_names(entry: dict[str, Any], known: Schema, tree: dict[str, Any]) -> None:
    """Lines for what is named by one habit in all services: `name` is `SubscriptionName` where there is no `Name`."""
    type_ = entry.get("type", "")
    shape = known.type(type_)
    if shape is None or "part_of" in entry:
        return
    lines = entry.get("p", {})
    used = {source for line in lines.values() for source in _uses(line)}
    kind = type_.rpartition("::")[2]
    habits = {
        "name": f"{kind}Name",
        "description": f"{kind}Description",
        "identifier": f"{kind}Identifier",
        "policy": "PolicyDocument",
        "kms_key_arn": "KmsKeyId",
    }
    for source, habit in habits.items():
        target = shape.named(fold(habit))
        if source not in tree or source in used or shape.named(fold(source)) is not None:
            continue
        if target is not None and target not in lines:
            entry.setdefault("p", {})[target] = source


def _entry(raw: Any, model: Any) -> dict[str, Any]:
    _closed(raw, _ENTRY_KEYS)
    if "like" in raw:
        if model is None:
            raise ValueError(f"{raw['like']} is not in this table")
        merged = {**model, **raw, "properties": {**(model.get("properties") or {}), **(raw.get("properties") or {})}}
        raw = {key: given for key, given in merged.items() if key != "like"}
    out: dict[str, Any] = {}
    if isinstance(raw.get("type"), dict):
        out["by"], out["types"] = raw["type"]["by"], raw["type"]["values"]
    elif "type" in raw:
        out["type"] = raw["type"]
    if raw.get("retired"):
        out["retired"] = True
    if "part_of" in raw:
        out["part_of"] = [raw["part_of"]["type"], raw["part_of"]["through"]]
    lines = _lines(raw.get("properties") or {})
    if lines:
        out["p"] = lines
    return out


def _lines(raw: dict[str, Any]) -> dict[str, Any]:
    """Lines by CloudFormation name; a dotted left side makes an object that Terraform does not have."""
    out: dict[str, Any] = {}
    for name, given in raw.items():
        first, _, rest = name.partition(".")
        line = {"p": _lines({rest: given})} if rest else _line(given)
        out[first] = _merged(first, out[first], line) if first in out else line
    for line in out.values():
        _uses(line)
    return out


def _merged(name: str, one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict) and set(one) - {"uses"} == set(other) - {"uses"} == {"p"}:
        inner = dict(one["p"])
        for key, line in other["p"].items():
            inner[key] = _merged(key, inner[key], line) if key in inner else line
        return {"p": inner}
    raise ValueError(f"{name} is given twice; give what is inside it under its `properties`")


def _line(raw: Any) -> Any:
    if raw is None or isinstance(raw, str):
        return raw
    _closed(raw, _LINE_KEYS)
    out = {key: raw[key] for key in ("from", "was", "values", "adapter", "with", "default") if key in raw}
    if "values" in raw:
        out["values"] = {_text(key): value for key, value in raw["values"].items()}
    if "of" in raw.get("with", {}) and isinstance(raw["with"]["of"], dict):
        out["with"] = {**raw["with"], "of": {_text(key): path for key, path in raw["with"]["of"].items()}}
    inner = _lines(raw.get("properties") or {})
    if inner:
        out["p"] = inner
    return out


def _text(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _uses(line: Any) -> list[str]:
    """The attributes of the block at hand that a line reads; written into the line where they are not plain."""
    if line is None:
        return []
    if isinstance(line, str):
        return [line.partition(".")[0]]
    if line.get("from") == ".":
        found = []
    elif line.get("from"):
        found = [line["from"].partition(".")[0]]
    else:
        found = [name for inner in line.get("p", {}).values() for name in _uses(inner)]
        of = line.get("with", {}).get("of", ())
        found += [path.partition(".")[0] for path in (of.values() if isinstance(of, dict) else of)]
    if "was" in line:
        found.append(line["was"].partition(".")[0])
    line["uses"] = list(dict.fromkeys(found))
    return found


def _closed(raw: Any, keys: set[str]) -> None:
    if not isinstance(raw, dict):
        raise TypeError(f"a mapping was expected, not {raw!r}")
    unknown = set(raw) - keys
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}; one of {', '.join(sorted(keys))}")
