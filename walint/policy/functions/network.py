"""Addresses and ports."""

from __future__ import annotations

from typing import Any

from walint.policy.logic import as_number
from walint.policy.runtime import Env, Surprise, Truth, describe
from walint.values import Reference, Unknown

# Protocols that have ports, as EC2 takes them: names, IANA numbers, and -1 for all of them.
_WITH_PORTS = {"tcp", "udp", "sctp", "6", "17", "132"}
_ALL_PROTOCOLS = {"-1", "all"}


def is_public(env: Env, cidr: Any, cidr6: Any = None) -> Truth:
    """Whether an address range (IPv4 or IPv6, or either of two properties) is the whole internet or half of it."""
    open_: Unknown | None = None
    for value in (cidr,) if cidr6 is None else (cidr, cidr6):
        inner = env.peek(value)
        if isinstance(inner, list):
            found: Truth = False
            for item in env.items(value).items:
                found = _public(env.read(item.value))
                if found is not False:
                    break
        else:
            found = _public(inner)
        if found is True:
            env.read(value)
            return True
        if isinstance(found, Unknown):
            env.read(value)
            open_ = open_ or found
    return open_ or False


def _public(value: Any) -> Truth:
    if value is None:
        return False
    if isinstance(value, Unknown):
        return value if _may_be_public(value) else False
    if isinstance(value, Reference):
        # An address or a network that this template makes is one host or a private range.
        return False
    if not isinstance(value, str):
        raise Surprise(f"an address range was expected and the value is {describe(value)}")
    address, _, bits = value.strip().partition("/")
    # Two halves (0.0.0.0/1 and 128.0.0.0/1) are the internet as well.
    return bits in ("0", "1") and (":" in address or address.count(".") == 3)


def _may_be_public(value: Unknown) -> bool:
    """A partly known range such as "${eip}/32" is no public one."""
    parts = value.parts
    if parts is None:
        return True
    last = parts[-1]
    if isinstance(last, str) and "/" in last:
        return last.rpartition("/")[2] in ("0", "1")
    return True


def prefix_length(env: Env, cidr: Any) -> Any:
    """The number after the slash; null where there is none."""
    inner = env.read(cidr)
    if isinstance(inner, Unknown):
        last = inner.parts[-1] if inner.parts is not None else None
        if isinstance(last, str) and "/" in last:
            return as_number(last.rpartition("/")[2])
        return inner
    if isinstance(inner, str) and "/" in inner:
        return as_number(inner.rpartition("/")[2])
    return None


def covers_port(env: Env, protocol: Any, low: Any, high: Any, port: Any) -> Truth:
    """Whether a security group rule or network ACL entry lets a TCP or UDP port through."""
    return _covers(env, protocol, low, high, [env.read(port)])


def covers_any_port(env: Env, protocol: Any, low: Any, high: Any, ports: Any) -> Truth:
    """As `covers_port`, for any port of a list."""
    return _covers(env, protocol, low, high, env.deep(ports))


def _covers(env: Env, protocol: Any, low: Any, high: Any, ports: list[Any]) -> Truth:
    name = env.read(protocol)
    if (isinstance(name, str) and name.lower() in _ALL_PROTOCOLS) or name == -1:
        return True
    open_: Unknown | None = None
    if isinstance(name, (Unknown, Reference)):
        open_ = name if isinstance(name, Unknown) else Unknown("a protocol that is decided at deployment")
    elif name is not None and str(name).lower() not in _WITH_PORTS:
        return False
    first, last = env.read(low), env.read(high)
    for bound in (first, last):
        if isinstance(bound, Unknown):
            return bound
    start, end = as_number(first), as_number(last)
    if start is None and end is None:
        return True if first is None and last is None else Unknown("the ports")
    start = end if start is None else start
    end = start if end is None else end
    if start is None or end is None:
        return Unknown("the ports")
    if start == -1 or any(start <= number <= end for number in map(as_number, ports) if number is not None):
        return open_ or True
    return next((port for port in ports if isinstance(port, Unknown)), False)
