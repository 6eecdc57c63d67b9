base = "tfvars"
auto = "tfvars"
last = "tfvars"
map  = { from = "tfvars" }
