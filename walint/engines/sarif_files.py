"""SARIF files of any tools as one: what walint and another tool both found is one result.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from walint.engines.joining import by_alias
from walint.policy.model import Rule

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_OWN: Final = "walint"


class SarifError(Exception):
    """A file is no SARIF; the message says what is wrong."""


def read(text: str) -> list[dict[str, Any]]:
    """The runs of a SARIF file.

    Raises:
        SarifError: it is something else.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SarifError(f"it is no JSON: {error}") from None
    runs = found.get("runs") if isinstance(found, dict) else None
    if not isinstance(runs, list) or not all(
        isinstance(run, dict) and isinstance(run.get("tool"), dict) for run in runs
    ):
        raise SarifError("it is no SARIF: it has no list of runs with a tool each")
    return runs


def merged(runs: Sequence[dict[str, Any]], rules: Iterable[Rule]) -> dict[str, Any]:
    """All runs as one file, walint's first; another tool's results without those that walint has at the same place.

    A result of another tool that stays tells the pillar and the best practice of the rules that have it as an alias.
    """
    aliases = by_alias(rules)
    own = [run for run in runs if _tool(run) == _OWN]
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in own:
        known = _aliases_in(run)
        for result in _results(run):
            for alias in known.get(str(result.get("ruleId")), ()):
                places[alias].append(result)
    others = [{**run, "results": _alone(run, places, aliases)} for run in runs if _tool(run) != _OWN]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [*own, *others]}


def _alone(
    run: dict[str, Any], places: Mapping[str, list[dict[str, Any]]], aliases: Mapping[str, list[Rule]]
) -> list[dict[str, Any]]:
    """A run's results without those that stand in walint's; the latter are told who else found them."""
    out: list[dict[str, Any]] = []
    for result in _results(run):
        names = [f"{_tool(run)}:{name}" for name in _names(result)]
        same = [
            own for name in names for own in places.get(name, ())
            if _same_place(own, result)
        ]  # fmt: skip
        for own in same:
            properties = own.setdefault("properties", {})
            properties["alsoFoundAs"] = list(dict.fromkeys([*properties.get("alsoFoundAs", ()), names[0]]))
        if same:
            continue
        rule = next((rules[0] for name in names if (rules := aliases.get(name))), None)
        if rule is not None:
            more = {"pillar": rule.pillar, "bestPractice": rule.best_practice}
            result = {**result, "properties": {**result.get("properties", {}), **more}}
        out.append(result)
    return out


def _tool(run: dict[str, Any]) -> str:
    """A tool's name as aliases have it: "checkov", "trivy", "cfn-lint"."""
    driver = run["tool"].get("driver")
    name = driver.get("name") if isinstance(driver, dict) else None
    return str(name or "").lower().replace(" ", "-")


def _results(run: dict[str, Any]) -> list[dict[str, Any]]:
    found = run.get("results")
    return [it for it in found if isinstance(it, dict)] if isinstance(found, list) else []


def _names(result: dict[str, Any]) -> list[str]:
    """A rule's id; trivy's stands in aliases without its old beginning as well."""
    rule = result.get("rule")
    name = result.get("ruleId") or (rule.get("id") if isinstance(rule, dict) else None)
    if not isinstance(name, str):
        return []
    return list(dict.fromkeys((name, name.removeprefix("AVD-"), f"AVD-{name.removeprefix('AVD-')}")))


def _aliases_in(run: dict[str, Any]) -> dict[str, list[str]]:
    """The aliases of each rule of a run, as its descriptors tell them."""
    driver = run["tool"].get("driver") or {}
    out: dict[str, list[str]] = {}
    for rule in driver.get("rules") or ():
        if isinstance(rule, dict):
            found = (rule.get("properties") or {}).get("aliases")
            out[str(rule.get("id"))] = [str(alias) for alias in found] if isinstance(found, list) else []
    return out


def _same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two results are about the same resource: by its name, or by lines of the same file that meet."""
    for first in _locations(one):
        for second in _locations(other):
            if not _same_file(_file(first), _file(second)):
                continue
            names = _addresses(first) & _addresses(second)
            if names or _meet(_lines(first), _lines(second)):
                return True
    return False


def _locations(result: dict[str, Any]) -> list[dict[str, Any]]:
    found = result.get("locations")
    return [it for it in found if isinstance(it, dict)] if isinstance(found, list) else []


def _file(location: dict[str, Any]) -> str:
    artifact = (location.get("physicalLocation") or {}).get("artifactLocation") or {}
    uri = str(artifact.get("uri") or "")
    return uri.removeprefix("file://").removeprefix("./")


def _same_file(one: str, other: str) -> bool:
    """Whether two names are of one file; tools differ in the folder that names are relative to."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    shorter = shorter.lstrip("/")
    return bool(shorter) and (longer == shorter or longer.endswith(f"/{shorter}"))


def _addresses(location: dict[str, Any]) -> set[str]:
    found = location.get("logicalLocations")
    return {
        str(it["fullyQualifiedName"])
        for it in (found if isinstance(found, list) else [])
        if isinstance(it, dict) and it.get("fullyQualifiedName")
    }


def _lines(location: dict[str, Any]) -> tuple[int, int]:
    region = (location.get("physicalLocation") or {}).get("region") or {}
    first = region.get("startLine")
    last = region.get("endLine", first)
    return (first, last) if isinstance(first, int) and isinstance(last, int) else (0, 0)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] > 0 and other[0] > 0 and one[0] <= other[1] and other[0] <= one[1]
