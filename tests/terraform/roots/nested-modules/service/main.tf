variable "name" { type = string }
variable "enabled" {
  type    = bool
  default = false
}
variable "settings" {
  type = object({
    public = bool
    ports  = map(number)
    nets   = optional(list(string))
    index  = number
  })
}
variable "cidrs" { type = map(string) }
locals {
  create = var.enabled ? 1 : 0
  sg_rules = flatten([
    for net_index, net in coalescelist(var.settings.nets, ["10.9.9.0/24"]) : [
      for name, port in var.settings.ports : { key = "${name}-${net_index}", port = port, net = net, first = net_index == 0 }
    ]
  ])
}
resource "aws_security_group" "public" {
  count = var.settings.public ? local.create : 0
  name  = "${var.name}-public"
  dynamic "ingress" {
    for_each = [for r in local.sg_rules : r if r.first]
    content {
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
      description = "${ingress.key}: ${ingress.value.key}"
    }
  }
}
resource "aws_security_group" "private" {
  name = var.name
}
resource "aws_security_group_rule" "r" {
  for_each          = { for r in local.sg_rules : r.key => r }
  type              = "ingress"
  from_port         = each.value.port
  to_port           = each.value.port + var.settings.index
  protocol          = "tcp"
  cidr_blocks       = [each.value.net]
  security_group_id = try(aws_security_group.public[0].id, aws_security_group.private.id)
  description       = join(" ", compact([each.value.first ? "first" : "", upper(each.key)]))
}
module "deep" {
  source   = "../deep"
  for_each = var.cidrs
  cidr     = cidrsubnet(each.value, 4, var.settings.index)
  label    = format("%s/%s", var.name, each.key)
}
output "ports" { value = [for r in aws_security_group_rule.r : r.from_port] }
output "deep" { value = module.deep }
output "public_group" { value = one(aws_security_group.public[*].name) }
