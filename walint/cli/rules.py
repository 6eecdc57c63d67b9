"""`walint rules`"""

from __future__ import annotations

import json
from typing import Annotated

from walint.cli import common
from walint.cli.check import Severity
from walint.cli.declare import Option


def command(
    pillar: Annotated[str | None, Option(metavar="PILLAR", help="Only this pillar.", show_default=False)] = None,
    service: Annotated[str | None, Option(metavar="NAME", help="Only this service.", show_default=False)] = None,
    severity: Annotated[Severity | None, Option(help="Only this severity.", show_default=False)] = None,
    profile: Annotated[common.Profile, Option(help="The rules of this profile.")] = common.Profile.strict,
    format_: Annotated[str, Option("--format", "-f", metavar="table|json", help="How to list.")] = "table",
) -> None:
    """List the rules."""
    from walint.cli import configuration
    from walint.policy.selection import service_of

    if format_ not in ("table", "json"):
        raise common.UsageError(f'--format is "table" or "json", not "{format_}"')
    rules = [
        rule
        for rule in configuration.load((), None, {})[1]
        if (pillar is None or rule.pillar == pillar)
        and (service is None or service_of(rule) == service)
        and (severity is None or rule.severity == severity.value)
        and (profile is common.Profile.strict or rule.profile == profile.value)
    ]
    if format_ == "json":
        shown = [
            {
                "id": rule.id,
                "title": rule.title,
                "pillar": rule.pillar,
                "best_practice": rule.best_practice,
                "service": service_of(rule),
                "severity": rule.severity,
                "profile": rule.profile,
                "applies_to": list(rule.applies_to),
                "languages": list(rule.languages),
                "parameters": rule.parameters,
                "descriptions": rule.descriptions,
                "aliases": list(rule.aliases),
            }
            for rule in rules
        ]
        common.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
        return
    width = max((len(rule.id) for rule in rules), default=0)
    rows = [
        f"{rule.id:{width}}  {rule.severity:8}  {rule.profile:11}  {rule.best_practice:11}  {rule.title}"
        for rule in rules
    ]
    common.write("".join(f"{row}\n" for row in rows))
    common.say(f"{len(rules)} rule{'s' * (len(rules) != 1)}")
