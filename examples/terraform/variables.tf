variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "environment" {
  type        = string
  description = "dev or prod; it has no default, so both are looked at."
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "open_ports" {
  type = map(object({ port = number, cidr = string }))
  default = {
    shop           = { port = 443, cidr = "0.0.0.0/0" }
    administrators = { port = 22, cidr = "0.0.0.0/0" }
  }
}
