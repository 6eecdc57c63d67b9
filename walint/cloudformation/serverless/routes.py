"""The routes of a template's APIs, gathered from the events of its functions."""

from typing import TYPE_CHECKING, Any, Final

from walint.cloudformation.nodes import child, text_of

if TYPE_CHECKING:
    from walint.cloudformation.serverless.events.target import Target
    from walint.cloudformation.serverless.sam import Part, Sam

IMPLICIT_REST: Final = "ServerlessRestApi"
IMPLICIT_HTTP: Final = "ServerlessHttpApi"


class Route:
    """A method at a path.

    Attributes:
        target: what is called.
        event: where its author wrote it.
        method: in lower case.
    """

    __slots__ = ("event", "method", "path", "target")

    def __init__(self, target: "Target", event: "Part", path: str, method: str) -> None:
        self.target = target
        self.event = event
        self.path = path
        self.method = method


class Routes:
    """Routes by the logical id of their API."""

    def __init__(self) -> None:
        self._found: dict[str, list[Route]] = {}

    def add(self, api: str, route: Route) -> None:
        self._found.setdefault(api, []).append(route)

    def of(self, api: str) -> list[Route]:
        return self._found.get(api, [])

    def stage_suffix(self, sam: "Sam", api: str | None) -> str:
        """What SAM puts behind the name of a permission for a REST API."""
        if api == IMPLICIT_REST:
            return "Prod"
        declared = sam.template.resources.get(api or "")
        return stage_name(None if declared is None else child(child(declared.node, "Properties"), "StageName"))


def stage_name(written: Any) -> str:
    """A stage's name as a part of logical ids: the text that is written, or "Stage" for what a function gives."""
    return text_of(written) or "Stage"
