variable "name" {
  type = string
}

variable "index" {
  type    = number
  default = 99
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_public_access_block" "this" {
  count                   = var.index > 0 ? 1 : 0
  bucket                  = aws_s3_bucket.this.bucket
  block_public_acls       = var.index != 2
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

output "name" {
  value = aws_s3_bucket.this.bucket
}

output "index" {
  value = var.index
}
