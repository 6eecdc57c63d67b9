variable "a" { default = null }
variable "obj" {
  type    = object({ x = optional(string), y = optional(object({ z = optional(number, 3), w = optional(list(string)) }), {}), q = optional(object({ r = string })) })
  default = {}
}
variable "list" {
  type    = list(object({ n = string, v = optional(map(any)) }))
  default = [{ n = 1, v = { q = [2] } }, { n = "b", v = { k = [1] } }]
}
variable "nn" {
  type     = string
  default  = "dflt"
  nullable = false
}
variable "objs" {
  type = map(object({ enabled = optional(bool, true), ports = optional(set(number), [443, 80]) }))
  default = { a = null, b = { enabled = null, ports = ["8080", 8080, 22] }, c = {} }
}
module "m" {
  source = "./m"
  x      = null
  y      = null
  z      = { a = null }
}
locals {
  splat = [var.a[*], "s"[*], null[*], [1, null][*], var.obj.q[*].r, { a = 1 }[*].a]
  merged = merge({ a = 1 }, null, { b = null }, var.a)
  c = [coalesce(null, "", "z"), try(coalesce(var.a, var.obj.x), "none"), coalescelist([], [1]), var.a == null ? "n" : var.a, compact(["a", null, "", "b"]), one([]), one(var.a[*])]
}
resource "aws_sqs_queue" "q" {
  name          = coalesce(var.a, "named")
  delay_seconds = var.obj.y.z
  policy        = var.a
  tags          = { A = var.a, B = "b", C = var.obj.x }
  fifo_queue    = var.a != null
}
resource "aws_s3_bucket" "c" {
  count         = var.a == null ? 0 : 1
  bucket        = "never"
}
output "x" { value = [local.splat, local.merged, local.c, var.obj, var.list, module.m.all, var.nn, aws_s3_bucket.c[*].id, var.objs] }
# again
