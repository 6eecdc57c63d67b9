"""The rules as a whole: each holds together, and they agree with each other, with AWS's schema and the framework."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from walint.policy.coverage import CONTROLS, PEERS, facts
from walint.policy.explain import UNDECIDABLE
from walint.policy.framework import best_practices
from walint.policy.model import Rule, type_and_path
from walint.policy.pack import load
from walint.policy.recipe import recipe
from walint.policy.rulefile import read_rules, rule_files
from walint.vocabulary import schema
from walint.vocabulary.build import provider_types
from walint.vocabulary.table import table

ROOT = Path(__file__).parent.parent.parent
RULES = load()
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_the_files_have_no_faults_and_are_what_is_compiled() -> None:
    rules, problems = read_rules(rule_files(ROOT / "rules"))
    assert problems == []
    assert sorted(rule.id for rule in rules) == sorted(rule.id for rule in RULES)


def test_ids_are_unique_and_a_rule_lies_in_the_file_of_its_pillar() -> None:
    counts = Counter(name for rule in RULES for name in (rule.id, *rule.replaces))
    assert [name for name, count in counts.items() if count > 1] == []
    for path in sorted((ROOT / "rules").rglob("*.yaml")):
        rules, _ = read_rules([(path.name, path.read_text(encoding="utf-8"))])
        assert {rule.pillar for rule in rules} == {path.parent.name}, path


def test_names_of_other_tools_stand_for_rules_that_there_are() -> None:
    known = {rule.id for rule in RULES}
    names = json.loads((ROOT / "walint/policy/suppressions/foreign.json").read_text(encoding="utf-8"))
    meant = {name for tool in ("cfn_nag", "trivy") for rules in names[tool].values() for name in rules}
    assert sorted(meant - known) == []


# One control there that asks for what are two things here.
SHARED = {
    "trivy:AWS-0109",  # both volumes of a workspace
    "guard:WORKSPACE_ENCRYPTION_ENABLED",
    "checkov:CKV_AWS_103",  # TLS, and a current version of it
    "checkov:CKV2_AWS_21",  # users that are in a group, and groups that name them
    "trivy:AWS-0107",  # SSH and RDP
    "trivy:AWS-0084",  # encryption, and a key of one's own
    "trivy:AWS-0079",
    "guard:REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK",  # upgrades and snapshots
    "trivy:AWS-0001",  # both versions of API Gateway
    "checkov:CKV_AWS_76",
    "trivy:AWS-0113",
    "trivy:AWS-0057",  # wildcards in actions, and in resources
    "guard:IAM_ROLE_NO_WILDCARD_ACTIONS_ON_PERMISSIONS",  # all actions, and all of a service
    # no events of objects, and those of the other kind only
    *(f"config:cloudtrail-all-{kind}-s3-data-event-check" for kind in ("read", "write")),
    *("securityhub:S3.22", "securityhub:S3.23", "trivy:AWS-0171", "trivy:AWS-0172"),
    "trivy:AWS-0116",
    "config:restricted-common-ports",  # RDP, and what else is risky; Security Hub counts SSH as well
    "guard:RESTRICTED_INCOMING_TRAFFIC",
    "securityhub:EC2.19",
    "config:ecr-repository-cmk-encryption-enabled",  # a KMS key, and one of one's own
    "securityhub:ECR.5",
    "trivy:AWS-0033",
    "config:elbv2-predefined-security-policy-ssl-check",  # TLS 1.2, and a policy that AWS recommends
    "securityhub:ELB.17",
    "config:elb-logging-enabled",  # both kinds of load balancer
    "securityhub:ELB.5",
    "guard:AUTOSCALING_LAUNCH_CONFIG_PUBLIC_IP_DISABLED",  # an address that is asked for, and none that is refused
    "guard:SECURITY_GROUP_INGRESS_ALL_PROTOCOLS_RULE",  # from the whole internet, and from elsewhere
    "guard:SECURITY_GROUP_EGRESS_ALL_PROTOCOLS_RULE",
    "securityhub:CloudFront.15",  # TLS 1.2, and a current policy of it
    "trivy:AWS-0013",
    "config:api-gw-cache-enabled-and-encrypted",  # a cache, and its encryption
    "guard:API_GW_CACHE_ENABLED_AND_ENCRYPTED",
    "config:lambda-function-public-access-prohibited",  # everybody, any account's service, any owner of a bucket
    "securityhub:Lambda.1",
    "guard:LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
}


def test_a_control_elsewhere_belongs_to_one_rule() -> None:
    counts = Counter(alias for rule in RULES for alias in rule.aliases)
    assert {alias for alias, count in counts.items() if count > 1} == SHARED


def test_controls_elsewhere_are_known_and_none_is_called_undecidable() -> None:
    known = {f"{entry['peer']}:{entry['id']}" for entry in facts(CONTROLS)}
    undecidable = {f"{entry['peer']}:{entry['id']}" for entry in facts(UNDECIDABLE)}
    claimed = {alias for rule in RULES for alias in rule.aliases}
    assert {alias.partition(":")[0] for alias in claimed} <= set(PEERS)
    assert claimed - known == set()
    assert known & undecidable == set()


@each_rule
def test_the_best_practice_exists_in_the_rules_pillar(rule: Rule) -> None:
    practice = best_practices().get(rule.best_practice)
    assert practice is not None
    assert practice.pillar == rule.pillar


@each_rule
def test_texts_are_what_the_manual_asks_for(rule: Rule) -> None:
    assert not rule.title.startswith(("Ensure", "Make sure"))
    assert not rule.title.endswith(".")
    for text in (rule.message, rule.rationale, rule.remediation):
        assert text.strip().endswith((".", "}", ")")), text
    assert rule.references
    for link in rule.references:
        assert link.startswith(
            ("https://docs.aws.amazon.com/", "https://aws.amazon.com/", "https://registry.terraform.io/",
             "https://developer.hashicorp.com/", "https://repost.aws/")
        )  # fmt: skip


@each_rule
def test_parameters_are_used(rule: Rule) -> None:
    used = {node[1] for tree in trees(rule) for node in walk(tree) if node[0] == "name"}
    assert set(rule.parameters) - used == set()


@cache
def provider() -> dict[str, Any]:
    return provider_types(ROOT / "vocabulary" / "terraform.txt")


@cache
def terraform_types(type_: str) -> frozenset[str]:
    """The provider's types that are of a type of the common vocabulary, or part of it."""
    found = set()
    for name in provider():
        entry = table().get(name)
        if name == type_ or (
            entry is not None and (entry.type == type_ or type_ in (entry.by or ((), {}))[1].values())
        ):
            found.add(name)
    return frozenset(found)


