"""Texts that people write, as plain data that knows where each part stands; every fault at its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

import yaml

from walint.nesting import too_deep
from walint.source import Problem

KEY = "<key>"
# More than people write; aliases of aliases are more values than a text shows.
_MOST = 100_000
_TYPES: Final = {
    "array": "a list",
    "object": "a mapping",
    "string": "text",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
}
# Line and column of each value by its path, and of each key by its path with KEY behind it.
Marks = dict[tuple[str | int, ...], tuple[int, int]]


def read_yaml(name: str, text: str) -> tuple[Any, Marks, list[Problem]]:
    """The data of a YAML text, None where it is empty; a text that is no YAML gives a problem and None."""
    deep = too_deep(text)
    if deep is not None:
        return None, {}, [Problem(name, text.count("\n", 0, deep) + 1, 1, "error", "nested too deeply")]
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return None, {}, [_fault(name, error)]
    if root is None:
        return None, {}, []
    marks: Marks = {}
    problems: list[Problem] = []
    try:
        return _plain(root, (), marks, name, problems), marks, problems
    except RecursionError:
        return None, {}, [Problem(name, 1, 1, "error", "nested too deeply")]
    except yaml.YAMLError as error:
        return None, {}, [_fault(name, error)]
    except _TooMany:
        return None, {}, [Problem(name, 1, 1, "error", f"more than {_MOST} values, aliases counted")]


def _fault(name: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Problem(name, line, column, "error", f"not valid YAML: {getattr(error, 'problem', error)}")


class _TooMany(Exception):
    pass


def _plain(node: yaml.Node, path: tuple[str | int, ...], marks: Marks, name: str, problems: list[Problem]) -> Any:
    marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if len(marks) > _MOST:
        raise _TooMany
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if key in out:
                problems.append(Problem(name, line, column, "error", f'"{key}" is given twice'))
            out[key] = _plain(value_node, (*path, key), marks, name, problems)
            marks[(*path, key, KEY)] = (line, column)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, at), marks, name, problems) for at, item in enumerate(node.value)]
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_object(node)
    finally:
        constructor.dispose()


def unknown_keys(error: Any, marks: Marks) -> Iterator[tuple[tuple[int, int], str]]:
    """A schema's complaint of unknown keys: where each stands, and a sentence with the nearest right name."""
    path = tuple(error.absolute_path)
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f'; did you mean "{near[0]}"?' if near else f"; known are {', '.join(known)}"
            yield marks.get((*path, key, KEY), (1, 1)), f'unknown key "{key}"{hint}'


def said(error: Any) -> str:
    """A schema's complaint in plain words."""
    value = error.instance
    shown = json.dumps(value, default=str, ensure_ascii=False)
    match error.validator:
        case "enum":
            known = [str(one) for one in error.validator_value]
            near = get_close_matches(str(value), known, 1)
            return f"{shown} is none of {', '.join(known)}" + (f'; did you mean "{near[0]}"?' if near else "")
        case "type":
            types = error.validator_value
            names = [_TYPES.get(one, one) for one in ([types] if isinstance(types, str) else types)]
            return f"expected {' or '.join(names)}, not {shown}"
        case "required":
            return f"{str(error.message).split(' is a required')[0].strip(chr(39))} is missing"
        case "minimum":
            return f"expected at least {error.validator_value}, not {shown}"
        case "maximum":
            return f"expected at most {error.validator_value}, not {shown}"
        case "pattern" | "oneOf" if "description" in error.schema:
            return f"expected {error.schema['description']}, not {shown}"
        case "minLength":
            return "a text must not be empty"
    return str(error.message)
