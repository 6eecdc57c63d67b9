variable "name" {
  default = "second override"
}

resource "aws_s3_bucket" "b" {
  bucket = "second"
}

resource "aws_security_group" "g" {
  ingress {
    from_port   = 3
    to_port     = 3
    protocol    = "tcp"
    description = "override"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

module "m" {
  source = "./m"
  other  = "override"
}
