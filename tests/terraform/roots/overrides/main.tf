variable "size" {
  type    = number
  default = 1
}

variable "name" {
  default = "base"
}

locals {
  a = "base a"
  b = "base b"
}

resource "aws_s3_bucket" "b" {
  bucket        = "base"
  force_destroy = true
  tags          = { From = "base" }
}

resource "aws_security_group" "g" {
  name = "base"
  ingress {
    from_port   = 1
    to_port     = 1
    protocol    = "tcp"
    description = "base one"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port   = 2
    to_port     = 2
    protocol    = "tcp"
    description = "base two"
    cidr_blocks = ["10.0.0.0/8"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    description = "base out"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

module "m" {
  source = "./m"
  given  = "base"
}

output "all" {
  value = [var.size, var.name, local.a, local.b, module.m.given, module.m.other]
}
