resource "aws_kms_key" "k" {
}

module "m" {
  source = "./m"
  key    = aws_kms_key.k.arn
  config = { name = "known", arn = aws_kms_key.k.arn, sizes = [1, 2] }
  keys   = ["alias/known", aws_kms_key.k.key_id]
  tags   = { Known = "yes", Open = aws_kms_key.k.id }
}

module "each" {
  source   = "./m"
  for_each = { first = aws_kms_key.k.arn, second = "arn:known" }
  key      = each.value
  config   = { name = each.key, arn = each.value, sizes = [] }
}

output "outputs" {
  value = [module.m.name, module.m.arn, module.m.count, module.m.config, module.each["second"].arn, module.each["first"].name]
}

output "derived" {
  value = {
    names = [for k, m in module.each : m.name]
    arns  = { for k, m in module.each : k => m.arn }
    first = values(module.each)[0].count
  }
}
