variable "base" {
  type = string
}

variable "auto" {
  type = string
}

variable "last" {
  type    = string
  default = "default"
}

variable "json" {
  type = list(object({ n = number }))
}

variable "map" {
  type    = map(string)
  default = { from = "default", kept = "default" }
}

variable "untouched" {
  default = "default"
}

output "all" {
  value = [var.base, var.auto, var.last, var.json, var.map, var.untouched]
}

resource "aws_s3_bucket" "b" {
  bucket = "${var.base}-${var.last}"
}
