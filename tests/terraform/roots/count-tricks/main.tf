variable "n" { default = "3" }
variable "enabled" { default = "true" }
variable "names" { default = ["x", "y", "z"] }
resource "aws_sqs_queue" "q" {
  count         = var.n
  name          = "q-${count.index}-${var.names[count.index]}"
  delay_seconds = count.index == 0 ? null : count.index
}
resource "aws_sqs_queue" "maybe" {
  count = var.enabled ? 1 : 0
  name  = "maybe"
}
resource "aws_sqs_queue" "none" {
  count = var.enabled && false ? 1 : 0
  name  = "none"
}
resource "aws_sqs_queue_policy" "p" {
  count     = length(aws_sqs_queue.q)
  queue_url = aws_sqs_queue.q[count.index].name
  policy    = jsonencode({ Version = "2012-10-17", Statement = [for i in range(count.index + 1) : { Effect = "Allow", Action = "sqs:SendMessage", Resource = "*", Principal = { AWS = "11112222333${i}" } }] })
}
locals {
  all    = concat(aws_sqs_queue.q[*].name, aws_sqs_queue.maybe.*.name, aws_sqs_queue.none[*].name)
  picked = coalescelist(aws_sqs_queue.none[*].name, aws_sqs_queue.maybe[*].name, ["last"])
  first  = try(aws_sqs_queue.none[0].name, aws_sqs_queue.maybe[0].name)
  one    = one(aws_sqs_queue.none[*].name)
  tern   = length(aws_sqs_queue.none) > 0 ? aws_sqs_queue.none[0].name : "absent"
  elem   = element(concat(aws_sqs_queue.none.*.name, [""]), 0)
  join   = join("", aws_sqs_queue.maybe.*.name)
  odd    = [for i, q in aws_sqs_queue.q : q.name if i % 2 == 1]
  map    = { for i, q in aws_sqs_queue.q : q.name => i }
  zip    = zipmap(aws_sqs_queue.q[*].name, range(length(aws_sqs_queue.q)))
  last   = aws_sqs_queue.q[length(aws_sqs_queue.q) - 1].delay_seconds
  strk   = aws_sqs_queue.q["1"].name
}
output "o" { value = [local.all, local.picked, local.first, local.one, local.tern, local.elem, local.join, local.odd, local.map, local.zip, local.last, local.strk] }
