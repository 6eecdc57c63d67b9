variable "name" {}

variable "tags" {
  type = map(string)
}

module "inner" {
  source = "./inner"
  count  = 2
  name   = "${var.name}-${count.index}"
  tags   = merge(var.tags, { Level = count.index + 1 })
}

resource "aws_s3_bucket" "b" {
  bucket = "${var.name}-outer"
  tags   = var.tags
}

output "name" {
  value = aws_s3_bucket.b.bucket
}

output "inner_names" {
  value = module.inner[*].name
}

output "everything" {
  value = [for m in module.inner : merge(m, { extra = true })]
}
