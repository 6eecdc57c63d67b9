"""Where the value of a variable or parameter is given, for those that only the property at fault uses."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from yaml.nodes import Node, ScalarNode, SequenceNode

from walint.discovery import TERRAFORM_SUFFIXES
from walint.fixing import hcl
from walint.fixing.change import BlockChange, Change, DocumentChange
from walint.fixing.edits import Refused
from walint.graph import Resource
from walint.policy.recipe import Setting
from walint.source import Place, Source

TextOf = Callable[[str], str]


def variable_change(
    name: str, value: Any, resource: Resource, file: str, text_of: TextOf, file_of: Callable[[Source], str]
) -> Change:
    """The change of a Terraform variable's value: in the call that gives it, else of its default.

    Args:
        resource: the one whose attribute is the variable.
        file: the file that the resource stands in.

    Raises:
        Refused: where others use the variable, or nobody gives it a value.
    """
    folder = os.path.dirname(file)
    used = re.compile(rf"\bvar\.{re.escape(name)}\b")
    uses, declared = 0, ""
    for entry in sorted(os.listdir(folder)):
        if entry.endswith(TERRAFORM_SUFFIXES):
            text = text_of(os.path.join(folder, entry))
            uses += len(used.findall(text))
            if re.search(rf'\bvariable\s+"{re.escape(name)}"', text):
                declared = os.path.join(folder, entry)
    if uses > 1:
        raise Refused(f"the value comes from var.{name}, which is used elsewhere too; change it there")
    if resource.calls:
        call = resource.calls[-1].place
        block = next(
            (it for it in hcl.read(call.source).body.blocks if it.type == "module" and it.header.start == call.start),
            None,
        )
        if block is not None and name in block.body.arguments:
            return BlockChange(file_of(call.source), ("module", *block.labels), (Setting((name,), value),))
    block = hcl.block_of(hcl.read(Source("", text_of(declared), "bytes")), ("variable", name)) if declared else None
    if block is None or "default" not in block.body.arguments:
        raise Refused(f"the value comes from var.{name}, which has no default; change what gives it")
    return BlockChange(declared, ("variable", name), (Setting(("default",), value),))


def parameter_change(name: str, value: Any, file: str, source: Source, nested: bool) -> Change:
    """The change of a CloudFormation parameter's default.

    Raises:
        Refused: where others use the parameter, or it allows other values only.
    """
    from walint.cloudformation.document import read
    from walint.cloudformation.nodes import child, place, text_of, written

    declared = child(child(read(source).root, "Parameters"), name)
    if declared is None:
        raise Refused(f"the value comes from {name}; change it there")
    at: Place = place(source, declared)
    # The declaration is one mention, the use at fault the other.
    if len(re.findall(rf"(?<![\w:.-]){re.escape(name)}(?![\w:-])", source.text)) > 2:
        raise Refused(f"the value comes from the parameter {name}, which is used elsewhere too; change it there", at)
    if nested or child(declared, "Default") is None:
        raise Refused(f"the value comes from the parameter {name}; change what gives it", at)
    allowed = child(declared, "AllowedValues")
    spelled = str(value).lower() if isinstance(value, bool) else str(value)
    if allowed is not None and spelled not in written(allowed):
        raise Refused(f"the parameter {name} does not allow {spelled}; change it there", at)
    if text_of(child(declared, "Type")) == "String" and not isinstance(value, str) and not _is_bare(declared, spelled):
        value = spelled
    return DocumentChange(file, ("Parameters", name), (Setting(("Default",), value),))


def _is_bare(declared: Node, spelled: str) -> bool:
    """Whether a parameter's values are written without quotes: a default is what it allows as it is written there."""
    from walint.cloudformation.nodes import child, text_of

    allowed = child(declared, "AllowedValues")
    items = allowed.value if isinstance(allowed, SequenceNode) else []
    like = next((item for item in items if text_of(item) == spelled), None) or child(declared, "Default")
    return isinstance(like, ScalarNode) and not like.style
