data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  arn = "arn:${data.aws_partition.current.partition}:s3:::bucket"
}

resource "aws_sqs_queue" "q" {
  name = "known-name"
  tags = { Arn = local.arn, Static = "s" }
}

output "static" {
  value = length(local.arn) > 0 ? "known" : "known"
}
