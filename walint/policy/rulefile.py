"""Rule files: read, checked against the schema, expressions parsed; every fault at its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from walint.discovery import display_name
from walint.policy.checks import CHECKS
from walint.policy.expression import ExpressionError, names, parse, parse_message
from walint.policy.framework import BestPractice, best_practices
from walint.policy.functions import arity
from walint.policy.marked import Marks, read_yaml, said, unknown_keys
from walint.policy.model import Rule
from walint.policy.paths import SchemaPaths
from walint.policy.recipe import fix_faults
from walint.reading import Unreadable, kind_of, read_text
from walint.source import Problem

SCHEMA = Path(__file__).with_name("rule.schema.json")
# The folder, anywhere below a folder of rules, that holds no rules but templates to try them on.
FIXTURES = "fixtures"
_A_LIST = re.compile(r"(?:\s|#[^\n]*\n|---[^\n]*\n)*+(?:-\s|\[)")
RESERVED = frozenset(("resource", "item", "address", "type", "source_type", "language", "terraform"))


def read_rules(files: Iterable[tuple[str, str]], shipped: Iterable[Rule] = ()) -> tuple[list[Rule], list[Problem]]:
    """Rules out of rule files, given as (name, text).

    All faults of all files are reported at once; a file with a fault gives no rule, so the caller judges nothing
    with half a rule set.

    Args:
        shipped: rules that are there already; theirs are no names for others.
    """
    rules: list[Rule] = []
    problems: list[Problem] = []
    seen = {known: "walint itself" for rule in shipped for known in (rule.id, *rule.replaces)}
    for name, text in files:
        entries, found, faults = _read_file(name, text)
        rules += found
        problems += faults
        for known, (line, column) in entries:
            if known in seen:
                problems.append(Problem(name, line, column, "error", f'{seen[known]} has a rule "{known}" already'))
            seen[known] = f"{name}:{line}"
    return rules, sorted(problems)


# A name that a rule has or had, and where it stands.
_Named = tuple[str, tuple[int, int]]


def _read_file(name: str, text: str) -> tuple[list[_Named], list[Rule], list[Problem]]:
    data, marks, problems = read_yaml(name, text)
    if data is None:
        return [], [], problems
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    # The entries, and those of their keys, that the schema refuses.
    unsound: set[tuple[str | int, ...]] = set()
    for fault in validator.iter_errors(data):
        problems += _schema_problems(name, fault, data, marks)
        unsound.add(tuple(fault.absolute_path)[:2])
    practices = best_practices()
    named: list[_Named] = []
    rules: list[Rule] = []
    # What is sound is looked at all the same, so that one run tells everything.
    for index, entry in enumerate(data if isinstance(data, list) else []):
        if not isinstance(entry, dict):
            continue
        sound = {key: value for key, value in entry.items() if (index, key) not in unsound}
        if "id" in sound:
            named += [(known, marks[(index, "id")]) for known in (sound["id"], *sound.get("replaces", ()))]
        compiled, faults = _compiled(name, sound, index, str(entry.get("id", f"rule {index + 1}")), practices, marks)
        problems += faults
        if not problems:
            rules.append(_rule(entry, compiled))
    return named, ([] if problems else rules), problems


def _schema_problems(name: str, error: Any, data: Any, marks: Marks) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    line, column = marks.get(path, (1, 1))
    where = ".".join(str(part) for part in path[1:])
    rule = data[path[0]].get("id", f"rule {path[0] + 1}") if path and isinstance(data[path[0]], dict) else "the file"
    found = [((line, column), said(error))]
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        found = list(unknown_keys(error, marks))
    elif error.validator == "oneOf" and not where:
        if not isinstance(error.instance, dict):
            return
        found = [((line, column), "a rule has either `require` or `check`")]
    for (at_line, at_column), message in found:
        yield Problem(
            name, at_line, at_column, "error", ": ".join(part for part in (f"{rule}", where, message) if part)
        )


def _compiled(
    name: str, entry: dict[str, Any], index: int, called: str, practices: Mapping[str, BestPractice], marks: Marks
) -> tuple[dict[str, Any], list[Problem]]:
    """What a rule's expressions are parsed to, by the names of the rule's attributes, and the faults in them.

    Args:
        entry: the keys of the rule that the schema does not refuse; some may be missing.
        index: which rule of the file it is; `called` is its name in messages.
    """
    problems: list[Problem] = []
    functions = arity()
    parameters = {key: value["default"] for key, value in entry.get("parameters", {}).items()}
    given = entry.get("applies_to", [])
    targets = [given] if isinstance(given, str) else given
    schema = SchemaPaths(targets)

    def fault(key: str, message: str, line_in: int = 1, column_in: int = 1) -> None:
        line, column = marks[(index, key)]
        # A block scalar's text begins on the line after its mark.
        problems.append(
            Problem(name, line + line_in - 1, column + column_in - 1 if line_in == 1 else column_in, "error",
                    f"{called}.{key}: {message}")
        )  # fmt: skip

    def expression(key: str) -> Any:
        if key not in entry:
            return None
        try:
            node = parse(entry[key], functions)
        except ExpressionError as error:
            fault(key, error.message, error.line, error.column)
            return None
        if not any(True for _ in names(node)) and "call" not in str(node):
            fault(key, "this is the same for every resource: it names no property and calls no function")
        check(key, node)
        return node

    def check(key: str, node: Any) -> None:
        for free in names(node):
            if not (free[0].isupper() or free in RESERVED or free in parameters):
                fault(key, f'"{free}" is neither a property, nor a parameter of this rule, nor a reserved name')
        for message in schema.faults(node):
            fault(key, message)

    for message in schema.target_faults():
        fault("applies_to", message)
    require, when = expression("require"), expression("when")
    try:
        message_parts = parse_message(entry.get("message", ""), functions)
        for part in message_parts:
            if not isinstance(part, str):
                check("message", part)
    except ExpressionError as error:
        fault("message", error.message, error.line, error.column)
        message_parts = []
    for message in fix_faults(entry.get("fix", {}), schema, parameters):
        fault("fix", message)
    if "check" in entry and entry["check"] not in CHECKS:
        fault("check", f'there is no check "{entry["check"]}"; known are {", ".join(sorted(CHECKS)) or "none"}')
    if "best_practice" in entry:
        practice = practices.get(entry["best_practice"])
        if practice is None:
            fault("best_practice", f"the framework has no best practice {entry['best_practice']}")
        elif "pillar" in entry and practice.pillar != entry["pillar"]:
            fault("best_practice", f"{practice.id} belongs to the pillar {practice.pillar}, not {entry['pillar']}")
    made = {"applies_to": tuple(targets), "parameters": parameters, "require": require, "when": when}
    return made | {"message_parts": tuple(message_parts)}, problems


def _rule(entry: dict[str, Any], compiled: dict[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        title=entry["title"],
        pillar=entry["pillar"],
        best_practice=entry["best_practice"],
        severity=entry["severity"],
        profile=entry.get("profile", "recommended"),
        message=entry["message"],
        rationale=entry["rationale"],
        remediation=entry["remediation"],
        check=entry.get("check"),
        languages=tuple(entry.get("languages", ("cloudformation", "terraform"))),
        descriptions={key: value["description"] for key, value in entry.get("parameters", {}).items()},
        fix=entry.get("fix"),
        aliases=tuple(entry.get("aliases", ())),
        references=tuple(entry.get("references", ())),
        replaces=tuple(entry.get("replaces", ())),
        **compiled,
    )


def read_own_rules(paths: Iterable[Path], shipped: Iterable[Rule], cwd: Path) -> tuple[list[Rule], list[Problem]]:
    """Users' own rules out of files and folders; none may bear the name of one that walint has.

    Args:
        cwd: what the names of files in problems are relative to.
    """
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in paths:
        for file in [path] if path.is_file() else sorted((*path.rglob("*.yaml"), *path.rglob("*.yml"))):
            if FIXTURES in file.relative_to(path).parts[:-1]:
                continue
            name = display_name(str(file.absolute()), str(cwd))
            try:
                text = read_text(str(file))
            except Unreadable as error:
                problems.append(Problem(name, 1, 1, "error", str(error)))
            else:
                if file == path or not is_template(text):
                    texts.append((name, text))
    rules, faults = read_rules(texts, shipped)
    return rules, sorted([*problems, *faults])


def is_template(text: str) -> bool:
    """Whether a YAML file among rules is no file of rules but a template, which a rule may be tried on.

    What a rule quotes may look like one.
    """
    return kind_of(text) == "cloudformation" and not _A_LIST.match(text)


def rule_files(folder: Path) -> Iterator[tuple[str, str]]:
    """The rule files below a folder as (name, text), sorted by name."""
    for path in sorted(folder.rglob("*.yaml")):
        yield path.relative_to(folder.parent).as_posix(), path.read_text(encoding="utf-8")
