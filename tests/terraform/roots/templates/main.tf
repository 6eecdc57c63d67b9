variable "names" {
  type    = list(string)
  default = ["ann", "bob", "cy"]
}

variable "owner" {
  type    = string
  default = null
}

locals {
  on = true
}

output "interpolated" {
  value = "a-${1 + 1}-${true}-${"in${"ner"}"}-$${kept}-%%{kept}-$5 50%"
}

output "single" {
  value = ["${["kept", "as", "list"]}", "${7}", "${true}"]
}

output "escapes" {
  value = "tab\there \"quoted\" back\\slash \u00e9 \U0001F600 nl\nend"
}

output "directives" {
  value = "%{if local.on}yes%{else}no%{endif} %{if !local.on}never%{endif}%{for n in var.names}[${n}]%{endfor}"
}

output "indexed" {
  value = "%{for i, n in var.names}${i}=${n}%{if i < length(var.names) - 1}, %{endif}%{endfor}"
}

output "keyed" {
  value = "%{for k, v in { b = 2, a = 1 }}${k}${v} %{endfor}"
}

output "stripped" {
  value = "a ${~ "b" ~} c %{~ if true ~} d %{~ else ~} e %{~ endif ~} f"
}

output "nested" {
  value = "%{for n in var.names}%{if n != "bob"}%{for c in split("", n)}${c}.%{endfor}%{endif}%{endfor}"
}

output "owner" {
  value = "owner: ${var.owner == null ? "nobody" : "known"}"
}

resource "aws_ssm_parameter" "list" {
  name  = "/${join("/", var.names)}"
  type  = "String"
  value = "%{for n in var.names~}\n  ${upper(n)}\n%{endfor~}\n"
}
