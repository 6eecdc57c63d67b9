module "plain" {
  source = "./queue"
}

module "encrypted" {
  source    = "./queue"
  name      = "encrypted"
  encrypted = true
  consumers = ["a", "b"]
}

module "chained" {
  source    = "./queue"
  name      = "${module.plain.name}-after-${module.encrypted.name}"
  encrypted = module.encrypted.encrypted
  consumers = module.encrypted.consumers
}

output "names" {
  value = [module.plain, module.chained.name, module.chained.consumers]
}
