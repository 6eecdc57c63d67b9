terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.other, aws.third]
    }
  }
}
resource "aws_sqs_queue" "main" {
  name = "main"
  tags = { Name = "own" }
}
resource "aws_sqs_queue" "other" {
  provider = aws.other
  name     = "other"
}
resource "aws_sqs_queue" "third" {
  provider = aws.third
  name     = "third"
}
module "deep" {
  source    = "../n"
  providers = { aws = aws.third }
}
