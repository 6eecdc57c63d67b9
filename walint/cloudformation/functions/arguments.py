"""What functions have in common: their arguments, and values that are open."""

from __future__ import annotations

from typing import Any

from yaml.nodes import Node, SequenceNode

from walint.cloudformation.evaluator import Evaluator, Mistake
from walint.cloudformation.includes import TRANSFORM
from walint.cloudformation.nodes import PACKAGED, function_of, text_of
from walint.values import Choice, Reference, Unknown, lift


def items(node: Node, function: str, least: int, most: int) -> list[Node]:
    """The arguments of a function that takes a list of them."""
    if not isinstance(node, SequenceNode):
        if least > 1:
            raise Mistake(node, f"{function} takes a list of {least} values")
        return [node]
    if not least <= len(node.value) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise Mistake(node, f"{function} takes {wanted} values, not {len(node.value)}")
    return list(node.value)


def literal(evaluator: Evaluator, node: Node, function: str) -> str | Unknown:
    """An argument that has to be text as it stands, once transforms and packagers have done their work."""
    text = text_of(node)
    if text:
        return text
    call = function_of(node)
    if call is not None and (call[0] == TRANSFORM or call[0].startswith(PACKAGED)):
        found = as_text(evaluator.data(node))
        if isinstance(found, Unknown) or (isinstance(found, str) and found):
            return found
    raise Mistake(node, f"{function} takes text here")


def name(evaluator: Evaluator, node: Node, function: str) -> str | Unknown:
    """An argument that names something: text, or a function that gives it."""
    found = as_text(evaluator.data(node))
    if isinstance(found, str) and found:
        return found
    if isinstance(found, Unknown):
        return _of_loops(evaluator, found) or Unknown(found.reason)
    if isinstance(found, (Choice, Reference)):
        return opened(found) or Unknown(f"the name that {function} takes")
    raise Mistake(node, f"{function} takes text here")


def _of_loops(evaluator: Evaluator, found: Unknown) -> str | None:
    """The name of what a loop makes, its open variables as they stand in that name; None for another open text."""
    template = evaluator.template
    out: list[str] = []
    for part in found.parts or (found,):
        if isinstance(part, str):
            out.append(part)
        else:
            of = next((variable for variable, value in template.loops.items() if value is part), None)
            if of is None:
                return None
            out.append(f"${{{template.loop_variables[of]}}}")
    return "".join(out)


def as_text(value: Any) -> Any:
    """A scalar as the text that CloudFormation makes of it; symbols and containers stay."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(value, "g") if value.is_integer() else repr(value)
    if isinstance(value, int):
        return str(value)
    if value is None:
        return ""
    return value


def part(node: Node, function: str, value: Any) -> Any:
    """A value as a part of a text."""
    found = as_text(value)
    if isinstance(found, (list, dict)):
        kind = "a list" if isinstance(found, list) else "a mapping"
        raise Mistake(node, f"{function} takes text here, not {kind}")
    return found


def settled(values: list[Any]) -> Any:
    """A list without what AWS::NoValue takes out of it: a choice of lists where that is open."""
    if not any(value is None or isinstance(value, Choice) for value in values):
        return values
    at = [index for index, value in enumerate(values) if isinstance(value, Choice) and _may_be_none(value)]

    def without(*decided: Any) -> list[Any]:
        found = dict(zip(at, decided, strict=True))
        return [value for index, given in enumerate(values) if (value := found.get(index, given)) is not None]

    return lift(without, *(values[index] for index in at))


def _may_be_none(value: Any) -> bool:
    return value is None or (isinstance(value, Choice) and (_may_be_none(value.then) or _may_be_none(value.otherwise)))


def opened(value: Any, kind: str | None = None) -> Unknown | None:
    """What a function of an open value is; None where the value is known."""
    if isinstance(value, Unknown):
        return Unknown(value.reason, kind)
    if isinstance(value, Reference):
        return Unknown(f"{value.resource}, which is decided at deployment", kind)
    if isinstance(value, Choice):
        return Unknown(f"whether {value.condition}", kind)
    return None
