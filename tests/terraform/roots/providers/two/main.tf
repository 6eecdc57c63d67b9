terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.first, aws.second]
    }
  }
}

resource "aws_sqs_queue" "first" {
  provider = aws.first
  name     = "first"
}

resource "aws_sqs_queue" "second" {
  provider = aws.second
  name     = "second"
}

module "m" {
  source = "../m"
  name   = "nested"
  providers = {
    aws = aws.second
  }
}
