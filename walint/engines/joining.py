"""Findings of others in walint's report: one entry where both found the same, theirs apart where they stand alone."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from walint.engines.model import Opinion
from walint.graph import without_keys
from walint.policy.model import Finding, Report, Rule
from walint.policy.starring import starred
from walint.reading import Unreadable, read_text
from walint.source import Span

# Where no rule of walint says what a finding of another program is about.
_PILLARS: Final = {"cfn-lint": "operational-excellence"}


def by_alias(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules by the names that they have elsewhere."""
    out: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for alias in rule.aliases:
            out[alias].append(rule)
    return out


def joined(report: Report, opinions: Iterable[Opinion], rules: Sequence[Rule]) -> Report:
    """The report with the opinions in it."""
    aliases = by_alias(rules)
    findings = list(report.findings)
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, finding in enumerate(findings):
        file = os.path.normpath(os.path.join(report.root, finding.span.file))
        for alias in finding.rule.aliases:
            places[(alias, file)].append(at)
    made: dict[str, Rule] = {}
    names = {os.path.normpath(os.path.join(report.root, name)): name for name, _ in report.templates}
    lines = {file: dict(found) for file, found in report.lines.items()}
    texts: dict[str, list[str]] = {}
    alone: dict[tuple[str, Span, str], Finding] = {}
    for opinion in opinions:
        same = [at for at in places[(opinion.alias, opinion.file)] if _is_same(findings[at], opinion)]
        for at in same:
            also = dict.fromkeys((*findings[at].also, opinion.alias))
            findings[at] = findings[at]._replace(also=tuple(also))
        if not same:
            rule = made.setdefault(opinion.alias, _rule(opinion, aliases))
            name = names.get(opinion.file) or os.path.relpath(opinion.file, report.root).replace(os.sep, "/")
            finding = _finding(opinion, rule, name)
            said = opinion.message.replace(opinion.address, "") if opinion.address else opinion.message
            first = alone.setdefault((opinion.alias, finding.span, said), finding)
            if first is not finding:
                # The same of another instance.
                addresses = tuple(dict.fromkeys((*first.addresses, *finding.addresses)))
                alone[(opinion.alias, finding.span, said)] = first._replace(addresses=addresses)
            if opinion.file not in texts:
                texts[opinion.file] = _lines_of(opinion.file)
            _keep_lines(lines.setdefault(name, {}), texts[opinion.file], opinion.line)
    findings += alone.values()
    return report._replace(findings=tuple(sorted(findings, key=lambda finding: finding.sort_key)), lines=lines)


def _is_same(finding: Finding, opinion: Opinion) -> bool:
    """Whether a finding of a rule with the opinion's alias is about the same resource."""
    if opinion.line <= finding.span.line <= opinion.end_line:
        return True
    wanted = _bare(opinion.address)
    return bool(wanted) and any(_bare(address) == wanted for address in finding.addresses)


def _bare(address: str) -> str:
    """An address without what another program leaves out: the stack, instance keys, that it is a data source."""
    plain = without_keys(address.rpartition("/")[2])
    return plain.removeprefix("data.")


def _rule(opinion: Opinion, aliases: Mapping[str, list[Rule]]) -> Rule:
    """The other program's rule, at the place in the framework that the rules of the same name have."""
    known = aliases.get(opinion.alias)
    like = known[0] if known else None
    title = opinion.title.strip().rstrip(".")
    return Rule(
        id=opinion.rule,
        title=title,
        pillar=like.pillar if like else _PILLARS.get(opinion.engine, "security"),
        best_practice=like.best_practice if like else "",
        severity=opinion.severity or (like.severity if like else "medium"),
        profile="recommended",
        applies_to=(),
        message="",
        rationale=like.rationale if like else f"{opinion.engine} says: {title}.",
        remediation=like.remediation if like else _advice(opinion),
        aliases=(opinion.alias, *(f"walint:{rule.id}" for rule in known or ())),
        references=(opinion.uri,) if opinion.uri.startswith("https://") else (),
        engine=opinion.engine,
    )


def _advice(opinion: Opinion) -> str:
    return f"See {opinion.uri}" if opinion.uri else f"See what {opinion.engine}'s manual says of {opinion.rule}."


def _finding(opinion: Opinion, rule: Rule, name: str) -> Finding:
    one_line = opinion.line == opinion.end_line
    end_column = opinion.end_column if one_line and opinion.end_column > opinion.column else opinion.column + 1
    return Finding(
        rule,
        "fail",
        starred(opinion.message),
        Span(name, opinion.line, opinion.column, opinion.line, end_column),
        (opinion.address,) if opinion.address else (),
        opinion.type,
        opinion.type,
        opinion.language,
    )


def _lines_of(file: str) -> list[str]:
    try:
        return read_text(file).splitlines()
    except (Unreadable, OSError):
        return []


def _keep_lines(kept: dict[int, str], text: list[str], line: int) -> None:
    """Keep a line and its neighbours, for excerpts."""
    for number in range(max(1, line - 1), min(len(text), line + 1) + 1):
        kept.setdefault(number, text[number - 1])
