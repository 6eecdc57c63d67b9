variable "token" {
  type      = string
  ephemeral = true
  default   = "none"
}
variable "pin" {
  type      = number
  sensitive = true
  default   = 1234
}
ephemeral "aws_secretsmanager_secret_version" "db" {
  count     = 0
  secret_id = "x"
}
locals {
  password = try(ephemeral.aws_secretsmanager_secret_version.db[0].secret_string, "fallback")
}
resource "aws_db_instance" "d" {
  identifier          = "d-${nonsensitive(var.pin)}"
  engine              = "postgres"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  username            = "someone"
  password_wo         = local.password
  password_wo_version = 1
  storage_encrypted   = true
  skip_final_snapshot = true
  lifecycle {
    precondition {
      condition     = var.pin > 0
      error_message = "no pin"
    }
    postcondition {
      condition     = self.allocated_storage > 10
      error_message = "small"
    }
  }
}
resource "terraform_data" "t" {
  input            = { a = [1, "x"], pin = nonsensitive(var.pin) }
  triggers_replace = [aws_db_instance.d.allocated_storage]
}
check "c" {
  assert {
    condition     = aws_db_instance.d.username == "someone"
    error_message = "who"
  }
}
output "t" {
  value = [terraform_data.t.input.a, terraform_data.t.triggers_replace]
}
output "sens" {
  value     = "${var.pin}-x"
  sensitive = true
}
