"""Terraform's resources in CloudFormation's words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vocabulary.made import Block, given, line, made, seen
from walint.conditions import Holds, Is, Subject
from walint.source import Place, Source
from walint.values import Blocks, Choice, Property, Reference, Unknown, plain
from walint.vocabulary import identities

PLACE = Place(Source("main.tf", "\n" * 9), 4, 5)
OPEN = Unknown("variable x, which has no value")
OPEN_TEXT = Unknown(OPEN.reason, "string", parts=(OPEN,))


@pytest.mark.parametrize(
    ("type_", "attributes", "expected"),
    [
        pytest.param(
            "aws_ebs_volume",
            {"encrypted": True, "type": "gp3", "kms_key_id": "k", "final_snapshot": True},
            {"Encrypted": True, "VolumeType": "gp3", "KmsKeyId": "k"},
            id="explicit-lines-and-folding",
        ),
        pytest.param(
            "aws_s3_bucket",
            {"acl": "public-read", "versioning": Block(enabled=True), "logging": Block(target_bucket="l")},
            {
                "AccessControl": "PublicRead",
                "VersioningConfiguration": {"Status": "Enabled"},
                "LoggingConfiguration": {"DestinationBucketName": "l"},
            },
            id="legacy-bucket-with-values",
        ),
        pytest.param(
            "aws_s3_bucket",
            {
                "server_side_encryption_configuration": Block(
                    rule=Block(apply_server_side_encryption_by_default=Block(sse_algorithm="aws:kms"))
                )
            },
            {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
                    ]
                }
            },
            id="a-block-is-a-list-or-an-object-as-cloudformation-has-it",
        ),
        pytest.param(
            "aws_launch_template",
            {"name": "n", "image_id": "ami", "metadata_options": Block(http_tokens="required")},
            {
                "LaunchTemplateName": "n",
                "LaunchTemplateData": {"ImageId": "ami", "MetadataOptions": {"HttpTokens": "required"}},
            },
            id="an-object-that-terraform-does-not-have",
        ),
        pytest.param(
            "aws_instance",
            {
                "ami": "a",
                "root_block_device": Block(encrypted=True),
                "ebs_block_device": [Block(device_name="b", encrypted=False)],
            },
            {
                "ImageId": "a",
                "BlockDeviceMappings": [
                    {"Ebs": {"Encrypted": True}},
                    {"DeviceName": "b", "Ebs": {"Encrypted": False}},
                ],
            },
            id="blocks-of-several-types-in-one-list",
        ),
        pytest.param(
            "aws_lb",
            {
                "internal": False,
                "enable_deletion_protection": True,
                "access_logs": Block(bucket="b", enabled=True),
            },
            {
                "Scheme": "internet-facing",
                "LoadBalancerAttributes": [
                    {"Key": "access_logs.s3.enabled", "Value": True},
                    {"Key": "access_logs.s3.bucket", "Value": "b"},
                    {"Key": "deletion_protection.enabled", "Value": True},
                ],
            },
            id="attributes-as-keys-and-values",
        ),
        pytest.param(
            "aws_db_parameter_group",
            {"parameter": [Block(name="rds.force_ssl", value="1"), Block(name="log", value="x")]},
            {"Parameters": {"rds.force_ssl": "1", "log": "x"}},
            id="blocks-as-a-mapping",
        ),
        pytest.param(
            "aws_opensearch_domain",
            {"log_publishing_options": [Block(log_type="AUDIT_LOGS", enabled=True)]},
            {"LogPublishingOptions": {"AUDIT_LOGS": {"Enabled": True}}},
            id="blocks-by-name",
        ),
        pytest.param(
            "aws_cloudfront_distribution",
            {
                "default_cache_behavior": Block(viewer_protocol_policy="allow-all"),
                "origin": [Block(origin_id="o", custom_header=[Block(name="a", value="b")])],
                "is_ipv6_enabled": True,
            },
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"ViewerProtocolPolicy": "allow-all"},
                    "Origins": [{"Id": "o", "OriginCustomHeaders": [{"HeaderName": "a", "HeaderValue": "b"}]}],
                    "IPV6Enabled": True,
                }
            },
            id="deep-nesting",
        ),
        pytest.param(
            "aws_lambda_function",
            {"environment": Block(variables={"db_password": "x"}), "tracing_config": Block(mode="Active")},
            {"Environment": {"Variables": {"db_password": "x"}}, "TracingConfig": {"Mode": "Active"}},
            id="the-authors-own-keys-stay",
        ),
        pytest.param(
            "aws_ecs_task_definition",
            {"container_definitions": '[{"name": "a", "readonlyRootFilesystem": true, "dockerLabels": {"a_b": "c"}}]'},
            {"ContainerDefinitions": [{"Name": "a", "ReadonlyRootFilesystem": True, "DockerLabels": {"a_b": "c"}}]},
            id="json-text",
        ),
        pytest.param(
            "aws_elasticache_replication_group",
            {"replication_group_description": "d", "number_cache_clusters": 2, "automatic_failover_enabled": True},
            {"ReplicationGroupDescription": "d", "NumCacheClusters": 2, "AutomaticFailoverEnabled": True},
            id="earlier-names",
        ),
        pytest.param(
            "aws_sqs_queue_policy",
            {"queue_url": "u", "policy": "p"},
            {"Queues": ["u"], "PolicyDocument": "p"},
            id="one-value-as-a-list",
        ),
        pytest.param(
            "awscc_s3_bucket",
            {"bucket_encryption": {"server_side_encryption_configuration": [{"bucket_key_enabled": True}]}},
            {"BucketEncryption": {"ServerSideEncryptionConfiguration": [{"BucketKeyEnabled": True}]}},
            id="awscc-by-name",
        ),
        pytest.param(
            "aws_ami_copy",
            {"kms_key_id": "k", "ebs_block_device": [Block(device_name="d")], "some_map": {"a_b": 1}},
            {"KmsKeyId": "k", "EbsBlockDevice": [{"DeviceName": "d"}], "SomeMap": {"a_b": 1}},
            id="a-type-that-cloudformation-lacks",
        ),
    ],
)
def test_properties_in_cloudformations_words(type_: str, attributes: dict[str, Any], expected: dict[str, Any]) -> None:
    found = seen(made(type_, attributes))
    assert {name: value for name, value in found.items() if name in expected} == expected
    assert set(found) - set(expected) <= defaults(type_)


def defaults(type_: str) -> set[str]:
    """What the provider sets where nothing is written."""
    return set(seen(made(type_, {})))


@pytest.mark.parametrize(
    ("type_", "attributes", "expected"),
    [
        ("aws_ebs_volume", {}, "AWS::EC2::Volume"),
        ("aws_security_group_rule", {"type": "ingress"}, "AWS::EC2::SecurityGroupIngress"),
        ("aws_security_group_rule", {"type": "egress"}, "AWS::EC2::SecurityGroupEgress"),
        ("aws_security_group_rule", {"type": OPEN}, "aws_security_group_rule"),
        ("aws_directory_service_directory", {"type": "MicrosoftAD"}, "AWS::DirectoryService::MicrosoftAD"),
        ("aws_directory_service_directory", {}, "AWS::DirectoryService::SimpleAD"),
        ("aws_alb", {}, "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        ("awscc_ec2_vpc_endpoint", {}, "AWS::EC2::VPCEndpoint"),
        ("aws_s3_bucket_versioning", {}, "aws_s3_bucket_versioning"),
        ("aws_dynamodb_global_table", {}, "aws_dynamodb_global_table"),
        ("aws_no_such_thing", {}, "aws_no_such_thing"),
        ("random_id", {}, "random_id"),
    ],
)
def test_types(type_: str, attributes: dict[str, Any], expected: str) -> None:
    assert made(type_, attributes).type == expected


@pytest.mark.parametrize(
    ("type_", "attributes", "owner", "expected"),
    [
        (
            "aws_s3_bucket_versioning",
            {"bucket": "b", "versioning_configuration": Block(status="Enabled")},
            "AWS::S3::Bucket",
            {"VersioningConfiguration": {"Status": "Enabled"}},
        ),
        (
            "aws_s3_bucket_public_access_block",
            {"bucket": "b", "block_public_acls": True},
            "AWS::S3::Bucket",
            {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": False,
                    "IgnorePublicAcls": False,
                    "RestrictPublicBuckets": False,
                }
            },
        ),
        (
            "aws_s3_bucket_acl",
            {
                "bucket": "b",
                "access_control_policy": Block(
                    grant=[
                        Block(
                            grantee=Block(uri="http://acs.amazonaws.com/groups/global/AllUsers", type="Group"),
                            permission="READ",
                        )
                    ]
                ),
            },
            "AWS::S3::Bucket",
            {"AccessControl": "PublicRead"},
        ),
        (
            "aws_s3_bucket_lifecycle_configuration",
            {"bucket": "b", "rule": [Block(id="a", status="Enabled", expiration=Block(days=3)), Block(id="b")]},
            "AWS::S3::Bucket",
            {
                "LifecycleConfiguration": {
                    "Rules": [{"Id": "a", "Status": "Enabled", "ExpirationInDays": 3}, {"Id": "b"}]
                }
            },
        ),
        (
            "aws_iam_role_policy_attachment",
            {"role": "r", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            "AWS::IAM::Role",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
        ),
        (
            "aws_autoscaling_group_tag",
            {"autoscaling_group_name": "g", "tag": Block(key="Owner", value="me")},
            "AWS::AutoScaling::AutoScalingGroup",
            {"Tags": {"Owner": "me"}},
        ),
        (
            "aws_api_gateway_method_settings",
            {"stage_name": "s", "method_path": "*/*", "settings": Block(logging_level="INFO")},
            "AWS::ApiGateway::Stage",
            {"MethodSettings": [{"LoggingLevel": "INFO", "HttpMethod": "*", "ResourcePath": "/*"}]},
        ),
    ],
)
def test_parts_of_another_resource(type_: str, attributes: dict[str, Any], owner: str, expected: Any) -> None:
    resource = made(type_, attributes)
    assert resource.part_of is not None
    assert resource.part_of.type == owner
    assert resource.part_of.through.value == next(iter(attributes.values()))
    assert given(resource) == expected


def test_a_part_keeps_its_own_words_for_itself() -> None:
    resource = made(
        "aws_s3_bucket_versioning", {"bucket": "b", "versioning_configuration": Block(mfa_delete="Enabled")}
    )
    assert seen(resource) == {"Bucket": "b", "VersioningConfiguration": [{"MfaDelete": "Enabled"}]}


def test_inline_rules_become_one_item_for_each_source_at_the_attribute_that_names_it() -> None:
    resource = made(
        "aws_security_group",
        {
            "ingress": [  # line 2
                Block(
                    protocol="tcp",  # 3
                    from_port=22,  # 4
                    to_port=22,  # 5
                    cidr_blocks=["10.0.0.0/8", "0.0.0.0/0"],  # 6
                    ipv6_cidr_blocks=["::/0"],  # 7
                    self=True,  # 8
                )
            ]
        },
    )
    rules = resource.lookup("SecurityGroupIngress")
    ports = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    assert plain(rules) == [
        {**ports, "CidrIp": "10.0.0.0/8"},
        {**ports, "CidrIp": "0.0.0.0/0"},
        {**ports, "CidrIpv6": "::/0"},
        {**ports, "SourceSecurityGroupId": Reference("aws_security_group.it", "id")},
    ]
    assert rules is not None and isinstance(rules.value, list)
    assert [line(rule) for rule in rules.value] == [6, 6, 7, 8]


def test_a_list_of_sources_that_is_not_known_is_one_open_rule() -> None:
    resource = made("aws_security_group", {"ingress": [Block(protocol="tcp", cidr_blocks=OPEN)]})
    assert plain(resource.lookup("SecurityGroupIngress")) == [{"IpProtocol": "tcp", "CidrIp": OPEN}]


@pytest.mark.parametrize(
    ("cidrs", "expected"), [(["10.0.0.0/8"], "10.0.0.0/8"), (["a", "b"], ["a", "b"]), (OPEN, OPEN)]
)
def test_a_rule_resource_stays_one_whatever_it_lists(cidrs: Any, expected: Any) -> None:
    resource = made("aws_security_group_rule", {"type": "ingress", "cidr_blocks": cidrs})
    assert plain(resource.lookup("CidrIp")) == expected


def test_what_is_for_the_other_type_is_not_answered() -> None:
    resource = made("aws_security_group_rule", {"type": "egress", "source_security_group_id": "sg"})
    assert resource.lookup("SourceSecurityGroupId") is None
    assert seen(resource) == {"DestinationSecurityGroupId": "sg"}


def test_the_default_group_bears_its_name() -> None:
    assert seen(made("aws_default_security_group", {}))["GroupName"] == "default"


@pytest.mark.parametrize(
    ("attributes", "default_tags", "expected"),
    [
        ({"tags": {"a": "1"}}, None, {"a": "1"}),
        ({"tags": {"a": "1"}}, {"a": "0", "o": "me"}, {"a": "1", "o": "me"}),
        ({}, {"o": "me"}, {"o": "me"}),
        ({"tags": OPEN}, None, OPEN),
        ({"tags": OPEN}, {"o": "me"}, {"o": "me", "*": OPEN}),
        ({"tags": None}, {"o": "me"}, {"o": "me"}),
    ],
)
def test_tags_are_one_mapping(attributes: dict[str, Any], default_tags: Any, expected: Any) -> None:
    assert plain(made("aws_ebs_volume", attributes, default_tags).lookup("Tags")) == expected


def test_no_tags_is_no_property() -> None:
    assert made("aws_ebs_volume", {}).lookup("Tags") is None


def test_a_groups_tag_blocks_are_tags_and_default_tags_do_not_reach_it() -> None:
    resource = made(
        "aws_autoscaling_group",
        {"tag": [Block(key="Name", value="x", propagate_at_launch=True), Block(key=OPEN, value="y")]},
        {"o": "me"},
    )
    assert plain(resource.lookup("Tags")) == {"Name": "x", "*": OPEN}


def test_tags_that_depend_on_a_condition() -> None:
    prod = Is(Subject("var.env"), "prod")
    resource = made("aws_ebs_volume", {"tags": Choice(prod, {"a": "1"}, None)}, {"o": "me"})
    assert plain(resource.lookup("Tags")) == Choice(prod, {"o": "me", "a": "1"}, {"o": "me"})


@pytest.mark.parametrize(
    ("attributes", "expected", "at"),
    [
        ({"lifecycle": Block(prevent_destroy=True)}, "Retain", 3),
        ({"lifecycle": Block(prevent_destroy=False)}, "Delete", 3),
        ({"skip_final_snapshot": True}, "Delete", 2),
        ({"skip_final_snapshot": False}, "Snapshot", 2),
        ({"skip_final_snapshot": True, "lifecycle": Block(prevent_destroy=True)}, "Retain", 4),
        ({"skip_final_snapshot": OPEN}, OPEN, 2),
    ],
)
def test_what_becomes_of_a_resource_that_is_taken_away(attributes: dict[str, Any], expected: Any, at: int) -> None:
    policy = made("aws_db_instance", attributes).lookup("DeletionPolicy")
    assert plain(policy) == expected
    assert line(policy) == at


def test_no_lifecycle_is_no_deletion_policy() -> None:
    assert made("aws_db_instance", {}).lookup("DeletionPolicy") is None


def test_what_cloudformation_lacks_is_reached_under_terraform() -> None:
    resource = made("aws_db_instance", {"skip_final_snapshot": True, "identifier": "d"})
    assert plain(resource.lookup("terraform")) == {"skip_final_snapshot": True, "identifier": "d"}
    assert "SkipFinalSnapshot" not in seen(resource)


@pytest.mark.parametrize(
    ("attributes", "expected", "at"),
    [({}, 0, 1), ({"backup_retention_period": None}, 0, 2), ({"backup_retention_period": 7}, 7, 2)],
)
def test_the_providers_default(attributes: dict[str, Any], expected: int, at: int) -> None:
    found = made("aws_db_instance", attributes).lookup("BackupRetentionPeriod")
    assert plain(found) == expected
    assert line(found) == at


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("public-read", "PublicRead"),
        ("private", "Private"),
        (OPEN, OPEN),
        (Choice(Holds("c"), "private", "public-read"), Choice(Holds("c"), "Private", "PublicRead")),
    ],
)
def test_values_that_cloudformation_spells_otherwise(value: Any, expected: Any) -> None:
    assert plain(made("aws_s3_bucket", {"acl": value}).lookup("AccessControl")) == expected


def test_an_open_input_stays_open_and_is_no_longer_known_by_terraforms_spelling() -> None:
    enabled = Subject("var.enabled", (True, False))
    resource = made("aws_elb", {"internal": Unknown("var.enabled", "bool", enabled)})
    assert plain(resource.lookup("Scheme")) == Unknown("var.enabled")


def test_a_block_that_may_be_there() -> None:
    prod = Is(Subject("var.env"), "prod")
    block = Property(PLACE, {"target_bucket": Property(PLACE, "l")}, presence=prod)
    resource = made("aws_s3_bucket", {"logging": Property(PLACE, Blocks([block]))})
    found = plain(resource.lookup("LoggingConfiguration"))
    assert found == {"DestinationBucketName": Choice(prod, "l", None)}


def test_a_block_whose_presence_is_open_stays_open() -> None:
    block = Property(PLACE, {"mode": Property(PLACE, "Active")}, presence=OPEN)
    resource = made("aws_lambda_function", {"tracing_config": Property(PLACE, Blocks([block]))})
    assert plain(resource.lookup("TracingConfig")) == OPEN


def test_what_is_inside_an_open_value_is_open() -> None:
    resource = made("aws_s3_bucket", {"versioning": OPEN})
    found = plain(resource.lookup("VersioningConfiguration"))
    assert isinstance(found["Status"], Unknown)
    assert found["Status"].reason == OPEN.reason


def test_nothing_is_evaluated_before_it_is_asked_for() -> None:
    asked: list[str] = []

    def computed(name: str, value: Any) -> Property:
        def compute() -> Any:
            asked.append(name)
            return value

        return Property(PLACE, compute=compute)

    resource = made("aws_ebs_volume", {"encrypted": computed("encrypted", True), "type": computed("type", "gp2")})
    assert list(resource.names()) == ["Encrypted", "VolumeType"]
    found = resource.lookup("Encrypted")
    assert asked == []
    assert plain(found) is True
    assert asked == ["encrypted"]


def test_properties_stand_where_they_are_written() -> None:
    resource = made(
        "aws_s3_bucket_server_side_encryption_configuration",
        {"bucket": "b", "rule": Block(apply_server_side_encryption_by_default=Block(sse_algorithm="AES256"))},
    )
    assert resource.part_of is not None
    encryption = resource.part_of.lookup("BucketEncryption")
    rules = follow(encryption, "ServerSideEncryptionConfiguration")
    assert isinstance(rules.value, list)
    algorithm = follow(rules.value[0], "ServerSideEncryptionByDefault", "SSEAlgorithm")
    assert (line(encryption), line(rules), line(algorithm)) == (3, 3, 5)


def follow(found: Property | None, *names: str) -> Property:
    for name in names:
        assert found is not None and isinstance(found.value, dict)
        found = found.value[name]
    assert found is not None
    return found


def test_references_come_along() -> None:
    key = Property(PLACE, "k", references=(Reference("aws_kms_key.k", "arn"),))
    resource = made("aws_lambda_function", {"environment": Property(PLACE, {"variables": key}), "kms_key_arn": key})
    found = resource.lookup("KmsKeyArn")
    assert found is not None and found.references == (Reference("aws_kms_key.k", "arn"),)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("AWS::S3::Bucket", ("BucketName",)),
        ("AWS::IAM::Role", ("RoleName",)),
        ("AWS::ApiGateway::Stage", ("StageName",)),
        ("AWS::EC2::Volume", ()),
        ("aws_ami", ()),
    ],
)
def test_the_properties_that_name_a_resource(type_: str, expected: tuple[str, ...]) -> None:
    assert identities(type_) == expected


def test_json_text_with_something_open_in_it() -> None:
    text = Unknown("var.image", "string", parts=('[{"name": "a", "image": "', OPEN, '", "privileged": true}]'))
    found = made("aws_ecs_task_definition", {"container_definitions": text}).lookup("ContainerDefinitions")
    assert plain(found) == [{"Name": "a", "Image": OPEN_TEXT, "Privileged": True}]
