"""Arithmetic of network addresses."""

import re
from typing import Any, Final, NamedTuple

from walint.terraform.context import Context, EvaluationError
from walint.terraform.functions.model import Function
from walint.terraform.operators import open_result
from walint.terraform.typed import NUMBER, STRING, ListValue
from walint.values import Reference, Unknown, is_known, symbols


class _Network(NamedTuple):
    """A range of addresses.

    Attributes:
        first: its first address as a number.
        length: of the prefix, in bits.
        bits: of an address: 32 or 128.
    """

    first: int
    length: int
    bits: int

    def shown(self, address: int) -> str:
        """An address of the network's kind."""
        from ipaddress import IPv4Address, IPv6Address

        return str(IPv4Address(address) if self.bits == 32 else IPv6Address(address))


_GROUP: Final = re.compile(r"[0-9a-fA-F]+")
# IPv4 addresses as IPv6 writes them; Terraform mixes up the two lengths.
_MAPPED: Final = 0xFFFF


def _network(prefix: str) -> _Network:
    address, _, length = prefix.partition("/")
    bits = 128 if ":" in address else 32
    number = _v6(address) if bits == 128 else _v4(address)
    if number is None or not (length.isascii() and length.isdigit()) or int(length) > bits:
        raise EvaluationError(f"invalid CIDR expression: invalid CIDR address: {prefix}")
    host_bits = bits - int(length)
    return _Network(number >> host_bits << host_bits, int(length), bits)


def _v4(text: str) -> int | None:
    """Four decimal numbers. Terraform reads 010 as 10, as it always has."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and int(part) < 256 for part in parts):
        return None
    return int.from_bytes(bytes(map(int, parts)), "big")


def _v6(text: str) -> int | None:
    """Groups of hexadecimal digits, leading zeros allowed; the last two may be an IPv4 address."""
    left, gap, right = text.partition("::")
    head, tail = _groups(left, not gap), _groups(right, True)
    if head is None or tail is None:
        return None
    missing = 8 - len(head) - len(tail)
    if missing < 1 if gap else missing != 0:
        return None
    number = 0
    for group in (*head, *[0] * missing, *tail):
        number = number << 16 | group
    return number


def _groups(text: str, last: bool) -> list[int] | None:
    if not text:
        return []
    out: list[int] = []
    *parts, end = text.split(":")
    if last and "." in end:
        v4 = _v4(end)
        if v4 is None:
            return None
        out = [v4 >> 16, v4 & 0xFFFF]
    else:
        parts.append(end)
    if not all(_GROUP.fullmatch(part) and int(part, 16) <= 0xFFFF for part in parts):
        return None
    return [int(part, 16) for part in parts] + out


def _is_mapped(network: _Network) -> bool:
    return network.bits == 128 and network.first >> 32 == _MAPPED


def _whole(number: Any) -> int:
    if not isinstance(number, int):
        raise EvaluationError("value must be a whole number")
    return number


def _host(prefix: str, number: Any) -> str | Unknown:
    network = _network(prefix)
    number = _whole(number)
    if _is_mapped(network):
        return _undefined()
    size = 1 << (network.bits - network.length)
    at = size + number if number < 0 else number
    if not 0 <= at < size:
        raise EvaluationError(f"prefix of {network.length} does not accommodate a host numbered {number}")
    return network.shown(network.first + at)


def _undefined() -> Unknown:
    return Unknown("arithmetic with an IPv4 address that is written as IPv6", "string")


def _netmask(prefix: str) -> str:
    network = _network(prefix)
    if network.bits == 128:
        raise EvaluationError(f"IPv6 addresses cannot have a netmask: {prefix}")
    return network.shown((1 << 32) - (1 << (32 - network.length)))


def _subnet(prefix: str, bits: Any, number: Any) -> str | Unknown:
    network = _network(prefix)
    bits, number = _whole(bits), _whole(number)
    if _is_mapped(network):
        return _undefined()
    length = network.length + bits
    if bits < 0 or length > network.bits:
        raise EvaluationError(f"insufficient address space to extend prefix of {network.length} by {bits}")
    at = (1 << bits) + number if number < 0 else number
    if not 0 <= at < 1 << bits:
        raise EvaluationError(f"prefix extension of {bits} does not accommodate a subnet numbered {number}")
    return f"{network.shown(network.first + (at << (network.bits - length)))}/{length}"


def _subnets(context: Context, prefix: Any, *extensions: Any) -> Any:
    if isinstance(prefix, (Unknown, Reference)) or not is_known(list(extensions)):
        # One for each extension, or Terraform refuses; so an attempt is left open.
        cause = next(symbols([prefix, *extensions]))
        return (
            open_result("list", cause)
            if context.trying
            else ListValue([open_result("string", cause)] * len(extensions), STRING)
        )
    network = _network(prefix)
    if _is_mapped(network):
        return Unknown(_undefined().reason, "list")
    at, end = network.first, network.first + (1 << (network.bits - network.length))
    out: list[str] = []
    for extension in extensions:
        bits = _whole(extension)
        if bits < 1:
            raise EvaluationError("must extend prefix by at least one bit")
        if bits > 32:
            raise EvaluationError("may not extend prefix by more than 32 bits")
        length = network.length + bits
        if length > network.bits:
            raise EvaluationError(f"would extend prefix to {length} bits, which is too long for such an address")
        size = 1 << (network.bits - length)
        at = -(-at // size) * size
        if at + size > end:
            raise EvaluationError(f"not enough remaining address space for a subnet with a prefix of {length} bits")
        out.append(f"{network.shown(at)}/{length}")
        at += size
    return ListValue(out, STRING)


def _contains(prefix: str, inner: str) -> bool:
    network = _network(prefix)
    other = _network(inner if "/" in inner else f"{inner}/{128 if ':' in inner else 32}")
    if network.bits != other.bits:
        raise EvaluationError(f"address family mismatch: {prefix} vs. {inner}")
    host_bits = network.bits - network.length
    return other.length >= network.length and other.first >> host_bits == network.first >> host_bits


FUNCTIONS: Final[dict[str, Function]] = {
    "cidrcontains": Function(_contains, (STRING, STRING), result="bool"),
    "cidrhost": Function(_host, (STRING, NUMBER), result="string"),
    "cidrnetmask": Function(_netmask, (STRING,), result="string"),
    "cidrsubnet": Function(_subnet, (STRING, NUMBER, NUMBER), result="string"),
    "cidrsubnets": Function(_subnets, (STRING,), NUMBER, result="list", takes="everything", contextual=True),
}
