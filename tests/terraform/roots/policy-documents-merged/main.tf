data "aws_iam_policy_document" "first" {
  statement {
    sid       = "Shared"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  statement {
    actions   = ["ec2:*"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "second" {
  policy_id = "second"
  statement {
    sid       = "Second"
    actions   = ["sqs:*"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "sources" {
  source_policy_documents = [
    data.aws_iam_policy_document.first.json,
    data.aws_iam_policy_document.second.json,
    "",
  ]
  statement {
    sid       = "Second"
    effect    = "Deny"
    actions   = ["sqs:DeleteQueue"]
    resources = ["*"]
  }
  statement {
    sid       = "Own"
    actions   = ["sns:*"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "overrides" {
  statement {
    sid       = "Shared"
    actions   = ["dynamodb:*"]
    resources = ["*"]
  }
  override_policy_documents = [
    data.aws_iam_policy_document.first.json,
    jsonencode({
      Version = "2012-10-17"
      Id      = "over"
      Statement = [
        { Sid = "Shared", Effect = "Deny", Action = "s3:*", Resource = ["b", "a"] },
        { Effect = "Allow", Action = ["x:Y", "a:B"], Resource = "*", Principal = "*" },
      ]
    }),
  ]
}

data "aws_iam_policy_document" "from_text" {
  source_policy_documents = [
    <<-EOT
      {
        "Version": "2008-10-17",
        "Statement": [{
          "Effect": "Allow",
          "Action": ["s3:List*", "s3:Get*"],
          "NotResource": ["a", "b"],
          "Principal": {"AWS": ["a", "b"], "Service": "x"},
          "Condition": {"StringLike": {"aws:y": "2"}, "StringEquals": {"aws:x": ["1", "2"], "aws:a": "3"}}
        }]
      }
    EOT
  ]
}

data "aws_iam_policy_document" "nothing" {
  source_policy_documents   = []
  override_policy_documents = null
  statement {
    actions   = ["a:b"]
    resources = ["*"]
  }
}

resource "aws_sqs_queue" "q" {
  name   = "q"
  policy = data.aws_iam_policy_document.sources.json
}
