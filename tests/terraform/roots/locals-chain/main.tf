locals {
  one   = 1
  two   = local.one + 1
  names = [for i in range(local.two + 1) : "n${i}"]
  map   = { for n in local.names : n => { upper = upper(n), self = n } }
  text  = local.map["n1"].upper
}

locals {
  again = "${local.text}-${local.later}"
}

resource "aws_sqs_queue" "q" {
  for_each = local.map
  name     = each.value.upper
  tags     = { for k, v in each.value : title(k) => v if k != "self" }
}

locals {
  later = join("", reverse(local.names))
}

output "all" {
  value = [local.two, local.names, local.map, local.again]
}
