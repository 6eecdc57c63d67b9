"""Which node a resource is part of, and which box a node stands in: by where it lies and by who declares it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from walint.graph import without_keys
from walint.review.build import resource_id, service
from walint.review.model import ShownResource
from walint.review.picture.shapes import WORST, Box, Node
from walint.review.sketch import Sketch, Sketched

VPC: Final = "AWS::EC2::VPC"
SUBNET: Final = "AWS::EC2::Subnet"
# What only adds to another resource is drawn with that one: the property that names it.
_BELONGS: Final = {
    "AWS::ApiGateway::Method": "RestApiId",
    "AWS::ApiGateway::Resource": "RestApiId",
    "AWS::ApiGatewayV2::Integration": "ApiId",
    "AWS::ApiGatewayV2::Route": "ApiId",
    "AWS::EC2::NetworkAclEntry": "NetworkAclId",
    "AWS::EC2::Route": "RouteTableId",
    "AWS::EC2::SecurityGroupEgress": "GroupId",
    "AWS::EC2::SecurityGroupIngress": "GroupId",
    "AWS::EC2::SubnetCidrBlock": "SubnetId",
    "AWS::EC2::SubnetNetworkAclAssociation": "SubnetId",
    "AWS::EC2::SubnetRouteTableAssociation": "SubnetId",
    "AWS::EC2::VPCCidrBlock": "VpcId",
    "AWS::EC2::VPCDHCPOptionsAssociation": "VpcId",
    "AWS::EC2::VPCGatewayAttachment": "VpcId",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": "ListenerArn",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "ListenerArn",
    "AWS::IAM::RolePolicy": "RoleName",
    "AWS::KMS::Alias": "TargetKeyId",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::SNS::TopicPolicy": "Topics",
    "AWS::SQS::QueuePolicy": "Queues",
}
# As everybody calls them.
_SHORT: Final = {
    "ElasticLoadBalancingV2": "ELBv2",
    "ElasticLoadBalancing": "ELB",
    "CertificateManager": "ACM",
    "ApplicationAutoScaling": "AutoScaling",
    "OpenSearchService": "OpenSearch",
}


class Placing:
    """Puts the resources of one sketch into boxes."""

    def __init__(self, sketch: Sketch, shown: Mapping[str, ShownResource], first: int) -> None:
        self._sketch = sketch
        self._by_address = {resource.address: resource for resource in sketch.resources}
        self._whole: dict[str, str] = {}
        for edge in sketch.edges:
            property_ = _BELONGS.get(self._by_address[edge.source].type)
            if property_ is not None and re.split(r"[.\[]", edge.property, maxsplit=1)[0] == property_:
                self._whole.setdefault(edge.source, edge.target)
        self.node_of: dict[str, str] = {}
        self.nodes: dict[str, Node] = {}
        self._of: dict[str, Sketched] = {}
        members: dict[tuple[str, str], list[Sketched]] = {}
        for resource in sketch.resources:
            owner = self._owner(resource)
            members.setdefault((owner.type, without_keys(owner.address)), []).append(resource)
        for (_, address), resources in members.items():
            node = self._node(f"n{first + len(self.nodes)}", address, resources, shown)
            self.nodes[node.id] = node
            for resource in resources:
                self.node_of[resource.address] = node.id
        self._near = self._containers()
        self._called = "module" if sketch.language == "terraform" else "stack"

    def _owner(self, resource: Sketched) -> Sketched:
        """The resource that it is drawn with: what it configures a part of, or itself."""
        seen = {resource.address}
        while True:
            whole = resource.part_of or self._whole.get(resource.address, "")
            if whole not in self._by_address or whole in seen:
                return resource
            resource = self._by_address[whole]
            seen.add(whole)

    def _node(self, id_: str, address: str, members: list[Sketched], shown: Mapping[str, ShownResource]) -> Node:
        whole = [it for it in members if self._owner(it) is it]
        seen = [shown[resource_id(self._sketch.name, it.address)] for it in members]
        worst = min(seen, key=lambda it: WORST.index(it.worst))
        self._of[id_] = whole[0]
        return Node(
            id_,
            _name(address, whole[0]),
            _SHORT.get(service(whole[0].type), service(whole[0].type)),
            whole[0].type.rpartition("::")[2],
            worst.id,
            worst.worst,
            len(whole),
            len(members) - len(whole),
            sum(len(it.items) for it in seen),
        )

    # --- where things lie ---------------------------------------------------------------------------------------------

    def _containers(self) -> dict[str, set[str]]:
        """The nodes of subnets and VPCs that each node lies in or leads to, nearest kind first."""
        targets: dict[str, set[str]] = {}
        for edge in self._sketch.edges:
            source, target = self.node_of[edge.source], self.node_of[edge.target]
            if source != target and self._type(source) not in (VPC,):
                targets.setdefault(source, set()).add(target)
        found: dict[str, set[str]] = {}
        for node in self.nodes:
            if self._type(node) == VPC or not self._type(node).startswith("AWS::"):
                continue
            for wanted in (SUBNET, VPC):
                direct = {it for it in targets.get(node, ()) if self._type(it) == wanted}
                # A group of subnets or a security group says in which VPC the one who has it lies.
                via = {
                    inner
                    for it in targets.get(node, ())
                    if self._type(it) in _CARRIERS
                    for inner in targets.get(it, ())
                    if self._type(inner) == wanted
                }
                if direct or via:
                    found[node] = direct or via
                    break
        return found

    def _type(self, node: str) -> str:
        return self._of[node].type

    def _vpc_of(self, node: str) -> str | None:
        """The one VPC that a node lies in."""
        vpcs = {node} if self._type(node) == VPC else set()
        for it in self._near.get(node, ()):
            vpcs |= (
                {it} if self._type(it) == VPC else {near for near in self._near.get(it, ()) if self._type(near) == VPC}
            )
        return vpcs.pop() if len(vpcs) == 1 else None

    def _subnet_of(self, node: str) -> str | None:
        subnets = {it for it in self._near.get(node, ()) if self._type(it) == SUBNET}
        return subnets.pop() if len(subnets) == 1 else None

    # --- boxes --------------------------------------------------------------------------------------------------------

    def boxes(self, account: str, region: str) -> Box:
        """Everything in its boxes.

        Args:
            account, region: of what says none itself.
        """
        outer = Box("picture", "")
        frames: dict[tuple[str, ...], Box] = {(): outer}
        for node in self.nodes.values():
            resource = self._of[node.id]
            where = (("account", resource.account or account), ("region", resource.region or region))
            path = tuple(f"{kind} {name}" for kind, name in where if name)
            vpc = self._vpc_of(node.id)
            if vpc is not None:
                path = (*path, f"vpc {vpc}", *self._inside(node.id))
            else:
                calls = dict.fromkeys(map(without_keys, resource.calls))
                path = (*path, *(f"{self._called} {call}" for call in calls))
            self._frame(frames, path).nodes.append(node)
        return outer

    def _inside(self, node: str) -> tuple[str, ...]:
        """The zone and the subnet within a VPC that a node lies in."""
        subnet = node if self._type(node) == SUBNET else self._subnet_of(node)
        if subnet is None:
            return ()
        zone = self._of[subnet].zone if self.nodes[subnet].number == 1 else ""
        return (*((f"zone {zone}",) if zone else ()), f"subnet {subnet}")

    def _frame(self, frames: dict[tuple[str, ...], Box], path: tuple[str, ...]) -> Box:
        found = frames.get(path)
        if found is None:
            kind, _, name = path[-1].partition(" ")
            title = self.nodes[name].title if kind in ("vpc", "subnet") else _last(name) if kind == "module" else name
            found = frames[path] = Box(kind, title)  # type: ignore[arg-type]
            self._frame(frames, path[:-1]).boxes.append(found)
        return found


# What has subnets or a VPC itself, and says of whoever refers to it where that lies.
_CARRIERS: Final = frozenset(
    (
        "AWS::EC2::SecurityGroup",
        "AWS::RDS::DBSubnetGroup",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::Redshift::ClusterSubnetGroup",
        "AWS::DAX::SubnetGroup",
        "AWS::Neptune::DBSubnetGroup",
        "AWS::DocDB::DBSubnetGroup",
        "AWS::DMS::ReplicationSubnetGroup",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
    )
)


def _last(call: str) -> str:
    """The name of a module in the address of its call."""
    return call.rpartition("module.")[2]


def _name(address: str, resource: Sketched) -> str:
    """What tells a resource from others of its type: the last part of its address."""
    if resource.calls and address.startswith("module."):
        address = address.removeprefix(without_keys(resource.calls[-1]) + ".")
    return address.rpartition("/")[2].removeprefix(resource.source_type + ".")
