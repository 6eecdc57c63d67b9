"""Environment variables of builds and containers, which everybody sees who may look at these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from walint.policy.checks import credentials
from walint.policy.checks.model import Hit
from walint.policy.runtime import Env
from walint.values import Property

_AWS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def _environment(finder: credentials.Finder, path: str, *names: str) -> Callable[[Env], Iterator[Hit]]:
    """Secrets that are written in a variable, and variables of certain names in plain text, whoever gives the value."""
    written = credentials.check(finder)

    def run(env: Env) -> Iterator[Hit]:
        places = set()
        for hit in written(env):
            places.add(hit.place)
            yield hit
        for variable in env.graph.follow(env.resource, f"{path}[*]"):
            parts = variable.value if isinstance(variable.value, dict) else {}
            name, value = _plain(parts.get("Name")), parts.get("Value")
            if name not in names or _plain(parts.get("Type")) not in (None, "PLAINTEXT"):
                continue
            if isinstance(value, Property) and value.value not in (None, "") and value.place not in places:
                message = f"{env.resource.address} keeps {name} in plain text, where the console and the API show it."
                yield Hit("fail", message, value.place, path=f"{path}.Value")

    return run


def _plain(part: Any) -> Any:
    return part.value if isinstance(part, Property) else part


# https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-2
build = _environment(credentials.in_build_environment, "Environment.EnvironmentVariables", *_AWS)
# https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8
container = _environment(
    credentials.in_container_environment, "ContainerDefinitions[*].Environment", *_AWS, "ECS_ENGINE_AUTH_DATA"
)
