variable "given" {}
variable "other" {}
variable "unset" { default = "d" }
output "r" {
  value = [issensitive(var.given), issensitive(var.other), issensitive(var.unset), issensitive("${var.given}-x")]
}
