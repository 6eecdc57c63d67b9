"""Rules and the Well-Architected Framework as SARIF describes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from walint.policy.framework import BestPractice, best_practices
from walint.policy.model import PILLARS, Rule, Severity
from walint.report.phrases import sentence

LEVELS: Final[dict[Severity, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
# GitHub's bands: critical above 9.0, high from 7.0, medium from 4.0, low above 0.
_SCORES: Final[dict[Severity, str]] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "1.0"}
_PROBLEMS: Final[dict[str, str]] = {"error": "error", "warning": "warning", "note": "recommendation"}
# The longest description that GitHub accepts.
_LONGEST: Final = 1024
_TAXONOMY: Final = "AWS Well-Architected Framework"
# Any fixed value serves; it ties the rules' relationships to this taxonomy.
_TAXONOMY_GUID: Final = "0f5b6c1e-6f0a-4b43-9d0e-3f7f2c9f1a52"
_FRAMEWORK_URI: Final = "https://docs.aws.amazon.com/wellarchitected/latest/framework"


def descriptor(rule: Rule, templates: dict[str, str], taxa: dict[str, int]) -> dict[str, Any]:
    """A rule as a `reportingDescriptor`.

    Args:
        templates: the rule's messages by id, with numbered placeholders.
        taxa: where the pillars and best practices stand in the taxonomy.
    """
    level = LEVELS[rule.severity]
    properties: dict[str, Any] = {
        "tags": _tags(rule),
        "precision": "high",
        "pillar": rule.pillar,
        "bestPractice": rule.best_practice,
        "severity": rule.severity,
        "profile": rule.profile,
        "aliases": rule.aliases,
    }
    # A security score makes it a security rule in the eyes of GitHub, which then ignores the other.
    if rule.pillar == "security":
        properties["security-severity"] = _SCORES[rule.severity]
    else:
        properties["problem.severity"] = _PROBLEMS[level]
    out: dict[str, Any] = {
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": {"text": _cut(sentence(rule.title))},
        "fullDescription": {"text": _cut(sentence(rule.rationale))},
        "help": {"text": _help_text(rule), "markdown": _help_markdown(rule)},
        "helpUri": help_uri(rule),
        "defaultConfiguration": {"level": level},
        "messageStrings": {id_: {"text": text} for id_, text in sorted(templates.items())},
        "relationships": [
            {
                "target": {
                    "id": id_,
                    "index": taxa[id_],
                    "toolComponent": {"name": _TAXONOMY, "index": 0, "guid": _TAXONOMY_GUID},
                },
                "kinds": ["relevant"],
            }
            for id_ in (rule.best_practice or rule.pillar,)
        ],
        "properties": properties,
    }
    if rule.replaces:
        out["deprecatedIds"] = rule.replaces
    return out


def taxonomies(rules: Iterable[Rule]) -> tuple[dict[str, Any], dict[str, int]]:
    """The framework as far as the rules point into it, and each entry's position."""
    known = best_practices()
    pillars: dict[str, None] = {}
    practices: dict[str, BestPractice] = {}
    for rule in rules:
        pillars[rule.pillar] = None
        if rule.best_practice:
            practice = known.get(rule.best_practice)
            # Users' own rules may name a practice of an edition that this one does not have.
            practices[rule.best_practice] = practice or BestPractice(rule.best_practice, "", rule.pillar, "", None)
            pillars[practices[rule.best_practice].pillar] = None
    index = {id_: at for at, id_ in enumerate((*sorted(pillars), *sorted(practices)))}
    taxa = [_pillar(pillar) for pillar in sorted(pillars)]
    taxa += [_practice(practices[id_], index) for id_ in sorted(practices)]
    taxonomy = {
        "name": _TAXONOMY,
        "guid": _TAXONOMY_GUID,
        "organization": "Amazon Web Services",
        "informationUri": f"{_FRAMEWORK_URI}/welcome.html",
        "shortDescription": {"text": "The pillars and best practices that the rules of this run belong to."},
        "isComprehensive": False,
        "taxa": taxa,
    }
    return taxonomy, index


def help_uri(rule: Rule) -> str:
    """Where to read more: the rule's first reference, else what the framework says of its pillar."""
    for reference in rule.references:
        if reference.startswith("https://"):
            return reference
    return f"{_FRAMEWORK_URI}/{rule.pillar}.html"


def pascal_case(id_: str) -> str:
    """`ebs-volume-encrypted` gives `EbsVolumeEncrypted`."""
    return "".join(part[:1].upper() + part[1:] for part in id_.split("-"))


def _pillar(pillar: str) -> dict[str, Any]:
    name = PILLARS.get(pillar, pillar)
    return {"id": pillar, "name": name, "shortDescription": {"text": f"The {name} pillar."}}


def _practice(practice: BestPractice, index: dict[str, int]) -> dict[str, Any]:
    out: dict[str, Any] = {"id": practice.id}
    if practice.title:
        out["name"] = practice.title
        out["shortDescription"] = {"text": sentence(practice.title)}
    out["relationships"] = [
        {
            "target": {
                "id": practice.pillar,
                "index": index[practice.pillar],
                "toolComponent": {"name": _TAXONOMY, "index": 0, "guid": _TAXONOMY_GUID},
            },
            "kinds": ["superset"],
        }
    ]
    if practice.risk is not None:
        out["properties"] = {"risk": practice.risk}
    return out


def _tags(rule: Rule) -> list[str]:
    """At most ten, which is what GitHub keeps."""
    services = {target.split("::")[1].lower() for target in rule.applies_to if target.startswith("AWS::")}
    tags = [rule.pillar, "well-architected", rule.best_practice, *sorted(services)]
    return [tag for tag in dict.fromkeys(tags) if tag][:10]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4].rstrip() + "..."


def _help_text(rule: Rule) -> str:
    return f"{sentence(rule.rationale)} How to fix: {sentence(rule.remediation)}"


def _help_markdown(rule: Rule) -> str:
    practice = f"{PILLARS.get(rule.pillar, rule.pillar)}, {rule.best_practice}".removesuffix(", ")
    parts = [
        f"# {rule.title}",
        sentence(rule.rationale),
        "## How to fix",
        sentence(rule.remediation),
        f"**Well-Architected Framework:** {practice}",
    ]
    if rule.aliases:
        parts.append("**Also known as:** " + ", ".join(f"`{alias}`" for alias in rule.aliases))
    if rule.references:
        parts.append("## References")
        parts.append("\n".join(f"- <{reference}>" for reference in rule.references))
    return "\n\n".join(parts)
