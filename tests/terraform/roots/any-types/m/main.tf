variable "config" {
  type = any
}

variable "list" {
  type = list(any)
}

variable "map" {
  type = map(any)
}

variable "items" {
  type = list(object({ name = string, size = optional(number) }))
}

variable "untyped" {
  default = { a = [1, 2], b = "c" }
}

resource "aws_ssm_parameter" "p" {
  for_each = { for i, item in var.items : item.name => i }
  name     = each.key
  type     = "String"
  value    = "${each.value}-${coalesce(var.items[each.value].size, 1)}-${var.list[each.value]}"
}

output "all" {
  value = [var.config, var.list, var.map, var.items, var.untyped, var.config.ports[1] == "443"]
}
