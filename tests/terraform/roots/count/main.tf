variable "create" {
  type    = bool
  default = true
}

variable "skip" {
  type    = bool
  default = false
}

variable "names" {
  type    = list(string)
  default = ["a", "b"]
}

resource "aws_s3_bucket" "yes" {
  count  = var.create ? 1 : 0
  bucket = "yes-${count.index}"
}

resource "aws_s3_bucket" "no" {
  count  = var.skip ? 1 : 0
  bucket = "no"
}

resource "aws_s3_bucket" "named" {
  count  = length(var.names)
  bucket = var.names[count.index]
  tags   = { Number = count.index + 1, Of = length(var.names) }
}

resource "aws_s3_bucket" "text" {
  count  = "2"
  bucket = "text-${count.index}"
}

resource "aws_s3_bucket_versioning" "named" {
  count  = length(aws_s3_bucket.named)
  bucket = aws_s3_bucket.named[count.index].bucket
  versioning_configuration {
    status = count.index == 0 ? "Enabled" : "Suspended"
  }
}

output "yes" {
  value = one(aws_s3_bucket.yes[*].bucket)
}

output "no" {
  value = [one(aws_s3_bucket.no[*].bucket), length(aws_s3_bucket.no), try(aws_s3_bucket.no[0].bucket, "none")]
}

output "first" {
  value = concat(aws_s3_bucket.no[*].bucket, aws_s3_bucket.yes[*].bucket)[0]
}

output "conditional" {
  value = var.skip ? aws_s3_bucket.no[0].bucket : aws_s3_bucket.yes[0].bucket
}
