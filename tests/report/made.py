"""Reports and graphs made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from walint.conditions import Is, Subject
from walint.graph import Call, Graph, Opaque, Resource
from walint.policy.model import Finding, Related, Report, Rule, Suppression
from walint.report import Options, Repository
from walint.source import Place, Problem, Source, Span
from walint.values import Choice, JsonText, Property, Reference, Unknown, join_parts

VERSION = "0.0.0"
OPTIONS = Options(VERSION, width=90)
REPOSITORY = Repository("https://example.com/team/infra", "0123456789abcdef0123456789abcdef01234567", "main")


def rule(id_: str = "ebs-volume-encrypted", **changed: Any) -> Rule:
    given: dict[str, Any] = {
        "title": "EBS volumes are encrypted at rest",
        "pillar": "security",
        "best_practice": "SEC08-BP02",
        "severity": "high",
        "profile": "recommended",
        "applies_to": ("AWS::EC2::Volume",),
        "message": "Volume {address} is not encrypted at rest.",
        "message_parts": ("Volume ", ["name", "address"], " is not encrypted at rest."),
        "rationale": "Whoever gets hold of a snapshot of an unencrypted volume can read it.",
        "remediation": "Set Encrypted to true; give KmsKeyId to use your own key.",
        "aliases": ("config:encrypted-volumes", "checkov:CKV_AWS_3"),
        "references": ("https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",),
    }
    return Rule(id_, **{**given, **changed})


ENCRYPTED = rule()
MULTI_AZ = rule(
    "rds-instance-multi-az",
    title="RDS instances stand by in a second zone",
    pillar="reliability",
    best_practice="REL10-BP01",
    severity="medium",
    applies_to=("AWS::RDS::DBInstance",),
    message='Instance {address} has MultiAZ "{MultiAZ}".',
    message_parts=("Instance ", ["name", "address"], ' has MultiAZ "', ["name", "MultiAZ"], '".'),
    rationale="An instance in one zone is lost with that zone, and a zone fails from time to time without warning.",
    remediation="Set MultiAZ to true.",
    aliases=(),
    references=(),
)
CREDENTIALS = rule(
    "no-credentials-in-templates",
    title="Templates hold no credentials",
    severity="critical",
    best_practice="SEC02-BP03",
    applies_to=("*",),
    message="{address} holds a credential.",
    message_parts=(),
    check="credentials",
    rationale="Who reads the template has the credential.",
    remediation="Take it from Secrets Manager at deployment.",
)
TAGS = rule(
    "resource-tagged",
    title="Resources carry tags",
    pillar="cost-optimization",
    best_practice="COST03-BP02",
    severity="low",
    message="Tags are missing.",
    message_parts=("Tags are missing.",),
    references=("http://example.com/not-https",),
    replaces=("old-resource-tagged",),
)

MAIN = """\
# é: the data of the shop
module "db" {
  source = "./db"
}