def trees(rule: Rule) -> Iterator[Any]:
    yield from (tree for tree in (rule.when, rule.require) if tree is not None)
    yield from (part for part in rule.message_parts if not isinstance(part, str))


def walk(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        if node and isinstance(node[0], str):
            yield node
        for part in node:
            yield from walk(part)


@each_rule
def test_types_exist(rule: Rule) -> None:
    for target in rule.applies_to:
        type_, _ = type_and_path(target)
        if type_.startswith("aws_"):
            assert type_ in provider()
        elif type_.startswith("AWS::"):
            assert schema().type(type_) is not None


# What no configuration says: a block of Terraform's own, and what only plans of existing snapshots tell.
ELSEWHERE = {"lifecycle", "encrypted", "storage_encrypted"}


@each_rule
def test_attributes_of_terraform_exist(rule: Rule) -> None:
    """A misspelt `terraform.x` would read as null for ever."""
    types = [type_and_path(target)[0] for target in rule.applies_to]
    if not all(type_.startswith(("AWS::", "aws_")) for type_ in types):
        return
    known = {name for type_ in types for source in terraform_types(type_) for name in provider()[source]}
    paths = [type_and_path(target)[1] for target in rule.applies_to]
    named = {path.split(".")[1].partition("[")[0] for path in paths if path.startswith("terraform.")}
    named |= {
        node[2] for tree in trees(rule) for node in walk(tree) if node[0] == "attr" and node[1] == ["name", "terraform"]
    }
    assert named - known - ELSEWHERE == set()


@each_rule
def test_what_a_fix_writes_in_terraforms_own_words_exists(rule: Rule) -> None:
    if rule.fix is None:
        return
    # What is CloudFormation's is checked where rule files are read.
    types = [type_and_path(target)[0] for target in rule.applies_to]
    known = {name for type_ in types for source in terraform_types(type_) for name in provider()[source]}
    for way in recipe(rule.fix, rule.parameters, "terraform").ways:
        for setting in way:
            assert not setting.own or setting.path[0] in known
