"""SARIF 2.1.0: what code hosts and review tools read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from walint.graph import without_keys
from walint.policy.model import Finding, Remedy, Report, Rule, Suppression
from walint.policy.starring import starred
from walint.policy.tally import tally
from walint.report.choice import chosen, left_out
from walint.report.descriptors import LEVELS, descriptor, taxonomies
from walint.report.encode import encoded, pieces
from walint.report.options import Options, Repository
from walint.report.paths import relative_paths, uri_quoter
from walint.report.phrases import Phrasebook, sentence
from walint.report.secrets import SafeLines, may_hold_secret
from walint.source import Problem, Span

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT: Final = "%SRCROOT%"
# GitHub looks at no more places of a result.
MAX_RELATED: Final = 100
# A minified template is one line; repeated with each result it would make the report unreadable.
MAX_SNIPPET: Final = 4_000
_AROUND: Final = 200

_NOTIFICATIONS: Final = (
    (
        "input-not-read",
        "InputNotRead",
        "A template, or a part of it, could not be read.",
        "Mend the error; what stands in that part was not judged.",
    ),
    (
        "value-not-evaluated",
        "ValueNotEvaluated",
        "A value could not be evaluated although the text should decide it.",
        "Check the expression; the rules took its value as unknown.",
    ),
    (
        "module-not-read",
        "ModuleNotRead",
        "A module or stack that is called could not be read.",
        "Make it available, for Terraform with terraform init; what it declares was not judged.",
    ),
    (
        "program-did-not-answer",
        "ProgramDidNotAnswer",
        "Another program that was asked for a second opinion did not give one.",
        "Install it, or mend what its message says; the rest of the report stands.",
    ),
    (
        "results-left-out",
        "ResultsLeftOut",
        "There are more results than code hosts accept in one run.",
        "Mend the most severe first, or lint the folders one by one.",
    ),
)
_NOTIFICATION: Final = {entry[0]: at for at, entry in enumerate(_NOTIFICATIONS)}


def render(report: Report, options: Options, alerts: bool = False) -> Iterator[str]:
    """The report as one SARIF run.

    Args:
        alerts: only what is an alert. GitHub's code scanning passes by what a result says of itself (open, suppressed,
            unchanged, absent) and makes an alert of each. So there the instances of one fault are one result; elsewhere
            each has its own, with its address, for a reader to find its resource by.
    """
    paths = relative_paths(report, options)
    quote = uri_quoter()
    writer = _Writer(report, {name: quote(path) for name, path in paths.items()})
    met = {(rule.engine, rule.id): rule for rule in (*report.rules, *tally(report).rules())}
    # Those of other programs stand behind walint's own, in extensions of the tool.
    rules = [met[key] for key in sorted(met)]
    books = [Phrasebook(rule) for rule in rules]
    index = {(rule.engine, rule.id): at for at, rule in enumerate(rules)}
    engines = _engines(rules)
    # They come before all else, since they choose the phrases that the rules are described with.
    results = [
        encoded(writer.result(one, index[_key(one.rule)], books, mark, engines))
        for one, mark in chosen(report, paths, 1 if alerts else MAX_RELATED, _is_alert if alerts else None)
    ]
    taxonomy, taxon_index = taxonomies(rules)
    driver: dict[str, Any] = {
        "name": "walint",
        "fullName": "walint, a policy linter for CloudFormation and Terraform",
        "organization": "walint",
        "version": options.version,
        "semanticVersion": options.version,
        "informationUri": "https://aws.amazon.com/architecture/well-architected/",
        "shortDescription": {"text": "Lints CloudFormation and Terraform against the Well-Architected Framework."},
        "supportedTaxonomies": [{"name": taxonomy["name"], "index": 0, "guid": taxonomy["guid"]}],
        "notifications": [
            {
                "id": id_,
                "name": name,
                "shortDescription": {"text": text},
                "fullDescription": {"text": text},
                "help": {"text": advice},
            }
            for id_, name, text, advice in _NOTIFICATIONS
        ],
        "rules": [],
    }
    described = [
        descriptor(rule, {} if rule.engine else book.templates, taxon_index)
        for rule, book in zip(rules, books, strict=True)
    ]
    extensions: list[dict[str, Any]] = [{"name": engine, "rules": []} for engine in engines]
    for rule, one in zip(rules, described, strict=True):
        (extensions[list(engines).index(rule.engine)] if rule.engine else driver)["rules"].append(one)
    run: dict[str, Any] = {
        "tool": {"driver": driver, **({"extensions": extensions} if extensions else {})},
        "invocations": [_invocation(report, writer)],
        "automationDetails": {"id": "walint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository that was linted."}}},
        "taxonomies": [taxonomy],
        "results": results,
    }
    if options.repository is not None and options.repository.uri:
        run["versionControlProvenance"] = [_provenance(options.repository)]
    return pieces({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, 4, {"tool": 2, "taxonomies": 2})


def _is_alert(finding: Finding) -> bool:
    return finding.reported and finding.verdict == "fail"


class _Writer:
    """Writes places and results; knows the text of the lines and how files are called."""

    __slots__ = ("_lines", "_uris")

    def __init__(self, report: Report, uris: dict[str, str]) -> None:
        self._lines = SafeLines(report)
        self._uris = uris

    def result(
        self, finding: Finding, rule_index: int, books: list[Phrasebook], fingerprint: str, engines: dict[str, int]
    ) -> dict[str, Any]:
        """A finding as a result.

        Args:
            rule_index: of its rule among all rules.
            engines: where among them those of each other program begin.
        """
        rule = finding.rule
        via = finding.related[0].message if finding.related else ""
        phrase = books[rule_index].phrase(finding, via)
        # The lines of what is gone are those of an earlier text.
        there = finding.state != "absent"
        place = self.physical(finding.span, context=not may_hold_secret(finding), text=there)
        location: dict[str, Any] = {"physicalLocation": place}
        if finding.addresses:
            location["logicalLocations"] = [_logical(finding.addresses[0])]
            if finding.construct:
                location["logicalLocations"].append(_construct(finding.construct))
        properties: dict[str, Any] = {"severity": rule.severity, "type": finding.type, "language": finding.language}
        details = {"property": finding.path, "when": finding.when, "reason": finding.reason}
        properties |= {name: value for name, value in details.items() if value}
        if finding.construct:
            properties["construct"] = finding.construct
        if finding.also:
            properties["alsoFoundAs"] = finding.also
        if len(finding.addresses) > 1:
            properties["instances"] = finding.addresses
        out: dict[str, Any] = {
            "ruleId": rule.id,
            **_rule_reference(rule, rule_index, engines),
            "kind": finding.verdict,
            "level": LEVELS[rule.severity] if finding.verdict == "fail" else "none",
            "message": {"text": sentence(finding.message)}
            if rule.engine
            else {"text": phrase.text, "id": phrase.id, "arguments": phrase.arguments},
            "locations": [location],
            "partialFingerprints": {"primaryLocationLineHash": fingerprint, "walintFingerprint/v1": fingerprint},
            "properties": properties,
        }
        related = self._related(finding, place)
        if related:
            out["relatedLocations"] = related
        # Whoever applied an edit with a secret starred out would lose it.
        if finding.remedy is not None and all(starred(it.text) == it.text for it in finding.remedy.replacements):
            out["fixes"] = [self._fix(finding.rule, finding.remedy)]
        if finding.suppression is not None:
            out["suppressions"] = [self._suppression(finding.suppression)]
        if finding.state:
            out["baselineState"] = finding.state
        return out

    def _fix(self, rule: Rule, remedy: Remedy) -> dict[str, Any]:
        changes: dict[str, list[dict[str, Any]]] = {}
        for edit in remedy.replacements:
            region = {
                "startLine": edit.span.line,
                "startColumn": edit.span.column,
                "endLine": edit.span.end_line,
                "endColumn": edit.span.end_column,
            }
            replacement: dict[str, Any] = {"deletedRegion": region}
            if edit.text:
                replacement["insertedContent"] = {"text": edit.text}
            changes.setdefault(edit.span.file, []).append(replacement)
        text = sentence(rule.remediation)
        if remedy.unsafe:
            text = f"{text} It may break a running system: {sentence(remedy.unsafe)}"
        return {
            "description": {"text": text},
            "artifactChanges": [
                {"artifactLocation": self.artifact(file), "replacements": replaced}
                for file, replaced in changes.items()
            ],
        }

    def _suppression(self, suppression: Suppression) -> dict[str, Any]:
        out: dict[str, Any] = {
            "kind": "inSource",
            "status": "accepted",
            "justification": suppression.reason or "No reason is given.",
        }
        if suppression.place is not None:
            out["location"] = {"physicalLocation": self.physical(suppression.place)}
        properties = {"kind": suppression.kind, "syntax": suppression.syntax}
        if suppression.until is not None:
            properties["until"] = suppression.until.isoformat()
        return {**out, "properties": properties}

    def _related(self, finding: Finding, place: dict[str, Any]) -> list[dict[str, Any]]:
        """The calls that led to the finding, from 1, then the other instances that fail at the same place."""
        out: list[dict[str, Any]] = [
            {
                "message": {"text": sentence(related.message[:1].upper() + related.message[1:])},
                "physicalLocation": self.physical(related.span),
            }
            for related in finding.related
        ]
        bare = {name: part for name, part in place.items() if name != "contextRegion"}
        out += [
            {
                "message": {"text": f"The same holds for '{address}'."},
                "physicalLocation": bare,
                "logicalLocations": [_logical(address)],
            }
            for address in finding.addresses[1:MAX_RELATED]
        ]
        return [{"id": at, **location} for at, location in enumerate(out[:MAX_RELATED], start=1)]

    def physical(self, span: Span, context: bool | None = None, text: bool = True) -> dict[str, Any]:
        """A place in a file, with its text where the report has it.

        Args:
            context: show the surroundings as well: True the neighbouring lines, False the rest of the line only.
            text: show the text at all.
        """
        lines = self._lines.of(span.file) if text else {}
        first = lines.get(span.line)
        end_column = span.end_column
        if first is not None and (span.line, span.column) == (span.end_line, end_column):
            end_column = min(span.column + 1, len(first) + 1)
        region: dict[str, Any] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": end_column,
        }
        said = _text(lines, span.line, span.end_line)
        if said:
            last = lines[span.end_line]
            snippet = said[span.column - 1 : len(said) - len(last) + end_column - 1]
            if 0 < len(snippet) <= MAX_SNIPPET:
                region["snippet"] = {"text": snippet}
        out: dict[str, Any] = {"artifactLocation": self.artifact(span.file), "region": region}
        if context is not None and said:
            out["contextRegion"] = _surroundings(lines, span, context)
        return out

    def artifact(self, file: str) -> dict[str, str]:
        return {"uri": self._uris[file], "uriBaseId": ROOT}

    def point(self, file: str, line: int, column: int = 1) -> dict[str, Any]:
        """A location of one line."""
        region = {"startLine": max(line, 1), "startColumn": max(column, 1)}
        return {"physicalLocation": {"artifactLocation": self.artifact(file), "region": region}}


def _surroundings(lines: Mapping[int, str], span: Span, neighbours: bool) -> dict[str, Any]:
    """The lines of a span, and one more above and below; of a minified file a stretch of its only line."""
    above, below = span.line, span.end_line
    if neighbours:
        above, below = above - (above - 1 in lines), below + (below + 1 in lines)
    text = _text(lines, above, below)
    if len(text) <= MAX_SNIPPET:
        return {"startLine": above, "endLine": below, "snippet": {"text": text}}
    line = lines[span.line]
    last = span.end_column if span.end_line == span.line else len(line) + 1
    start, end = max(1, span.column - _AROUND), min(len(line) + 1, last + _AROUND, span.column + MAX_SNIPPET)
    return {
        "startLine": span.line,
        "startColumn": start,
        "endLine": span.line,
        "endColumn": end,
        "snippet": {"text": line[start - 1 : end - 1]},
    }


def _text(lines: Mapping[int, str], first: int, last: int) -> str:
    if any(line not in lines for line in range(first, last + 1)):
        return ""
    return "\n".join(lines[line] for line in range(first, last + 1))


def _logical(address: str) -> dict[str, str]:
    return {"name": _last_name(address), "fullyQualifiedName": address, "kind": "resource"}


def _construct(path: str) -> dict[str, str]:
    """A construct of CDK; its last part is often no more than "Resource"."""
    return {"name": path.rsplit("/", 1)[-1], "fullyQualifiedName": path, "kind": "module"}


def _last_name(address: str) -> str:
    """The resource's own name in its address: "data" of `module.a.aws_ebs_volume.data["x.y"]`."""
    plain = without_keys(address).rsplit("/", 1)[-1]
    return plain.rsplit(".", 1)[-1] or address


