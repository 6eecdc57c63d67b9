"""Files as text, and whether a text is a template."""

from __future__ import annotations

import os
import re
from typing import Final, Literal

Kind = Literal["cloudformation", "plan"]

# CloudFormation itself takes no template above 1 MB; a plan holds every attribute of every resource.
MAX_TEMPLATE_BYTES: Final = 10_000_000
MAX_PLAN_BYTES: Final = 250_000_000

_HEAD: Final = 65_536
_RESOURCES: Final = re.compile(r"""(?:^|[{,\n])[ \t]*["']?Resources["']?\s*:""")
_TYPE: Final = re.compile(r"""\bType["']?\s*:""")
_EXPECTED: Final = (
    "neither a CloudFormation template (YAML or JSON with Resources that have a Type) nor a Terraform file or plan"
)
# What every template holds, as the encodings that are read write it. A file without them need not be decoded.
_MARKS: Final = tuple(
    mark.encode(encoding)
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    for mark in ("Resources", "format_version")
)


class Unreadable(Exception):
    """A file that cannot be read as text; the message says why."""


class NoTemplate(Exception):
    """A readable file that is no template; the message says why."""


def read_bytes(path: str) -> bytes:
    """A file's bytes, at most as many as a template has.

    Raises:
        OSError: where it cannot be opened.
    """
    with open(path, "rb", buffering=0) as file:
        return file.read(MAX_TEMPLATE_BYTES)


def read_text(path: str, limit: int = MAX_TEMPLATE_BYTES) -> str:
    """A file's text, decoded, without a byte order mark.

    Raises:
        Unreadable: where it cannot be opened, is larger than `limit` bytes, or is no text.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if status.st_size > limit:
                raise Unreadable(f"larger than {limit // 1_000_000} MB, which is more than walint reads")
            return decode(file.readall())
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error


def decode(data: bytes) -> str:
    """UTF-8 with or without a byte order mark, or UTF-16 with one.

    Raises:
        Unreadable: for anything else.
    """
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"neither UTF-8 nor UTF-16 text (byte {error.start + 1})") from error


def kind_of(text: str) -> Kind | None:
    """What a YAML or JSON text is, by its look: a mapping of `Resources` with a `Type`, or what Terraform shows."""
    if "Resources" in text and _RESOURCES.search(text) and _TYPE.search(text):
        return "cloudformation"
    if '"format_version"' in text and (
        '"planned_values"' in text or ('"terraform_version"' in text and '"values"' in text)
    ):
        return "plan"
    return None


def read_template(path: str) -> tuple[Kind, str]:
    """A template's kind and text.

    Raises:
        Unreadable: it looks like a template but is too large or no text.
        NoTemplate: it is something else.
        OSError: it cannot be opened.
    """
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_TEMPLATE_BYTES:
            kind = _kind_by_head(file.read(_HEAD))
            if kind is None:
                raise NoTemplate(_EXPECTED)
            limit = MAX_PLAN_BYTES if kind == "plan" else MAX_TEMPLATE_BYTES
            if size > limit:
                raise Unreadable(f"larger than {limit // 1_000_000} MB, which is more than walint reads")
            file.seek(0)
        data = file.readall()
    if not any(mark in data for mark in _MARKS):
        raise NoTemplate(_EXPECTED)
    text = decode(data)
    found = kind_of(text)
    if found is None:
        raise NoTemplate(_EXPECTED)
    return found, text


def _kind_by_head(head: bytes) -> Kind | None:
    """What a file too large to read for a look probably is: its kind by the first lines, else None."""
    text = head.replace(b"\0", b"").decode("utf-8", "ignore")
    if '"format_version"' in text and '"terraform_version"' in text:
        return "plan"
    return "cloudformation" if _RESOURCES.search(text) or "AWSTemplateFormatVersion" in text else None
