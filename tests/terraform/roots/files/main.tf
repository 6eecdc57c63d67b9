locals {
  settings = yamldecode(file("${path.module}/settings.yaml"))
}

output "read" {
  value = [file("${path.module}/greeting.txt"), fileexists("${path.module}/none.txt"), fileexists("greeting.txt")]
}

output "encoded" {
  value = [filebase64("${path.module}/greeting.txt"), filesha256("greeting.txt"), filemd5("greeting.txt"), filebase64sha512("greeting.txt")]
}

output "found" {
  value = [fileset(path.module, "*.txt"), fileset("${path.module}/nested", "**"), fileset(".", "{nested,none}/*.json")]
}

output "templated" {
  value = templatefile("${path.module}/motd.tftpl", { name = "web", ports = [80, 443], admin = false })
}

output "templated_json" {
  value = jsondecode(templatefile("${path.module}/nested/data.json", {}))
}

output "settings" {
  value = local.settings
}

resource "aws_instance" "web" {
  ami           = local.settings.ami
  instance_type = local.settings.sizes["web"]
  user_data     = templatefile("${path.module}/motd.tftpl", { name = "i", ports = [22], admin = true })
}

resource "aws_ssm_parameter" "each" {
  for_each = fileset("${path.module}/nested", "*.json")
  name     = trimsuffix(each.value, ".json")
  type     = "String"
  value    = file("${path.module}/nested/${each.key}")
}
