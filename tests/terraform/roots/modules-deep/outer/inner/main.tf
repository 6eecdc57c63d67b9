variable "name" {
  type = string
}

variable "tags" {
  type    = map(any)
  default = {}
}

resource "aws_sqs_queue" "q" {
  name = "${var.name}-q"
  tags = var.tags
}

module "leaf" {
  source = "../../leaf"
  text   = "leaf of ${var.name} in ${basename(path.module)}"
}

output "name" {
  value = aws_sqs_queue.q.name
}

output "leaf" {
  value = module.leaf.text
}
