"""Tables of comma-separated values by RFC 4180, as strictly as Terraform reads them."""

from __future__ import annotations

import re
from typing import Final

from walint.terraform.context import EvaluationError
from walint.terraform.typed import STRING, ListValue, Type

# A field and what ends it. In quotes a quotation mark is written twice.
_FIELD: Final = r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|\Z)'


def csvdecode(text: str) -> ListValue:
    """The lines after the first as objects, whose attributes the first line names.

    Raises:
        EvaluationError: where Terraform does.
    """
    names, *lines = _records(text) or [[]]
    if not names:
        raise EvaluationError("missing header line")
    for at, name in enumerate(names):
        if name in names[:at]:
            raise EvaluationError(f'duplicate column name "{name}"')
    items = [dict(zip(names, line, strict=True)) for line in lines]
    return ListValue(items, Type("object", attributes=dict.fromkeys(names, STRING)))


def _records(text: str) -> list[list[str]]:
    """The fields of each line that is not empty; all lines have as many as the first."""
    text = text.replace("\r\n", "\n").removesuffix("\r")
    out: list[list[str]] = []
    record: list[str] = []
    one_field = re.compile(_FIELD)
    at = 0
    while at < len(text) or record:
        if not record and text[at] == "\n":
            at += 1
            continue
        field = one_field.match(text, at)
        if field is None:
            quoted = text.startswith('"', at)
            fault = 'extraneous or missing " in quoted-field' if quoted else 'bare " in non-quoted-field'
            raise EvaluationError(f"CSV parse error on line {_line(text, at)}: {fault}")
        quoted_text, plain, ending = field.groups()
        record.append(plain if quoted_text is None else quoted_text.replace('""', '"'))
        at = field.end()
        if ending != ",":
            if out and len(record) != len(out[0]):
                line = _line(text, field.start(3))
                raise EvaluationError(f"CSV parse error on line {line}: wrong number of fields")
            out.append(record)
            record = []
    return out


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
