variable "given" {}

variable "other" {
  default = "default"
}

output "given" {
  value = var.given
}

output "other" {
  value = var.other
}
