variable "nullable" {
  type    = string
  default = "default"
}

variable "not_nullable" {
  type     = string
  default  = "default"
  nullable = false
}

variable "no_default" {
  type = string
}

resource "aws_ssm_parameter" "p" {
  name        = "n-${var.not_nullable}"
  type        = "String"
  value       = coalesce(var.nullable, "was null")
  description = var.nullable
}

output "all" {
  value = { nullable = var.nullable, not_nullable = var.not_nullable, no_default = var.no_default }
}
