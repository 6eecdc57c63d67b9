"""SAM's resources that are one resource each: tables, layers, applications."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode

from walint.cloudformation.nodes import child, function_of, made, text_of
from walint.cloudformation.serverless.function import location
from walint.cloudformation.serverless.sam import Entry, Part, Sam, entry
from walint.cloudformation.serverless.tags import tag_list

_CARRIED: Final = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata", "UpdatePolicy")
_LETTERS: Final = {"String": "S", "Number": "N", "Binary": "B"}


def add_table(sam: Sam, of: Part) -> None:
    """AWS::Serverless::SimpleTable: a DynamoDB table with one key, paid by request unless it says otherwise."""
    key = of.get("PrimaryKey")
    at = of.at("PrimaryKey")
    name: Any = child(key, "Name") or "id"
    kind = text_of(child(key, "Type")) or "String"
    capacity = of.entry("ProvisionedThroughput") or [entry("BillingMode", "PAY_PER_REQUEST", of.key)]
    properties: list[Entry] = [
        entry("AttributeDefinitions", [{"AttributeName": name, "AttributeType": _LETTERS.get(kind, kind)}], at),
        entry("KeySchema", [{"AttributeName": name, "KeyType": "HASH"}], at),
        *capacity,
        *of.entries(("TableName", "SSESpecification", "PointInTimeRecoverySpecification")),
        *tag_list(of, None),
    ]
    sam.add(of.name, "AWS::DynamoDB::Table", properties, of, _CARRIED, written=True)


def add_layer(sam: Sam, of: Part) -> None:
    """AWS::Serverless::LayerVersion: kept, unless it says otherwise, when another version follows it."""
    content = of.get("ContentUri")
    properties: list[Entry] = []
    if content is not None:
        found = location(content, "S3Bucket", "S3Key", "S3ObjectVersion")
        properties.append(("Content", of.at("ContentUri"), made(found, content)))
    properties += of.entry("LayerName") or [entry("LayerName", of.name, of.key)]
    properties += of.entries(("Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"))
    wanted = (sam.text(of.get("RetentionPolicy")) or "Retain").lower()
    kept = "Delete" if wanted == "delete" else "Retain"
    carried = ("Condition", "DependsOn", "UpdateReplacePolicy", "Metadata")
    sam.add(of.name, "AWS::Lambda::LayerVersion", properties, of, carried, {"DeletionPolicy": kept}, written=True)


def add_application(sam: Sam, of: Part) -> None:
    """AWS::Serverless::Application: a nested stack, of a template or of the application repository."""
    where = of.get("Location")
    properties: list[Entry] = []
    if where is not None and (not isinstance(where, MappingNode) or function_of(where) is not None):
        properties += of.entry("Location", "TemplateURL")
    elif where is not None:
        shown = text_of(child(where, "ApplicationId")) or "an application"
        properties.append(entry("TemplateURL", f"serverlessrepo:{shown}", of.at("Location")))
    properties += of.entries(("Parameters", "NotificationARNs", "TimeoutInMinutes"))
    properties += tag_list(of, "lambda:createdBy")
    sam.add(of.name, "AWS::CloudFormation::Stack", properties, of, _CARRIED, written=True)
