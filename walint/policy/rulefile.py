"""Rule files: read, checked against the schema, expressions parsed; every fault at its line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from walint.discovery import display_name
from walint.policy.checks import CHECKS
from walint.policy.expression import ExpressionError, names, parse, parse_message
from walint.policy.functions import arity
from walint.policy.marked import Marks, read_yaml, unknown_keys
from walint.policy.model import Rule
from walint.policy.paths import SchemaPaths
from walint.policy.recipe import fix_faults
from walint.reading import Unreadable, read_text
from walint.source import Problem

SCHEMA = Path(__file__).with_name("rule.schema.json")
RESERVED = frozenset(("resource", "item", "address", "type", "source_type", "language", "terraform"))


def read_rules(files: Iterable[tuple[str, str]]) -> tuple[list[Rule], list[Problem]]:
    """Rules out of rule files, given as (name, text).

    All faults of all files are reported at once; a file with a fault gives no rule, so the caller judges nothing
    with half a rule set.
    """
    rules: list[Rule] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for name, text in files:
        found, faults = _read_file(name, text)
        problems += faults
        for rule, line in found:
            for known in (rule.id, *rule.replaces):
                if known in seen:
                    problems.append(
                        Problem(name, line, 1, "error", f'rule id "{known}" is already used in {seen[known]}')
                    )
                seen[known] = f"{name}:{line}"
            rules.append(rule)
    return rules, sorted(problems)


def _read_file(name: str, text: str) -> tuple[list[tuple[Rule, int]], list[Problem]]:
    data, marks, problems = read_yaml(name, text)
    if data is None:
        return [], problems
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for fault in validator.iter_errors(data):
        problems += _schema_problems(name, fault, data, marks)
    if problems:
        return [], problems
    rules: list[tuple[Rule, int]] = []
    for index, entry in enumerate(data):
        rule, faults = _rule(name, entry, (index,), marks)
        problems += faults
        if rule is not None:
            rules.append((rule, marks[(index,)][0]))
    return ([] if problems else rules), problems


def _schema_problems(name: str, error: Any, data: Any, marks: Marks) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    line, column = marks.get(path, (1, 1))
    where = ".".join(str(part) for part in path[1:])
    rule = data[path[0]].get("id", f"rule {path[0] + 1}") if path and isinstance(data[path[0]], dict) else "the file"
    found = [((line, column), str(error.message))]
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        found = list(unknown_keys(error, marks))
    elif error.validator == "oneOf" and not where:
        found = [((line, column), "a rule has either `require` or `check`")]
    elif error.validator == "required":
        missing = str(error.message).split(" is a required")[0].strip("'")
        found = [((line, column), f"{missing} is missing")]
    for (at_line, at_column), message in found:
        said = ": ".join(part for part in (f"{rule}", where, message) if part)
        yield Problem(name, at_line, at_column, "error", said)


def _rule(
    name: str, entry: dict[str, Any], path: tuple[str | int, ...], marks: Marks
) -> tuple[Rule | None, list[Problem]]:
    problems: list[Problem] = []
    functions = arity()
    parameters = {key: value["default"] for key, value in entry.get("parameters", {}).items()}
    targets = [entry["applies_to"]] if isinstance(entry["applies_to"], str) else entry["applies_to"]
    schema = SchemaPaths(targets)

    def fault(key: str, message: str, line_in: int = 1, column_in: int = 1) -> None:
        line, column = marks[(*path, key)]
        # A block scalar's text begins on the line after its mark.
        problems.append(
            Problem(name, line + line_in - 1, column + column_in - 1 if line_in == 1 else column_in, "error",
                    f"{entry['id']}.{key}: {message}")
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
        message_parts = parse_message(entry["message"], functions)
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
    if problems:
        return None, problems
    return (
        Rule(
            id=entry["id"],
            title=entry["title"],
            pillar=entry["pillar"],
            best_practice=entry["best_practice"],
            severity=entry["severity"],
            profile=entry.get("profile", "recommended"),
            applies_to=tuple(targets),
            message=entry["message"],
            rationale=entry["rationale"],
            remediation=entry["remediation"],
            message_parts=tuple(message_parts),
            require=require,
            when=when,
            check=entry.get("check"),
            languages=tuple(entry.get("languages", ("cloudformation", "terraform"))),
            parameters=parameters,
            descriptions={key: value["description"] for key, value in entry.get("parameters", {}).items()},
            fix=entry.get("fix"),
            aliases=tuple(entry.get("aliases", ())),
            references=tuple(entry.get("references", ())),
            replaces=tuple(entry.get("replaces", ())),
        ),
        [],
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
            name = display_name(str(file.absolute()), str(cwd))
            try:
                texts.append((name, read_text(str(file))))
            except Unreadable as error:
                problems.append(Problem(name, 1, 1, "error", str(error)))
    rules, faults = read_rules(texts)
    taken = {name for rule in shipped for name in (rule.id, *rule.replaces)}
    for rule in rules:
        if rule.id in taken:
            file_name = next(name for name, text in texts if rule.id in text)
            line = next(text for name, text in texts if name == file_name).partition(rule.id)[0].count("\n") + 1
            problems.append(Problem(file_name, line, 1, "error", f'walint itself has a rule "{rule.id}"'))
    return rules, sorted([*problems, *faults])


def rule_files(folder: Path) -> Iterator[tuple[str, str]]:
    """The rule files below a folder as (name, text), sorted by name."""
    for path in sorted(folder.rglob("*.yaml")):
        yield path.relative_to(folder.parent).as_posix(), path.read_text(encoding="utf-8")
