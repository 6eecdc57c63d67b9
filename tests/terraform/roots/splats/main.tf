variable "disks" {
  type = list(object({ name = string, sizes = list(number) }))
  default = [
    { name = "root", sizes = [1, 2] },
    { name = "data", sizes = [3] },
  ]
}

variable "none" {
  type    = string
  default = null
}

resource "aws_ssm_parameter" "many" {
  count = 3
  name  = "p${count.index}"
  type  = "String"
  value = "v${count.index}"
}

resource "aws_ssm_parameter" "keyed" {
  for_each = { x = "1", y = "2" }
  name     = each.key
  type     = "String"
  value    = each.value
}

output "full" {
  value = var.disks[*].name
}

output "attribute_only" {
  value = var.disks.*.name
}

output "nested" {
  value = var.disks[*].sizes[0]
}

output "legacy_index" {
  value = var.disks.*.sizes[0]
}

output "twice" {
  value = flatten(var.disks[*].sizes[*])
}

output "of_null" {
  value = var.none[*]
}

output "of_single" {
  value = ["one"[*], { a = 1 }[*].a]
}

output "counted" {
  value = aws_ssm_parameter.many[*].name
}

output "counted_attribute" {
  value = join(",", aws_ssm_parameter.many.*.name)
}

output "by_key" {
  value = values(aws_ssm_parameter.keyed)[*].name
}

output "of_set" {
  value = toset(["b", "a"])[*]
}
