variable "buckets" {
  type = map(list(string))
  default = {
    logs  = ["10.0.0.0/8"]
    stuff = ["192.168.0.0/16", "10.0.0.0/8"]
    open  = []
  }
}
variable "extra" {
  type    = any
  default = { actions = ["s3:PutObject", "s3:GetObject", "s3:GetObject"], principals = { AWS = ["b", "a"], Service = ["x.amazonaws.com"] } }
}
data "aws_iam_policy_document" "d" {
  for_each  = var.buckets
  policy_id = upper(each.key)
  dynamic "statement" {
    for_each = length(each.value) > 0 ? { (each.key) = each.value } : {}
    iterator = it
    content {
      sid     = "Allow${title(it.key)}"
      actions = var.extra.actions
      resources = formatlist("arn:aws:s3:::%s%s", it.key, ["", "/*"])
      dynamic "principals" {
        for_each = var.extra.principals
        content {
          type        = principals.key
          identifiers = principals.value
        }
      }
      dynamic "condition" {
        for_each = toset(it.value)
        content {
          test     = "IpAddress"
          variable = "aws:SourceIp"
          values   = [condition.value]
        }
      }
    }
  }
  statement {
    effect        = "Deny"
    not_actions   = ["s3:List*"]
    not_resources = ["arn:aws:s3:::${each.key}/&{aws:username}/*"]
    not_principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [false]
    }
  }
}
data "aws_iam_policy_document" "all" {
  source_policy_documents = [for d in data.aws_iam_policy_document.d : d.json]
}
data "aws_iam_policy_document" "counted" {
  count                     = 2
  override_policy_documents = count.index == 0 ? [] : [data.aws_iam_policy_document.all.json]
  statement {
    sid       = "AllowLogs"
    effect    = count.index > 0 ? "Allow" : "Deny"
    actions   = ["*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
resource "aws_iam_policy" "p" {
  count  = 2
  name   = "p${count.index}"
  policy = data.aws_iam_policy_document.counted[count.index].json
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.counted[0].json
  inline_policy {
    name   = "inline"
    policy = jsonencode(jsondecode(data.aws_iam_policy_document.all.json))
  }
}
output "len" {
  value = [length(jsondecode(data.aws_iam_policy_document.all.json).Statement), sha256(data.aws_iam_policy_document.counted[1].json), data.aws_iam_policy_document.d["open"].minified_json]
}
