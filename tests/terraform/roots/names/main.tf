module "m" {
  source = "./m"
}

resource "aws_ssm_parameter" "p" {
  name  = terraform.workspace
  type  = "String"
  value = "${path.module}|${path.root}"
}

output "paths" {
  value = [path.module, path.root, module.m.paths]
}

output "workspace" {
  value = "${terraform.workspace == "default" ? "dflt" : "other"}"
}
