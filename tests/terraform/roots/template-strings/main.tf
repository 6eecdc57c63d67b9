locals {
  template = "Hello, $${name}! %%{if loud}HEY%%{endif}"
}

output "rendered" {
  value = templatestring(local.template, { name = "you", loud = true })
}

output "formats" {
  value = [
    format("%5.2f|%-5s|%05d|%x|%q|%t", 3.14159, "ab", 42, 255, "q", true),
    formatlist("%s-%d", ["a", "b"], [1, 2]),
    join("|", [for s in ["a", "b"] : indent(2, s)]),
    title("hello world"), trim("xxaxx", "x"), substr("hello", 1, -1), strrev("abc"),
    regexall("[a-z]+", "ab12cd"), replace("a.b.c", "/\\./", "-"), split(",", "a,,b"),
  ]
}

resource "aws_ssm_parameter" "p" {
  name  = "t"
  type  = "String"
  value = templatestring(local.template, { name = title("param"), loud = false })
}
