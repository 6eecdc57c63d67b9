variable "text" {}

locals {
  shouted = upper(var.text)
}

resource "aws_ssm_parameter" "p" {
  name  = "leaf"
  type  = "String"
  value = "${local.shouted} ${path.root}"
}

output "text" {
  value = local.shouted
}
