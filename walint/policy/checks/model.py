"""What a check in Python gives back."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from walint.graph import Graph
from walint.policy.runtime import Env
from walint.source import Place


class Hit(NamedTuple):
    """What a check found: a place and a sentence.

    Attributes:
        place: None for the resource's header.
        reason: what an open verdict depends on.
        path: the property, for fingerprints.
    """

    verdict: Literal["fail", "open"]
    message: str
    place: Place | None = None
    reason: str = ""
    path: str = ""


class Check(NamedTuple):
    """A check in Python.

    Attributes:
        run: what it finds on the Env's resource, in the Env's scenario.
        is_clean: whether it certainly finds nothing on any resource of a graph, in no scenario: asked first, it
            spares all of them the question. None where that can't be told for less.
    """

    run: Callable[[Env], Iterable[Hit]]
    is_clean: Callable[[Graph], bool] | None = None
