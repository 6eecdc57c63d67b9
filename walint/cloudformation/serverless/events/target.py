"""What an event calls: a function or a state machine."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from walint.cloudformation.serverless.sam import Entry, Part, Sam, arn, entry, ref


class Granted(NamedTuple):
    """What an event gives the role of its function.

    Attributes:
        managed: names of policies that AWS manages.
        inline: items of the role's Policies.
    """

    managed: tuple[str, ...] = ()
    inline: tuple[Any, ...] = ()


class Target:
    """A function with the alias that events go through.

    Attributes:
        kind: "function" or "machine".
        alias: the logical id of its alias, or None.
    """

    kind = "function"

    def __init__(self, sam: Sam, of: Part, alias: str | None) -> None:
        self.sam = sam
        self.of = of
        self.alias = alias

    @property
    def ref(self) -> dict[str, str]:
        return ref(self.alias or self.of.name)

    @property
    def arn(self) -> dict[str, Any]:
        return ref(self.alias) if self.alias is not None else arn(self.of.name)

    def name(self, event: Part, suffix: str = "") -> str:
        """The logical id of what is generated for an event."""
        return f"{self.of.name}{event.name}{suffix}"

    def add(self, name: str, type_: str, properties: list[Entry], event: Part) -> None:
        """Generate a resource that stands at the event."""
        self.sam.add(name, type_, properties, self.of, at=event.key)

    def permit(self, event: Part, principal: Any, more: Mapping[str, Any], suffix: str = "", name: str = "") -> str:
        """Allow a service to call the function; the permission's logical id."""
        permission = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": self.ref,
            "Principal": principal,
            **more,
        }
        name = name or self.name(event, f"Permission{suffix}")
        entries = [entry(key, value, event.key) for key, value in permission.items() if value is not None]
        self.add(name, "AWS::Lambda::Permission", entries, event)
        return name
