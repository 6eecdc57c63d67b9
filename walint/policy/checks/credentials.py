"""Credentials in a template: where they must not stand, and what is written there."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from walint.graph import Graph, Resource
from walint.policy.checks.model import Hit
from walint.policy.checks.secrets import (
    Secret,
    assignments,
    is_password,
    is_token,
    keys,
    literal,
    may_hold_keys,
    names_password,
    names_secret,
)
from walint.policy.checks.texts import HOLE, Text, place_of, readable, texts, texts_at
from walint.policy.runtime import Env
from walint.source import Place
from walint.values import Unknown


class Found(NamedTuple):
    """A secret in a text of a resource."""

    secret: Secret
    text: Text

    @property
    def place(self) -> Place | None:
        return place_of(self.text.of, self.secret.context, self.secret.at, len(self.secret.text))

    @property
    def written(self) -> bool:
        """Whether the secret can be read at its place, and did not come there from elsewhere."""
        place = self.text.of.place
        return place is not None and self.secret.text in place.text()


Finder = Callable[[Graph, Resource], Iterable[Found]]


def check(finder: Finder) -> Callable[[Env], Iterator[Hit]]:
    """A finder as a check. It asks no condition: what is written can be read whether or not it is used."""

    def run(env: Env) -> "Iterator[Hit]":
        seen: set[tuple[str, str]] = set()
        for found in finder(env.graph, env.resource):
            key = (found.text.path, found.secret.text)
            if key not in seen:
                seen.add(key)
                message = f"{env.resource.address} holds {found.secret} in {found.text.path}."
                yield Hit("fail", message, found.place, path=found.text.path)

    return run


# --- places -----------------------------------------------------------------------------------------------------


def in_user_data(graph: Graph, resource: Resource) -> Iterator[Found]:
    """Keys in a script that an instance runs when it starts, and passwords that it sets."""
    path = "LaunchTemplateData.UserData" if resource.type == "AWS::EC2::LaunchTemplate" else "UserData"
    for text in texts_at(graph, resource, path):
        said = readable(text.text)
        found = [*keys(said)]
        known = {secret.text for secret in found}
        found += [secret for secret in assignments(said) if not any(secret.text in key for key in known)]
        yield from (Found(secret, text) for secret in found)


def in_function_environment(graph: Graph, resource: Resource) -> Iterator[Found]:
    yield from _named(graph, resource, texts_at(graph, resource, "Environment.Variables"))


def in_container_environment(graph: Graph, resource: Resource) -> Iterator[Found]:
    yield from _named(graph, resource, texts_at(graph, resource, "ContainerDefinitions[*].Environment[*]"))


# https://docs.aws.amazon.com/config/latest/developerguide/codebuild-project-envvar-awscred-check.html
_AWS_VARIABLES: Final = frozenset(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))


def in_build_environment(graph: Graph, resource: Resource) -> Iterator[Found]:
    """Literal secrets in variables of plain text; a variable that the project reads from a store names where."""
    for variable in graph.follow(resource, "Environment.EnvironmentVariables[*]"):
        kind = _value(variable, "Type")
        if kind in (None, "PLAINTEXT"):
            name = _value(variable, "Name")
            for found in texts(variable, "Environment.EnvironmentVariables"):
                if not found.path.endswith(".Value"):
                    continue
                if name in _AWS_VARIABLES and is_password(found.text) and not given(graph, resource, found):
                    yield Found(Secret("AWS credentials", found.text, found.text, 0), found)
                else:
                    yield from _named(graph, resource, (found,))


_URL_USER: Final = r"(?i)https?://([^/@\s]+)@([^/\s]*)"


def in_source_url(graph: Graph, resource: Resource) -> Iterator[Found]:
    """What stands before the host of a build's source: a token or a password, though not a user's name alone.

    Bitbucket gives URLs with the user's name in them; GitHub takes a token there.
    """
    for path in ("Source.Location", "SecondarySources[*].Location"):
        for text in texts_at(graph, resource, path):
            match = re.match(_URL_USER, text.text)
            if match is not None and (":" in match[1] or match[2].lower().endswith("github.com")):
                user, _, password = match[1].partition(":")
                start = match.start(1) + (len(user) + 1 if password else 0)
                yield Found(Secret("credentials", (password or user).replace(HOLE, ""), match[0], start), text)


def in_build_project(graph: Graph, resource: Resource) -> Iterator[Found]:
    yield from in_build_environment(graph, resource)
    yield from in_source_url(graph, resource)


def parameter_unencrypted(env: Env) -> Iterator[Hit]:
    """A parameter whose name says that it is secret, kept in plain text, whatever its value."""
    resource = env.resource
    kind = resource.lookup("Type")
    name = _parameter_name(resource)
    if _value(kind, None) not in ("String", "StringList") or not (names_password(name) or names_secret(name)):
        return
    if any(not is_password(text.text) for text in texts_at(env.graph, resource, "Value")):
        return
    message = f"{resource.address} holds a secret by its name ({name}) and is not a SecureString."
    yield Hit("fail", message, None if kind is None else kind.place, path="Type")


def _parameter_name(resource: Resource) -> str:
    """The last part of a parameter's name, or what the template calls it."""
    name = _value(resource.lookup("Name"), None)
    if isinstance(name, Unknown) and name.parts is not None and isinstance(name.parts[-1], str):
        name = name.parts[-1]
    return name.rpartition("/")[2] if isinstance(name, str) else resource.address.rpartition(".")[2]


