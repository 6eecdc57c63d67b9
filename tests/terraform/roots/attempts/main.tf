variable "settings" {
  type = any
  default = {
    a    = { b = 1 }
    list = [1, 2]
    text = "7"
  }
}

variable "create" {
  default = false
}

resource "aws_s3_bucket" "b" {
  count  = var.create ? 1 : 0
  bucket = "attempted"
}

resource "aws_s3_bucket" "there" {
  count  = var.create ? 0 : 1
  bucket = "there"
}

output "tried" {
  value = [
    try(var.settings.a.b, "none"),
    try(var.settings.a.c, "none"),
    try(var.settings.x.y.z, var.settings.list[5], "third"),
    try(tonumber("x"), tonumber("8")),
    try(aws_s3_bucket.b[0].bucket, "no bucket"),
    try(aws_s3_bucket.there[0].bucket, "no bucket"),
    try(null, "x") == null,
    try(tostring(var.settings.list), "not text"),
    try(var.settings.list[1], 0),
  ]
}

output "can" {
  value = [
    can(var.settings.a.b),
    can(var.settings.q),
    can(tonumber("abc")),
    can(regex("^[a-z]+$", "abc")),
    can(regex("^[a-z]+$", "ABC")),
    can(aws_s3_bucket.b[0]),
    can(aws_s3_bucket.there[0].bucket),
    can(cidrhost("10.0.0.0/8", 5)),
    can(jsondecode("{")),
  ]
}

resource "aws_sqs_queue" "q" {
  name                       = try(aws_s3_bucket.b[0].bucket, aws_s3_bucket.there[0].bucket)
  visibility_timeout_seconds = try(var.settings.timeout, 45)
}
