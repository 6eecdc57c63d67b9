variable "env" {
  default = "prod"
  validation {
    condition     = contains(["prod", "dev"], var.env)
    error_message = "No such environment."
  }
}

resource "aws_s3_bucket" "b" {
  bucket = "lifecycle-${var.env}"
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags]
    precondition {
      condition     = var.env != ""
      error_message = "Empty."
    }
    postcondition {
      condition     = self.bucket != ""
      error_message = "Empty."
    }
  }
  timeouts {
    create = "5m"
  }
}

check "health" {
  assert {
    condition     = aws_s3_bucket.b.bucket != "x"
    error_message = "x"
  }
}

moved {
  from = aws_s3_bucket.old
  to   = aws_s3_bucket.b
}

resource "terraform_data" "t" {
  input = { env = var.env, bucket = aws_s3_bucket.b.bucket }
  lifecycle {
    replace_triggered_by = [aws_s3_bucket.b]
  }
  provisioner "local-exec" {
    command = "echo ${self.id}"
  }
}

output "data" {
  value = [terraform_data.t.input, terraform_data.t.input.env]
}
