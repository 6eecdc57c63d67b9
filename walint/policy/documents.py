"""Policy documents, in whatever form they are written."""

from __future__ import annotations

from walint.graph import Graph
from walint.jsontext import decoded
from walint.values import Property


def decode(graph: Graph, document: Property) -> Property:
    """A document as a property that holds a mapping, whatever form it was written in.

    A text that is no JSON is Unknown; each item stands at its own place where that is known, else at the document's.
    """
    key = ("document", id(document))
    found = graph.memo.get(key)
    if found is None:
        # The property is kept with the answer, so that its id is not given to another one.
        found = graph.memo[key] = (document, _decode(document))
    answer: Property = found[1]
    return answer


def _decode(document: Property) -> Property:
    value = document.value
    answer = decoded(value)
    return document if answer is value else Property(document.place, answer, owner=document.owner)
