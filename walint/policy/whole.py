"""The template itself as something to judge, for what is missing from it as a whole."""

from __future__ import annotations

from typing import Final

from walint.graph import Graph, Resource
from walint.source import Place
from walint.values import Property

TEMPLATE: Final = "template"
"""What `applies_to` calls a template or root module."""


def template_of(graph: Graph) -> Resource | None:
    """A stand-in at the first line of the template, or of the root module's first file that declares something.

    None where nothing is declared: what is empty sets up nothing.
    """
    first = next((resource for resource in graph.resources.values() if not resource.calls), None)
    if first is None:
        return None
    source = first.place.source
    place = Place(source, 0, len(source.line_text(1).rstrip()))
    return Resource(
        TEMPLATE, TEMPLATE, TEMPLATE, graph.language, place, lambda name: None, lambda: (), Property(place, {})
    )