def in_parameter_value(graph: Graph, resource: Resource) -> Iterator[Found]:
    """A secret as the value of a parameter that everybody with read access sees in plain text."""
    if _value(resource.lookup("Type"), None) == "SecureString":
        return
    called = _parameter_name(resource)
    for text in texts_at(graph, resource, "Value"):
        yield from _named(graph, resource, (text._replace(name=called),))


def in_master_password(graph: Graph, resource: Resource) -> Iterator[Found]:
    for text in texts_at(graph, resource, "MasterUserPassword"):
        if is_password(text.text) and not given(graph, resource, text):
            yield Found(Secret("a password", text.text, text.text, 0), text)


def in_master_username(graph: Graph, resource: Resource) -> Iterator[Found]:
    if _value(resource.lookup("ManageMasterUserPassword"), None) in (True, "true"):
        return  # RDS makes a secret of its own, and takes the name as a literal.
    for text in texts_at(graph, resource, "MasterUsername"):
        if HOLE not in text.text and "{{resolve:" not in text.text and not given(graph, resource, text):
            yield Found(Secret("the master user's name", text.text, text.text, 0), text)


_AUTHENTICATION: Final = "AWS::CloudFormation::Authentication"


def in_authentication_metadata(graph: Graph, resource: Resource) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-authentication.html"""
    metadata = resource.lookup("Metadata")
    section = None if metadata is None or not isinstance(metadata.value, dict) else metadata.value.get(_AUTHENTICATION)
    if section is None:
        return
    for text in texts(section, f"Metadata.{_AUTHENTICATION}"):
        if text.name in ("accessKeyId", "secretKey", "password") and is_password(text.text):
            yield Found(Secret("credentials", text.text, text.text, 0), text)


def _may_bring_authentication(text: str) -> bool:
    return _AUTHENTICATION in text or "Transform" in text or re.search(r"\\[uUx]", text) is not None


def no_authentication(graph: Graph) -> bool:
    """Whether no text has the section's name in it, nor anything that may bring it: an escape, an include."""
    known: bool | None = graph.memo.get("no authentication")
    if known is None:
        texts = {id(source): source.text for source in (it.place.source for it in graph.resources.values())}
        known = not any(_may_bring_authentication(text) for text in texts.values())
        graph.memo["no authentication"] = known
    return known


def in_provider(graph: Graph, resource: Resource) -> Iterator[Found]:
    """Keys that could be real: what emulators and tests take ("test", "mock_key") is no credential."""
    if resource.source_type != "aws":
        return
    for text in texts(resource.source_properties, ""):
        name = text.path.removeprefix(".")
        if name in ("access_key", "secret_key", "token") and not given(graph, resource, text):
            found = [*keys(text.text, name)]
            if not found and name == "token" and len(text.text) >= 16 and is_token(text.text):
                found = [Secret("a session token", text.text, text.text, 0)]
            yield from (Found(secret, text._replace(path=name)) for secret in found)


def _named(graph: Graph, resource: Resource, found: Iterable[Text]) -> Iterator[Found]:
    """Keys in values, and values whose name says that they are secret."""
    for text in found:
        secrets = [*keys(readable(text.text), text.name)]
        # What another resource gives is the name or address of a secret, or is judged there.
        if not secrets and not passed_on(text) and not given(graph, resource, text):
            secrets = [*literal(text.text, text.name)]
        yield from (Found(secret, text) for secret in secrets)


def _value(of: Any, name: str | None) -> Any:
    """A property's value, or that of its part with the name."""
    value = None if of is None else of.value
    if name is None:
        return value
    part = value.get(name) if isinstance(value, dict) else None
    return None if part is None else part.value


# --- values that are given ---------------------------------------------------------------------------------------

