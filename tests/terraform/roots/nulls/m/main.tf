variable "x" { default = "xd" }
variable "y" {
  default  = "yd"
  nullable = false
}
variable "z" { type = object({ a = optional(string, "ad"), b = optional(string) }) }
output "all" { value = [var.x, var.y, var.z] }
