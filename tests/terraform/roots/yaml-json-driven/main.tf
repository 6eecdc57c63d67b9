locals {
  cfg    = yamldecode(file("${path.module}/config.yaml"))
  data   = jsondecode(file("data.json"))
  rows   = csvdecode(file("${path.root}/rows.csv"))
  groups = { for g in concat([for x in local.cfg.groups : merge({ tags = {} }, x)], [for r in local.rows : { name = r.name, retention = r.retention, tags = { Note = r.note } }]) : replace(g.name, ",", "-") => g }
}
resource "aws_cloudwatch_log_group" "g" {
  for_each          = local.groups
  name              = "/x/${each.key}"
  retention_in_days = each.value.retention
  tags              = merge({ File = filesha256("data.json") }, each.value.tags)
  skip_destroy      = can(each.value.sizes) ? each.value.sizes[3] == "007" : false
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = templatefile("${path.module}/policy.json.tftpl", { actions = ["s3:Get*", "s3:List*"], resources = ["a", "b"] })
}
resource "aws_sqs_queue" "q" {
  for_each   = { for x in local.data.list : x.id => x if x.on }
  name       = "${each.key}${each.value.n}"
  fifo_queue = !each.value.on
}
output "o" { value = [local.cfg.text, local.cfg.lit, local.cfg.groups, local.data.u, local.rows, fileset(path.module, "*.{yaml,csv}"), [for f in fileset(path.module, "d*.json") : trimsuffix(basename(f), ".json")], fileexists("nope"), filebase64("rows.csv"), filemd5("rows.csv"), length(file("config.yaml"))] }
