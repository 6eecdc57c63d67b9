variable "password" {
  type      = string
  sensitive = true
  default   = "made-up"
}

variable "temporary" {
  type      = string
  ephemeral = true
  default   = "passing"
}

locals {
  wrapped = sensitive({ user = "u", level = 3 })
}

resource "aws_ssm_parameter" "secret" {
  name  = "secret"
  type  = "SecureString"
  value = var.password
}

resource "aws_ssm_parameter" "opened" {
  name  = nonsensitive(local.wrapped.user)
  type  = "String"
  value = "level ${nonsensitive(local.wrapped.level)}"
}

output "secret" {
  value     = "pw=${var.password}"
  sensitive = true
}
