"""Stacks within a stack: nested stacks and stack sets, by the templates that lie in the linted tree.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
"""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.cloudformation.document import read
from walint.cloudformation.embedded import in_its_place
from walint.cloudformation.evaluator import Evaluator
from walint.cloudformation.files import Read, read_beside, text_beside
from walint.cloudformation.nodes import child, entries, source_of, text_of
from walint.cloudformation.template import CloudFormationOptions, Declared, Template
from walint.limits import exceeded, limits
from walint.source import Source

STACK: Final = "AWS::CloudFormation::Stack"
STACK_SET: Final = "AWS::CloudFormation::StackSet"
# CDK and SAM write beside a TemplateURL which file it was uploaded from.
_APPLICATION: Final = "AWS::Serverless::Application"
_ASSET: Final = "aws:asset:path"
_FILES: Final = ("TemplateURL", "Location")
_CALLERS: Final = tuple(word.encode() for word in (STACK, _APPLICATION))
_NAMES: Final = tuple(word.encode() for word in (_ASSET, *_FILES))


class Loading:
    """What one outermost template has read so far.

    Attributes:
        count: how many nested stacks there are.
        read: files by location and folder, so that each is read once.
    """

    def __init__(self) -> None:
        self.count = 0
        self.read: dict[tuple[str, str], Read | str] = {}


class Inner(NamedTuple):
    """A template within a template, and what it is given.

    Attributes:
        path: of its file, links resolved; "" for a body that is written inline.
        at: where it is named.
    """

    template: Template
    path: str
    at: Node


def inner_template(
    evaluator: Evaluator, name: str, declared: Declared, loading: Loading, above: tuple[str, ...]
) -> Inner | str:
    """The template of a nested stack or stack set, or a phrase that says why it was not read.

    Args:
        above: the files around it, outermost first.
    """
    if len(above) > limits().stack_depth:
        return exceeded("stack_depth", "more than {} stacks within each other")
    if loading.count >= limits().stacks:
        return exceeded("stacks", "more than {} nested stacks")
    properties = child(declared.node, "Properties")
    is_set = text_of(child(declared.node, "Type")) == STACK_SET
    body = child(properties, "TemplateBody") if is_set else None
    found = _inline(evaluator, body) if body is not None else _file(evaluator, declared, properties, loading)
    if isinstance(found, str):
        return found
    source, root, path, at = found
    if path and path in above:
        return "it contains itself"
    loading.count += 1
    options = evaluator.template.options
    if path:
        options = options._replace(folder=os.path.dirname(path))
    if is_set:
        # Its stacks are deployed to accounts and Regions of their own.
        options = options._replace(region=None, account_id=None)
    prefix = f"{evaluator.template.prefix}{name}/"
    made = Template(source, root, options, prefix, _arguments(evaluator, child(properties, "Parameters")))
    return Inner(made, path, at)


def _file(
    evaluator: Evaluator, declared: Declared, properties: Node | None, loading: Loading
) -> tuple[Source, Node, str, Node] | str:
    template = evaluator.template
    written = child(properties, "TemplateURL")
    asset = text_of(child(child(declared.node, "Metadata"), _ASSET))
    if written is None and asset is None:
        return "it names no template"
    location = asset if asset is not None else None if written is None else evaluator.data(written)
    if not isinstance(location, str):
        return "its template is named by a value that is open"
    source = source_of(template.source, declared.node)
    key = (location, template.options.folder)
    found = loading.read.get(key)
    if found is None:
        how = template.options
        found = loading.read[key] = read_beside(location, source, how.folder, how.root, how.overlay)
        if isinstance(found, Read):
            template.problems += found.document.problems
    if isinstance(found, str):
        return found
    root = found.document.root
    if root is None:
        return f"{location} is no template"
    return found.source, root, found.path, written if written is not None else declared.key


def _inline(evaluator: Evaluator, body: Node) -> tuple[Source, Node, str, Node] | str:
    """A template that is written as text, or put together by a function."""
    text = evaluator.data(body)
    source = source_of(evaluator.template.source, body)
    if not isinstance(text, str):
        return "its template is open"
    document = read(Source(source.name, text))
    if document.root is None:
        return "its TemplateBody is no template"
    return source, in_its_place(document.root, body, source, text), "", body


def _arguments(evaluator: Evaluator, written: Node | None) -> Mapping[str, Callable[[], Any]]:
    """The parameters that are passed down: a stack's mapping, or a stack set's list of keys and values."""
    given: dict[str, Node] = {}
    if isinstance(written, SequenceNode):
        for item in written.value:
            name, value = text_of(child(item, "ParameterKey")), child(item, "ParameterValue")
            if name is not None and value is not None:
                given[name] = value
    elif isinstance(written, MappingNode):
        given = {it.name: it.value for it in evaluator.entries(written)}
    return {name: _argument(evaluator, node) for name, node in given.items()}


def _argument(evaluator: Evaluator, node: Node) -> Callable[[], Any]:
    return lambda: evaluator.data(node)


def may_call(text: bytes) -> bool:
    """Whether a file may name templates of nested stacks; most do not, and need not be parsed to know it."""
    return any(word in text for word in _CALLERS) and any(word in text for word in _NAMES)


def local_templates(source: Source, options: CloudFormationOptions) -> list[str]:
    """The files, links resolved, that a template names as its nested stacks; without evaluating anything."""
    root = read(source).root
    out: list[str] = []
    for _, _, node in [] if root is None else entries(child(root, "Resources") or root):
        properties = child(node, "Properties")
        for written in (child(child(node, "Metadata"), _ASSET), *(child(properties, name) for name in _FILES)):
            if isinstance(written, ScalarNode):
                found = text_beside(str(written.value), source, options.folder, options.root)
                if not isinstance(found, str):
                    out.append(found[0])
    return out


def called_templates(templates: Iterable[tuple[str, Source, CloudFormationOptions]]) -> set[str]:
    """The files, links resolved, that are judged through the templates that call them, and not on their own.

    Of templates that only call each other, the first is judged on its own.

    Args:
        templates: path, text and options of each that may call others.
    """
    calls = {os.path.realpath(path): local_templates(source, options) for path, source, options in templates}
    named = {callee for path, callees in calls.items() for callee in callees if callee != path}
    own: set[str] = set()
    reached: set[str] = set()
    for path in sorted(calls, key=lambda path: path in named):  # those that nobody calls come first
        if path in reached:
            continue
        own.add(path)
        todo = [path]
        while todo:
            at = todo.pop()
            if at not in reached:
                reached.add(at)
                todo += calls.get(at, [])
    return reached - own
