"""Conditions, and Fn::If, which chooses by one."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode

from walint.cloudformation.evaluator import Evaluator, Mistake
from walint.cloudformation.functions.arguments import items
from walint.cloudformation.functions.arguments import name as name_of
from walint.cloudformation.functions.equality import equal
from walint.cloudformation.nodes import function_of, place, text_of
from walint.conditions import Condition, and_, not_, or_, settled
from walint.limits import OverLimit
from walint.values import Choice, Unknown, choose

Formula = Condition | bool | Unknown
_FUNCTIONS: Final = frozenset(("And", "Or", "Not", "Equals", "Condition"))


def if_(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    name_node, then_node, otherwise_node = items(argument, "If", 3, 3)
    condition = named_condition(evaluator, name_node)
    then = evaluator.property(None, then_node, owner)
    otherwise = evaluator.property(None, otherwise_node, owner)
    if isinstance(condition, Unknown):
        return condition
    if isinstance(condition, bool):
        return then if condition else otherwise
    if isinstance(then_node, ScalarNode) and isinstance(otherwise_node, ScalarNode):
        first, second = then.value, otherwise.value
        if type(first) is type(second) and first == second:
            return then
    return Choice(condition, then, otherwise)


def named_condition(evaluator: Evaluator, node: Node) -> Formula:
    """A condition by its name."""
    if _condition_call(node) is not None:
        return formula(evaluator, node)
    name = text_of(node) or name_of(evaluator, node, "If")
    if isinstance(name, Unknown):
        return name
    if name not in evaluator.template.conditions:
        return evaluator.missing(node, name, f'there is no condition "{name}"')
    return evaluator.template.condition(name, lambda found: formula(evaluator, found))


def formula(evaluator: Evaluator, node: Node) -> Formula:
    """A node of the Conditions section as a formula over its inputs."""
    call = _condition_call(node)
    if call is None:
        evaluator.template.report(node, "a condition is one of And, Or, Not, Equals, Condition")
        return Unknown("a condition that is none")
    outer, evaluator.in_condition = evaluator.in_condition, True
    try:
        return _called(evaluator, *call)
    except Mistake as mistake:
        evaluator.template.report(mistake.node, mistake.message)
        return Unknown(f"a mistake in the template: {mistake.message}")
    except OverLimit as limit:
        evaluator.template.report(node, str(limit))
        return Unknown(str(limit))
    finally:
        evaluator.in_condition = outer


def _condition_call(node: Node) -> tuple[str, Node] | None:
    """A condition function and its argument; None for anything else, names of conditions included."""
    call = function_of(node)
    if call is None and isinstance(node, MappingNode) and len(node.value) == 1:
        key, value = node.value[0]
        call = ("Condition", value) if isinstance(key, ScalarNode) and key.value == "Condition" else None
    return call if call is not None and call[0] in _FUNCTIONS else None


def _called(evaluator: Evaluator, name: str, argument: Node) -> Formula:
    if name == "Condition":
        return named_condition(evaluator, argument)
    if name == "Equals":
        one, other = items(argument, "Equals", 2, 2)
        prefix = evaluator.template.prefix
        text = f"{_written(evaluator, one)} equals {_written(evaluator, other)}"
        return equal(evaluator.data(one), evaluator.data(other), f"{prefix}: {text}" if prefix else text)
    if name == "Not":
        (operand,) = items(argument, "Not", 1, 1)
        found = _operand(evaluator, operand)
        return found if isinstance(found, Unknown) else not_(found)
    return _combined(name, [_operand(evaluator, item) for item in items(argument, name, 2, 10)])


def _combined(name: str, parts: list[Formula]) -> Formula:
    absorbing = name == "Or"
    if any(part is absorbing for part in parts):
        return absorbing
    unknown = next((part for part in parts if isinstance(part, Unknown)), None)
    if unknown is not None:
        return unknown
    known = [part for part in parts if not isinstance(part, Unknown)]
    made = and_(*known) if name == "And" else or_(*known)
    return made if isinstance(made, bool) else settled(made)


def _operand(evaluator: Evaluator, node: Node) -> Formula:
    if _condition_call(node) is None and isinstance(node, ScalarNode):
        raise Mistake(node, f"write a condition by its name as {{Condition: {node.value}}}")
    return formula(evaluator, node)


def _written(evaluator: Evaluator, node: Node) -> str:
    """An operand as the author reads it: a parameter's name, or the text that stands there."""
    function = function_of(node)
    if function is not None and function[0] == "Ref" and isinstance(function[1], ScalarNode):
        return str(function[1].value)
    return " ".join(place(evaluator.template.source, node).text().split())


def _value(evaluator: Evaluator, name: str, argument: Node) -> Any:
    """A condition function where a value stands."""
    found = _called(evaluator, name, argument)
    return found if isinstance(found, (bool, Unknown)) else choose(found, True, False)


def and_function(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    return _value(evaluator, "And", argument)


def or_function(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    return _value(evaluator, "Or", argument)


def not_function(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    return _value(evaluator, "Not", argument)


def equals_function(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    return _value(evaluator, "Equals", argument)


def condition_function(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    return _value(evaluator, "Condition", argument)
