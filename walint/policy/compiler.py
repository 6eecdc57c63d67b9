"""Turns an expression's tree into closures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from walint.policy.logic import as_number, compare, contains, equals, negate, same_as, truth
from walint.policy.runtime import Env, Fork, Item, Items, Surprise, Truth
from walint.values import Property, Unknown

if TYPE_CHECKING:
    from walint.policy.expression import Node

Compiled: TypeAlias = Callable[[Env], Any]
Function: TypeAlias = Callable[..., Any]
"""A function of the rule language: takes the Env and the arguments as the expression gives them."""

# Names that mean something other than a property of the subject.
RESERVED = ("resource", "item", "address", "type", "source_type", "language")


class Names:
    """What the names in an expression mean, beside properties of the subject.

    Attributes:
        functions: by the name under which rules call them.
        parameters: a rule's thresholds.
        bound: the variables of the comprehensions around.
    """

    __slots__ = ("bound", "functions", "parameters")

    def __init__(
        self,
        functions: dict[str, Function],
        parameters: Mapping[str, Any] = MappingProxyType({}),
        bound: frozenset[str] = frozenset(),
    ) -> None:
        self.functions = functions
        self.parameters = parameters
        self.bound = bound


def compile_node(node: Node, names: Names) -> Compiled:
    """A closure that evaluates the node in an Env. The node is one that `expression.parse` made."""
    return _COMPILERS[node[0]](node, names)


def _const(node: Node, names: Names) -> Compiled:
    value = node[1]
    return lambda env: value


def _name(node: Node, names: Names) -> Compiled:
    name: str = node[1]
    if name in names.bound:
        return lambda env: env.locals[name]
    if name in names.parameters:
        value = names.parameters[name]
        return lambda env: value
    match name:
        case "resource":
            return lambda env: env.resource
        case "item":
            return lambda env: env.subject
        case "address":
            return lambda env: env.resource.known_as
        case "type":
            return lambda env: env.resource.type
        case "source_type":
            return lambda env: env.resource.source_type
        case "language":
            return lambda env: env.resource.language
        case _:
            return lambda env: env.get(env.subject, name)


def _attr(node: Node, names: Names) -> Compiled:
    of, name = compile_node(node[1], names), node[2]
    return lambda env: env.get(of(env), name)


def _index(node: Node, names: Names) -> Compiled:
    of, key = compile_node(node[1], names), compile_node(node[2], names)

    def index(env: Env) -> Any:
        collection, at = of(env), env.read(key(env))
        if isinstance(at, Unknown):
            return at
        if isinstance(at, str):
            return env.get(collection, at)
        if not isinstance(at, int):
            raise Surprise("an index is a number or text")
        found = env.items(collection)
        certain = [item for item in found.items if item.doubt is None]
        if -len(certain) <= at < len(certain) and len(certain) == len(found.items):
            return certain[at].value
        return found.more or next((item.doubt for item in found.items if item.doubt is not None), None)

    return index


def _list(node: Node, names: Names) -> Compiled:
    items = [compile_node(item, names) for item in node[1]]
    return lambda env: Items([Item(item(env), None) for item in items])


def _and(node: Node, names: Names) -> Compiled:
    return _combined([compile_node(part, names) for part in node[1]], absorbing=False)


def _or(node: Node, names: Names) -> Compiled:
    return _combined([compile_node(part, names) for part in node[1]], absorbing=True)


def _combined(parts: list[Compiled], absorbing: bool) -> Compiled:
    def combined(env: Env) -> Truth:
        trace = env.trace
        start = len(trace)
        open_: Unknown | None = None
        deciding: list[Any] = []
        for part in parts:
            mark = len(trace)
            value = truth(part(env), env)
            if value is absorbing:
                # Only this operand decided it.
                del trace[start:mark]
                return value
            if isinstance(value, Unknown) and open_ is None:
                open_, deciding = value, trace[mark:]
        if open_ is not None:
            trace[start:] = deciding
            return open_
        return not absorbing

    return combined


def _not(node: Node, names: Names) -> Compiled:
    of = compile_node(node[1], names)
    return lambda env: negate(truth(of(env), env))


def _compare(node: Node, names: Names) -> Compiled:
    operator = node[1]
    left, right = compile_node(node[2], names), compile_node(node[3], names)
    match operator:
        case "==":
            return _equals(left, right, node[3])
        case "!=":
            same = _equals(left, right, node[3])
            return lambda env: negate(same(env))
        case "in":
            return _contains(left, right, node[3], names)
        case "not in":
            among = _contains(left, right, node[3], names)
            return lambda env: negate(among(env))
        case _:
            return lambda env: compare(operator, left(env), right(env), env)


def _equals(left: Compiled, right: Compiled, node: Node) -> Compiled:
    """Equality; with a constant on the right most values are of its type, or null."""
    if node[0] != "const" or not isinstance(node[1], (str, bool, type(None))):
        return lambda env: equals(left(env), right(env), env)
    wanted = node[1]
    kind = type(wanted)

    def same(env: Env) -> Truth:
        given = left(env)
        value = env.read(given)
        if type(value) is kind or value is None:
            return value == wanted
        return same_as(value, wanted, given, wanted, env)

    return same


def _contains(left: Compiled, right: Compiled, node: Node, names: Names) -> Compiled:
    """`in`; in a list of constants of one type most values are looked up at once."""
    constants = _constants(node, names) or []
    kind = type(constants[0]) if constants else None
    if kind not in (str, int) or any(type(value) is not kind for value in constants):
        return lambda env: contains(left(env), right(env), env)
    wanted = frozenset(constants)

    def among(env: Env) -> Truth:
        given = left(env)
        mark = len(env.trace)
        value = env.read(given)
        if type(value) is kind:
            return value in wanted
        del env.trace[mark:]
        return contains(given, right(env), env)

    return among


def _constants(node: Node, names: Names) -> list[Any] | None:
    """The values of a list that never changes: a parameter, or one that holds nothing but constants."""
    if node[0] == "list" and all(item[0] == "const" for item in node[1]):
        return [item[1] for item in node[1]]
    if node[0] == "name" and node[1] not in names.bound and isinstance(names.parameters.get(node[1]), list):
        return list(names.parameters[node[1]])
    return None


def _calc(node: Node, names: Names) -> Compiled:
    operator = node[1]
    left, right = compile_node(node[2], names), compile_node(node[3], names)

    def calc(env: Env) -> Any:
        one, other = env.read(left(env)), env.read(right(env))
        for side in (one, other):
            if isinstance(side, Unknown):
                return side
        first, second = as_number(one), as_number(other)
        if first is None or second is None:
            if operator == "+" and isinstance(one, str) and isinstance(other, str):
                return one + other
            raise Surprise("a calculation needs two numbers")
        match operator:
            case "+":
                return first + second
            case "-":
                return first - second
            case "*":
                return first * second
            case _:
                if second == 0:
                    raise Surprise("a division by zero")
                return first / second

    return calc


def _if(node: Node, names: Names) -> Compiled:
    condition, then, otherwise = (compile_node(part, names) for part in node[1:])

    def conditional(env: Env) -> Any:
        value = truth(condition(env), env)
        if isinstance(value, Unknown):
            return value
        return then(env) if value else otherwise(env)

    return conditional


def _call(node: Node, names: Names) -> Compiled:
    name, arguments = node[1], node[2]
    quantifier = _QUANTIFIERS.get(name)
    if quantifier is not None and len(arguments) == 1 and arguments[0][0] == "each":
        return quantifier(arguments[0], names)
    function = names.functions[name]
    compiled = [compile_node(argument, names) for argument in arguments]
    if len(compiled) == 1:
        only = compiled[0]
        return lambda env: function(env, only(env))
    if len(compiled) == 2:
        first, second = compiled
        return lambda env: function(env, first(env), second(env))
    return lambda env: function(env, *[argument(env) for argument in compiled])


def _each(node: Node, names: Names) -> Compiled:
    result = compile_node(node[1], _within(node, names))
    walk = _walk(node, names)

    def each(env: Env) -> Items:
        collection, kept = walk(env)
        out: list[Item] = []
        for item, doubt in kept:
            env.locals[node[2]] = item
            out.append(Item(result(env), doubt))
        env.locals.pop(node[2], None)
        return Items(out, collection.more, collection.origin)

    return each


def _within(node: Node, names: Names) -> Names:
    """The names inside a comprehension."""
    return Names(names.functions, names.parameters, names.bound | {node[2]})


def _walk(node: Node, names: Names) -> Callable[[Env], tuple[Items, list[Item]]]:
    """The items of a comprehension that its conditions let through; an open condition leaves a doubt."""
    variable = node[2]
    collection = _collection(node[3], names)
    conditions = [compile_node(condition, _within(node, names)) for condition in node[4]]

    def walk(env: Env) -> tuple[Items, list[Item]]:
        found = collection(env)
        if not conditions:
            return found, found.items
        kept: list[Item] = []
        for item, doubt in found.items:
            env.locals[variable] = item
            for condition in conditions:
                mark = len(env.trace)
                holds = truth(condition(env), env)
                del env.trace[mark:]
                if holds is False:
                    break
                if isinstance(holds, Unknown):
                    doubt = doubt or holds
            else:
                kept.append(Item(item, doubt))
        env.locals.pop(variable, None)
        return found, kept

    return walk


def _collection(node: Node, names: Names) -> Callable[[Env], Items]:
    """The items of a collection; those of a list of constants are made once."""
    constants = _constants(node, names)
    if constants is not None:
        fixed = _fixed(constants)
        return lambda env: fixed
    collection = compile_node(node, names)
    return lambda env: env.items(collection(env))


def _fixed(values: list[Any]) -> Items:
    return Items([Item(_fixed(value) if isinstance(value, list) else value, None) for value in values])


def _quantified(node: Node, names: Names, wanted: bool) -> Compiled:
    """`any` (wanted is True) and `all` (False) over a comprehension: one item that is `wanted` decides."""
    result = compile_node(node[1], _within(node, names))
    variable = node[2]
    walk = _walk(node, names)

    def quantified(env: Env) -> Truth:
        trace = env.trace
        start = len(trace)
        collection, kept = walk(env)
        open_: Unknown | None = None
        deciding: list[Any] = []
        outer = env.locals.get(variable)
        first = len(trace)
        for item, doubt in kept:
            env.locals[variable] = item
            mark = len(trace)
            value = truth(result(env), env)
            if value is wanted and doubt is None:
                del trace[start:mark]
                if len(trace) == start and isinstance(item, Property):
                    trace.append(item)
                _restore(env, variable, outer)
                return wanted
            if value is not (not wanted) and open_ is None:
                open_ = doubt if value is wanted else value if isinstance(value, Unknown) else doubt
                deciding = trace[mark:]
        _restore(env, variable, outer)
        if open_ is not None:
            trace[start:] = deciding
            return open_
        if wanted and len(kept) == 1 and len(trace) > first:
            # None of one: that one is what must change, not the list.
            del trace[start:first]
        return collection.more or (not wanted)

    return quantified


def _restore(env: Env, variable: str, outer: Any) -> None:
    if outer is None:
        env.locals.pop(variable, None)
    else:
        env.locals[variable] = outer


_QUANTIFIERS: dict[str, Callable[[Node, Names], Compiled]] = {
    "any": lambda node, names: _quantified(node, names, True),
    "all": lambda node, names: _quantified(node, names, False),
}

_COMPILERS: dict[str, Callable[[Node, Names], Compiled]] = {
    "const": _const,
    "name": _name,
    "attr": _attr,
    "index": _index,
    "list": _list,
    "and": _and,
    "or": _or,
    "not": _not,
    "compare": _compare,
    "calc": _calc,
    "if": _if,
    "call": _call,
    "each": _each,
}

__all__ = ["Compiled", "Fork", "Function", "Names", "compile_node"]
