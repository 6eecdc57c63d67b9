variable "on" {
  type    = bool
  default = true
}

variable "size" {
  type    = number
  default = null
}

output "unified" {
  value = [
    var.on ? 1 : "two",
    var.on ? "one" : 2,
    var.on ? true : "no",
    !var.on ? "text" : true,
  ]
}

output "lists" {
  value = var.on ? ["a", "b"] : []
}

output "tuple_to_list" {
  value = { same = var.on ? [1, "2"] : ["x", "y"], shorter = var.on ? [1, 2] : ["x"] }
}

output "objects" {
  value = { same = var.on ? { a = 1 } : { a = "x" }, other = var.on ? { a = 1 } : { b = "x" } }
}

output "nulls" {
  value = [var.on ? null : 1, var.on ? "x" : null, var.size == null ? "unset" : var.size]
}

output "nested" {
  value = var.on ? var.size == null ? "a" : "b" : "c"
}

output "lazy" {
  value = var.size == null ? 0 : var.size + 1
}

output "conditions" {
  value = ["true" ? 1 : 2, "false" ? 1 : 2]
}

resource "aws_s3_bucket" "b" {
  bucket        = var.on ? "conditional-bucket" : null
  force_destroy = var.on ? "true" : false
  tags          = var.on ? { Size = var.size == null ? 5 : var.size } : {}
}
