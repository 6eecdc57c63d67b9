variable "on" { default = true }
variable "cfg" {
  type    = object({ a = optional(list(string)), b = optional(map(number), { z = 1 }) })
  default = {}
}
locals {
  list   = var.on ? ["a", "b"] : []
  mixed  = var.on ? ["a", 1] : ["x", "y"]
  obj    = var.on ? { a = 1, b = "x" } : {}
  same   = var.on ? { a = 1, b = "x" } : { a = "q", b = false }
  nul    = var.on ? null : ["x"]
  num    = var.on ? 1 : "2"
  nested = var.on ? { l = [1], m = { x = 1 } } : { l = [], m = {} }
  set    = var.on ? toset(["b", "a"]) : toset([])
  listset = var.on ? ["b", "a", "b"] : toset(["x"])
  coal   = coalesce(var.cfg.a, ["d"])
  bz     = var.cfg.b["z"]
  tup    = var.on ? [["a"], ["b", "c"]] : []
  deep   = var.on ? [{ a = 1 }, { a = 2, b = 3 }] : []
}
output "o" { value = { list = local.list, mixed = local.mixed, obj = local.obj, same = local.same, nul = local.nul, num = local.num, nested = local.nested, set = local.set, ls = local.listset, coal = local.coal, bz = local.bz, tup = local.tup, deep = try(local.deep, "none") } }
resource "aws_ssm_parameter" "p" {
  for_each = local.set
  name     = each.key
  type     = var.on ? "String" : "SecureString"
  value    = jsonencode([local.obj, local.mixed, local.num, local.same])
}
