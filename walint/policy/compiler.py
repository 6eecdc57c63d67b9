"""Turns an expression's tree into closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from walint.policy.logic import as_number, compare, contains, equals, negate, truth
from walint.policy.runtime import Env, Fork, Item, Items, Surprise, Truth
from walint.values import Property, Unknown

if TYPE_CHECKING:
    from walint.policy.expression import Node

Compiled: TypeAlias = Callable[[Env], Any]
Function: TypeAlias = Callable[..., Any]
"""A function of the rule language: takes the Env and the arguments as the expression gives them."""

# Names that mean something other than a property of the subject.
RESERVED = ("resource", "item", "address", "type", "source_type", "language")


def compile_node(node: Node, functions: dict[str, Function]) -> Compiled:
    """A closure that evaluates the node in an Env. The node is one that `expression.parse` made."""
    return _COMPILERS[node[0]](node, functions)


def _const(node: Node, functions: dict[str, Function]) -> Compiled:
    value = node[1]
    return lambda env: value


def _name(node: Node, functions: dict[str, Function]) -> Compiled:
    name: str = node[1]

    def lookup(env: Env) -> Any:
        if name in env.locals:
            return env.locals[name]
        if name in env.parameters:
            return env.parameters[name]
        match name:
            case "resource":
                return env.resource
            case "item":
                return env.subject
            case "address":
                return env.resource.known_as
            case "type":
                return env.resource.type
            case "source_type":
                return env.resource.source_type
            case "language":
                return env.resource.language
            case _:
                return env.get(env.subject, name)

    return lookup


def _attr(node: Node, functions: dict[str, Function]) -> Compiled:
    of, name = compile_node(node[1], functions), node[2]
    return lambda env: env.get(of(env), name)


def _index(node: Node, functions: dict[str, Function]) -> Compiled:
    of, key = compile_node(node[1], functions), compile_node(node[2], functions)

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


def _list(node: Node, functions: dict[str, Function]) -> Compiled:
    items = [compile_node(item, functions) for item in node[1]]
    return lambda env: Items([Item(item(env), None) for item in items])


def _and(node: Node, functions: dict[str, Function]) -> Compiled:
    return _combined([compile_node(part, functions) for part in node[1]], absorbing=False)


def _or(node: Node, functions: dict[str, Function]) -> Compiled:
    return _combined([compile_node(part, functions) for part in node[1]], absorbing=True)


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


def _not(node: Node, functions: dict[str, Function]) -> Compiled:
    of = compile_node(node[1], functions)
    return lambda env: negate(truth(of(env), env))


def _compare(node: Node, functions: dict[str, Function]) -> Compiled:
    operator = node[1]
    left, right = compile_node(node[2], functions), compile_node(node[3], functions)
    match operator:
        case "==":
            return lambda env: equals(left(env), right(env), env)
        case "!=":
            return lambda env: negate(equals(left(env), right(env), env))
        case "in":
            return lambda env: contains(left(env), right(env), env)
        case "not in":
            return lambda env: negate(contains(left(env), right(env), env))
        case _:
            return lambda env: compare(operator, left(env), right(env), env)


def _calc(node: Node, functions: dict[str, Function]) -> Compiled:
    operator = node[1]
    left, right = compile_node(node[2], functions), compile_node(node[3], functions)

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


def _if(node: Node, functions: dict[str, Function]) -> Compiled:
    condition, then, otherwise = (compile_node(part, functions) for part in node[1:])

    def conditional(env: Env) -> Any:
        value = truth(condition(env), env)
        if isinstance(value, Unknown):
            return value
        return then(env) if value else otherwise(env)

    return conditional


def _call(node: Node, functions: dict[str, Function]) -> Compiled:
    name, arguments = node[1], node[2]
    quantifier = _QUANTIFIERS.get(name)
    if quantifier is not None and len(arguments) == 1 and arguments[0][0] == "each":
        return quantifier(arguments[0], functions)
    function = functions[name]
    compiled = [compile_node(argument, functions) for argument in arguments]
    if len(compiled) == 1:
        only = compiled[0]
        return lambda env: function(env, only(env))
    return lambda env: function(env, *[argument(env) for argument in compiled])


def _each(node: Node, functions: dict[str, Function]) -> Compiled:
    result = compile_node(node[1], functions)
    walk = _walk(node, functions)

    def each(env: Env) -> Items:
        collection, kept = walk(env)
        out: list[Item] = []
        for item, doubt in kept:
            env.locals[node[2]] = item
            out.append(Item(result(env), doubt))
        env.locals.pop(node[2], None)
        return Items(out, collection.more, collection.origin)

    return each


def _walk(node: Node, functions: dict[str, Function]) -> Callable[[Env], tuple[Items, list[Item]]]:
    """The items of a comprehension that its conditions let through; an open condition leaves a doubt."""
    variable = node[2]
    collection = compile_node(node[3], functions)
    conditions = [compile_node(condition, functions) for condition in node[4]]

    def walk(env: Env) -> tuple[Items, list[Item]]:
        found = env.items(collection(env))
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


def _quantified(node: Node, functions: dict[str, Function], wanted: bool) -> Compiled:
    """`any` (wanted is True) and `all` (False) over a comprehension: one item that is `wanted` decides."""
    result = compile_node(node[1], functions)
    variable = node[2]
    walk = _walk(node, functions)

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


_QUANTIFIERS: dict[str, Callable[[Node, dict[str, Function]], Compiled]] = {
    "any": lambda node, functions: _quantified(node, functions, True),
    "all": lambda node, functions: _quantified(node, functions, False),
}

_COMPILERS: dict[str, Callable[[Node, dict[str, Function]], Compiled]] = {
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

__all__ = ["Compiled", "Fork", "Function", "compile_node"]
