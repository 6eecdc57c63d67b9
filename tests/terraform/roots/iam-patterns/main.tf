variable "roles" {
  type = map(object({
    trusted  = optional(list(string), [])
    services = optional(list(string), [])
    managed  = optional(map(string), {})
    inline   = optional(map(object({ actions = set(string), resources = optional(list(string), ["*"]), conditions = optional(list(object({ test = string, var = string, values = list(string) })), []) })), {})
    boundary = optional(string)
    path     = optional(string, "/")
  }))
  default = {
    app = {
      services = ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]
      managed  = { ro = "arn:aws:iam::aws:policy/ReadOnlyAccess", ssm = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" }
      inline = {
        read  = { actions = ["s3:GetObject", "s3:ListBucket"], resources = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"] }
        write = { actions = ["s3:PutObject"], conditions = [{ test = "StringEquals", var = "s3:x-amz-acl", values = ["private"] }, { test = "StringEquals", var = "aws:RequestedRegion", values = ["us-east-1", "eu-west-1"] }] }
      }
    }
    ops = { trusted = ["arn:aws:iam::111122223333:root"], path = "/ops/", boundary = "arn:aws:iam::111122223333:policy/b" }
  }
}
locals {
  attachments = merge([for r, role in var.roles : { for n, arn in role.managed : "${r}:${n}" => { role = r, arn = arn } }]...)
  inline      = { for item in flatten([for r, role in var.roles : [for n, p in role.inline : merge(p, { role = r, name = n })]]) : join("/", [item.role, item.name]) => item }
}
data "aws_iam_policy_document" "trust" {
  for_each = var.roles
  dynamic "statement" {
    for_each = length(each.value.services) > 0 ? [each.value.services] : []
    content {
      actions = ["sts:AssumeRole"]
      principals {
        type        = "Service"
        identifiers = statement.value
      }
    }
  }
  dynamic "statement" {
    for_each = each.value.trusted
    iterator = who
    content {
      sid     = "Trust${who.key}"
      actions = ["sts:AssumeRole", "sts:TagSession"]
      principals {
        type        = "AWS"
        identifiers = [who.value]
      }
    }
  }
}
data "aws_iam_policy_document" "inline" {
  for_each = local.inline
  statement {
    actions   = each.value.actions
    resources = each.value.resources
    dynamic "condition" {
      for_each = each.value.conditions
      content {
        test     = condition.value.test
        variable = condition.value.var
        values   = condition.value.values
      }
    }
  }
}
resource "aws_iam_role" "r" {
  for_each             = var.roles
  name                 = each.key
  path                 = each.value.path
  permissions_boundary = each.value.boundary
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = each.key == "ops" ? 3600 * 4 : null
}
resource "aws_iam_role_policy" "p" {
  for_each = local.inline
  name     = each.value.name
  role     = aws_iam_role.r[each.value.role].name
  policy   = data.aws_iam_policy_document.inline[each.key].json
}
resource "aws_iam_role_policy_attachment" "a" {
  for_each   = local.attachments
  role       = aws_iam_role.r[each.value.role].name
  policy_arn = each.value.arn
}
output "roles" { value = { for k, r in aws_iam_role.r : k => { name = r.name, path = r.path, boundary = r.permissions_boundary } } }
