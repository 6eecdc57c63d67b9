locals {
  parts = ["10.0.0.0/16", 8, 2]
  maps  = [{ a = 1 }, { b = 2 }, { a = 3 }]
}

output "expanded" {
  value = [cidrsubnet(local.parts...), max([5, 12, 9]...), merge(local.maps...), min(4, [2, 8]...)]
}

output "nested" {
  value = upper(join("-", reverse(split(",", "a,b,c"))))
}

output "spread_over_lines" {
  value = concat(
    ["a"], # first
    [
      "b", // second
    ],
    /* third */ ["c"],
  )
}

output "namespaced" {
  value = core::upper("core")
}

output "converted_arguments" {
  value = [upper(true), length("12345"), join(",", [1, true, "x"]), substr(123456, 1, "3")]
}

resource "aws_vpc" "v" {
  cidr_block = cidrsubnet(local.parts...)
}
