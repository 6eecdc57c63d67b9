"""What the picture puts into which box."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from walint.review.picture.fold import MOST, folded
from walint.review.picture.layout import NoLayout, layout
from walint.review.picture.shapes import Box
from walint.review.pictures import alone, drawn, scenes_of

NETWORK = """
provider "aws" {
  region = "eu-central-1"
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-central-1a"
}
resource "aws_subnet" "b" {
  vpc_id = aws_vpc.main.id
}
resource "aws_instance" "web" {
  subnet_id = aws_subnet.a.id
}
resource "aws_lb" "front" {
  subnets = [aws_subnet.a.id, aws_subnet.b.id]
}
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
}
resource "aws_db_instance" "db" {
  vpc_security_group_ids = [aws_security_group.db.id]
}
resource "aws_s3_bucket" "files" {}
resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_sqs_queue" "many" {
  count = 3
}
"""


def paths(box: Box, above: tuple[str, ...] = ()) -> dict[str, str]:
    """Where each node stands: `region x > vpc y`."""
    here = (*above, f"{box.kind} {box.title}") if box.kind != "picture" else above
    found = {f"{node.kind} {node.title}": " > ".join(here) for node in box.nodes}
    for inner in box.boxes:
        found |= paths(inner, here)
    return found


def test_resources_stand_where_they_lie(reviewed):
    made = reviewed({"main.tf": NETWORK})
    (scene,) = scenes_of(made.review, made.sketches)
    region = "region eu-central-1"
    vpc = f"{region} > vpc main"
    assert paths(scene.box) == {
        "VPC main": vpc,
        "Subnet a": f"{vpc} > zone eu-central-1a > subnet a",
        "Subnet b": f"{vpc} > subnet b",
        "Instance web": f"{vpc} > zone eu-central-1a > subnet a",
        "LoadBalancer front": vpc,
        "SecurityGroup db": vpc,
        "DBInstance db": vpc,
        "Bucket files": region,
        "Queue many": region,
    }


def test_instances_and_parts_are_drawn_as_one(reviewed):
    made = reviewed({"main.tf": NETWORK})
    (scene,) = scenes_of(made.review, made.sketches)
    nodes = {node.title: node for node in scene.box.walk()}
    assert (nodes["many"].number, nodes["files"].number, nodes["files"].parts) == (3, 1, 1)


def test_what_only_adds_to_another_resource_is_drawn_with_it(reviewed):
    made = reviewed(
        {
            "main.tf": 'resource "aws_security_group" "g" {}\n'
            'resource "aws_security_group_rule" "ssh" {\n  type = "ingress"\n  protocol = "tcp"\n  from_port = 22\n'
            '  to_port = 22\n  cidr_blocks = ["0.0.0.0/0"]\n  security_group_id = aws_security_group.g.id\n}\n'
            'resource "aws_s3_bucket" "b" {}\n'
            'resource "aws_s3_bucket_policy" "b" {\n  bucket = aws_s3_bucket.b.id\n  policy = "{}"\n}\n'
        }
    )
    (scene,) = scenes_of(made.review, made.sketches)
    nodes = {node.kind: node for node in scene.box.walk()}
    assert {kind: node.parts for kind, node in nodes.items()} == {"SecurityGroup": 1, "Bucket": 1}
    assert nodes["SecurityGroup"].worst == "high"


def test_a_node_opens_its_worst_resource(reviewed):
    made = reviewed({"main.tf": 'resource "aws_ebs_volume" "v" {\n  count = 2\n  encrypted = count.index == 0\n}\n'})
    (scene,) = scenes_of(made.review, made.sketches)
    (node,) = scene.box.walk()
    (bad,) = [it for it in made.review.resources if it.address == "aws_ebs_volume.v[1]"]
    assert (node.opens, node.worst) == (bad.id, "high")


def test_modules_are_boxes_and_the_account_is_around_all(reviewed):
    made = reviewed(
        {
            "main.tf": 'module "queues" {\n  source = "./queues"\n}\n',
            "queues/main.tf": 'resource "aws_sqs_queue" "q" {}\n',
        }
    )
    (scene,) = scenes_of(made.review, made.sketches, account="123456789012", region="eu-west-1")
    assert paths(scene.box) == {"Queue q": "account 123456789012 > region eu-west-1 > module queues"}


def test_a_provider_says_region_and_account(reviewed):
    made = reviewed(
        {
            "main.tf": """
