"""Compare `--scenarios all` with what each combination of parameter values brings, tried one by one.

Usage: python -m bench.scenario_oracle [--most N] [--show N] FILE_OR_FOLDER...

Of a CloudFormation template those parameters are tried that its conditions ask for, of a Terraform root module the
variables that are true or false or whose validation lists their values. A parameter with AllowedValues takes each of
them, any other one what it is compared with, its default, and a value that nothing asks for. The union of the failures
of all combinations has to be what `--scenarios all` reports, be it at another line (that of a condition, rather than of
a resource without the property); each finding that names a scenario has to be there in every combination that the
scenario means. Templates with more than N combinations (by default 300) are passed by.

Printed are findings that no combination has, that are missing, and scenarios that are wrong; the exit status is 1 if
there are any. With --open also what is open instead: a value that is asked for as it is, and not by a condition.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

import walint
from walint.policy.model import Finding

_NAME: Final = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_TERM: Final = re.compile(r'(?P<name>[\w.:-]+) is (?P<no>not )?(?P<value>"[^"]*"|true|false|null|-?[\d.]+)')
_VARIABLE: Final = re.compile(r'^variable\s+"(?P<name>[^"]+)"\s*\{(?P<body>.*?)^\}', re.MULTILINE | re.DOTALL)
_LISTED: Final = re.compile(r"contains\(\s*\[(?P<values>[^\]]*)\]\s*,\s*var\.")
_TEXT: Final = re.compile(r'"([^"]*)"')
_OTHER: Final = "something-else"
# A secret that is written in a template is in it whatever is deployed.
_SECRETS: Final = "SEC02-BP03"

Values = Mapping[str, str]
# A rule, a file and an address.
Key = tuple[str, str, str]


class Fault(NamedTuple):
    kind: str
    finding: Key
    detail: str


# --- what can be given ------------------------------------------------------------------------------------------


class _Loader(yaml.SafeLoader):
    """Short forms of functions as mappings of their long forms."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)
# Text as it is written: `012` is an account's number, not ten.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag == "tag:yaml.org,2002:null" or tag.endswith("merge")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parameters_of(text: str) -> dict[str, list[str]]:
    """The values to try for the parameters that conditions ask for."""
    template = yaml.load(text, _Loader)
    declared = template.get("Parameters") or {}
    compared: dict[str, set[str]] = {}
    for condition in (template.get("Conditions") or {}).values():
        for asked in _comparisons(condition):
            names = {name for side in asked for name in _references(side)} & declared.keys()
            literals = {side for side in asked if isinstance(side, str)}
            # Of a text that is put together of parameters, each part may be one of them.
            if not all(isinstance(side, str) or side.keys() == {"Ref"} for side in asked):
                literals |= {part for side in literals for part in ("", *re.findall(r"\w+", side))}
            if len(names) > 1:
                literals |= {str(value) for name in names for value in declared[name].get("AllowedValues") or ()}
                literals |= {str(declared[name]["Default"]) for name in names if "Default" in declared[name]}
            for name in names:
                compared.setdefault(name, set()).update(literals)
    out = {}
    for name, literals in compared.items():
        parameter = declared[name]
        type_ = str(parameter.get("Type", "String"))
        if type_ not in ("String", "Number"):
            continue
        allowed = parameter.get("AllowedValues")
        if allowed is None:
            default = parameter.get("Default")
            other = "987654" if type_ == "Number" else _OTHER
            allowed = sorted({*literals, *([] if default is None else [default]), other})
            if type_ == "Number":
                allowed = [value for value in allowed if re.fullmatch(r"-?\d+(\.\d+)?", str(value))]
        out[name] = list(dict.fromkeys(str(value) for value in allowed))
    return out


