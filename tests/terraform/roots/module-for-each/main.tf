module "bucket" {
  source   = "./bucket"
  for_each = { a = 1, "b c" = 2 }
  name     = "${replace(each.key, " ", "-")}-${each.value}"
  index    = each.value
}

module "counted" {
  source = "./bucket"
  count  = 2
  name   = "counted-${count.index}"
  index  = count.index
}

module "none" {
  source = "./bucket"
  count  = 0
  name   = "none"
}

module "from_set" {
  source   = "./bucket"
  for_each = toset(["x", "y"])
  name     = each.value
}

output "by_key" {
  value = [module.bucket["a"].name, module.bucket["b c"].index, { for k, m in module.bucket : k => m.name }]
}

output "counted" {
  value = [module.counted[0].name, module.counted[*].name, module.counted[1].index, length(module.counted)]
}

output "none" {
  value = [length(module.none), one(module.none[*].name), try(module.none[0].name, "absent")]
}

output "all_names" {
  value = concat(values(module.bucket)[*].name, [for m in module.from_set : m.name])
}

resource "aws_ssm_parameter" "from_outputs" {
  for_each = module.from_set
  name     = each.key
  type     = "String"
  value    = each.value.name
}
