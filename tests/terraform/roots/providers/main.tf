terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = { Owner = "default", Team = "d" }
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
  default_tags {
    tags = { Owner = "west" }
  }
}

module "inherits" {
  source = "./m"
  name   = "inherits"
}

module "passed" {
  source = "./m"
  name   = "passed"
  providers = {
    aws = aws.west
  }
}

module "two" {
  source = "./two"
  providers = {
    aws.first  = aws
    aws.second = aws.west
  }
}

resource "aws_sqs_queue" "default" {
  name = "default"
  tags = { Team = "own" }
}

resource "aws_sqs_queue" "west" {
  provider = aws.west
  name     = "west"
}
