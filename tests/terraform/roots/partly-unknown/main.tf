resource "aws_kms_key" "k" {
  description = "k"
}

resource "aws_s3_bucket" "b" {
  bucket = "partly"
}

data "aws_iam_policy_document" "d" {
  statement {
    sid       = "Known"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.k.arn]
  }
}

locals {
  object = { known = "yes", unknown = aws_kms_key.k.arn, list = [1, aws_kms_key.k.key_id, 3] }
}

resource "aws_sqs_queue" "q" {
  name              = "partly-${length(local.object.list)}"
  kms_master_key_id = aws_kms_key.k.arn
  tags              = { Bucket = aws_s3_bucket.b.bucket, Key = aws_kms_key.k.key_id, Known = local.object.known }
  policy            = data.aws_iam_policy_document.d.json
  visibility_timeout_seconds = local.object.list[2]
}

resource "aws_ssm_parameter" "json" {
  name  = "json"
  type  = "String"
  value = jsonencode({ key = aws_kms_key.k.arn, name = "n" })
}

resource "aws_ssm_parameter" "decoded" {
  name        = jsondecode(jsonencode({ a = "known", b = 2 })).a
  type        = "String"
  value       = "x"
  description = "${aws_s3_bucket.b.bucket} and ${local.object.known}"
}

output "known_parts" {
  value = [
    length([aws_kms_key.k.arn, "x"]),
    false && aws_kms_key.k.enable_key_rotation == null,
    keys({ a = aws_kms_key.k.arn, b = 1 }),
    { (aws_s3_bucket.b.bucket) = 1 },
    [for x in [1, 2] : x],
    merge({ a = 1 }, { b = 2 }).b,
    contains(["a", "b"], "a"),
    lookup({ a = aws_kms_key.k.arn, b = "known" }, "b"),
    element([aws_kms_key.k.arn, "second"], 1),
    coalesce("first", aws_kms_key.k.arn),
    aws_kms_key.k.arn != null,
    aws_s3_bucket.b.force_destroy,
  ]
}

output "unknown_parts" {
  value = {
    text   = "arn is ${aws_kms_key.k.arn}"
    upper  = upper(aws_kms_key.k.arn)
    split  = split(":", aws_kms_key.k.arn)
    number = aws_kms_key.k.arn == "x" ? 1 : 2
    known  = "k"
  }
}
