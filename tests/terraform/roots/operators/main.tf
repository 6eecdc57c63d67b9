variable "small" {
  type    = number
  default = 3
}

locals {
  big  = 12345678901234567890123
  pi   = 3.14159265358979323846264338327950288
  text = "7"
}

output "arithmetic" {
  value = [1 + 2 * 3, (1 + 2) * 3, 7 % 4, -7 % 4, 7 / 2, 1 / 3 * 3, -var.small, 10 - 2 - 3, 1e3, 1.50]
}

output "exact" {
  value = [for n in [local.big + 1, local.pi * 2, 0.1 + 0.2, 1 / 8, 100 / 3] : "n${n}"]
}

output "converted" {
  value = [local.text + 1, "2" * "3", local.text > 6, -local.text, "${true}", !"false"]
}

output "compared" {
  value = [1 == 1.0, 1 == "1", "a" == "a", true == "true", null == null, [1] == [1], [1] == ["1"], { a = 1 } == { a = 1 }]
}

output "ordered" {
  value = [1 < 2, 2 <= 2, 3 > 4, 4 >= 4, 1 != 2, "a" != "b", null != 1]
}

output "logic" {
  value = [true && false, true || false, !true, true && "true", false || "false", !(1 == 2) && 3 > 2]
}

output "precedence" {
  value = [1 + 2 == 3 && 4 > 3 || false, 2 + 3 * 4 - 5 % 3, !false && true, 1 < 2 == true, -2 * -3]
}

resource "aws_ssm_parameter" "sum" {
  name  = "sum"
  type  = "String"
  value = var.small + 39
}
