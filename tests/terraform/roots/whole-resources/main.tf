module "m" {
  source   = "./m"
  for_each = toset(["one", "two"])
  name     = each.value
  size     = { one = 1, two = "2" }[each.key]
}
module "n" {
  source = "./m"
  count  = length(module.m)
  name   = "n${count.index}-${element(keys(module.m), count.index)}"
  size   = module.m[element(keys(module.m), count.index)].queue.delay_seconds
}
locals {
  flat = { for pair in flatten([for k, m in module.m : [for i, p in m.params : { key = "${k}/${i}", param = p }]]) : pair.key => pair.param.value }
}
output "flat" { value = nonsensitive(local.flat) }
output "queue_names" { value = [for m in module.n : m.queue.name] }
output "tags" { value = { for k, m in module.m : k => m.queue.tags } }
output "splat" { value = [module.n[*].queue.name, module.n.*.all.size, values(module.m)[*].queue.delay_seconds] }

resource "aws_ssm_parameter" "each_module" {
  for_each = toset(module.n[*].queue.name)
  name     = each.key
  type     = "String"
  value    = each.key
}
