module "outer" {
  source = "./outer"
  name   = "deep"
  tags   = { Level = 0 }
}

module "again" {
  source = "./outer/inner"
  name   = "direct"
}

output "passed" {
  value = [module.outer.name, module.outer.inner_names, module.again.name, module.outer.everything]
}