resource "aws_ebs_volume" "data" {
  encrypted = false
\tsize\t= 8 # 漢字

  tags = { key = "AKIAIOSFODNN7EXAMPLE" }
}
"""
DB = """\
resource "aws_db_instance" "d" {
  count    = 2
  multi_az = var.multi_az
}
"""


def lines(**texts: str) -> dict[str, dict[int, str]]:
    return {name: dict(enumerate(text.splitlines(), start=1)) for name, text in texts.items()}


def finding(of: Rule = ENCRYPTED, **changed: Any) -> Finding:
    given: dict[str, Any] = {
        "verdict": "fail",
        "message": "Volume aws_ebs_volume.data is not encrypted at rest.",
        "span": Span("main.tf", 7, 3, 7, 20),
        "addresses": ("aws_ebs_volume.data",),
        "type": "AWS::EC2::Volume",
        "source_type": "aws_ebs_volume",
        "language": "terraform",
        "path": "Encrypted",
    }
    return Finding(of, **{**given, **changed})


def report(findings: Iterable[Finding] = (), **changed: Any) -> Report:
    findings = tuple(sorted(findings, key=lambda it: it.sort_key))
    given: dict[str, Any] = {
        "problems": (),
        "rules": tuple(sorted({it.rule.id: it.rule for it in findings}.values(), key=lambda it: it.id)),
        "lines": {"main.tf": lines(x=MAIN)["x"], "modules/my db/main.tf": lines(x=DB)["x"]},
    }
    return Report(findings, **{**given, **changed})


def everything() -> Report:
    """A report with one of each kind."""
    database = {
        "type": "AWS::RDS::DBInstance",
        "source_type": "aws_db_instance",
        "span": Span("modules/my db/main.tf", 3, 3, 3, 26),
        "related": (Related("called as module.db", Span("main.tf", 2, 1, 2, 12)),),
        "path": "MultiAZ",
    }
    return report(
        (
            finding(),
            finding(
                CREDENTIALS,
                message="Tags.key begins with AKIA and has 16 more characters.",
                span=Span("main.tf", 10, 3, 10, 42),
                path="Tags.key",
            ),
            finding(TAGS, message="Tags are missing.", span=Span("main.tf", 6, 1, 6, 33), path="Tags"),
            finding(
                TAGS, message="Tags are missing.", span=Span("main.tf", 8, 2, 8, 10), path="Tags", language="terraform"
            ),
            finding(
                TAGS,
                message="Tags are missing.",
                span=Span("main.tf", 7, 3, 7, 20),
                path="Tags",
                suppression=Suppression(
                    "foreign", "tagged by the account", date(2099, 12, 31), Span("main.tf", 1, 1, 1, 26), "checkov"
                ),
                state="unchanged",
            ),
            finding(
                MULTI_AZ,
                message='Instance module.db.aws_db_instance.d[0] has MultiAZ "false".',
                addresses=tuple(f"module.db.aws_db_instance.d[{at}]" for at in range(6)),
                when='var.env is "dev"',
                **database,
            ),
            finding(
                MULTI_AZ,
                verdict="open",
                message='Instance module.db.aws_db_instance.e has MultiAZ "unknown".',
                addresses=("module.db.aws_db_instance.e",),
                reason='variable "multi_az", which has no value',
                **database,
            ),
        ),
        problems=(
            Problem("broken.yaml", 3, 5, "error", "a mapping cannot stand here"),
            Problem("main.tf", 8, 10, "warning", "file() finds no such file"),
        ),
        surprises=("ebs-volume-encrypted at aws_ebs_volume.data (main.tf): a list where a mapping was expected",),
        opaque=(
            ("module.vpc", "it comes from vpc/aws; terraform init fetches it", "main.tf", 2),
            ("module.vpc", "it comes from vpc/aws; terraform init fetches it", "main.tf", 4),
        ),
        stats={"files": 3, "templates": 2, "resources": 7, "passed": 40, "passed_by": 1},
        passed={"ebs-volume-encrypted": 3},
    )


# --- graphs -----------------------------------------------------------------------------------------------------------

SOURCE = Source("main.tf", "\n" * 200)


def at(line: int) -> Place:
    return Place(SOURCE, line - 1, line - 1)


def resource(address: str, type_: str, line: int, properties: dict[str, Any], **more: Any) -> Resource:
    """A resource that both vocabularies describe with the same words; each property stands on a line of its own."""
    placed = {
        name: value if isinstance(value, Property) else Property(at(line + number), value)
        for number, (name, value) in enumerate(properties.items(), start=1)
    }
    source = more.pop("source", placed)
    return Resource(
        address,
        type_,
        type_,
        "terraform",
        at(line),
        placed.get,
        lambda: list(placed),
        Property(at(line), source),
        **more,
    )


def graph(*resources: Resource, name: str = "main.tf", **more: Any) -> Graph:
    return Graph(name, "terraform", resources, **more)


def some_graph() -> Graph:
    environment = Subject("var.env")
    key: Callable[[str], Call] = lambda address: Call(address, at(2))  # noqa: E731
    return graph(
        resource("aws_vpc.v", "AWS::EC2::VPC", 1, {"CidrBlock": "10.0.0.0/16", "Tags": {"a b": 'say "hi"'}}),
        resource("aws_subnet.s[0]", "AWS::EC2::Subnet", 10, {"VpcId": Reference("aws_vpc.v", "id")}),
        resource(
            'module.m["k"].aws_lambda_function.f',
            "AWS::Lambda::Function",
            20,
            {
                "VpcConfig": {"SubnetIds": [Unknown("a data source"), Reference("aws_subnet.s[0]", "id")]},
                "Role": Choice(Is(environment, "prod"), Reference("aws_vpc.v", "arn"), None),
                "Description": join_parts(
                    ["of ", Unknown("var.env", subject=environment), Reference("aws_vpc.v", "id")]
                ),
                "Policy": JsonText('{"Vpc": "v"}', {"Vpc": Reference("aws_vpc.v", "id")}),
            },
            calls=(key('module.m["k"]'),),
            presence=Is(environment, "prod"),
        ),
        problems=[Problem("main.tf", 3, 4, "warning", "a function failed")],
        opaque=(Opaque("module.remote", "it comes from vpc/aws; terraform init fetches it", at(5)),),
    )
