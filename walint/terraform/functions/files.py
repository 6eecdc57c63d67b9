"""Files and paths, and templates read from them."""

from __future__ import annotations

import posixpath
import re
from typing import Any, Final

from walint.terraform.context import Context, EvaluationError, Scope
from walint.terraform.functions.globs import compiled
from walint.terraform.functions.model import Function
from walint.terraform.operators import open_result
from walint.terraform.templates import normalised
from walint.terraform.typed import ANY, STRING, make_set
from walint.values import Reference, Unknown, join_parts


def content(context: Context, path: str) -> bytes | Unknown:
    """A file's bytes.

    Raises:
        EvaluationError: there is no such file.
    """
    found = context.files.read(path)
    if found is None:
        seen = path if posixpath.isabs(path) else f"{path}, seen from the root module"
        raise EvaluationError(f"no file exists at {seen}; only files that are part of the code can be read")
    return found


def _text(context: Context, path: str) -> Any:
    data = content(context, path)
    if isinstance(data, Unknown):
        return Unknown(data.reason, "string")
    try:
        return normalised(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise EvaluationError(f"contents of {path} are not valid UTF-8; use filebase64 to read it") from None


def _base64(context: Context, path: str) -> Any:
    from base64 import b64encode

    data = content(context, path)
    return Unknown(data.reason, "string") if isinstance(data, Unknown) else b64encode(data).decode()


def _exists(context: Context, path: str) -> Any:
    found = context.files.read(path)
    return Unknown(found.reason, "bool") if isinstance(found, Unknown) else found is not None


def _fileset(context: Context, base: str, pattern: str) -> Any:
    compiled(pattern)
    # A pattern may start outside of the folder.
    outside = 0
    parts = pattern.split("/")
    while parts[outside] == ".." and outside < len(parts) - 1:
        outside += 1
    prefix = "../" * outside
    found = context.files.glob(posixpath.join(base, prefix) if prefix else base, "/".join(parts[outside:]))
    if isinstance(found, Unknown):
        return Unknown(found.reason, "set")
    return make_set([normalised(prefix + name) for name in found], STRING)


def _templatefile(context: Context, path: Any, names: Any) -> Any:
    if isinstance(path, (Unknown, Reference)):
        return open_result("string", path)
    text = _text(context, path)
    return text if isinstance(text, Unknown) else _rendered(context, text, names, path)


def _templatestring(context: Context, text: Any, names: Any) -> Any:
    return _rendered(context, text, names, "<template>") if isinstance(text, str) else open_result("string", text)


def _rendered(context: Context, text: str, names: Any, name: str) -> Any:
    """A template's text with its names filled in."""
    from walint.source import Place, Source
    from walint.terraform.embedded import Embedding, read_template
    from walint.terraform.evaluate import evaluate
    from walint.terraform.grammar_tokens import Refused

    if context.in_template:
        raise EvaluationError("cannot recursively call templatefile from inside another template function")
    if isinstance(names, (Unknown, Reference)):
        return open_result("string", names)
    if not isinstance(names, dict):
        raise EvaluationError("invalid vars value: must be a map")
    for variable in names:
        if not _NAME.fullmatch(variable):
            raise EvaluationError(
                f'invalid template variable name "{variable}": must start with a letter, followed by zero or more '
                "letters, digits, and underscores"
            )
    source = Source(name, text, "bytes")
    # The text as it would stand between quotation marks, whose offsets are those just outside of it.
    whole = Embedding(Place(source, -1, len(source.encoded) + 1), plain=True)
    try:
        expression = read_template(text, whole)
    except Refused as fault:
        line, _ = source.position(fault.offset)
        raise EvaluationError(f"{name}, line {line}: {fault}") from None
    # A template of one interpolation gives its value, whatever that is.
    found = evaluate(expression, Scope(names), context.template())
    if found is None:
        raise EvaluationError(f"{name}: the result of the template is null")
    return found


_NAME: Final = re.compile(r"[^\W\d_][\w-]*")


def _abspath(context: Context, path: str) -> Any:
    if path.startswith("/"):
        return _cleaned(path)
    if context.cwd is None:
        return Unknown("the working directory", "string")
    return _cleaned(posixpath.join(context.cwd.replace("\\", "/"), path))


def _cleaned(path: str) -> str:
    """The shortest path to the same place; unlike for POSIX, two slashes at its start are one."""
    return posixpath.normpath("/" + path.lstrip("/") if path.startswith("/") else path)


def _dirname(path: str) -> str:
    return _cleaned(posixpath.dirname(path) or ".")


def _basename(path: str) -> str:
    if not path:
        return "."
    return posixpath.basename(path.rstrip("/")) or "/"


def _expanded(path: str) -> Any:
    if not path.startswith("~"):
        return path
    if path[1:2] not in ("", "/"):
        raise EvaluationError("cannot expand user-specific home dir")
    return join_parts([Unknown("the home directory", "string"), path[1:]])


FUNCTIONS: Final[dict[str, Function]] = {
    "abspath": Function(_abspath, (STRING,), result="string", contextual=True),
    "basename": Function(_basename, (STRING,), result="string"),
    "dirname": Function(_dirname, (STRING,), result="string"),
    "file": Function(_text, (STRING,), result="string", contextual=True),
    "filebase64": Function(_base64, (STRING,), result="string", contextual=True),
    "fileexists": Function(_exists, (STRING,), result="bool", contextual=True),
    "fileset": Function(_fileset, (STRING, STRING), result="set", contextual=True),
    "pathexpand": Function(_expanded, (STRING,), result="string"),
    "templatefile": Function(_templatefile, (STRING, ANY), takes="everything", contextual=True),
    "templatestring": Function(_templatestring, (STRING, ANY), takes="everything", contextual=True),
}
