output "mixed" {
  value = "${local.upper}-${aws_s3_bucket.b.bucket}"
}
