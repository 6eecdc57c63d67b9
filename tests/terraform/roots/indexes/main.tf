locals {
  list   = ["a", "b", "c"]
  map    = { one = 1, "two words" = 2, "3" = 3 }
  nested = { items = [{ name = "n0" }, { name = "n1" }] }
  key    = "one"
}

resource "aws_ssm_parameter" "p" {
  count = 2
  name  = "index-${count.index}"
  type  = "String"
  value = element(local.list, count.index + 2)
}

output "list" {
  value = [local.list[0], local.list[1 + 1], local.list["1"], local.list.2]
}

output "map" {
  value = [local.map["one"], local.map["two words"], local.map[local.key], local.map[3], local.map.one]
}

output "deep" {
  value = [local.nested.items[1].name, local.nested["items"][0]["name"], local.nested.items.0.name]
}

output "literal" {
  value = [["x", "y"][1], { a = "b" }.a, { a = "b" }["a"], "${["only"][0]}"]
}

output "of_call" {
  value = [split(",", "p,q")[1], tomap({ z = 26 }).z, lookup(local.map, "none", "default")]
}

output "resource" {
  value = [aws_ssm_parameter.p[0].name, nonsensitive(aws_ssm_parameter.p[1].value), aws_ssm_parameter.p.1.name]
}
