moved {
  from = aws_sqs_queue.old
  to   = aws_sqs_queue.new
}
removed {
  from = aws_sqs_queue.gone
  lifecycle { destroy = false }
}
resource "aws_sqs_queue" "new" {
  name = "new"
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [tags["x"], delay_seconds]
    replace_triggered_by  = [terraform_data.t.id]
    precondition {
      condition     = alltrue([for n in local.nets : can(cidrhost(n, 1))])
      error_message = "Bad net in ${join(", ", local.nets)}."
    }
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.name}"
  }
}
resource "terraform_data" "t" {
  input = { nets = local.nets }
  provisioner "local-exec" {
    command     = "echo ${self.input.nets[0]}"
    interpreter = ["bash", "-c"]
    environment = { A = self.id }
  }
}
locals {
  nets = [for i in range(2) : cidrsubnet("10.0.0.0/8", 8, i)]
}
check "net" {
  data "aws_vpc" "v" { id = "vpc-1" }
  assert {
    condition     = data.aws_vpc.v.cidr_block != ""
    error_message = "none"
  }
}
variable "v" {
  type    = string
  default = "ok"
  validation {
    condition     = length(var.v) > 1 && var.v != local.nets[0]
    error_message = "short"
  }
}
resource "aws_security_group" "s" {
  name        = var.v
  description = "d"
  ingress = [
    for i, n in local.nets : {
      description      = "n${i}"
      from_port        = 80 + i
      to_port          = "8${i}"
      protocol         = "tcp"
      cidr_blocks      = [n]
      ipv6_cidr_blocks = null
      prefix_list_ids  = []
      security_groups  = null
      self             = i == 0
    }
  ]
  egress = []
}
resource "aws_instance" "i" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  vpc_security_group_ids = ["sg-2", "sg-1"]
  metadata_options {
    http_tokens = "required"
  }
  dynamic "network_interface" {
    for_each = []
    content {
      device_index         = 0
      network_interface_id = network_interface.value
    }
  }
  dynamic "root_block_device" {
    for_each = [{ size = "20", enc = "true" }]
    content {
      volume_size = root_block_device.value.size
      encrypted   = root_block_device.value.enc
      tags        = { N = root_block_device.key }
    }
  }
  timeouts { create = "10m" }
}
output "block" { value = [aws_instance.i.root_block_device[0].volume_size, aws_instance.i.metadata_options[0].http_tokens, aws_security_group.s.name, aws_instance.i.vpc_security_group_ids] }
