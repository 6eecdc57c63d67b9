"""A template as a graph."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node

from walint.cloudformation.cdk import assembly
from walint.cloudformation.document import read
from walint.cloudformation.loops import PREFIX as LOOP
from walint.cloudformation.mistakes import evaluate, may_miss
from walint.cloudformation.nodes import child, entries
from walint.cloudformation.stack import Stack
from walint.cloudformation.template import CloudFormationOptions, Template
from walint.graph import Graph
from walint.source import Source


def load(source: Source, options: CloudFormationOptions) -> Graph | str:
    """The graph of a template; a sentence that says why where the text is none.

    A text that looks like a template and is no YAML gives an empty graph with the problem in it.
    """
    document = read(source)
    if document.root is None:
        if not document.problems:
            return "it is empty"
        return Graph(source.name, "cloudformation", (), list(document.problems))
    if not is_template(document.root):
        return "it has no Resources with a Type"
    template = Template(source, document.root, options)
    template.problems += document.problems
    template.assembly = assembly(source.name, options.folder, options.root)
    stack = Stack(template)
    resources = list(stack.resources())
    if may_miss(source.text, {*template.resources, *template.parameters, *template.mappings}):
        evaluate(resource.source_properties for resource in resources)
    return Graph(
        source.name,
        "cloudformation",
        resources,
        template.problems,
        tuple(stack.opaque),
        tuple(stack.metadata),
        template.hidden,
    )


def is_template(root: Node) -> bool:
    """Whether the root has a `Resources` mapping whose entries have a `Type`."""
    found = child(root, "Resources")
    if not isinstance(found, MappingNode):
        return False
    return any(
        name.startswith(LOOP) or (isinstance(value, MappingNode) and child(value, "Type") is not None)
        for name, _, value in entries(found)
    )
