locals {
  users = [{ name = "a", admin = true, keys = ["k1", "k2"] }, { name = "b", admin = false, keys = [] }]
  script = <<-EOT
    #!/bin/bash
    %{~ for i, u in local.users ~}
      %{ if u.admin }
    sudo ${u.name} ${i}
      %{~ else }
    user ${upper(u.name)}
      %{ endif ~}
    %{ for k in u.keys ~}
    key $${k} ${k}
    %{ endfor ~}
    %{~ endfor }
      end "quoted" \n not escaped %%{ literal }
  EOT
  inline = "%{ for u in local.users }${u.name}%{ if u.admin }!%{ endif },%{ endfor }"
  strip  = "a  ${~ "b" ~}  c"
  nested = "x${"y${"z${1 + 1}"}"}"
  json   = <<EOT
{"a": ${jsonencode(local.users[*].name)},
  "b": "${join("\", \"", ["1", "2"])}"}
EOT
  esc = "tab\there \"q\" \\ \u00e9 \U0001F600 $${x} %%{y} $ % {"
  tight = <<-A
	tab
	  two
	A
  call = trimspace(<<-B
      inner
        more
    B
  )
  list = [<<-C
    one
    C
    , <<-D
      two ${local.esc}
    D
  ]
}
resource "aws_ssm_parameter" "s" {
  for_each = { script = local.script, inline = local.inline, strip = local.strip, nested = local.nested, json = local.json, esc = local.esc, tight = local.tight, call = local.call }
  name     = each.key
  type     = "String"
  value    = each.value
}
resource "aws_instance" "i" {
  ami              = "ami-1"
  instance_type    = "t3.micro"
  user_data_base64 = base64encode(local.script)
}
output "list" { value = local.list }
