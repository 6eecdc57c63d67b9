"""Fn::Transform and the Transform section: what a local file says in the place of AWS::Include, and macros.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/create-reusable-transform-function-snippets-and-add-to-your-template-with-aws-include-transform.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yaml.nodes import MappingNode, Node, SequenceNode

from walint.cloudformation.files import read_beside, with_source
from walint.cloudformation.nodes import child, entries, function_of, made_mapping, source_of, text_of
from walint.limits import exceeded, limits

if TYPE_CHECKING:
    from walint.cloudformation.evaluator import Evaluator

KEY: Final = "Fn::Transform"
TRANSFORM: Final = "Transform"
INCLUDE: Final = "AWS::Include"
# Transforms of AWS that leave what rules look at as it is written, or that are carried out here.
KNOWN: Final = frozenset(
    (
        INCLUDE,
        "AWS::LanguageExtensions",
        "AWS::Serverless-2016-10-31",
        "AWS::CodeDeployBlueGreen",
        "AWS::SecretsManager-2020-07-23",
        "AWS::SecretsManager-2024-09-16",
        "AWS::ServiceCatalog",
    )
)


def included(evaluator: Evaluator, argument: Node) -> Node | str:
    """The snippet that a transform stands for, or a phrase that says why it is open."""
    name = text_of(child(argument, "Name")) or text_of(argument)
    if name != INCLUDE:
        return f"the macro {name}, which runs at deployment" if name else "a macro, which runs at deployment"
    location_node = child(child(argument, "Parameters"), "Location")
    location = None if location_node is None else evaluator.data(location_node)
    if not isinstance(location, str):
        return "a snippet that is included from a place that is open"
    return _snippet(evaluator, argument, location)


def _snippet(evaluator: Evaluator, argument: Node, location: str) -> Node | str:
    template = evaluator.template
    source = source_of(template.source, argument)
    known = template.snippets.get(location)
    if known is not None:
        return known
    if len(template.snippets) >= limits().snippets:
        return exceeded("snippets", "more than {} included snippets")
    how = template.options
    found = read_beside(location, source, how.folder, how.root, how.overlay)
    made: Node | str
    if isinstance(found, str):
        made = f"the included snippet, since {found}"
    else:
        template.problems += found.document.problems
        root = found.document.root
        made = f"the included snippet {location}" if root is None else with_source(root, found.source)
    template.snippets[location] = made
    return made


def is_transform(node: Node) -> bool:
    """Whether a node is what a transform makes, in the long or in the short form."""
    function = function_of(node)
    return function is not None and function[0] == TRANSFORM


def carried_out(evaluator: Evaluator, node: Node) -> Node:
    """A mapping that a transform makes as a whole, as far as it is carried out here; any other node as it is."""
    for _ in range(limits().snippets):
        function = function_of(node)
        if function is None or function[0] != TRANSFORM:
            break
        found = included(evaluator, function[1])
        if isinstance(found, str):
            return made_mapping([(KEY, function[1])], node)
        node = found
    return node


def macros(root: Node) -> list[tuple[str, Node]]:
    """The transforms that the Transform section names, with their nodes."""
    section = child(root, "Transform")
    items = section.value if isinstance(section, SequenceNode) else [] if section is None else [section]
    out = []
    for item in items:
        name = text_of(item) or text_of(child(item, "Name"))
        if name:
            out.append((name, item))
    return out


def with_top_level_snippets(evaluator: Evaluator, root: Node) -> Node:
    """A template with the snippets that its Transform section includes."""
    snippets = [
        found
        for name, node in macros(root)
        if name == INCLUDE and isinstance(found := included(evaluator, node), MappingNode)
    ]
    if not snippets:
        return root
    sections: dict[str, tuple[str, Node, Node]] = {}
    for part in (root, *snippets):
        for name, key, value in entries(part):
            before = sections.get(name)
            if before is None or not isinstance(value, MappingNode):
                sections[name] = (name, key, value)
            else:
                merged = made_mapping([*entries(before[2]), *entries(value)], before[2])
                sections[name] = (name, before[1], merged)
    return made_mapping(sections.values(), root)
