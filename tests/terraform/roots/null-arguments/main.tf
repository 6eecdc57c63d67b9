variable "kms" {
  type    = string
  default = null
}

variable "rules" {
  type    = list(string)
  default = null
}

resource "aws_ebs_volume" "v" {
  availability_zone = "us-east-1a"
  size              = 10
  encrypted         = var.kms != null
  kms_key_id        = var.kms
  iops              = null
  tags              = null
}

resource "aws_sqs_queue" "q" {
  name              = coalesce(null, "", "given")
  kms_master_key_id = var.kms == null ? null : "alias/${var.kms}"
}

resource "aws_security_group" "g" {
  name = "nulls"
  dynamic "ingress" {
    for_each = var.rules == null ? [] : var.rules
    content {
      from_port = ingress.value
      to_port   = ingress.value
      protocol  = "tcp"
    }
  }
}

output "nulls" {
  value = [var.kms, { a = null, b = [null] }, coalescelist([], ["x"]), compact(["", "a", null])]
}
