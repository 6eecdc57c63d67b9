variable "buckets" {
  type = map(object({ versioned = bool, tags = optional(map(string), {}) }))
  default = {
    logs         = { versioned = true }
    "data.set 1" = { versioned = false, tags = { Team = "x" } }
  }
}

locals {
  rules = flatten([
    for name, ports in { web = [80, 443], ssh = [22] } : [for port in ports : { key = "${name}-${port}", port = port }]
  ])
}

resource "aws_s3_bucket" "b" {
  for_each = var.buckets
  bucket   = replace(replace(each.key, ".", "-"), " ", "-")
  tags     = merge(each.value.tags, { Key = each.key })
}

resource "aws_s3_bucket_versioning" "b" {
  for_each = { for name, bucket in var.buckets : name => bucket if bucket.versioned }
  bucket   = aws_s3_bucket.b[each.key].bucket
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_ssm_parameter" "set" {
  for_each = toset(["two", "one"])
  name     = each.key
  type     = "String"
  value    = "${each.key} is ${each.value}"
}

resource "aws_ssm_parameter" "chained" {
  for_each = aws_ssm_parameter.set
  name     = "copy-of-${each.value.name}"
  type     = "String"
  value    = each.value.value
}

resource "aws_security_group_rule" "r" {
  for_each          = { for rule in local.rules : rule.key => rule }
  type              = "ingress"
  from_port         = each.value.port
  to_port           = each.value.port
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8"]
  security_group_id = "sg-12345678"
}

resource "aws_ssm_parameter" "none" {
  for_each = {}
  name     = each.key
  type     = "String"
  value    = "x"
}

output "keys" {
  value = [keys(aws_s3_bucket.b), [for k, b in aws_s3_bucket.b : b.bucket], values(aws_ssm_parameter.set)[*].name]
}

output "one" {
  value = [aws_s3_bucket.b["data.set 1"].bucket, length(aws_ssm_parameter.none), { for k, p in aws_ssm_parameter.set : k => p.name }]
}
