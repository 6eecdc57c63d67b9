"""Secrets among a template's inputs and outputs: parameters, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from walint.graph import INPUTS, Graph, Resource
from walint.policy.checks.model import Hit
from walint.policy.checks.secrets import is_placeholder, literal, names_password, names_secret
from walint.policy.checks.texts import texts
from walint.policy.logic import as_bool
from walint.policy.runtime import Env
from walint.values import Property, Reference, Unknown, symbols

# Inputs that are secret by name but hold where the secret is kept.
_POINTS: Final = r"(?i)\b(arns?|names?|ids?|identifiers?|paths?|files?|urls?|uris?|locations?)\b"
# Attributes that AWS or a provider makes up and that are secret.
_SECRET_ATTRIBUTES: Final = frozenset(
    (
        ("AWS::IAM::AccessKey", "SecretAccessKey"),
        ("aws_iam_access_key", "secret"),
        ("aws_iam_access_key", "ses_smtp_password_v4"),
        ("random_password", "result"),
        ("tls_private_key", "private_key_openssh"),
        ("tls_private_key", "private_key_pem"),
        ("tls_private_key", "private_key_pem_pkcs8"),
    )
)
_OUTPUTS: Final = ("cloudformation::output", "terraform::output")
_SECRET_TYPES: Final = frozenset(type_ for type_, _ in _SECRET_ATTRIBUTES)


def nothing_secret(graph: Graph) -> bool:
    """Whether a graph has neither a secret nor an output that is called like one."""
    known: bool | None = graph.memo.get("nothing secret")
    if known is None:
        outputs = [resource for type_ in _OUTPUTS for resource in graph.of_type(type_)]
        known = not _holds_secrets(graph) and not any(_is_called_secret(_name(output)) for output in outputs)
        graph.memo["nothing secret"] = known
    return known


def exposed(env: Env) -> Iterator[Hit]:
    """Secret inputs that are shown or have a default, and outputs that print a secret."""
    resource = env.resource
    if resource.type in _OUTPUTS:
        yield from _output(env.graph, resource)
    elif is_secret(resource):
        yield from _input(resource)


def _name(resource: Resource) -> str:
    return resource.address.rpartition("/")[2].rpartition(".")[2]


def _of(resource: Resource, name: str) -> Any:
    found = resource.lookup(name)
    return None if found is None else found.value


def _is_called_secret(name: str) -> bool:
    return names_password(name) or names_secret(name)


def is_secret(resource: Resource) -> bool:
    """Whether an input is a secret: it is declared as one, or its name says so and nothing else speaks against it."""
    if _hidden(resource):
        return True
    name = _name(resource)
    if not _is_called_secret(name):
        return False
    terraform = resource.language == "terraform"
    description = _of(resource, "description" if terraform else "Description")
    if names_secret(name) and isinstance(description, str) and re.search(_POINTS, description):
        return False
    default = _of(resource, "default" if terraform else "Default")
    allowed = _of(resource, "AllowedValues")
    if isinstance(default, (bool, int, float, list, dict)) or (isinstance(default, str) and _is_switch(default)):
        return False
    if isinstance(allowed, list) and any(_is_switch(str(item.value)) for item in allowed):
        return False
    kind = _of(resource, "Type")
    return not (isinstance(kind, str) and kind.startswith(("AWS::", "List<")))


def _is_switch(text: str) -> bool:
    return text.lower() in ("true", "false", "yes", "no")


def _hidden(resource: Resource) -> bool:
    names = ("sensitive", "ephemeral") if resource.language == "terraform" else ("NoEcho",)
    return any(as_bool(_of(resource, name)) is True for name in names)


def _input(resource: Resource) -> Iterator[Hit]:
    terraform = resource.language == "terraform"
    if not _hidden(resource) and not isinstance(_of(resource, "sensitive" if terraform else "NoEcho"), Unknown):
        how = "sensitive" if terraform else "NoEcho"
        yield Hit("fail", f"{resource.address} is a secret and not {how}.", path=how)
    default = resource.lookup("default" if terraform else "Default")
    if default is None:
        return
    for text in texts(default, "default" if terraform else "Default"):
        if not is_placeholder(text.text):
            yield Hit("fail", f"{resource.address} is a secret and has a default.", default.place, path=text.path)
            return


def _output(graph: Graph, resource: Resource) -> Iterator[Hit]:
    if resource.language == "terraform" and _hidden(resource):
        return
    name = _name(resource)
    if not (_is_called_secret(name) or _holds_secrets(graph)):
        return  # to evaluate all outputs is to evaluate most of what there is
    value = resource.lookup("value" if resource.language == "terraform" else "Value")
    if value is None:
        return
    path = "value" if resource.language == "terraform" else "Value"
    for what in _secrets_in(graph, resource, value):
        yield Hit("fail", f"{resource.address} prints {what}.", value.place, path=path)
        return


def _holds_secrets(graph: Graph) -> bool:
    """Whether there is an input or an attribute that an output must not print."""
    found = graph.memo.get("holds secrets")
    if found is None:
        # What declares an input is the same in all instances of a module.
        declared = {id(it.place): it for type_ in INPUTS for it in graph.of_type(type_)}
        found = graph.memo["holds secrets"] = any(map(is_secret, declared.values())) or any(
            resource.source_type in _SECRET_TYPES for resource in graph.resources.values()
        )
    return bool(found)


def _secrets_in(graph: Graph, resource: Resource, value: Property) -> Iterator[str]:
    for symbol in [*symbols(value), *value.references]:
        if isinstance(symbol, Reference):
            source = graph.resources.get(symbol.resource)
            if source is not None and (source.source_type, symbol.attribute) in _SECRET_ATTRIBUTES:
                yield f"{symbol.attribute} of {symbol.resource}"
        elif symbol.subject is not None:
            name = symbol.subject.name
            declared = graph.resources.get(name if resource.language == "terraform" else _parameter(name))
            if declared is not None and is_secret(declared):
                yield name
    for text in texts(value, "value"):
        for secret in literal(text.text, _name(resource)):
            yield str(secret)


def _parameter(name: str) -> str:
    """A parameter's address by the name of its subject: `Outer/Password` is `Outer/Parameters.Password`."""
    prefix, _, last = name.rpartition("/")
    return f"{prefix}/Parameters.{last}" if prefix else f"Parameters.{last}"
