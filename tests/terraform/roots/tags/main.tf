variable "tags" {
  type    = map(string)
  default = { Owner = "var", Cost = "1" }
}

variable "extra" {
  type    = map(string)
  default = null
}

locals {
  common = merge(var.tags, { Managed = "terraform" }, { for k in ["x", "y"] : "Loop-${k}" => upper(k) })
  all    = merge(local.common, var.extra == null ? {} : var.extra, { "Name" = "n" })
}

resource "aws_sqs_queue" "merged" {
  name = "merged"
  tags = merge(local.all, { Name = "own" }, [{ From = "list" }, { Owner = "last" }]...)
}

resource "aws_sqs_queue" "formatted" {
  name = format("%s-%03d-%v", "q", 7, true)
  tags = zipmap(["a", "b"], [1, "two"])
}

resource "aws_autoscaling_group" "g" {
  name                = "g"
  min_size            = 0
  max_size            = 1
  vpc_zone_identifier = ["subnet-1"]
  launch_template {
    id = "lt-0123456789abcdef0"
  }
  dynamic "tag" {
    for_each = merge(var.tags, { Name = "asg" })
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = tag.key != "Name"
    }
  }
}

output "sorted" {
  value = [keys(local.all), [for k, v in local.all : "${k}=${v}"], lookup(local.all, "Cost", "0")]
}
