variable "name" {
  default = "plain"
}

variable "encrypted" {
  type    = bool
  default = false
}

variable "consumers" {
  type    = set(string)
  default = []
}

resource "aws_sqs_queue" "this" {
  name                    = var.name
  sqs_managed_sse_enabled = var.encrypted ? true : null
}

resource "aws_sqs_queue" "dead" {
  count = length(var.consumers) > 0 ? 1 : 0
  name  = "${var.name}-dead"
}

resource "aws_ssm_parameter" "consumer" {
  for_each = var.consumers
  name     = "${var.name}/${each.key}"
  type     = "String"
  value    = try(aws_sqs_queue.dead[0].name, "none")
}

output "name" {
  value = aws_sqs_queue.this.name
}

output "encrypted" {
  value = coalesce(aws_sqs_queue.this.sqs_managed_sse_enabled, false)
}

output "consumers" {
  value = [for k, p in aws_ssm_parameter.consumer : upper(k)]
}
