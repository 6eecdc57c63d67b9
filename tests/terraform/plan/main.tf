provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = {
      Owner = "web"
    }
  }
}

resource "aws_kms_key" "data" {
  enable_key_rotation = true
}

resource "aws_ebs_volume" "plain" {
  availability_zone = "eu-central-1a"
  size              = 10
}

resource "aws_ebs_volume" "numbered" {
  count             = 2
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = count.index == 0
}

resource "aws_s3_bucket" "named" {
  for_each = toset(["a.b", "c"])
  bucket   = "walint-example-${each.key}"
}

resource "aws_s3_bucket_versioning" "named" {
  for_each = aws_s3_bucket.named
  bucket   = each.value.id

  versioning_configuration {
    status = each.key == "c" ? "Enabled" : "Suspended"
  }
}

module "queue" {
  source = "./modules/queue"
  key    = aws_kms_key.data.arn
}

resource "aws_sns_topic_subscription" "queue" {
  topic_arn = "arn:aws:sns:eu-central-1:111122223333:events"
  protocol  = "sqs"
  endpoint  = module.queue.arn
}
