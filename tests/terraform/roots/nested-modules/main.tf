variable "env" { default = "prod" }
locals {
  services = {
    web = { public = true, ports = { http = 80, https = 443 }, nets = ["10.0.1.0/24", "10.0.2.0/24"] }
    db  = { public = false, ports = { pg = 5432 }, nets = [] }
  }
  region_bits = { for i, r in ["us-east-1", "eu-west-1"] : r => cidrsubnet("10.0.0.0/8", 8, i) }
}
module "service" {
  source   = "./service"
  for_each = { for k, v in local.services : k => merge(v, { index = index(keys(local.services), k) }) }
  name     = "${var.env}-${each.key}"
  settings = each.value
  cidrs    = local.region_bits
  enabled  = var.env == "prod" || each.value.public
}
output "ports" { value = { for k, s in module.service : k => s.ports } }
output "everything" { value = [for s in values(module.service) : s.deep["us-east-1"].cidr] }
output "conditional" { value = module.service["db"].public_group == null ? "none" : module.service["db"].public_group }
