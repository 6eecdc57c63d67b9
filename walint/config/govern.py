"""Carries out what a configuration says of rules: which judge where, with which parameters and severities."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from walint.config.model import Config, Layer, Settings
from walint.policy.judge import Judge
from walint.policy.model import Finding, Rule
from walint.policy.selection import chosen

Layers = tuple[Layer, ...]


class Governor:
    """Gives each root module and template its judge, and drops what is not to be reported.

    Args:
        rules: all rules.
        cwd: what names of files in findings are relative to.
        count_values: as for `Judge`.

    Raises:
        UnknownSelector: the command line selects or ignores what is no rule.
    """

    def __init__(self, config: Config, rules: Sequence[Rule], cwd: str, count_values: bool = False) -> None:
        self._config = config
        self._rules = rules
        self._cwd = cwd
        self._count_values = count_values
        self._settings: dict[tuple[int, ...], Settings] = {}
        self._chosen: dict[tuple[int, ...], dict[str, Rule]] = {}
        self._judges: dict[tuple[int, ...], Judge] = {}
        chosen(rules, "strict", config.given.get("select", ()), config.given.get("ignore", ()))

    def judge(self, root: str) -> Judge:
        """The judge of a root module or template: by all rules that may be reported somewhere in it."""
        layers = self._config.layers(root)
        judge = self._judges.get(_key(layers))
        if judge is None:
            settings = self._settings_of(layers)
            rules = self._rules if self._may_differ(root, layers) else list(self._rules_of(layers).values())
            parameters = {rule.id: given for rule in rules if (given := settings.parameters_of(rule))}
            judge = self._judges[_key(layers)] = Judge(rules, parameters, self._count_values)
        return judge

    def kept(self, root: str, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that are to be reported where they stand, with the severity that they have there."""
        out = []
        rules: dict[str, dict[str, Rule]] = {}
        for finding in findings:
            file = finding.span.file
            if file not in rules:
                layers = self._config.layers(root, os.path.normpath(os.path.join(self._cwd, file)))
                rules[file] = self._rules_of(layers)
            rule = rules[file].get(finding.rule.id)
            if rule is not None:
                out.append(finding if finding.rule is rule else finding._replace(rule=rule))
        return out

    def parameters(self, root: str, rule: Rule) -> dict[str, Any]:
        """The thresholds of a rule as a root module or template is judged by them."""
        return {**rule.parameters, **self._settings_of(self._config.layers(root)).parameters_of(rule)}

    def rules(self, roots: Iterable[str], found: Iterable[Rule]) -> list[Rule]:
        """The rules that root modules and templates were judged by, sorted by id; without any, all that would be.

        Args:
            found: those that found something, which may be in a file that other rules hold for than for its root.
        """
        used: dict[str, Rule] = {}
        for layers in {_key(layers): layers for layers in map(self._config.layers, roots)}.values():
            used.update(self._rules_of(layers))
        for rule in found:
            used.setdefault(rule.id, rule)
        return sorted((used or self._rules_of(())).values(), key=lambda rule: rule.id)

    def _may_differ(self, root: str, layers: Layers) -> bool:
        """Whether files of a root module may be judged by rules that the module itself is not."""
        scope = self._config.scope(root)
        others = () if scope is None else [layer for layer in scope.layers if layer not in layers]
        return any("profile" in layer.values or "select" in layer.values for layer in others)

    def _settings_of(self, layers: Layers) -> Settings:
        key = _key(layers)
        if key not in self._settings:
            self._settings[key] = self._config.settings(layers)
        return self._settings[key]

    def _rules_of(self, layers: Layers) -> dict[str, Rule]:
        key = _key(layers)
        if key not in self._chosen:
            settings = self._settings_of(layers)
            found = chosen(self._rules, settings.profile, settings.select, settings.ignore)
            self._chosen[key] = {rule.id: _with_severity(rule, settings) for rule in found}
        return self._chosen[key]


def _with_severity(rule: Rule, settings: Settings) -> Rule:
    severity = settings.severity_of(rule) if settings.severities else rule.severity
    return rule if severity == rule.severity else rule._replace(severity=severity)


def _key(layers: Layers) -> tuple[int, ...]:
    return tuple(map(id, layers))
