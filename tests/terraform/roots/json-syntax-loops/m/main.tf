variable "names" { type = set(string) }
variable "map" { type = map(string) }
output "out" { value = [var.names, var.map] }
