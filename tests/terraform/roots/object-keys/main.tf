variable "prefix" {
  default = "p"
}

locals {
  name   = "computed"
  number = 5
  object = {
    plain          = 1
    "quoted key"   = 2
    (local.name)   = 3
    "${local.name}2" = 4
    (local.number) = 5
    colon : 6, comma = 7
    "a.b/c"        = 8
    true           = 9
    null           = 10
    for            = 11
  }
}

output "object" {
  value = local.object
}

output "nested" {
  value = { (upper(var.prefix)) = { (var.prefix) = [{ x = { y = "z" } }] } }
}

output "commented" {
  value = {
    # a comment
    a = 1 # after
    // another
    b = 2 /* inside */
    /* before */ c = 3
  }
}

resource "aws_s3_bucket" "b" {
  bucket = "keys"
  tags = {
    "${var.prefix}/team" = "x"
    (local.name)         = local.object["quoted key"]
    Name                 = "keys"
  }
}