def _comparisons(condition: Any) -> Iterator[list[Any]]:
    if isinstance(condition, dict):
        for name, argument in condition.items():
            if name == "Fn::Equals" and isinstance(argument, list):
                yield argument
            else:
                yield from _comparisons(argument)
    elif isinstance(condition, list):
        for item in condition:
            yield from _comparisons(item)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, argument in value.items():
            if name == "Ref":
                yield str(argument)
            elif name == "Fn::Sub":
                text = argument[0] if isinstance(argument, list) else argument
                yield from _NAME.findall(str(text))
            yield from _references(argument)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def variables_of(folder: Path) -> dict[str, list[str]]:
    """The values to try for the variables of a root module."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tf")))
    out = {}
    for match in _VARIABLE.finditer(text):
        body = match["body"]
        listed = _LISTED.search(body)
        if re.search(r"\btype\s*=\s*bool\b", body):
            out[match["name"]] = ["true", "false"]
        elif listed is not None and re.search(r"\btype\s*=\s*string\b", body):
            out[match["name"]] = _TEXT.findall(listed["values"])
    used = set(re.findall(r"var\.(\w+)", text))
    return {name: values for name, values in out.items() if name in used and values}


def combinations(given: Mapping[str, list[str]]) -> Iterator[Values]:
    for values in itertools.product(*given.values()):
        yield dict(zip(given, values, strict=True))


# --- what comes out ---------------------------------------------------------------------------------------------


def judged(path: Path, **options: Any) -> dict[str, dict[Key, list[Finding]]]:
    report = walint.check([path], profile="strict", ignore=[_SECRETS], **options)
    out: dict[str, dict[Key, list[Finding]]] = {"fail": {}, "open": {}}
    for finding in report.findings:
        for address in finding.addresses or ("",):
            out[finding.verdict].setdefault((finding.rule.id, finding.span.file, address), []).append(finding)
    return out


def faults(path: Path, given: Mapping[str, list[str]]) -> Iterator[Fault]:
    """What `--scenarios all` says otherwise than the combinations."""
    option = "variables" if path.suffix == ".tf" else "parameters"
    everything = judged(path, scenarios="all")
    each = [(values, judged(path, **{option: values})["fail"]) for values in combinations(given)]
    possible: dict[Key, Values] = {}
    for values, fails in each:
        for one in fails:
            possible.setdefault(one, values)
    for one, found in everything["fail"].items():
        if (
            one not in possible
            and all(len(it.addresses) == 1 for it in found)
            and all(means(it.when, given) is not None for it in found)
        ):
            yield Fault("cannot occur", one, found[0].when or "always")
            continue
        for finding in found:
            if len(finding.addresses) > 1:
                continue  # it is there for some of them
            for values, fails in each:
                if one not in fails and (not finding.when or means(finding.when, values) is True):
                    yield Fault("wrong scenario", one, f"{finding.when or 'always'}: not with {dict(values)}")
                    break
    for one, values in possible.items():
        if one not in everything["fail"]:
            known = everything["open"].get(one)
            kind = "missing" if known is None else "open"
            yield Fault(kind, one, f"with {dict(values)}" + ("" if known is None else f": {known[0].reason}"))


def means(scenario: str, values: Mapping[str, Any]) -> bool | None:
    """Whether a combination is among those that a scenario, as it is told, means; None where it speaks of others."""
    text = _TERM.sub(lambda match: _holds(match, values), scenario)
    if not re.fullmatch(r"(?:True|False|and|or|not|[() ])*", text):
        return None
    return bool(eval(text or "True"))


def _holds(match: re.Match[str], values: Mapping[str, Any]) -> str:
    name, value = match["name"].removeprefix("var."), match["value"].strip('"')
    if name not in values:
        return match[0]
    return str((str(values[name]).lower() == value.lower()) is not bool(match["no"]))


def candidates(paths: Iterable[Path]) -> Iterator[tuple[Path, dict[str, list[str]]]]:
    for path in paths:
        if path.is_file():
            if "Conditions" in path.read_text(encoding="utf-8"):
                yield path, parameters_of(path.read_text(encoding="utf-8"))
            continue
        for file in sorted(path.rglob("*")):
            if file.suffix in (".yaml", ".yml", ".json", ".template") and file.is_file():
                text = file.read_text(encoding="utf-8", errors="replace")
                if re.search(r"^\s*\"?Conditions\"?\s*:", text, re.MULTILINE) and "Parameters" in text:
                    try:
                        yield file, parameters_of(text)
                    except (yaml.YAMLError, AttributeError, TypeError):
                        continue
        for folder in sorted({file.parent for file in path.rglob("*.tf")}):
            # A Terraform file stands for its module; the folder may hold templates besides.
            yield sorted(folder.glob("*.tf"))[0], variables_of(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=300)
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--open", action="store_true")
    parser.add_argument("paths", nargs="+", type=Path)
    asked = parser.parse_args()
    tried = passed_by = different = 0
    for path, given in candidates(asked.paths):
        number = 1
        for values in given.values():
            number *= len(values)
        if number < 2:
            continue
        if number > asked.most:
            passed_by += 1
            continue
        tried += 1
        found = [fault for fault in faults(path, given) if asked.open or fault.kind != "open"]
        different += bool(found)
        for fault in found[: asked.show]:
            print(f"{path}: {fault.kind}: {fault.finding[0]} {fault.finding[2]}: {fault.detail}")
        if len(found) > asked.show:
            print(f"{path}: and {len(found) - asked.show} more")
    print(f"{tried} tried, {passed_by} passed by with more combinations, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
