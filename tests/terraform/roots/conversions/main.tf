variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "numbers" {
  type    = list(number)
  default = ["1", 2, "3.50"]
}

variable "strings" {
  type    = list(string)
  default = [1, true, "x"]
}

variable "map" {
  type    = map(string)
  default = { a = 1, b = true }
}

variable "tuple" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}

variable "any_list" {
  type    = list(any)
  default = [1, "a", true]
}

variable "any_map" {
  type    = map(any)
  default = { a = 1, b = "x" }
}

variable "objects" {
  type    = set(object({ n = number, s = string }))
  default = [{ n = "2", s = 1 }, { n = 1, s = "x", extra = "dropped" }]
}

variable "nested" {
  type    = map(list(object({ on = bool })))
  default = { x = [{ on = "true" }], y = [] }
}

variable "bool" {
  type    = bool
  default = "false"
}

output "all" {
  value = {
    set      = var.set
    numbers  = var.numbers
    strings  = var.strings
    map      = var.map
    tuple    = var.tuple
    any_list = var.any_list
    any_map  = var.any_map
    objects  = var.objects
    nested   = var.nested
    bool     = var.bool
  }
}

output "functions" {
  value = [
    tolist(var.set), toset([3, 1, 2, 1]), tomap({ a = 1, b = "x" }), tonumber("1e2"), tostring(1.50), tobool("true"),
    toset(["x", "y"]) == toset(["y", "x"]), tolist([1, "2"]), length(toset([1, "1"])),
  ]
}

output "lengths" {
  value = [length(var.set), length(var.objects), [for o in var.objects : o.s]]
}

resource "aws_security_group" "g" {
  name = "conversions"
  ingress {
    from_port   = "80"
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = toset(["10.0.0.0/8", "10.0.0.0/8"])
  }
}
