"""YAML as Terraform writes and reads it: YAML 1.1 in its structure, with rules of its own for plain scalars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from walint.limits import check_text
from walint.terraform.context import EvaluationError
from walint.terraform.functions.dates import loose_moment, shown
from walint.terraform.numerals import TooLarge, number_text, parse_number
from walint.terraform.templates import normalised
from walint.terraform.typed import STRING, kind_of
from walint.terraform.types import ConversionError, convert
from walint.values import Data, Unknown, characters_in

if TYPE_CHECKING:
    from yaml.events import Event, ScalarEvent

# --- writing --------------------------------------------------------------------------------------------------------


def yamlencode(value: Any) -> str:
    """The text of a known value: keys and strings in quotes, those of several lines as blocks where that can be."""
    import yaml

    check_text(characters_in(value))
    written = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(value),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    text = str(yaml.emit(written, Dumper=yaml.CDumper, allow_unicode=True))
    # Terraform marks the end of a document that is one plain scalar, and of no other; libyaml has changed its mind.
    if text.endswith("\n...\n"):
        text = text.removesuffix("...\n")
    return text if isinstance(value, (str, list, dict)) else text + "...\n"


def _events(value: Any) -> Iterator[Event]:
    from yaml import events

    if isinstance(value, dict):
        yield events.MappingStartEvent(None, None, True, flow_style=False)
        for name in sorted(value):
            yield from _events(name)
            yield from _events(value[name])
        yield events.MappingEndEvent()
    elif isinstance(value, list):
        yield events.SequenceStartEvent(None, None, True, flow_style=False)
        for item in value:
            yield from _events(item)
        yield events.SequenceEndEvent()
    elif isinstance(value, str):
        yield events.ScalarEvent(None, None, (False, True), str(value), style="|" if "\n" in value else '"')
    elif isinstance(value, (int, Fraction, float)) and not isinstance(value, bool):
        yield events.ScalarEvent(None, None, (True, False), number_text(value))
    else:
        text = "null" if value is None else "true" if value else "false"
        yield events.ScalarEvent(None, None, (True, False), text)


# --- reading --------------------------------------------------------------------------------------------------------

_PREFIX: Final = "tag:yaml.org,2002:"
_SCALAR_TAGS: Final = frozenset({"str", "bool", "int", "float", "null", "timestamp", "binary"})
_WORDS: Final[dict[str, Any]] = {
    **{
        form: value
        for words, value in (("y yes true on", True), ("n no false off", False), ("~ null", None))
        for word in words.split()
        for form in (word, word.capitalize(), word.upper())
    },
    "": None,
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}
_NAN: Final = frozenset({".nan", ".NaN", ".NAN"})
_NUMBER: Final = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_WHOLE: Final = r"0(?:o[0-7]+|x[0-9a-fA-F]+)"


def yamldecode(text: str) -> Any:
    """The value of a text of one document: objects, tuples and scalars.

    Raises:
        EvaluationError: where Terraform does.
    """
    import yaml

    try:
        return _Reader(iter(yaml.parse(text, Loader=yaml.CSafeLoader))).document()
    except yaml.YAMLError as error:
        raise EvaluationError(f"invalid YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise EvaluationError("invalid YAML: it is nested too deeply") from None


class _Reader:
    """Builds the value out of libyaml's events.

    Attributes:
        anchors: the values of the anchors that are complete, the others as None in a tuple.
    """

    __slots__ = ("anchors", "events")

    def __init__(self, events: Iterator[Event]) -> None:
        self.events = events
        self.anchors: dict[str, tuple[Any] | None] = {}

    def document(self) -> Any:
        from yaml import events

        next(self.events)  # the stream's start
        start = next(self.events)
        if not isinstance(start, events.DocumentStartEvent):
            raise EvaluationError("missing start of document")
        if start.version not in (None, (1, 1)):
            raise EvaluationError("found incompatible YAML document")
        value = self.value(next(self.events))
        next(self.events)  # the document's end
        if not isinstance(next(self.events), events.StreamEndEvent):
            raise EvaluationError("unexpected extra content after value")
        return value

    def value(self, event: Event) -> Any:
        from yaml import events

        if isinstance(event, events.AliasEvent):
            if event.anchor not in self.anchors:
                raise EvaluationError(f'reference to undefined anchor "{event.anchor}"')
            found = self.anchors[event.anchor]
            if found is None:
                raise EvaluationError(f'cannot refer to anchor "{event.anchor}" from inside its own definition')
            return found[0]
        assert isinstance(event, events.NodeEvent)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if isinstance(event, events.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, events.MappingStartEvent):
            _refuse_tag(event.tag, "map", "mapping")
            value = self.mapping()
        else:
            assert isinstance(event, events.SequenceStartEvent)
            _refuse_tag(event.tag, "seq", "sequence")
            value = []
            while not isinstance(inner := next(self.events), events.SequenceEndEvent):
                value.append(self.value(inner))
        if event.anchor is not None:
            self.anchors[event.anchor] = (value,)
        return value

    def mapping(self) -> dict[str, Any]:
        """The items up to the mapping's end, the last of each key; merged ones where the merge stands."""
        from yaml import events

        out: dict[str, Any] = {}
        while not isinstance(event := next(self.events), events.MappingEndEvent):
            if not isinstance(event, events.ScalarEvent):
                raise EvaluationError("only strings are allowed as mapping keys")
            if event.value == "<<" and not event.style and event.tag is None:
                merged = self.value(next(self.events))
                if not isinstance(merged, dict):
                    raise EvaluationError(f"cannot merge {kind_of(merged)} into mapping")
                out.update(merged)
                continue
            key = _key(_scalar(event))
            out[key] = self.value(next(self.events))
        return out