def _key(rule: Rule) -> tuple[str, str]:
    return (rule.engine, rule.id)


def _engines(rules: list[Rule]) -> dict[str, int]:
    """The other programs that rules come from, and where those of each begin."""
    out: dict[str, int] = {}
    for at, rule in enumerate(rules):
        if rule.engine:
            out.setdefault(rule.engine, at)
    return out


def _rule_reference(rule: Rule, index: int, engines: dict[str, int]) -> dict[str, Any]:
    """Where the rule is described: among the driver's, or those of an extension."""
    if not rule.engine:
        return {"ruleIndex": index}
    component = {"name": rule.engine, "index": list(engines).index(rule.engine)}
    return {"rule": {"id": rule.id, "index": index - engines[rule.engine], "toolComponent": component}}


def _invocation(report: Report, writer: _Writer) -> dict[str, Any]:
    notifications = [_notification(problem, writer) for problem in report.problems]
    notifications += [
        _notice("module-not-read", "note", f"'{address}' was not read: {reason}", writer.point(file, line))
        for address, reason, file, line in report.opaque
    ]
    notifications += [_notice("program-did-not-answer", "error", notice, None) for notice in report.notices]
    if missing := left_out(report):
        notifications.append(
            _notice("results-left-out", "warning", f"The {missing} least severe results were left out", None)
        )
    failed = report.notices or any(problem.severity == "error" for problem in report.problems)
    out: dict[str, Any] = {"executionSuccessful": not failed}
    if notifications:
        out["toolExecutionNotifications"] = notifications
    return out


def _notification(problem: Problem, writer: _Writer) -> dict[str, Any]:
    id_ = "input-not-read" if problem.severity == "error" else "value-not-evaluated"
    return _notice(id_, problem.severity, problem.message, writer.point(problem.file, problem.line, problem.column))


def _notice(id_: str, level: str, text: str, location: dict[str, Any] | None) -> dict[str, Any]:
    out: dict[str, Any] = {
        "descriptor": {"id": id_, "index": _NOTIFICATION[id_]},
        "level": level,
        "message": {"text": sentence(text)},
    }
    if location is not None:
        out["locations"] = [location]
    return out


def _provenance(repository: Repository) -> dict[str, Any]:
    out: dict[str, Any] = {"repositoryUri": repository.uri}
    if repository.revision:
        out["revisionId"] = repository.revision
    if repository.branch:
        out["branch"] = repository.branch
    return {**out, "mappedTo": {"uriBaseId": ROOT}}
