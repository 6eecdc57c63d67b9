variable "users" {
  type    = set(object({ name = string, admin = optional(bool, false) }))
  default = [{ name = "bob" }, { name = "ann", admin = true }, { name = "bob", admin = false }]
}

locals {
  a = toset(["x", "y", "z"])
  b = toset(["y", "w"])
}

output "algebra" {
  value = [setunion(local.a, local.b), setintersection(local.a, local.b), setsubtract(local.a, local.b), contains(local.a, "x")]
}

output "users" {
  value = [for u in var.users : "${u.name}:${u.admin}"]
}

output "sizes" {
  value = [length(var.users), length(setproduct(local.a, local.b)), tolist(local.b)[0], sort(local.a)]
}

output "numbers" {
  value = [for n in toset([10, 9, 100]) : n]
}

resource "aws_iam_group_membership" "m" {
  name  = "m"
  group = "g"
  users = [for u in var.users : u.name]
}
