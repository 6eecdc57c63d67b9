"""CloudFormation's intrinsic functions, by name without "Fn::"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from walint.cloudformation.evaluator import Evaluator, Function
from walint.cloudformation.functions import lists, logic, mappings, references, text
from walint.cloudformation.template import Template

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "Ref": references.ref,
        "GetAtt": references.get_att,
        "Sub": references.sub,
        "ImportValue": references.import_value,
        "GetStackOutput": references.get_stack_output,
        "GetAZs": references.get_azs,
        "Join": lists.join,
        "Split": lists.split,
        "Select": lists.select,
        "Length": lists.length,
        "Cidr": lists.cidr,
        "FindInMap": mappings.find_in_map,
        "Base64": text.base64,
        "ToJsonString": text.to_json,
        "Transform": references.transform,
        "If": logic.if_,
        "And": logic.and_function,
        "Or": logic.or_function,
        "Not": logic.not_function,
        "Equals": logic.equals_function,
        "Condition": logic.condition_function,
    }
)


def evaluator(template: Template) -> Evaluator:
    return Evaluator(template, FUNCTIONS)
