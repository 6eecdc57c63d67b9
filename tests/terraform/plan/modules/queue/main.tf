variable "key" {
  type = string
}

resource "aws_sqs_queue" "this" {
  kms_master_key_id = var.key
}

output "arn" {
  value = aws_sqs_queue.this.arn
}
