locals {
  users = ["ann", "bob"]
}

output "plain" {
  value = <<EOT
  two blanks kept
"quotes" and \n stay
${local.users[0]}
EOT
}

output "indented" {
  value = <<-EOT
    first
      deeper
    last ${local.users[1]}
  EOT
}

output "interpolation_first" {
  value = <<-EOT
      ${local.users[0]}
        more
    less
  EOT
}

output "directives" {
  value = <<-EOT
    server {
      %{for user in local.users~}
      allow ${user};
      %{endfor~}
      %{if length(local.users) > 5}
      many
      %{else}
      few
      %{endif}
    }
  EOT
}

output "stripped" {
  value = <<-EOT
    a
    %{~ if true ~}
      b
    %{~ endif ~}
    c
  EOT
}

output "blank_lines" {
  value = <<-EOT

    after a blank line

      deeper
  EOT
}

output "escaped" {
  value = <<EOT
$${not} %%{not} $plain %plain
EOT
}

output "in_call" {
  value = [trimspace(<<EOT
  inner
EOT
  ), "next"]
}

output "empty" {
  value = <<EOT
EOT
}

resource "aws_instance" "web" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  user_data     = <<-EOF
    #!/bin/bash
    for i in 1 2; do
      echo $i "$${HOME}"
    done
  EOF
}
