variable "subnets" {
  type = map(object({
    cidr   = string
    public = bool
    zone   = string
  }))
  default = {
    web = { cidr = "10.0.1.0/24", public = true, zone = "a" }
    db  = { cidr = "10.0.2.0/24", public = false, zone = "b" }
    app = { cidr = "10.0.3.0/24", public = false, zone = "a" }
  }
}

output "tuple" {
  value = [for name, subnet in var.subnets : "${name}:${subnet.cidr}"]
}

output "values_only" {
  value = [for subnet in var.subnets : subnet.zone]
}

output "filtered" {
  value = [for name, subnet in var.subnets : name if subnet.public]
}

output "object" {
  value = { for name, subnet in var.subnets : upper(name) => subnet.cidr if !subnet.public }
}

output "grouped" {
  value = { for name, subnet in var.subnets : subnet.zone => name... }
}

output "from_list" {
  value = { for i, letter in ["x", "y", "z"] : letter => i }
}

output "from_set" {
  value = [for item in toset(["c", "a", "b", "a"]) : item]
}

output "set_keys" {
  value = [for key, item in toset(["n", "m"]) : "${key}${item}"]
}

output "nested" {
  value = flatten([for x in [1, 2] : [for y in ["a", "b"] : { name = "${x}${y}", x = x }]])
}

output "shadowed" {
  value = [for x in [[1, 2], [3]] : [for x in x : x * 2]]
}

output "number_keys" {
  value = { for n in [3, 1, 2] : n => n * n }
}

output "of_object" {
  value = [for k, v in { b = 1, a = "x", c = true } : { key = k, value = v }]
}

output "empty" {
  value = { list = [for x in [] : x], map = { for k, v in {} : k => v } }
}

resource "aws_ssm_parameter" "zones" {
  name  = "zones"
  type  = "StringList"
  value = join(",", sort(distinct([for s in var.subnets : s.zone])))
}
