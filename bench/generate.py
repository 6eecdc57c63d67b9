"""Makes a tree of templates of any size, the same for the same numbers.

Usage: python -m bench.generate FOLDER FILES

Half of the files are CloudFormation (YAML and JSON, with parameters, mappings and conditions), half Terraform: stacks
that call modules of the tree with `for_each` and `count`, use locals, dynamic blocks and merged tags. About every
seventh resource has a fault.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

_STACK_FILES = 4
_STACKS_A_MODULE = 10
_FOLDER = 50


def generate(folder: Path, files: int, seed: int = 1) -> None:
    """Write a tree of so many files below a folder that is not there yet."""
    chance = random.Random(seed)
    written = 0
    number = 0
    while written + _STACK_FILES + 1 <= files // 2:
        team = folder / "terraform" / f"team{number // _FOLDER}"
        if number % _STACKS_A_MODULE == 0:
            _write(team / "modules" / f"m{number // _STACKS_A_MODULE}" / "main.tf", MODULE)
            written += 1
        for name, text in stack(chance, number).items():
            _write(team / f"stack{number}" / name, text)
        written += _STACK_FILES
        number += 1
    for number in range(files - written):
        text = json.dumps(template(chance), indent=2) if number % 4 == 0 else yaml_of(template(chance))
        suffix = "json" if number % 4 == 0 else "yaml"
        _write(folder / "cloudformation" / f"team{number // _FOLDER}" / f"stack{number}.{suffix}", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# --- CloudFormation ---------------------------------------------------------------------------------------------------


def template(chance: random.Random) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for number in range(chance.randint(4, 12)):
        name, made = chance.choice(_MAKERS)(chance, number)
        resources[name] = made
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {
            "Environment": {"Type": "String", "AllowedValues": ["dev", "prod"]},
            "Office": {"Type": "String", "Default": "10.0.0.0/8"},
            "Vpc": {"Type": "AWS::EC2::VPC::Id"},
        },
        "Mappings": {"Sizes": {"dev": {"Type": "t3.micro"}, "prod": {"Type": "m7g.large"}}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Environment"}, "prod"]}},
        "Resources": resources,
    }


def _right(chance: random.Random) -> bool:
    return chance.random() > 1 / 7


def _bucket(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    blocked = _right(chance)
    return f"Bucket{number}", {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": {"Fn::Sub": f"${{AWS::StackName}}-data-{number}"},
            "VersioningConfiguration": {"Status": {"Fn::If": ["IsProd", "Enabled", "Suspended"]}},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": blocked,
                "BlockPublicPolicy": blocked,
                "IgnorePublicAcls": blocked,
                "RestrictPublicBuckets": blocked,
            },
        },
    }


def _queue(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    return f"Queue{number}", {
        "Type": "AWS::SQS::Queue",
        "Properties": {"SqsManagedSseEnabled": _right(chance), "VisibilityTimeout": 30 + number},
    }


def _group(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    source: Any = {"Ref": "Office"} if _right(chance) else "0.0.0.0/0"
    return f"Group{number}", {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "what may come in",
            "VpcId": {"Ref": "Vpc"},
            "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": source} for port in (22, 443)
            ],
        },
    }


def _instance(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    return f"Database{number}", {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "Properties": {
            "Engine": "postgres",
            "DBInstanceClass": "db.t4g.medium",
            "AllocatedStorage": "50",
            "StorageEncrypted": _right(chance),
            "MultiAZ": {"Fn::If": ["IsProd", True, False]},
            "BackupRetentionPeriod": 14,
            "MasterUsername": "app",
            "ManageMasterUserPassword": True,
        },
    }


def _role(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    resource: Any = "*" if not _right(chance) else {"Fn::Sub": "arn:${AWS::Partition}:s3:::${AWS::StackName}-data/*"}
    return f"Role{number}", {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "work",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": resource}
                        ],
                    },
                }
            ],
        },
    }


_MAKERS = (_bucket, _queue, _group, _instance, _role)


def yaml_of(value: Any, indent: int = 0) -> str:
    """Block style YAML of plain data, with the functions in their long forms."""
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(f"{pad}{key}:{_after(item, indent)}" for key, item in value.items())
    return "".join(f"{pad}-{_after(item, indent)}" for item in value)


def _after(value: Any, indent: int) -> str:
    if isinstance(value, (dict, list)) and value:
        return "\n" + yaml_of(value, indent + 1)
    return f" {json.dumps(value)}\n"


# --- Terraform --------------------------------------------------------------------------------------------------------

MODULE = """variable "name" {
  type = string
}

variable "encrypted" {
  type    = bool
  default = true
}

variable "tags" {
  type    = map(string)
  default = {}
}

resource "aws_sqs_queue" "this" {
  name                    = "${var.name}-work"
  sqs_managed_sse_enabled = var.encrypted
  tags                    = merge(var.tags, { Name = var.name })
}

resource "aws_s3_bucket" "this" {
  bucket = lower("${var.name}-data")
  tags   = var.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

output "queue_arn" {
  value = aws_sqs_queue.this.arn
}
"""


def stack(chance: random.Random, number: int) -> dict[str, str]:
    """The files of one root module."""
    encrypted = str(_right(chance)).lower()
    office = '"10.0.0.0/8"' if _right(chance) else '"0.0.0.0/0"'
    return {
        "main.tf": f"""module "store" {{
  source   = "../modules/m{number // _STACKS_A_MODULE}"
  for_each = local.stores

  name      = each.key
  encrypted = each.value.encrypted
  tags      = local.tags
}}

resource "aws_instance" "worker" {{
  count         = var.workers
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = element(var.subnets, count.index)

  metadata_options {{
    http_tokens = "required"
  }}

  root_block_device {{
    encrypted = {encrypted}
  }}

  tags = merge(local.tags, {{ Name = format("worker-%02d", count.index) }})
}}
""",
        "network.tf": f"""resource "aws_security_group" "worker" {{
  name        = "worker-{number}"
  description = "Workers"
  vpc_id      = var.vpc

  dynamic "ingress" {{
    for_each = toset([for port in var.ports : tostring(port)])
    content {{
      description = "from the office"
      from_port   = tonumber(ingress.value)
      to_port     = tonumber(ingress.value)
      protocol    = "tcp"
      cidr_blocks = [{office}]
    }}
  }}
}}

data "aws_iam_policy_document" "worker" {{
  statement {{
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    resources = [for store in module.store : store.queue_arn]
  }}
}}

resource "aws_iam_policy" "worker" {{
  name   = "worker-{number}"
  policy = data.aws_iam_policy_document.worker.json
}}
""",
        "variables.tf": """variable "workers" {
  type    = number
  default = 2
}

variable "ports" {
  type    = list(number)
  default = [22, 443]
}

variable "subnets" {
  type = list(string)
}

variable "vpc" {
  type = string
}
""",
        "locals.tf": f"""locals {{
  tags = {{
    Stack = "stack-{number}"
    Owner = "team-{number % 7}"
  }}
  stores = {{
    orders = {{ encrypted = true }}
    events = {{ encrypted = {encrypted} }}
  }}
}}
""",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a tree of templates.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=int)
    given = parser.parse_args()
    generate(given.folder, given.files)


if __name__ == "__main__":
    main()
