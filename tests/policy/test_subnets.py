"""Whether a subnet leads to the internet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policy.conftest import Declared, graph_of, rule_of
from walint.policy.judge import Judge
from walint.values import Reference, Unknown

OPEN = Unknown("a variable")


def ref(address: str) -> Reference:
    return Reference(address, "Ref")


def network(gateway: Any = None, cidr: Any = "0.0.0.0/0", table: Any = None) -> Declared:
    return {
        "Vpc": ("AWS::EC2::VPC", {}),
        "Gateway": ("AWS::EC2::InternetGateway", {}),
        "Nat": ("AWS::EC2::NatGateway", {}),
        "Subnet": ("AWS::EC2::Subnet", {"VpcId": ref("Vpc")}),
        "Table": ("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")}),
        "Association": (
            "AWS::EC2::SubnetRouteTableAssociation",
            {"SubnetId": ref("Subnet"), "RouteTableId": table or ref("Table")},
        ),
        "Route": (
            "AWS::EC2::Route",
            {"RouteTableId": ref("Table"), "DestinationCidrBlock": cidr, "GatewayId": gateway},
        ),
    }


@pytest.mark.parametrize(
    ("declared", "subnet", "expected"),
    [
        (network(ref("Gateway")), ref("Subnet"), "fail"),
        (network("igw-0123456789abcdef0"), ref("Subnet"), "fail"),
        (network(None), ref("Subnet"), "pass"),
        (network(ref("Nat")), ref("Subnet"), "pass"),
        (network("vgw-0123456789abcdef0"), ref("Subnet"), "pass"),
        (network(ref("Gateway"), cidr="10.0.0.0/8"), ref("Subnet"), "pass"),
        (network(OPEN), ref("Subnet"), "open"),
        (network(ref("Gateway"), cidr=OPEN), ref("Subnet"), "open"),
        (network(ref("Gateway"), table=OPEN), ref("Subnet"), "open"),
        (network(ref("Gateway")), OPEN, "open"),
        (network(ref("Gateway")), "subnet-0123456789abcdef0", "open"),
        (network(["not", "a", "gateway"]), ref("Subnet"), "open"),
    ],
)
def test_a_route_to_the_internet(declared: Declared, subnet: Any, expected: str) -> None:
    graph = graph_of({**declared, "R": ("AWS::T::T", {"SubnetId": subnet})})
    out = Judge([rule_of("not internet_route(SubnetId)")]).judge(graph)
    assert [finding.verdict for finding in out.findings] == ([] if expected == "pass" else [expected])
