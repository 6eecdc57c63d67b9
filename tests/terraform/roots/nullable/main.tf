module "given_null" {
  source       = "./child"
  nullable     = null
  not_nullable = null
  no_default   = null
}

module "given_value" {
  source       = "./child"
  nullable     = "x"
  not_nullable = "y"
  no_default   = "z"
}

module "defaults" {
  source     = "./child"
  no_default = "w"
}

output "all" {
  value = [module.given_null.all, module.given_value.all, module.defaults.all]
}
