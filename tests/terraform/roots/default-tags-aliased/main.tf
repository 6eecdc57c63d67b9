locals { common = { Owner = "ops", Env = terraform.workspace } }
provider "aws" {
  region = "us-east-1"
  default_tags { tags = merge(local.common, { Region = "a" }) }
  ignore_tags {
    keys         = ["Skip"]
    key_prefixes = ["kubernetes.io/"]
  }
}
provider "aws" {
  alias  = "b"
  region = "eu-west-1"
  default_tags {
    tags = { Region = "b", Name = "default" }
  }
}
provider "aws" {
  alias  = "none"
  region = "eu-west-2"
}
resource "aws_sqs_queue" "a" {
  name = "a"
  tags = { Skip = "1", "kubernetes.io/x" = "y", Name = "a", Owner = "me" }
}
resource "aws_sqs_queue" "b" {
  provider = aws.b
  name     = "b"
}
resource "aws_sqs_queue" "n" {
  provider = aws.none
  name     = "n"
  tags     = { Only = "own" }
}
module "m" {
  source    = "./m"
  providers = { aws = aws.b, aws.other = aws.none, aws.third = aws }
}
module "inherits" {
  source = "./n"
}
