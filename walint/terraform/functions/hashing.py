"""Digests of texts and files, and what is random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from walint.terraform.context import Context, EvaluationError
from walint.terraform.functions.encoding import from_base64
from walint.terraform.functions.files import content
from walint.terraform.functions.model import Function
from walint.terraform.typed import NUMBER, STRING
from walint.values import Unknown

_ALGORITHMS: Final = ("md5", "sha1", "sha256", "sha512")
_NAMESPACES: Final = {"dns": "NAMESPACE_DNS", "url": "NAMESPACE_URL", "oid": "NAMESPACE_OID", "x500": "NAMESPACE_X500"}


def _digest(algorithm: str, data: bytes, base64: bool) -> str:
    import hashlib
    from base64 import b64encode

    found = hashlib.new(algorithm, data, usedforsecurity=False)
    return b64encode(found.digest()).decode() if base64 else found.hexdigest()


def _of_text(algorithm: str, base64: bool = False) -> Function:
    def call(text: str) -> str:
        return _digest(algorithm, text.encode("utf-8"), base64)

    return Function(call, (STRING,), result="string")


def _of_file(algorithm: str, base64: bool = False) -> Function:
    def call(context: Context, path: str) -> Any:
        try:
            data = content(context, path)
        except EvaluationError:
            if context.trying:
                raise
            # What only its digest is asked of is built before it is deployed: an archive of a function's code.
            return Unknown(f"the file {path}, which is not there yet", "string")
        return Unknown(data.reason, "string") if isinstance(data, Unknown) else _digest(algorithm, data, base64)

    return Function(call, (STRING,), result="string", contextual=True)


def _uuidv5(namespace: str, name: str) -> str:
    import uuid

    if namespace in _NAMESPACES:
        space = getattr(uuid, _NAMESPACES[namespace])
    else:
        try:
            space = uuid.UUID(namespace)
        except ValueError:
            raise EvaluationError(f"uuidv5() doesn't support namespace {namespace}") from None
    return str(uuid.uuid5(space, name))


def _open(reason: str) -> Callable[..., Any]:
    return lambda *arguments: Unknown(reason, "string")


def _bcrypt(text: str, cost: Any = 10) -> Unknown:
    if not isinstance(cost, int):
        raise EvaluationError("value must be a whole number")
    if cost > 31:
        raise EvaluationError(f"cost {cost} is outside allowed range (4,31)")
    return Unknown("a hash with random salt", "string")


def _rsadecrypt(text: str, key: str) -> Unknown:
    try:
        from_base64(text)
    except EvaluationError:
        raise EvaluationError("failed to decode the input: cipher text must be base64-encoded") from None
    if "-----BEGIN " not in key:
        raise EvaluationError("invalid private key: no key found")
    return Unknown("a decrypted text", "string")


FUNCTIONS: Final[dict[str, Function]] = {
    **{name: _of_text(name) for name in _ALGORITHMS},
    **{f"file{name}": _of_file(name) for name in _ALGORITHMS},
    "base64sha256": _of_text("sha256", base64=True),
    "base64sha512": _of_text("sha512", base64=True),
    "filebase64sha256": _of_file("sha256", base64=True),
    "filebase64sha512": _of_file("sha512", base64=True),
    "bcrypt": Function(_bcrypt, (STRING, NUMBER), optional=1, result="string"),
    "rsadecrypt": Function(_rsadecrypt, (STRING, STRING), result="string"),
    "uuid": Function(_open("a random identifier"), result="string"),
    "uuidv5": Function(_uuidv5, (STRING, STRING), result="string"),
}
