"""Custom domains of APIs: the domain name, its mapping, and the records in Route 53."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import Node, SequenceNode

from walint.cloudformation.nodes import child, entries, made, text_of
from walint.cloudformation.serverless.sam import Part, Sam, ref

_REST_ZONE: Final = {"EDGE": ("DistributionHostedZoneId", "DistributionDomainName")}
_REGIONAL: Final = ("RegionalHostedZoneId", "RegionalDomainName")
# Where CloudFront's aliases point, in every account.
_CLOUDFRONT_ZONE: Final = "Z2FDTNDATAQYW2"
_CALLED: Final = "DomainNameAccessAssociation"


def add_rest_domain(sam: Sam, of: Part, stage: str) -> None:
    domain = of.get("Domain")
    if domain is None:
        return
    kind = text_of(child(domain, "EndpointConfiguration")) or "REGIONAL"
    private = kind == "PRIVATE"
    properties: dict[str, Any] = {
        "DomainName": child(domain, "DomainName"),
        "RegionalCertificateArn" if kind == "REGIONAL" else "CertificateArn": child(domain, "CertificateArn"),
        "EndpointConfiguration": {"Types": [kind]},
        "SecurityPolicy": child(domain, "SecurityPolicy"),
        "OwnershipVerificationCertificateArn": child(domain, "OwnershipVerificationCertificateArn"),
        "MutualTlsAuthentication": child(domain, "MutualTlsAuthentication"),
        "Policy": child(domain, "Policy") if private else None,
    }
    version = "V2" if private else ""
    type_, prefix = f"AWS::ApiGateway::DomainName{version}", f"ApiGatewayDomainName{version}"
    name = _domain_name(sam, of, type_, prefix, domain, properties)
    for number, path in enumerate(_base_paths(domain)):
        named = "DomainNameArn" if private else "DomainName"
        mapping: dict[str, Any] = {named: ref(name), "RestApiId": ref(of.name), "Stage": ref(stage)}
        suffix = ""
        if path is not None:
            written = text_of(path) or ""
            suffix = "".join(char for char in written if char.isalnum()) or str(number)
            if written != "/":
                mapping["BasePath"] = path
        mapped = f"{of.name}{suffix}BasePathMapping"
        sam.add(mapped, f"AWS::ApiGateway::BasePathMapping{version}", mapping, of, at=of.at("Domain"))
    if private:
        _add_association(sam, of, domain, name)
    target = {
        "HostedZoneId": {"Fn::GetAtt": [name, _REGIONAL[0]]} if kind != "EDGE" else _CLOUDFRONT_ZONE,
        "DNSName": {"Fn::GetAtt": [name, (_REST_ZONE.get(kind) or _REGIONAL)[1]]},
    }
    route = child(domain, "Route53")
    if private:
        zone, where = child(route, "VpcEndpointHostedZoneId"), child(route, "VpcEndpointDomainName")
        target = _given({"HostedZoneId": zone, "DNSName": where})
    _add_records(sam, of, domain, target)


def _add_association(sam: Sam, of: Part, domain: Node, name: str) -> None:
    """What lets a VPC endpoint use a private domain."""
    endpoint = child(child(domain, "AccessAssociation"), "VpcEndpointId")
    if endpoint is None:
        return
    number = sum(it.startswith(_CALLED) for it in sam.resources)
    properties = {
        "AccessAssociationSource": endpoint,
        "AccessAssociationSourceType": "VPCE",
        "DomainNameArn": ref(name),
    }
    called = f"{_CALLED}{number + 1 if number else ''}"
    sam.add(called, f"AWS::ApiGateway::{_CALLED}", properties, of, at=of.at("Domain"))


def add_http_domain(sam: Sam, of: Part, stage: str, created_by: str = "httpapi:createdBy") -> None:
    domain = of.get("Domain")
    if domain is None:
        return
    kind = text_of(child(domain, "EndpointConfiguration")) or "REGIONAL"
    configuration = {
        "CertificateArn": child(domain, "CertificateArn"),
        "EndpointType": kind,
        "SecurityPolicy": child(domain, "SecurityPolicy"),
        "OwnershipVerificationCertificateArn": child(domain, "OwnershipVerificationCertificateArn"),
    }
    tags = [] if of.get("Tags") is None else entries(of.get("Tags") or domain)
    properties: dict[str, Any] = {
        "DomainName": child(domain, "DomainName"),
        "DomainNameConfigurations": [_given(configuration)],
        "MutualTlsAuthentication": child(domain, "MutualTlsAuthentication"),
        "Tags": {created_by: "SAM", **{key: value for key, _, value in tags}},
    }
    name = _domain_name(sam, of, "AWS::ApiGatewayV2::DomainName", "ApiGatewayDomainNameV2", domain, properties)
    for path in _base_paths(domain):
        mapping: dict[str, Any] = {"ApiId": ref(of.name), "DomainName": ref(name), "Stage": ref(stage)}
        suffix = ""
        if path is not None:
            suffix = "".join(char for char in text_of(path) or "" if char.isalnum())
            mapping["ApiMappingKey"] = made((text_of(path) or "").strip("/"), path)
        sam.add(f"{of.name}{suffix}ApiMapping", "AWS::ApiGatewayV2::ApiMapping", mapping, of, at=of.at("Domain"))
    target = {
        "HostedZoneId": {"Fn::GetAtt": [name, _REGIONAL[0]]},
        "DNSName": {"Fn::GetAtt": [name, _REGIONAL[1]]},
    }
    _add_records(sam, of, domain, target)


def _given(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


def _base_paths(domain: Node) -> list[Node | None]:
    written = child(domain, "BasePath")
    if isinstance(written, SequenceNode):
        return list(written.value)
    return [written]


def _domain_name(sam: Sam, of: Part, type_: str, prefix: str, domain: Node, properties: dict[str, Any]) -> str:
    """The logical id of the domain name, which APIs of the same name share."""
    wanted = sam.text(child(domain, "DomainName")) or of.name
    known = sam.domains.get((prefix, wanted))
    if known is not None:
        return known
    number = sum(kind == prefix for kind, _ in sam.domains)
    name = sam.domains[(prefix, wanted)] = f"{prefix}{number + 1 if number else ''}"
    sam.add(name, type_, _given(properties), of, at=of.at("Domain"))
    sam.alias(f"{of.name}.DomainName", name)
    return name


def _add_records(sam: Sam, of: Part, domain: Node, target: dict[str, Any]) -> None:
    """An alias record for the domain; records of one hosted zone are one group."""
    route = child(domain, "Route53")
    zone = child(route, "HostedZoneId") or child(route, "HostedZoneName")
    if route is None or zone is None:
        return
    named = child(domain, "DomainName")
    special = child(route, "DistributionDomainName")
    if special is not None:
        target = {"HostedZoneId": _CLOUDFRONT_ZONE, "DNSName": special}
    if child(route, "EvaluateTargetHealth") is not None:
        target = {**target, "EvaluateTargetHealth": child(route, "EvaluateTargetHealth")}
    kinds = ["A", "AAAA"] if sam.is_true(child(route, "IpV6")) else ["A"]
    routed = _given({name: child(route, name) for name in ("Region", "SetIdentifier")})
    records = [made({"Name": named, "Type": kind, "AliasTarget": target, **routed}, of.at("Domain")) for kind in kinds]
    key = ("RecordSetGroup", sam.text(zone) or of.name)
    known = sam.domains.get(key)
    if known is not None:
        sam.extend(known, ("RecordSets",), records, of.at("Domain"))
        return
    number = sum(kind == key[0] for kind, _ in sam.domains)
    name = sam.domains[key] = f"RecordSetGroup{number + 1 if number else ''}"
    field = "HostedZoneId" if child(route, "HostedZoneId") is not None else "HostedZoneName"
    group = {field: zone, "RecordSets": records}
    sam.add(name, "AWS::Route53::RecordSetGroup", group, of, at=of.at("Domain"))
