data "aws_partition" "current" {}

data "aws_iam_policy_document" "basic" {
  statement {
    sid       = "One"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::bucket/*"]
  }
  statement {
    effect      = "Deny"
    not_actions = ["s3:Get*", "s3:List*", "ec2:*"]
    not_resources = [
      "arn:aws:s3:::b",
      "arn:aws:s3:::a",
    ]
  }
}

data "aws_iam_policy_document" "full" {
  version   = "2008-10-17"
  policy_id = "my-id"
  statement {
    actions   = ["sts:AssumeRole", "sts:TagSession"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = ["o-1"]
    }
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["", "home/", "home/x/"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceVpc"
      values   = ["vpc-2", "vpc-1"]
    }
  }
}

data "aws_iam_policy_document" "variables" {
  statement {
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::home/&{aws:username}/*", "arn:aws:s3:::a<b>&c"]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["&{aws:username}"]
    }
  }
}

data "aws_iam_policy_document" "everybody" {
  statement {
    sid     = ""
    actions = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    resources = ["*"]
  }
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
    not_principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

data "aws_iam_policy_document" "empty" {
}

data "aws_iam_policy_document" "dynamic" {
  dynamic "statement" {
    for_each = { read = ["s3:Get*", "s3:Get*"], write = ["s3:Put*"] }
    content {
      sid       = title(statement.key)
      actions   = statement.value
      resources = ["arn:${data.aws_partition.current.partition}:s3:::${statement.key}"]
      dynamic "condition" {
        for_each = statement.key == "write" ? ["x"] : []
        content {
          test     = "Bool"
          variable = "aws:SecureTransport"
          values   = [true]
        }
      }
    }
  }
}

data "aws_iam_policy_document" "each" {
  for_each = toset(["a", "b"])
  statement {
    actions   = ["sqs:*"]
    resources = ["arn:aws:sqs:us-east-1:111122223333:${each.key}"]
  }
}

resource "aws_iam_policy" "p" {
  name   = "p"
  policy = data.aws_iam_policy_document.basic.json
}

resource "aws_iam_role_policy" "each" {
  for_each = data.aws_iam_policy_document.each
  name     = each.key
  role     = "role"
  policy   = each.value.json
}

output "decoded" {
  value = jsondecode(data.aws_iam_policy_document.basic.json).Statement[0].Sid
}
