variable "key" {
  type = string
}

variable "config" {
  type = object({
    name  = string
    arn   = string
    sizes = list(number)
    extra = optional(string, "default")
  })
}

variable "keys" {
  type    = list(string)
  default = []
}

variable "tags" {
  type    = map(string)
  default = {}
}

locals {
  use_key = var.key != "" ? var.key : null
}

resource "aws_sqs_queue" "q" {
  name              = var.config.name
  kms_master_key_id = local.use_key
  tags              = merge(var.tags, { Extra = var.config.extra })
}

resource "aws_ssm_parameter" "p" {
  count = length(var.keys)
  name  = "p${count.index}"
  type  = "String"
  value = var.keys[count.index]
}

resource "aws_sqs_queue" "sized" {
  for_each = toset([for n in var.config.sizes : tostring(n)])
  name     = "${var.config.name}-${each.key}"
}

output "name" {
  value = var.config.name
}

output "arn" {
  value = var.config.arn
}

output "count" {
  value = length(aws_ssm_parameter.p)
}

output "config" {
  value = var.config
}
