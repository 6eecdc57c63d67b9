variable "a" { type = string }
variable "b" { type = number }
variable "c" { type = list(string) }
variable "d" {
  type = object({ x = number, y = optional(string, "dy") })
}
variable "e" { default = "default" }
variable "f" { type = map(any) }
variable "g" {
  type    = any
  default = null
}
variable "h" { type = set(object({ k = string, v = optional(number, 0) })) }
resource "aws_ssm_parameter" "p" {
  for_each = { a = var.a, b = var.b, c = join(",", var.c), d = "${var.d.x}${var.d.y}", e = var.e, f = jsonencode(var.f), g = jsonencode(var.g), h = jsonencode(var.h) }
  name     = each.key
  type     = "String"
  value    = each.value
}
