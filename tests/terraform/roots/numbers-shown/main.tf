locals {
  n = [1.0, 1.50, 1e3, 1.5e-3, 0.1 + 0.2, 10 / 4, 7 % 3, -7 % 3, 7 % -3, -7.5 % 2, 123456789012345678901234567890, 1e50, 2 / 7 * 7, 0.30000000000000004, 100000000000000000000000 + 1, -0, 5 / 1, 1 / 3 * 3]
  texts = [for x in local.n : "${x}"]
  fmt = [format("%d", 3), format("%5.2f|%-8s|%08d|%x|%q|%v|%+d|%e|%g", 3.14159, "ab", 42, 255, "q\"", [1, "a"], 5, 12345.678, 1e10), format("%#v", { a = 1, b = [true, null] }), format("%[2]s %[1]s %%", "a", "b"), formatlist("%s-%d", ["a", "b"], [1, 2]), format("%t %b %o %X", true, 5, 8, 255), format("%.3s", "abcdef")]
  fn = [ceil(1.1), floor(-1.1), abs(-5.5), pow(2, 10), pow(2, -1), log(8, 2), signum(-3), max(1, 2.5), min([3, 1, 2]...), parseint("ff", 16), parseint("-101", 2), sum([1, 2.5, 3])]
}
output "texts" { value = local.texts }
output "json" { value = jsonencode(local.n) }
output "fmt" { value = local.fmt }
output "fn" { value = local.fn }
output "cmp" { value = [1 == 1.0, "1" == 1, 1 == tonumber("1.0"), 2 > 1.5, 1e3 == 1000, 0.1 + 0.2 == 0.3, true == "true", null == null, [] == [], [1] == tolist([1]), { a = 1 } == { a = 1 }, {} == tomap({}), "a" != "b"] }
resource "aws_ssm_parameter" "p" {
  name  = "n"
  type  = "String"
  value = "${5 / 2}${10 / 5}${1e2}${true}${0.1}"
}
