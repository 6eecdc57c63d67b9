locals {
  config = yamldecode(file("${path.module}/config.yaml"))
  queues = { for q in local.config.queues : q.name => merge({ delay = 0, fifo = false }, q) }
  access = merge([
    for team, grants in local.config.teams : {
      for grant in grants : "${team}/${grant.queue}" => { team = team, queue = grant.queue, actions = try(grant.actions, ["read"]) }
    }
  ]...)
}

resource "aws_sqs_queue" "q" {
  for_each      = local.queues
  name          = each.value.fifo ? "${each.key}.fifo" : each.key
  fifo_queue    = each.value.fifo
  delay_seconds = each.value.delay
}

resource "aws_ssm_parameter" "access" {
  for_each = local.access
  name     = "/access/${each.key}"
  type     = "StringList"
  value    = join(",", each.value.actions)
}

output "access" {
  value = local.access
}
