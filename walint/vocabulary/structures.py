"""Adapters for what one service has of its own: rules of security groups, tunnels, grants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from walint.values import Property, Reference, lift
from walint.vocabulary.reading import attributes, blocks
from walint.vocabulary.table import Line
from walint.vocabulary.view import View, converted, respelled

_SOURCES: Final = {
    "ingress": {
        "cidr_blocks": "CidrIp",
        "ipv6_cidr_blocks": "CidrIpv6",
        "prefix_list_ids": "SourcePrefixListId",
        "security_groups": "SourceSecurityGroupId",
    },
    "egress": {
        "cidr_blocks": "CidrIp",
        "ipv6_cidr_blocks": "CidrIpv6",
        "prefix_list_ids": "DestinationPrefixListId",
        "security_groups": "DestinationSecurityGroupId",
    },
}


def security_group_rules(view: View, name: str, line: Line) -> Property | None:
    """Inline rules: Terraform gives several sources in one block, CloudFormation one for each item."""
    found = next((found for _, found in attributes(view, line)), None)
    if found is None:
        return None
    given, group = found, line.options["group"]

    def compute() -> Any:
        return lift(lambda value: _rules(value, group, view.address), given.value)

    return Property(found.place, compute=compute, references=lambda: given.references, owner=found.owner)


def _rules(value: Any, group: str, address: str) -> Any:
    if isinstance(value, Property):
        value = value.value
    if not isinstance(value, list):
        return value
    out: list[Property] = []
    for block in value:
        body = block.value
        if not isinstance(body, dict):
            out.append(Property(block.place, body, presence=block.presence, owner=block.owner))
            continue
        shared = {
            name: body[source]
            for name, source in (
                ("IpProtocol", "protocol"),
                ("FromPort", "from_port"),
                ("ToPort", "to_port"),
                ("Description", "description"),
            )
            if source in body
        }
        before = len(out)
        for source, name in _SOURCES[group].items():
            if source in body:
                out += _one_each(body[source], name, shared, block)
        itself = body.get("self")
        if itself is not None and itself.value not in (None, False):
            own = Property(itself.place, Reference(address, "id"), owner=itself.owner)
            out.append(_rule(_SOURCES[group]["security_groups"], own, shared, itself, block))
        if len(out) == before:
            out.append(Property(block.place, dict(shared), presence=block.presence, owner=block.owner))
    return out


def _one_each(sources: Property, name: str, shared: dict[str, Property], block: Property) -> Iterator[Property]:
    """A rule for each source that a list names; one open rule for a list that is not known."""
    held = sources.value
    if held is None:
        return
    if not isinstance(held, list):
        yield _rule(name, sources, shared, sources, block)
        return
    for item in held:
        yield _rule(name, item, shared, sources, block)


def _rule(name: str, source: Property, shared: dict[str, Property], at: Property, block: Property) -> Property:
    presence = source.presence if source.presence is not None else block.presence
    own = Property(source.place, compute=lambda: source.value, references=lambda: source.references, owner=source.owner)
    return Property(at.place, {**shared, name: own}, presence=presence, owner=at.owner)


def own_group(view: View, name: str, line: Line) -> Property | None:
    """The source group of a rule; `self` stands for the group that the rule belongs to."""
    source = view.walk(("source_security_group_id",))
    if source is not None and source.value is not None:
        return source
    itself = view.walk(("self",))
    own = view.walk(("security_group_id",))
    if itself is None or own is None or itself.value in (None, False):
        return None
    group = own
    return Property(itself.place, compute=lambda: group.value, references=lambda: group.references, owner=itself.owner)


def interfaces(view: View, name: str, line: Line) -> Property | None:
    """An instance's interfaces; what Terraform says of the first one on the instance itself is an item of its own."""
    shape = view.shape_of(name)
    written = view.walk(("network_interface",))
    out = [] if written is None else blocks(converted(written, shape, {}))
    address = view.walk(("associate_public_ip_address",))
    if address is not None and address.value is not None:
        out.append(
            Property(
                address.place,
                {"DeviceIndex": Property(address.place, "0", owner=address.owner), "AssociatePublicIpAddress": address},
                owner=address.owner,
            )
        )
    return Property(out[0].place, out, owner=out[0].owner) if out else None


