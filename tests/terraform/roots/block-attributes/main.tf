resource "aws_instance" "i" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "/dev/sdb"
    volume_size = 5
  }
  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_lb_target_group" "t" {
  name     = "t"
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-1"
  health_check {
    path = "/"
  }
}

output "known" {
  value = [
    aws_instance.i.root_block_device[0].encrypted,
    aws_instance.i.metadata_options[0].http_tokens,
    one(aws_lb_target_group.t.health_check).path,
    aws_lb_target_group.t.health_check.0.path,
    [for d in aws_instance.i.ebs_block_device : d.volume_size],
    length(aws_lb_target_group.t.health_check),
  ]
}

output "computed" {
  value = [aws_instance.i.root_block_device[0].volume_id, aws_instance.i.metadata_options[0].http_endpoint]
}

output "provider_defaults" {
  value = [aws_lb_target_group.t.health_check[0].enabled, aws_instance.i.source_dest_check]
}

output "whole" {
  value = length(aws_lb_target_group.t.arn) > 0 ? aws_lb_target_group.t.name : "none"
}
