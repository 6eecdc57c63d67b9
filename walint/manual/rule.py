"""The page of a rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from walint.policy.coverage import PEERS
from walint.policy.examples import Example
from walint.policy.explain import LANGUAGES
from walint.policy.framework import BestPractice
from walint.policy.model import PILLARS, Rule
from walint.policy.selection import service_of

# What fails and what passes, or a fixture's files by name where no two resources of it show the difference.
Shown = Example | Mapping[str, str]
_FENCES: Final = {"terraform": "hcl", "cloudformation": "yaml"}


def rule_page(rule: Rule, practices: Mapping[str, BestPractice], shown: Mapping[str, Shown]) -> str:
    parts = [
        f"---\ntitle: {rule.id}\ndescription: {json.dumps(rule.title)}\n---",
        f"# {rule.title}",
        _summary(rule, practices),
        "## Why",
        rule.rationale.strip(),
        "## How to mend it",
        rule.remediation.strip(),
        *_fix(rule),
        "## Examples",
        *_examples(rule, shown),
    ]
    if rule.parameters:
        parts += ["## Parameters", _parameters(rule)]
    parts += ["## Where it does not fit", _exceptions(rule)]
    if rule.aliases or rule.replaces:
        parts += ["## The same control elsewhere", _aliases(rule)]
    if rule.references:
        parts += ["## Read more", "\n".join(f"- <{link}>" for link in rule.references)]
    return "\n\n".join(parts) + "\n"


def _summary(rule: Rule, practices: Mapping[str, BestPractice]) -> str:
    practice = practices.get(rule.best_practice)
    severity = f'<span class="severity {rule.severity}">{rule.severity}</span>'
    profile = "on by default" if rule.profile == "recommended" else "judged with `--profile strict`"
    judged = ", ".join(
        "the template as a whole" if target == "template" else f"`{target}`" for target in rule.applies_to
    )
    rows = {
        "Rule": f'<code class="id">{rule.id}</code>',
        "Severity": severity,
        "Pillar": f"[{PILLARS[rule.pillar]}](index.md#{rule.pillar})",
        "Best practice": f"{rule.best_practice} {practice.title if practice else ''}".rstrip(),
        "Profile": f"{rule.profile}, {profile}",
        "Service": f"[{service_of(rule)}](services.md#{service_of(rule)})",
        "Judges": judged,
    }
    if len(rule.languages) == 1:
        rows["Language"] = f"{LANGUAGES[rule.languages[0]]} only; the other one has no such resource"
    return '<div class="facts" markdown>\n\n' + _table(("", ""), rows.items()) + "\n\n</div>"


def _fix(rule: Rule) -> Iterator[str]:
    if not rule.fix:
        return
    given = rule.fix.get("set", {})
    ways = [
        ", ".join(_setting(*item) for item in way.items()) for way in (given if isinstance(given, list) else [given])
    ]
    done = [f"sets {' or '.join(way for way in ways if way)}"] if any(ways) else []
    if added := rule.fix.get("add"):
        done.append("sets " + ", ".join(_setting(*item) for item in added.items()) + " where nothing is set")
    if removed := rule.fix.get("remove"):
        done.append("removes " + ", ".join(f"`{path}`" for path in removed))
    # An unsafe fix is one that a running system may notice.
    flag = " --unsafe" if "unsafe" in rule.fix else ""
    yield f"`walint fix{flag} --rule {rule.id}` {' and '.join(done)}."
    if "unsafe" in rule.fix:
        yield f"It is not done without `--unsafe`: {rule.fix['unsafe']}."


def _setting(path: str, value: Any) -> str:
    return f"`{path}` to `{json.dumps(value, ensure_ascii=False)}`"


def _examples(rule: Rule, shown: Mapping[str, Shown]) -> Iterator[str]:
    for language in (language for language in LANGUAGES if language in shown):
        it = shown[language]
        lines = [f'=== "{LANGUAGES[language]}"', ""]
        if isinstance(it, Example):
            lines += [*_code("Fails", it.failing, language), "", *_code("Passes", it.passing, language)]
        else:
            lines += [
                f"    The finding stands at the line that ends in `# fail: {rule.id}`; what has none is right.",
                "",
            ]
            for name, text in it.items():
                lines += [*_code(name, text, language), ""]
        yield "\n".join(lines)


def _code(title: str, text: str, language: str) -> list[str]:
    head = f'    ```{{ .{_FENCES[language]} title="{title}" }}' if title else f"    ```{_FENCES[language]}"
    return [head, *(f"    {line}".rstrip() for line in text.splitlines()), "    ```"]


def _parameters(rule: Rule) -> str:
    rows = [
        (f"`{name}`", rule.descriptions.get(name, ""), f"`{json.dumps(default, ensure_ascii=False)}`")
        for name, default in rule.parameters.items()
    ]
    settings = "".join(
        f"    {name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in rule.parameters.items()
    )
    return (
        f"{_table(('Parameter', 'Meaning', 'Default'), rows)}\n\n"
        f"```yaml\n# .walint.yaml\nrules:\n  {rule.id}:\n{settings}```"
    )


def _exceptions(rule: Rule) -> str:
    return (
        "Accept a finding where it stands, with the reason ([suppressions](../suppressions.md)), or leave the rule out "
        "for some folders or altogether ([configuration](../configuration.md)):\n\n"
        f"```\n# walint:ignore {rule.id} the reason\n```\n\n"
        f"```yaml\n# .walint.yaml\nignore: [{rule.id}]\n```"
    )


def _aliases(rule: Rule) -> str:
    lines = []
    for peer, title in PEERS.items():
        named = [alias.partition(":")[2] for alias in rule.aliases if alias.startswith(f"{peer}:")]
        if named:
            lines.append(f"- {title}: " + ", ".join(f"`{id_}`" for id_ in named))
    if rule.replaces:
        lines.append("- earlier names of this rule: " + ", ".join(f"`{id_}`" for id_ in rule.replaces))
    return "\n".join(lines)


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