def tunnels(view: View, name: str, line: Line) -> Property | None:
    """The two tunnels of a VPN connection, whose options Terraform numbers: `tunnel1_ike_versions`."""
    shape = view.shape_of(name)
    item = None if shape is None else shape.item
    out = []
    for prefix in ("tunnel1_", "tunnel2_"):
        body = {source.removeprefix(prefix): held for source, held in view.body.items() if source.startswith(prefix)}
        if body:
            place = next(iter(body.values())).place
            tunnel = View(body, line.fields, item, place)
            out.append(Property(place, compute=tunnel.mapping))
    return Property(out[0].place, list(out), owner=out[0].owner) if out else None


_GROUPS: Final = {
    "global/AllUsers": ("PublicRead", "PublicReadWrite"),
    "global/AuthenticatedUsers": ("AuthenticatedRead", "PublicReadWrite"),
    "s3/LogDelivery": ("LogDeliveryWrite", "LogDeliveryWrite"),
}
_WIDTH: Final = {"LogDeliveryWrite": 1, "AuthenticatedRead": 2, "PublicRead": 3, "PublicReadWrite": 4}


def bucket_acl(view: View, name: str, line: Line) -> Property | None:
    """A bucket's canned ACL, or the one that comes next to what is granted to a predefined group.

    CloudFormation knows no single grants. One that lets everybody write, or change the ACL, counts as
    `PublicReadWrite`; one that lets everybody read as `PublicRead`.
    """
    found = [
        canned
        for _, given in attributes(view, line)
        for canned in ([given] if not isinstance(given.value, list) else _granted(given))
    ]
    if not found:
        return None
    widest = max(found, key=lambda one: _WIDTH.get(str(one.value), 0))
    return respelled(widest, line.values)


def _granted(grants: Property) -> Iterator[Property]:
    for grant in blocks(grants):
        body = grant.value
        if not isinstance(body, dict):
            continue
        grantee = body.get("grantee")
        holder = blocks(grantee)[0].value if grantee is not None and blocks(grantee) else body
        uri = holder.get("uri") if isinstance(holder, dict) else None
        permission = body.get("permission") or body.get("permissions")
        if uri is None or permission is None or not isinstance(uri.value, str):
            continue
        held = permission.value
        words = [item.value for item in held] if isinstance(held, list) else [held]
        for group, (reads, writes) in _GROUPS.items():
            if uri.value.endswith(group):
                yield Property(uri.place, reads if set(words) <= {"READ", "READ_ACP"} else writes, owner=uri.owner)


def method_settings(view: View, name: str, line: Line) -> Property | None:
    """Settings of a stage's methods, whose path Terraform writes as `resource/METHOD` or `*/*`."""
    shape = view.shape_of(name)
    path = view.walk(("method_path",))
    written = [block for _, found in attributes(view, line) for block in blocks(found)]
    if not written:
        return None
    settings = converted(written[0], None if shape is None else shape.item, {}, block=True)
    if path is not None:
        settings = _for_method(settings, path)
    return Property(settings.place, [settings], owner=settings.owner)


def _for_method(settings: Property, path: Property) -> Property:
    def compute() -> Any:
        held, whole = settings.value, path.value
        if not isinstance(held, dict):
            return held
        if not isinstance(whole, str):
            return {**held, "HttpMethod": path, "ResourcePath": path}
        resource, _, method = whole.rpartition("/")
        return {
            **held,
            "HttpMethod": Property(path.place, method, owner=path.owner),
            "ResourcePath": Property(path.place, "/" + resource.lstrip("/"), owner=path.owner),
        }

    return Property(settings.place, compute=compute, owner=settings.owner)


def subscribers(view: View, name: str, line: Line) -> Property | None:
    """A budget's subscribers, whom Terraform lists by their kind: `with: {of: {EMAIL: addresses}}`."""
    out: list[Property] = []
    for kind, found in attributes(view, line):
        held = found.value
        if held is None:
            continue
        out += [
            Property(
                item.place,
                {"SubscriptionType": Property(item.place, kind, owner=item.owner), "Address": item},
                owner=item.owner,
            )
            for item in (held if isinstance(held, list) else [found])
        ]
    return Property(out[0].place, out, owner=out[0].owner) if out else None
