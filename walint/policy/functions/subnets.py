"""Subnets and the ways out of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from walint.graph import Resource
from walint.policy.functions.links import incoming, target
from walint.policy.functions.network import is_public
from walint.policy.runtime import Env, Truth
from walint.values import Unknown

_ASSOCIATION: Final = "AWS::EC2::SubnetRouteTableAssociation"
_ROUTE: Final = "AWS::EC2::Route"
_GATEWAY: Final = "AWS::EC2::InternetGateway"
# A table of its own takes the place of the main one, which belongs to the VPC.
_MAIN_ASSOCIATION: Final = "aws_main_route_table_association"


def internet_route(env: Env, subnet: Any) -> Truth:
    """Whether a subnet's route table leads to an internet gateway; open for a subnet that is not in this template."""
    found = target(env, subnet)
    if not isinstance(found, Resource):
        return found if isinstance(found, Unknown) else Unknown("a subnet that is not in this template")
    open_: Unknown | None = None
    for table, doubt in _tables(env, found):
        leads = doubt or (_leads_out(env, table) if isinstance(table, Resource) else _unknown(table))
        if leads is True:
            return True
        open_ = open_ or (leads if isinstance(leads, Unknown) else None)
    return open_ or False


def _tables(env: Env, subnet: Resource) -> Iterator[tuple[Any, Unknown | None]]:
    """The route tables of a subnet, each with why that may not be so; what stands for the main one where it has none.

    Routes of the main table name it by its VPC.
    """
    own = incoming(env, _ASSOCIATION, "SubnetId", subnet)
    if own.more is not None:
        yield None, own.more
    for association, doubt in own.items:
        yield target(env, env.get(association, "RouteTableId")), doubt
    if own.items:
        return
    vpc = target(env, env.get(subnet, "VpcId"))
    yield vpc, None
    if not isinstance(vpc, Resource):
        return
    for association, doubt in incoming(env, _MAIN_ASSOCIATION, "VpcId", vpc).items:
        yield target(env, env.get(association, "RouteTableId")), doubt
    for table, doubt in incoming(env, "AWS::EC2::RouteTable", "terraform.default_route_table_id", vpc).items:
        yield table, doubt


def _leads_out(env: Env, table: Resource) -> Truth:
    open_: Unknown | None = None
    routes = incoming(env, _ROUTE, "RouteTableId", table)
    written = env.items(env.get(env.get(table, "terraform"), "route"))
    for (route, doubt), names in [
        *((item, ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "GatewayId")) for item in routes.items),
        *((item, ("cidr_block", "ipv6_cidr_block", "gateway_id")) for item in written.items),
    ]:
        leads = doubt or _to_internet(env, *(env.get(route, name) for name in names))
        if leads is True:
            return True
        open_ = open_ or (leads if isinstance(leads, Unknown) else None)
    return open_ or routes.more or written.more or False


def _to_internet(env: Env, cidr: Any, cidr6: Any, gateway: Any) -> Truth:
    everywhere = is_public(env, cidr, cidr6)
    if everywhere is False:
        return False
    through = _is_gateway(env, gateway)
    return through if everywhere is True or through is False else everywhere


def _is_gateway(env: Env, gateway: Any) -> Truth:
    inner = env.read(gateway)
    if isinstance(inner, str):
        return inner.startswith("igw-")
    if inner is None:
        return False
    found = target(env, gateway)
    if isinstance(found, Resource):
        return found.type == _GATEWAY
    return found if isinstance(found, Unknown) else Unknown("a gateway that is not in this template")


def _unknown(value: Any) -> Unknown:
    return value if isinstance(value, Unknown) else Unknown("a route table that is not in this template")
