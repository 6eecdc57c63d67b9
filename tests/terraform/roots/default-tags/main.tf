provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = local.defaults
  }
  ignore_tags {
    keys         = ["Ignored"]
    key_prefixes = ["tmp:"]
  }
}

locals {
  defaults = { Owner = "o", Env = terraform.workspace, Ignored = "default" }
}

resource "aws_sqs_queue" "q" {
  name = "q"
  tags = { Env = "own", "tmp:x" = "y" }
}

resource "aws_sqs_queue" "untagged" {
  name = "untagged"
}
