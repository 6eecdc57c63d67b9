"""Functions that make or take lists: Join, Split, Select, Length, Cidr."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import Node

from walint.cloudformation.evaluator import Evaluator, Mistake
from walint.cloudformation.functions.arguments import as_text, items, literal, opened, part, settled
from walint.cloudformation.nodes import function_of
from walint.conditions import Subject
from walint.values import Reference, Unknown, join_parts, lift

MAX_SUBNETS: Final = 256
# Pseudo parameters that hold letters, digits and hyphens only.
_PLAIN: Final = frozenset(("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName"))


def join(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    separator_node, list_node = items(argument, "Join", 2, 2)
    separator = as_text(evaluator.data(separator_node))
    if not isinstance(separator, str):
        raise Mistake(separator_node, "Join's delimiter is text")
    replaced = _replacement(evaluator, separator, list_node)
    return lift(lambda found: _joined(separator, found, list_node), replaced)


def _replacement(evaluator: Evaluator, separator: str, list_node: Node) -> Any:
    """The list to join. Of a partly known text that is split only to be joined again, its known parts."""
    function = function_of(list_node)
    if function is not None and function[0] == "Split":
        by, text = _split_arguments(evaluator, function[1])
        if isinstance(text, Unknown) and text.parts is not None:
            if separator == by:
                return [text]
            return [
                join_parts(
                    one.replace(by, separator) if isinstance(one, str) else _replaced(one, by) for one in text.parts
                )
            ]
    found = evaluator.data(list_node)
    return lift(lambda value: settled(value) if isinstance(value, list) else value, found)


def _replaced(symbol: Unknown | Reference, by: str) -> Unknown | Reference:
    """A part of a text in which something was replaced."""
    if not _may_hold(symbol, by):
        return symbol
    return opened(symbol, "string") or symbol


def _joined(separator: str, found: Any, node: Node) -> Any:
    if isinstance(found, list):
        parts: list[Any] = []
        for at, value in enumerate(found):
            parts += [separator] if at else []
            parts.append(lift(lambda inner: part(node, "Join", inner), value))
        return join_parts(parts)
    open_ = opened(found, "string")
    if open_ is None:
        raise Mistake(node, "Join takes a list")
    return open_


def split(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    by, text = _split_arguments(evaluator, argument)
    return lift(lambda value: _all_pieces(*_pieces(value, by, argument)), text)


def _split_arguments(evaluator: Evaluator, argument: Node) -> tuple[str, Any]:
    separator_node, text_node = items(argument, "Split", 2, 2)
    separator = literal(evaluator, separator_node, "Split")
    if isinstance(separator, Unknown):
        return "", Unknown(separator.reason, "list")
    return separator, lift(as_text, evaluator.data(text_node))


def _pieces(text: Any, by: str, node: Node) -> tuple[list[Any], Unknown | None]:
    """The items of a text that is split; those that are certain, and why there may be others after them."""
    if isinstance(text, str):
        return list(text.split(by)), None
    if isinstance(text, Unknown) and text.parts is not None:
        pieces: list[list[Any]] = [[]]
        for one in text.parts:
            if isinstance(one, str):
                first, *rest = one.split(by)
                pieces[-1].append(first)
                pieces += [[piece] for piece in rest]
            elif _may_hold(one, by):
                return [join_parts(piece) for piece in pieces[:-1]], opened(one, "list")
            else:
                pieces[-1].append(one)
        return [join_parts(piece) for piece in pieces], None
    open_ = opened(text, "list")
    if open_ is None:
        raise Mistake(node, "Split takes text")
    return [], open_


def _all_pieces(certain: list[Any], more: Unknown | None) -> Any:
    return certain if more is None else more


def _may_hold(symbol: Unknown | Reference, text: str) -> bool:
    """Whether an open part of a text may hold a separator itself."""
    if isinstance(symbol, Reference) or symbol.subject is None:
        return True
    if symbol.subject.domain is not None:
        return any(text in str(as_text(value)) for value in symbol.subject.domain)
    return symbol.subject.name.rpartition("/")[2] not in _PLAIN or text.isalnum() or text == "-"


def select(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    index_node, list_node = items(argument, "Select", 2, 2)
    index = evaluator.data(index_node)
    function = function_of(list_node)
    if function is not None and function[0] == "Split":
        by, text = _split_arguments(evaluator, function[1])
        return lift(
            lambda at, value: _selected(at, *_pieces(value, by, function[1]), index_node, list_node), index, text
        )

    def selected(at: Any, found: Any) -> Any:
        if isinstance(found, list):
            return lift(lambda decided: _selected(at, decided, None, index_node, list_node), settled(found))
        if isinstance(found, (Unknown, Reference)):
            return _item_of(found, at)
        raise Mistake(list_node, "Select takes a list")

    return lift(selected, index, evaluator.data(list_node))


def _selected(at: Any, found: list[Any], more: Unknown | None, index_node: Node, list_node: Node) -> Any:
    number = _index(at)
    if number is None:
        open_ = opened(at)
        if open_ is None:
            raise Mistake(index_node, "Select's index is a number")
        return open_
    if 0 <= number < len(found):
        return found[number]
    if more is not None:
        return _item_of(more, number)
    count = f"{len(found)} item" + ("" if len(found) == 1 else "s")
    raise Mistake(index_node, f"Select's index {number} is outside of the list, which has {count}")


def _index(at: Any) -> int | None:
    text = as_text(at)
    return int(text) if isinstance(text, str) and text.lstrip("-").isdecimal() and len(text) < 10 else None


def _item_of(found: Unknown | Reference, at: Any) -> Any:
    if isinstance(found, Reference):
        return opened(found)
    number = _index(at)
    subject = None if found.subject is None or number is None else Subject(f"{found.subject.name}[{number}]")
    return Unknown(found.reason, None, subject)


def length(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    def counted(found: Any) -> Any:
        if isinstance(found, list):
            return lift(len, settled(found))
        open_ = opened(found, "number")
        if open_ is None:
            raise Mistake(argument, "Length takes a list")
        return open_

    return lift(counted, evaluator.data(argument))


def cidr(evaluator: Evaluator, argument: Node, owner: str | None) -> Any:
    nodes = items(argument, "Cidr", 2, 3)
    return lift(lambda *values: _subnets(argument, *values), *(lift(as_text, evaluator.data(node)) for node in nodes))


def _subnets(node: Node, block: Any, count: Any, bits: Any = "8") -> Any:
    """Fn::Cidr: `count` subnets of a block, each with `bits` host bits."""
    open_ = next((found for value in (block, count, bits) if (found := opened(value, "list")) is not None), None)
    if open_ is not None:
        return open_
    import ipaddress

    try:
        network = ipaddress.ip_network(block, strict=False)
        number, host_bits = int(count), int(bits)
    except ValueError:
        raise Mistake(node, "Cidr takes an address range, a count and a number of bits") from None
    length_ = network.max_prefixlen - host_bits
    if not 1 <= number <= MAX_SUBNETS:
        raise Mistake(node, f"Cidr makes 1 to {MAX_SUBNETS} ranges, not {number}")
    if not network.prefixlen <= length_ <= network.max_prefixlen or number > 1 << (length_ - network.prefixlen):
        raise Mistake(node, f"Cidr: {number} ranges of {host_bits} bits do not fit into {network}")
    start = int(network.network_address)
    return [str(ipaddress.ip_network((start + (at << host_bits), length_))) for at in range(number)]
