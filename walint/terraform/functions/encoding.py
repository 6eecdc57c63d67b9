"""Functions that write and read JSON, YAML, CSV, base64 and URLs."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from walint.limits import check_text
from walint.terraform.context import EvaluationError
from walint.terraform.functions.csv_texts import csvdecode
from walint.terraform.functions.model import Function
from walint.terraform.functions.yaml_texts import yamldecode, yamlencode
from walint.terraform.numerals import TooLarge, number_text, parse_number
from walint.terraform.operators import reason_of
from walint.terraform.templates import normalised
from walint.terraform.typed import ANY, STRING
from walint.values import Choice, Data, JsonText, Reference, Unknown, characters_in, is_known

# --- JSON -----------------------------------------------------------------------------------------------------------

_ESCAPED: Final = r'[\x00-\x1f"\\<>&\u2028\u2029]'
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _quoted(text: str) -> str:
    return '"' + re.sub(_ESCAPED, lambda match: _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}", text) + '"'


def json_text(value: Any) -> str:
    """A known value as JSON, as Terraform writes it: keys in order, no blanks."""
    return "".join(str(part) for part in _pieces(value))


def _pieces(value: Any) -> list[Any]:
    """The text in pieces, with the symbols between."""
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, str):
        return [_quoted(value)]
    if isinstance(value, (int, Fraction, float)):
        if value in (float("inf"), float("-inf")):
            raise EvaluationError("cannot serialize infinity as JSON")
        return [number_text(value)]
    if isinstance(value, dict):
        out: list[Any] = ["{"]
        for at, name in enumerate(sorted(value, key=lambda key: key.encode("utf-8", "surrogatepass"))):
            out += [("," if at else "") + _quoted(name) + ":", *_pieces(value[name])]
        return [*out, "}"]
    if isinstance(value, list):
        out = ["["]
        for at, item in enumerate(value):
            out += [","] if at else []
            out += _pieces(item)
        return [*out, "]"]
    if isinstance(value, Choice):
        return [Unknown(str(value.condition))]
    if value.kind == "string":
        inner = value.parts if isinstance(value, Unknown) and value.parts is not None else (value,)
        return ['"', *(_quoted(part)[1:-1] if isinstance(part, str) else part for part in inner), '"']
    return [value]


def jsonencode(value: Any) -> Data:
    """JSON text that keeps the structure it was made from, also where that is open in part."""
    check_text(characters_in(value))
    if is_known(value):
        return JsonText(json_text(value), value)
    parts: list[Any] = []
    for piece in _pieces(value):
        if isinstance(piece, str) and parts and isinstance(parts[-1], str):
            parts[-1] += piece
        else:
            parts.append(piece)
    symbol = next(part for part in parts if not isinstance(part, str))
    return Unknown(reason_of(symbol), "string", None, tuple(parts), value)


def _jsondecode(text: Any) -> Any:
    if isinstance(text, Unknown) and text.data is not None:
        return text.data
    if isinstance(text, (Unknown, Reference)):
        return Unknown(reason_of(text))
    if isinstance(text, JsonText):
        return _untyped(text.data)
    import json

    try:
        data = json.loads(text, parse_float=_number, parse_int=int, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"invalid JSON: {error}") from None
    # Only escapes can bring in what a text of Terraform does not have.
    return _normalised(data) if "\\u" in text else data


def _normalised(data: Any) -> Any:
    """Data with its strings in Unicode's form NFC, halves of surrogate pairs replaced."""
    if isinstance(data, str):
        return normalised(data.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    if isinstance(data, dict):
        return {_normalised(name): _normalised(item) for name, item in data.items()}
    return [_normalised(item) for item in data] if isinstance(data, list) else data


def _untyped(data: Any) -> Any:
    """What comes back from JSON: objects and tuples, whatever went in."""
    from walint.values import PlacedList, PlacedMap

    if isinstance(data, dict):
        return PlacedMap(((name, _untyped(item)) for name, item in data.items()), getattr(data, "places", None))
    if isinstance(data, list):
        return PlacedList([_untyped(item) for item in data], getattr(data, "places", ()))
    return data


def _number(text: str) -> Any:
    try:
        return parse_number(text)
    except TooLarge:
        return Unknown("a number with thousands of digits", "number")


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


# --- the rest -------------------------------------------------------------------------------------------------------


def _base64encode(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode("utf-8")).decode()


_BASE64: Final = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"


def from_base64(text: str) -> bytes:
    """The bytes that a text stands for, line breaks in it aside; raises EvaluationError."""
    from base64 import b64decode

    text = text.replace("\n", "").replace("\r", "")
    if re.fullmatch(_BASE64, text) is None:
        raise EvaluationError("failed to decode base64 data")
    return b64decode(text)


def _base64decode(text: str) -> str:
    return _utf8(from_base64(text))


def _textencode(text: str, encoding: str) -> str:
    from base64 import b64encode

    codec = _codec(encoding)
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        raise EvaluationError("the given string contains characters that cannot be represented") from None
    return b64encode(b"\xfe\xff" + data if encoding.upper() == "UTF-16" else data).decode()


def _textdecode(text: str, encoding: str) -> str:
    data = from_base64(text)
    codec = _codec(encoding)
    if encoding.upper() == "UTF-16" and data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        codec = "utf-16"
    try:
        return normalised(data.decode(codec))
    except UnicodeDecodeError:
        raise EvaluationError(f"the given base64 text is not valid {encoding}") from None


def _codec(name: str) -> str:
    import codecs

    try:
        return codecs.lookup({"UTF-16": "utf-16-be"}.get(name.upper(), name)).name
    except LookupError:
        raise EvaluationError(f'"{name}" is not a supported encoding') from None


def _urlencode(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(text, safe="")


_BAD_ESCAPE: Final = "%(?![0-9a-fA-F]{2})"


def _urldecode(text: str) -> str:
    from urllib.parse import unquote_plus

    if re.search(_BAD_ESCAPE, text) is not None:
        raise EvaluationError("failed to decode the URL: % is not followed by two hexadecimal digits")
    return _utf8(unquote_plus(text, encoding="latin-1").encode("latin-1"))


def _utf8(data: bytes) -> str:
    try:
        return normalised(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise EvaluationError("the result of decoding the provided string is not valid UTF-8") from None


_MAX_UNPACKED: Final = 1_000_000


def _base64gunzip(text: str) -> str | Unknown:
    from zlib import decompressobj, error

    unpacked = decompressobj(wbits=31)
    try:
        data = unpacked.decompress(from_base64(text), _MAX_UNPACKED)
    except error:
        raise EvaluationError("failed to decompress: the data is not in gzip's format") from None
    if unpacked.unconsumed_tail:
        return Unknown("a text of more than a million bytes", "string")
    if not unpacked.eof:
        raise EvaluationError("failed to decompress: the data is cut off")
    return _utf8(data)


def _compressed(text: str) -> Data:
    return Unknown("the compressed bytes, which depend on the program that makes them", "string")


FUNCTIONS: Final[dict[str, Function]] = {
    "base64decode": Function(_base64decode, (STRING,), result="string"),
    "base64encode": Function(_base64encode, (STRING,), result="string"),
    "base64gunzip": Function(_base64gunzip, (STRING,), result="string"),
    "base64gzip": Function(_compressed, (STRING,), result="string"),
    "csvdecode": Function(csvdecode, (STRING,), result="list"),
    "jsondecode": Function(_jsondecode, (STRING,), takes="everything"),
    "jsonencode": Function(jsonencode, (ANY,), result="string", takes="everything", nulls=True),
    "textdecodebase64": Function(_textdecode, (STRING, STRING), result="string"),
    "textencodebase64": Function(_textencode, (STRING, STRING), result="string"),
    "urldecode": Function(_urldecode, (STRING,), result="string"),
    "urlencode": Function(_urlencode, (STRING,), result="string"),
    "yamldecode": Function(yamldecode, (STRING,)),
    "yamlencode": Function(yamlencode, (ANY,), result="string", nulls=True),
}
