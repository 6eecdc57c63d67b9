variable "queues" {
  type = map(object({
    delay  = optional(number, 5)
    fifo   = optional(bool, false)
    tags   = optional(map(string), {})
    alarms = optional(list(object({ name = string, limit = optional(number, 10) })), [])
  }))
  default = {
    orders = { fifo = true, alarms = [{ name = "deep" }, { name = "old", limit = "99" }] }
    mails  = { delay = null, tags = { Team = "post" } }
    empty  = {}
  }
  nullable = false
}

resource "aws_sqs_queue" "q" {
  for_each                    = var.queues
  name                        = "${each.key}${each.value.fifo ? ".fifo" : ""}"
  fifo_queue                  = each.value.fifo
  delay_seconds               = each.value.delay
  content_based_deduplication = each.value.fifo ? true : null
  tags                        = merge({ Name = title(each.key) }, each.value.tags)
}

resource "aws_sqs_queue_policy" "p" {
  for_each  = aws_sqs_queue.q
  queue_url = each.value.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "sqs:*"
      Resource  = "arn:aws:sqs:::${each.key}"
      Principal = "*"
      Condition = { Bool = { "aws:SecureTransport" = tostring(!each.value.fifo_queue) } }
    }]
  })
}

locals {
  alarms = merge([
    for name, queue in var.queues : {
      for index, alarm in queue.alarms : "${name}-${alarm.name}" => {
        queue = aws_sqs_queue.q[name].name
        limit = alarm.limit + index
      }
    }
  ]...)
  by_fifo = { for name, queue in var.queues : queue.fifo ? "fifo" : "plain" => name... }
}

resource "aws_cloudwatch_metric_alarm" "a" {
  for_each            = local.alarms
  alarm_name          = each.key
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = each.value.limit
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  period              = 60
  statistic           = "Sum"
  dimensions          = { QueueName = each.value.queue }
}

resource "aws_ssm_parameter" "of_alarm" {
  for_each = { for k, a in aws_cloudwatch_metric_alarm.a : upper(k) => a if a.threshold > 50 }
  name     = "/alarm/${each.key}"
  type     = "String"
  value    = "${each.value.threshold}/${each.value.dimensions["QueueName"]}"
}

output "grouped" {
  value = local.by_fifo
}
output "names" {
  value = [values(aws_sqs_queue.q)[*].name, keys(aws_sqs_queue.q), [for k, q in aws_sqs_queue.q : q.tags.Name]]
}
output "lengths" {
  value = [length(aws_sqs_queue.q), length(local.alarms), length(aws_ssm_parameter.of_alarm)]
}
