variable "size" {
  default = 2
}

variable "name" {
  default = "first override"
}

locals {
  b = "override b"
}

resource "aws_s3_bucket" "b" {
  bucket = "first"
  tags   = { From = "a_override" }
}
