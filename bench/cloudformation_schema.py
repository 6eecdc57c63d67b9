"""Writes vocabulary/cloudformation.txt from the schemas that cfn-lint carries: `python bench/cloudformation_schema.py`.

Facts only: the names of the types and properties that a template may set, their nesting and kind, which of them
identify the resource, and which one holds the tags. One line a type, so that an update shows as a diff.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cfnlint

SCHEMAS = Path(str(cfnlint.__file__)).parent / "data" / "schemas"
TARGET = Path(__file__).parent.parent / "vocabulary" / "cloudformation.txt"
KINDS = {"string": "s", "boolean": "b", "integer": "n", "number": "n"}


class Reader:
    """Reads one type's schema; definitions of objects and lists are kept once and referred to as "#name"."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.definitions: dict[str, Any] = schema.get("definitions", {})
        self.used: dict[str, Any] = {}

    def shape(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return "j"
        if "$ref" in schema:
            return self.reference(schema["$ref"])
        branches = [branch for key in ("oneOf", "anyOf") for branch in schema.get(key, []) if isinstance(branch, dict)]
        listed = next((branch["items"] for branch in [schema, *branches] if "items" in branch), None)
        if listed is not None:
            return [self.shape(listed)]
        found: dict[str, Any] = {}
        self.collect(schema, found)
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if found:
            return found
        if "array" in kinds:
            return ["j"]
        patterns = list((schema.get("patternProperties") or {}).values())
        if not patterns and isinstance(schema.get("additionalProperties"), dict):
            patterns = [schema["additionalProperties"]]
        if patterns and (not kinds or "object" in kinds):
            return {"*": self.shape(patterns[0])}
        if "object" in kinds or not kinds:
            shapes = [self.shape(branch) for branch in [*branches, *schema.get("allOf", [])]]
            return next((shape for shape in shapes if shape != "j"), "j")
        return KINDS.get(kinds[0], "j")

    def collect(self, schema: dict[str, Any], into: dict[str, Any]) -> None:
        """The properties of an object, those of its alternatives included."""
        for name, inner in (schema.get("properties") or {}).items():
            if name not in into or into[name] == "j":
                into[name] = self.shape(inner)
        for key in ("oneOf", "anyOf", "allOf"):
            for branch in schema.get(key, []):
                if isinstance(branch, dict) and "properties" in branch:
                    self.collect(branch, into)

    def reference(self, path: str) -> Any:
        steps = path.removeprefix("#/").split("/")
        name = steps[-1]
        if name in self.used:
            return f"#{name}" if self.used[name] is None or not isinstance(self.used[name], str) else self.used[name]
        target: Any = self.definitions.get(name) if steps[0] == "definitions" else None
        self.used[name] = None
        self.used[name] = self.shape(target)
        return f"#{name}" if not isinstance(self.used[name], str) else self.used[name]


def tops(paths: list[str]) -> list[str]:
    """Names of top-level properties out of JSON pointers."""
    return [path.split("/")[2] for path in paths if path.count("/") == 2 and path.startswith("/properties/")]


def entry(schema: dict[str, Any]) -> dict[str, Any]:
    reader = Reader(schema)
    properties: dict[str, Any] = {}
    reader.collect(schema, properties)
    for name in tops(schema.get("readOnlyProperties", [])):
        properties.pop(name, None)
    out: dict[str, Any] = {"p": dict(sorted(properties.items()))}
    reachable: dict[str, Any] = {}

    def reach(shape: Any) -> None:
        if isinstance(shape, str) and shape.startswith("#") and shape[1:] not in reachable:
            reachable[shape[1:]] = reader.used[shape[1:]]
            reach(reader.used[shape[1:]])
        for inner in shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ():
            reach(inner)

    reach(properties)
    if reachable:
        out["d"] = dict(sorted(reachable.items()))
    pointers = [schema.get("primaryIdentifier", []), *schema.get("additionalIdentifiers", [])]
    # One of several keys (a stage of an API) does not identify by itself.
    identifiers = tops([group[0] for group in pointers if len(group) == 1])
    named = [name for name in identifiers if name in properties]
    if named:
        out["i"] = named
    tagging = (schema.get("tagging") or {}).get("tagProperty", "")
    if tagging and tops([tagging]) and tops([tagging])[0] != "Tags":
        out["t"] = tops([tagging])[0]
    return out


def main() -> None:
    provider = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text(encoding="utf-8"))
    lines = []
    for type_, name in sorted(provider.items()):
        schema = json.loads((SCHEMAS / "resources" / f"{name}.json").read_text(encoding="utf-8"))
        lines.append(f"{type_} {json.dumps(entry(schema), separators=(',', ':'))}")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} types, {TARGET.stat().st_size} bytes in {TARGET}")


if __name__ == "__main__":
    main()