provider "aws" {
  region = var.region
}
provider "aws" {
  alias  = "audit"
  region = "us-east-1"
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/deploy"
  }
}
variable "region" {
  default = "eu-west-1"
}
resource "aws_sqs_queue" "here" {}
resource "aws_sqs_queue" "there" {
  provider = aws.audit
}
resource "null_resource" "nowhere" {}
module "inner" {
  source    = "./inner"
  providers = { aws = aws.audit }
}
""",
            "inner/main.tf": 'resource "aws_sns_topic" "t" {}\n',
        }
    )
    (scene,) = scenes_of(made.review, made.sketches)
    there = "account 123456789012 > region us-east-1"
    assert paths(scene.box) == {
        "Queue here": "region eu-west-1",
        "Queue there": there,
        "Topic t": f"{there} > module inner",
        "null_resource nowhere": "",
    }


def test_references_are_links_with_their_property(reviewed):
    made = reviewed({"main.tf": NETWORK})
    (scene,) = scenes_of(made.review, made.sketches)
    titles = {node.id: node.title for node in scene.box.walk()}
    told = [(titles[source], titles[target], names) for source, target, names in scene.links]
    assert ("web", "a", ["SubnetId"]) in told


def many(number: int) -> str:
    services = ("sqs_queue", "sns_topic", "s3_bucket", "cloudwatch_log_group", "dynamodb_table", "kms_key")
    return "".join(f'resource "aws_{services[n % 6]}" "r{n}" {{}}\n' for n in range(number))


def test_a_large_picture_is_folded_and_loses_nothing(reviewed):
    made = reviewed({"main.tf": many(300)})
    (scene,) = scenes_of(made.review, made.sketches)
    overview, *parts = folded(scene)
    shut = list(overview.box.walk())
    assert len(shut) <= MOST
    assert all(node.shut for node in shut)
    assert [node.opens for node in shut] == [part.id for part in parts]
    inside = [node.id for part in parts for node in part.box.walk()]
    assert sorted(inside) == sorted(node.id for node in scene.box.walk())


def test_the_svg_alone_is_folded_and_leads_to_its_parts(reviewed):
    made = reviewed({"main.tf": many(300)})
    found = ET.fromstring(alone(scenes_of(made.review, made.sketches)))
    ids = [it.get("id") for it in found.iter() if it.get("id")]
    links = [it.get("href") for it in found.iter() if it.tag.endswith("}a")]
    assert links == [f"#{id_}" for id_ in ids]
    assert len(ids) == 6
    names = {text.text for text in found.iter() if text.get("class") == "name"}
    assert {f"r{n}" for n in range(300)} <= names
    assert int(found.get("width", "")) < 2500


def test_what_is_all_of_one_type_stays_one_picture(reviewed):
    made = reviewed({"main.tf": "".join(f'resource "aws_sqs_queue" "q{n}" {{}}\n' for n in range(MOST + 5))})
    (scene,) = scenes_of(made.review, made.sketches)
    assert folded(scene) == [scene]


def test_everything_gets_a_place_of_its_own(reviewed):
    made = reviewed({"main.tf": NETWORK + many(40)})
    (scene,) = scenes_of(made.review, made.sketches)
    placed = layout(scene)
    assert len(placed.nodes) == sum(1 for _ in scene.box.walk())
    assert len({(it.x, it.y) for it in placed.nodes}) == len(placed.nodes)
    assert len(placed.links) == len(scene.links)
    assert all(0 <= it.x <= placed.width and 0 <= it.y <= placed.height for it in placed.nodes)


def test_the_svg_alone_is_whole_and_escaped(reviewed):
    made = reviewed({"t.yaml": "Resources:\n  Q:\n    Type: 'Custom::<script>alert(1)</script>&\"'\n"})
    found = ET.fromstring(alone(scenes_of(made.review, made.sketches)))
    assert "<script>alert(1)</script>" in "".join(found.itertext())
    assert not [it for it in found.iter() if it.tag.endswith("script")]


def test_without_graphviz_there_is_a_reason_instead(reviewed, monkeypatch, tmp_path):
    monkeypatch.setattr("walint.review.picture.layout.sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    made = reviewed({"main.tf": many(2)})
    scenes = scenes_of(made.review, made.sketches)
    pictures, why = drawn(scenes)
    assert pictures == []
    assert "pip install 'walint[picture]'" in why
    with pytest.raises(NoLayout):
        alone(scenes)