def _key(value: Any) -> str:
    if value is None:
        raise EvaluationError("mapping key cannot be null")
    try:
        key = convert(value, STRING)
    except ConversionError:
        key = None
    if not isinstance(key, str):
        raise EvaluationError("only strings are allowed as mapping keys")
    return key


def _refuse_tag(tag: str | None, allowed: str, what: str) -> None:
    if tag not in (None, _PREFIX + allowed):
        raise EvaluationError(f"can't interpret {what} as {tag}")


def _scalar(event: ScalarEvent) -> Data:
    tag = "" if event.tag is None else event.tag.removeprefix(_PREFIX)
    if event.tag is not None and (tag == event.tag or tag not in _SCALAR_TAGS):
        raise EvaluationError(f'unsupported tag "{event.tag}"')
    text = normalised(event.value)
    if tag == "binary":
        from walint.terraform.functions.encoding import from_base64

        try:
            from_base64(text)
        except EvaluationError:
            raise EvaluationError(f'cannot parse "{text}" as {event.tag}: not valid base64') from None
        return text
    if event.style or tag == "str":
        return text
    return _plain(text, tag)


def _plain(text: str, tag: str) -> Data:
    """What a scalar without quotes stands for."""
    if text in _WORDS:
        return _WORDS[text]  # type: ignore[no-any-return]
    if text in _NAN:
        raise EvaluationError("floating point NaN is not supported")
    if tag in ("", "timestamp"):
        moment = loose_moment(text)
        if moment is not None:
            return shown(moment)
    if re.fullmatch(_NUMBER, text):
        try:
            return parse_number(text)
        except TooLarge:
            return Unknown("a number with thousands of digits", "number")
    if re.fullmatch(_WHOLE, text):
        number = int(text, 0)
        if number >> 64:
            raise EvaluationError(f'cannot parse "{text}" as {_PREFIX}int')
        return number
    if tag in ("", "null"):
        return text if tag == "" else None
    raise EvaluationError(f'cannot parse "{text}" as {_PREFIX}{tag}')
