"""Functions that refer to something: a parameter, a resource, a variable of a loop, another stack."""

from __future__ import annotations

import re
from typing import Any, Final

from yaml.nodes import MappingNode, Node, SequenceNode

from walint.cloudformation.evaluator import Evaluator, Mistake
from walint.cloudformation.functions.arguments import as_text, items, literal, name, part
from walint.cloudformation.includes import included
from walint.cloudformation.nodes import child, entries, text_of
from walint.cloudformation.template import PSEUDO
from walint.conditions import Subject
from walint.values import Reference, Unknown, join_parts, lift

_VARIABLE: Final = re.compile(r"\$\{(!?)([^{}]*)\}")
# Every Region has this many zones; some have more.
_ZONES: Final = 2
_NAME: Final = re.compile(r"[A-Za-z0-9_.:]+\Z")


def ref(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    wanted = text_of(argument) or name(evaluator, argument, "Ref")
    return wanted if isinstance(wanted, Unknown) else named(evaluator, argument, wanted)


def named(evaluator: Evaluator, node: Node, wanted: str) -> Any:
    """What Ref gives for a name."""
    template = evaluator.template
    if wanted in template.loops:
        return template.loops[wanted]
    if wanted in template.parameters:
        return template.parameter(wanted, evaluator.in_condition)
    if wanted in template.resources:
        return evaluator.refer(template.prefix + wanted, "Ref")
    if wanted == "AWS::NoValue":
        return None
    if wanted in PSEUDO:
        return template.pseudo(wanted)
    if wanted in template.aliases:
        return evaluator.refer(template.prefix + template.aliases[wanted], "Ref")
    head, _, rest = wanted.partition(".")
    if rest and head in template.resources:
        # A resource within a module, whose text is not here.
        return evaluator.refer(template.prefix + head, rest)
    return evaluator.missing(node, wanted, f'there is no parameter or resource "{wanted}"')


def get_att(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    if isinstance(argument, SequenceNode):
        resource_node, attribute_node = items(argument, "GetAtt", 2, 2)
        resource = text_of(resource_node) or name(evaluator, resource_node, "GetAtt")
        attribute = text_of(attribute_node) or name(evaluator, attribute_node, "GetAtt")
    else:
        text = literal(evaluator, argument, "GetAtt")
        if isinstance(text, Unknown):
            return text
        resource, _, attribute = text.partition(".")
        if not attribute:
            raise Mistake(argument, "GetAtt takes a resource and an attribute")
    if isinstance(resource, Unknown):
        return Unknown(f"an attribute of {resource.reason}")
    if isinstance(attribute, Unknown):
        evaluator.refer(evaluator.template.prefix + resource, "")
        return attribute
    return attribute_of(evaluator, argument, resource, attribute)


def attribute_of(evaluator: Evaluator, node: Node, resource: str, attribute: str) -> Any:
    """What GetAtt gives for a resource and an attribute."""
    template = evaluator.template
    # SAM names what it generates `Function.Version`, which may have attributes of its own.
    head, _, rest = attribute.partition(".")
    alias = template.aliases.get(f"{resource}.{head}") if rest else None
    if alias is not None:
        return evaluator.refer(template.prefix + alias, rest)
    if resource in template.resources:
        if attribute.startswith("Outputs."):
            output = template.output_of(resource, attribute.removeprefix("Outputs."))
            if output is not None:
                evaluator.refer(template.prefix + resource, attribute)
                return output
        reference = evaluator.refer(template.prefix + resource, attribute)
        return lift(lambda value: reference if value is None else value, _written(evaluator, resource, attribute))
    if resource in template.aliases:
        return evaluator.refer(template.prefix + template.aliases[resource], attribute)
    return evaluator.missing(node, resource, f'there is no resource "{resource}"')


def _written(evaluator: Evaluator, resource: str, attribute: str) -> Any:
    """What a resource's author gave as the property that an attribute reads back; None where that is not written.

    An attribute that has a property's name is what was given for it: `Vpc.CidrBlock`, `Group.VpcId`.
    """
    node = evaluator.template.resources[resource].node
    type_ = text_of(child(node, "Type")) or ""
    properties = child(node, "Properties")
    asked = (resource, attribute)
    ours = type_.startswith("AWS::") and not type_.startswith("AWS::CloudFormation::")
    if properties is None or not ours or asked in evaluator.reading:
        return None
    evaluator.reading.add(asked)
    try:
        found = (it for it in evaluator.entries(properties) if it.name == attribute and it.condition is None)
        return next((evaluator.data(it.value) for it in found), None)
    finally:
        evaluator.reading.discard(asked)


def sub(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    variables: dict[str, Node] = {}
    text_node = argument
    if isinstance(argument, SequenceNode):
        text_node, map_node = items(argument, "Sub", 2, 2)
        if not isinstance(map_node, MappingNode):
            raise Mistake(map_node, "Sub takes a mapping of variables here")
        variables = {key: value for key, _, value in entries(map_node)}
    text = text_of(text_node)
    if text is None:
        found = literal(evaluator, text_node, "Sub")
        if isinstance(found, Unknown):
            return found
        text = found
    parts: list[Any] = []
    known: dict[str, Any] = {}
    at = 0
    for match in _VARIABLE.finditer(text):
        parts.append(text[at : match.start()])
        at = match.end()
        if match[1]:
            parts.append("${" + match[2] + "}")
            continue
        name = match[2].strip()
        if name not in known:
            found = _variable(evaluator, text_node, name, variables)
            known[name] = lift(lambda value: part(text_node, "Sub", value), found)
        parts.append(known[name])
    parts.append(text[at:])
    return join_parts(parts)


def _variable(evaluator: Evaluator, node: Node, wanted: str, variables: dict[str, Node]) -> Any:
    if wanted in variables:
        return evaluator.data(variables[wanted])
    if not _NAME.match(wanted):
        raise Mistake(node, f'"${{{wanted}}}" names no variable; write "${{!{wanted}}}" for the text itself')
    if "." in wanted and wanted not in evaluator.template.aliases:
        of, _, attribute = wanted.partition(".")
        return attribute_of(evaluator, node, of, attribute)
    return named(evaluator, node, wanted)


def get_azs(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    region = as_text(evaluator.data(argument)) or as_text(evaluator.template.pseudo("AWS::Region"))
    shown = region if isinstance(region, str) else "the Region"
    reason, subject = f"the Availability Zones of {shown}", f"the zones of {shown}"
    certain = [Unknown(reason, None, Subject(f"{subject}[{number}]")) for number in range(_ZONES)]
    return Unknown(reason, "list", Subject(subject), data=certain)


def import_value(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    shown = _shown(evaluator.data(argument))
    return Unknown(f"the export {shown} of another stack", "string", Subject(f"export {shown}"))


def get_stack_output(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    wanted = {key: evaluator.data(value) for key, _, value in entries(argument)}
    if "StackName" not in wanted or "OutputName" not in wanted:
        raise Mistake(argument, "GetStackOutput takes StackName and OutputName")
    stack, output = _shown(wanted["StackName"]), _shown(wanted["OutputName"])
    return Unknown(f"the output {output} of the stack {stack}", "string", Subject(f"output {output} of {stack}"))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Unknown) and value.parts is not None:
        return '"' + "".join(map(_shown_part, value.parts)) + '"'
    return _shown_part(value)


def _shown_part(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown) and value.subject is not None:
        return f"${{{value.subject.name}}}"
    return f"${{{value.resource}}}" if isinstance(value, Reference) else "${...}"


def transform(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    found = included(evaluator, argument)
    return Unknown(found) if isinstance(found, str) else evaluator.value(found, owner)
