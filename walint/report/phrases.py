"""A rule's message as SARIF wants it: a template with numbered placeholders, and the arguments for it."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from walint.policy.model import Finding, Rule

# As the rule says it; an open verdict; a message that the rule's check made up by itself.
Kind = Literal["default", "open", "free"]
_QUOTES: Final = "'\"`"
_PLACEHOLDER: Final = re.compile(r"\{\{|\}\}|\{(\d+)\}")


class Phrase(NamedTuple):
    """One finding's message.

    Attributes:
        id: the key in the rule's `messageStrings`.
        text: the template with the arguments in their places.
    """

    id: str
    arguments: list[str]
    text: str


class Phrasebook:
    """The messages of one rule; remembers which templates were used."""

    __slots__ = ("_literals", "_title", "templates")

    def __init__(self, rule: Rule) -> None:
        self._literals = _literals(rule)
        self._title = sentence(rule.title)[:-1]
        self.templates: dict[str, str] = {"default": self._template("default", False)}

    def phrase(self, finding: Finding, via: str = "") -> Phrase:
        """The message for a finding; `via` names the place that stands first among its related locations."""
        kind: Kind
        if finding.verdict == "open":
            kind, arguments = "open", [_first(finding), finding.reason or "what the template does not say"]
        else:
            found = split(self._literals, finding.message)
            if found is None:
                kind, arguments = "free", [finding.message.rstrip(".")]
            else:
                kind, arguments = "default", found or [_first(finding)]
        if finding.when:
            arguments.append(finding.when)
        if via:
            arguments.append(via)
        arguments = [argument.replace("](", "] (") for argument in arguments]
        id_ = "-".join(part for part in (kind, "when" if finding.when else "", "via" if via else "") if part)
        template = self.templates.get(id_)
        if template is None:
            template = self.templates[id_] = self._template(kind, bool(finding.when), bool(via))
        return Phrase(id_, arguments, fill(template, arguments))

    def _template(self, kind: Kind, when: bool, via: bool = False) -> str:
        match kind:
            case "open":
                text, count = f"{_braced(self._title)}: open for '{{0}}', as it depends on '{{1}}'.", 2
            case "free":
                text, count = f"{_braced(self._title)}: '{{0}}'.", 1
            case _ if len(self._literals) == 1:
                text, count = f"'{{0}}': {_braced(sentence(self._literals[0]))}", 1
            case _:
                text, count = _numbered(self._literals), len(self._literals) - 1
        if when:
            text, count = f"{text} This holds when '{{{count}}}'.", count + 1
        if via:
            text += f" See ['{{{count}}}'](1)."
        return text


def sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def split(literals: list[str], message: str) -> list[str] | None:
    """The dynamic stretches of a message, given the literal ones around them; None where it does not fit."""
    if not message.startswith(literals[0]) or not message.endswith(literals[-1]):
        return None
    if len(literals) == 1:
        return [] if message == literals[0] else None
    end = len(message) - len(literals[-1])
    at = len(literals[0])
    out = []
    for literal in literals[1:-1]:
        found = message.find(literal, at, end)
        if found < 0:
            return None
        out.append(message[at:found])
        at = found + len(literal)
    return None if at > end else [*out, message[at:end]]


def fill(template: str, arguments: list[str]) -> str:
    """The template with its placeholders replaced, as a SARIF viewer does it."""
    return _PLACEHOLDER.sub(lambda found: arguments[int(found[1])] if found[1] else found[0][0], template)


def _literals(rule: Rule) -> list[str]:
    """The fixed stretches of a rule's message: one more than it has expressions."""
    literals = [""]
    for part in rule.message_parts or _by_braces(rule.message):
        if isinstance(part, str):
            literals[-1] += part
        else:
            literals.append("")
    return literals


def _by_braces(message: str) -> list[str | None]:
    """The message of a rule that was not compiled: strings, and None for each expression."""
    out: list[str | None] = []
    for at, piece in enumerate(re.split(r"\{[^{}]*\}", message)):
        out += [piece] if at == 0 else [None, piece]
    return out


def _numbered(literals: list[str]) -> str:
    """The template, every placeholder in single quotes, which take the place of quotes that the author gave."""
    out = literals[0]
    for at, literal in enumerate(literals[1:]):
        if out[-1:] and out[-1:] in _QUOTES and out[-1:] == literal[:1]:
            out, literal = out[:-1], literal[1:]
        out = f"{_braced(out) if at == 0 else out}'{{{at}}}'{_braced(literal)}"
    return sentence(out)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _first(finding: Finding) -> str:
    return finding.addresses[0] if finding.addresses else finding.type
