module "mixed" {
  source = "./m"
  config = {
    ports = [80, "443"]
    flags = { a = true, b = "x" }
    deep  = [{ n = 1 }, { n = 2, extra = "e" }]
  }
  list  = [1, "two", true]
  map   = { a = 1, b = "two" }
  items = [{ name = "x" }, { name = "y", size = 3 }]
}

output "mixed" {
  value = module.mixed.all
}
