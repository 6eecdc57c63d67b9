"""Files as text, and whether a text is a template."""

from __future__ import annotations

import os
import re
from io import FileIO
from typing import Final, Literal

from walint.limits import exceeded, limits
from walint.opening import opened

Kind = Literal["cloudformation", "plan"]

_HEAD: Final = 65_536
_CHUNK: Final = 1_000_000
# Longer than what is looked for.
_OVERLAP: Final = 64
_RESOURCES: Final = re.compile(r"""(?:^|[{,\n])[ \t]*["']?Resources["']?\s*:""")
_TYPE: Final = re.compile(r"""\bType["']?\s*:""")
# What begins as a template does is meant as one, also where the text breaks off before a resource has its Type.
_MEANT: Final = (
    r"""(?m)^["']?(?:AWSTemplateFormatVersion|Resources)["']?[ \t]*:(?:\s|\Z)"""
    r"""|\A\s*\{\s*"(?:AWSTemplateFormatVersion|Resources)"\s*:"""
)
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
    with opened(path) as file:
        return file.read(limits().file_size)


def read_text(path: str, limit: str = "file_size") -> str:
    """A file's text, decoded, without a byte order mark; at most as much as a limit of this name allows.

    Raises:
        Unreadable: where it cannot be opened, is too large, or is no text.
    """
    try:
        return decode(read_whole(path, limit))
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error


def read_whole(path: str, limit: str = "file_size") -> bytes:
    """A file's bytes.

    Raises:
        OSError: where it cannot be opened.
        Unreadable: where it is too large.
    """
    with opened(path) as file:
        return _bounded(file, limit)


def _bounded(file: FileIO, limit: str) -> bytes:
    """All bytes of a file, unless there are too many; it may grow while it is read."""
    most = getattr(limits(), limit)
    size = os.fstat(file.fileno()).st_size
    data = file.read(size + 1) if size <= most else b""
    while size < len(data) <= most and (chunk := file.read(_CHUNK)):
        data += chunk
    if max(size, len(data)) > most:
        raise Unreadable(exceeded(limit, "larger than {} bytes"))
    return data


def checked_size(text: str) -> str:
    """A text that was read elsewhere, unless it is larger than a file may be; raises Unreadable."""
    if len(text) > limits().file_size:
        raise Unreadable(exceeded("file_size", "larger than {} bytes"))
    return text


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
    """What a YAML or JSON text is, by its look: a mapping of `Resources` with a `Type`, or what Terraform shows.

    What is only meant as a template may turn out to be none once it is parsed, or not to parse.
    """
    if "Resources" in text and ((_RESOURCES.search(text) and _TYPE.search(text)) or re.search(_MEANT, text)):
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
    with opened(path) as file:
        limit = "file_size"
        if os.fstat(file.fileno()).st_size > limits().file_size:
            kind = _kind_of_large(file)
            if kind is None:
                raise NoTemplate(_EXPECTED)
            limit = "plan_size" if kind == "plan" else limit
            file.seek(0)
        data = _bounded(file, limit)
    if not any(mark in data for mark in _MARKS):
        raise NoTemplate(_EXPECTED)
    text = decode(data)
    found = kind_of(text)
    if found is None:
        raise NoTemplate(_EXPECTED)
    return found, text


def _kind_of_large(file: FileIO) -> Kind | None:
    """What a file too large to read whole probably is, by its first lines or by what stands anywhere in it."""
    head = file.read(_HEAD).replace(b"\0", b"").decode("utf-8", "ignore")
    if '"format_version"' in head and '"terraform_version"' in head:
        return "plan"
    if "AWSTemplateFormatVersion" in head or _RESOURCES.search(head):
        return "cloudformation"
    typed = placed = False
    left = limits().plan_size
    tail = ""
    while left > 0 and (chunk := file.read(_CHUNK)):
        text = tail + chunk.replace(b"\0", b"").decode("utf-8", "ignore")
        placed = placed or ("Resources" in text and _RESOURCES.search(text) is not None)
        typed = typed or ("Type" in text and _TYPE.search(text) is not None)
        if placed and typed:
            return "cloudformation"
        left -= len(chunk)
        tail = text[-_OVERLAP:]
    return None
