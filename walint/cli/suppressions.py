"""`walint suppressions`"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from walint.cli import common, configuration
from walint.cli.declare import Option

if TYPE_CHECKING:
    from walint.policy.suppressions import Declared


class Format(StrEnum):
    text = "text"
    json = "json"


def command(
    paths: common.Paths = None,
    format_: Annotated[Format, Option("--format", "-f", help="How to list.")] = Format.text,
    config: configuration.ConfigFile = None,
) -> int:
    """List all suppressions: where each stands, whether it is in force, what it silences and why.

    All rules are judged, whatever the profile.
    """
    from walint import run, workers

    found, rules = configuration.load(paths or [], config, {"profile": "strict"})
    policy = found.suppressions._replace(everything=True, report_unused=False)
    options = common.run_options(found, None, suppressions=policy, jobs=workers.processors())
    report = run.check(list(paths or []), options, rules)
    if format_ is Format.json:
        common.write(json.dumps([_entry(one) for one in report.suppressions], indent=2) + "\n")
    else:
        common.write("".join(f"{line}\n" for line in _lines(report.suppressions)))
        common.say(_summary(report.suppressions))
    common.say_problems(report.problems)
    return common.unusable(report.problems)


def _entry(declared: Declared) -> dict[str, Any]:
    directive = declared.directive
    return {
        "file": directive.span.file,
        "line": directive.span.line,
        "column": directive.span.column,
        "syntax": directive.syntax,
        "rule": directive.name,
        "reason": directive.reason,
        "until": None if directive.until is None else directive.until.isoformat(),
        "state": declared.state,
        "why": declared.why,
        "silenced": declared.silenced,
    }


def _lines(suppressions: Iterable[Declared]) -> Iterable[str]:
    from walint.report.terminal import harmless

    for declared in suppressions:
        directive = declared.directive
        place = f"{directive.span.file}:{directive.span.line}:{directive.span.column}"
        until = "" if directive.until is None else f", until {directive.until.isoformat()}"
        state = declared.state
        if declared.silenced:
            state += f", silences {declared.silenced}"  # type: ignore[assignment]
        why = f" ({declared.why})" if declared.why and declared.state != "expired" else ""
        reason = directive.reason or "no reason is given"
        yield harmless(f"{place}: {directive.syntax} {directive.name or '-'}: {state}{why}{until}: {reason}")


def _summary(suppressions: tuple[Declared, ...]) -> str:
    counts: dict[str, int] = {}
    for declared in suppressions:
        counts[declared.state] = counts.get(declared.state, 0) + 1
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    number = len(suppressions)
    return f"{number} suppression{'s' * (number != 1)}" + (f": {told}" if told else "")
