terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

output "arn" {
  value = provider::aws::arn_parse("arn:aws:iam::111122223333:role/x").resource
}

output "built" {
  value = provider::aws::arn_build("aws", "s3", "", "", "bucket")
}

resource "aws_sqs_queue" "q" {
  name = provider::aws::trim_iam_role_path("arn:aws:iam::111122223333:role/with/path/x") == "" ? "a" : "b"
}