_ATTRIBUTE: Final = r"\b[a-z][a-z0-9]*_\w+\.[\w-]+(?:\[[^\]]*\])?\.\w|GetAtt\b"
_INPUT: Final = r"var\.([\w-]+)|!Ref\s+[\"']?(\w+)|[\"']?(?:Fn::)?Ref[\"']?\s*:\s*[\"']?(\w+)|\$\{(\w+)\}"


def passed_on(text: Text) -> bool:
    """Whether a text is another resource's attribute."""
    place = text.of.place
    if text.of.references:
        return True
    return place is not None and text.text not in (shown := place.text()) and re.search(_ATTRIBUTE, shown) is not None


def given(graph: Graph, resource: Resource, text: Text) -> bool:
    """Whether a text is what whoever deploys gives to an input of the template, and so not written in it."""
    place = text.of.place
    if place is None or text.text in (shown := place.text()):
        return False
    for match in re.finditer(_INPUT, shown):
        name = match[match.lastindex or 0]
        prefix, default = ("var.", "default") if resource.language == "terraform" else ("Parameters.", "Default")
        declared = graph.resources.get(prefix + name)
        if declared is not None and not resource.calls:
            return str(_value(declared.lookup(default), None)) != text.text
    return False


# --- everywhere else ---------------------------------------------------------------------------------------------

FINDERS: Final[dict[str, Finder]] = {
    "AWS::AutoScaling::LaunchConfiguration": in_user_data,
    "AWS::CodeBuild::Project": in_build_project,
    "AWS::EC2::Instance": in_user_data,
    "AWS::EC2::LaunchTemplate": in_user_data,
    "AWS::ECS::TaskDefinition": in_container_environment,
    "AWS::Lambda::Function": in_function_environment,
    "AWS::RDS::DBCluster": in_master_password,
    "AWS::RDS::DBInstance": in_master_password,
    "AWS::SSM::Parameter": in_parameter_value,
    "terraform::provider": in_provider,
}


_UNNAMED: Final = ("default", "Default", "value", "Value")


def elsewhere(graph: Graph, resource: Resource) -> list[Found]:
    """Keys and tokens in the resource, but for those that a rule about their place finds."""
    return _found(graph).get(resource.address, [])


def nothing_elsewhere(graph: Graph) -> bool:
    return not _found(graph)


def _found(graph: Graph) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] | None = graph.memo.get("credentials")
    if found is None:
        found = graph.memo["credentials"] = _elsewhere(graph)
    return found


def _elsewhere(graph: Graph) -> dict[str, list[Found]]:
    suspected = _suspected(graph)
    looked_at = [resource for resource in graph.resources.values() if _folder(resource) in suspected]
    return by_address(graph, [(resource.address, found) for resource in looked_at for found in _all(resource)])


def by_address(graph: Graph, every: list[tuple[str, Found]]) -> dict[str, list[Found]]:
    """By address what no rule about its place finds.

    A secret that is passed on is found where it is written, or where it is used if that is nowhere.
    """
    if not every:
        return {}
    known: set[tuple[str, int, str]] = set()
    for resource in graph.resources.values():
        finder = FINDERS.get(resource.type)
        if finder is not None:
            known.update(_key_of(found) for found in finder(graph, resource))
        if resource.language == "cloudformation":
            known.update(_key_of(found) for found in in_authentication_metadata(graph, resource))
    written = {found.secret.text for _, found in every if found.written}
    out: dict[str, list[Found]] = {}
    for address, found in every:
        if _key_of(found) not in known and (found.written or found.secret.text not in written):
            out.setdefault(address, []).append(found)
    return out


def _suspected(graph: Graph) -> set[str]:
    """The folders with a file that may hold a key: to evaluate every value costs more than all other rules together.

    What is passed on to a module of another folder is found where it is written.
    """
    sources = {id(resource.place.source): resource for resource in graph.resources.values()}
    return {_folder(resource) for resource in sources.values() if may_hold_keys(resource.place.source.text)}


def _folder(resource: Resource) -> str:
    return resource.place.source.name.rpartition("/")[0]


def _all(resource: Resource) -> Iterator[Found]:
    metadata = resource.lookup("Metadata") if resource.language == "cloudformation" else None
    for of, path in ((resource.source_properties, ""), (metadata, "Metadata")):
        for text in () if of is None else texts(of, path):
            # An input's default is called as the input is.
            name = resource.address.rpartition(".")[2] if text.name in _UNNAMED else text.name
            for secret in keys(readable(text.text), name):
                yield Found(secret, text._replace(path=text.path.removeprefix(".")))


def _key_of(found: Found) -> tuple[str, int, str]:
    place = found.place
    return ("", 0, found.secret.text) if place is None else (place.source.name, place.span().line, found.secret.text)
