variable "service" {
  type = object({
    name    = string
    port    = optional(number, 80)
    comment = optional(string)
    labels  = optional(map(string), {})
    health = optional(object({
      path     = optional(string, "/health")
      interval = optional(number, 30)
      codes    = optional(list(number), [200])
    }), {})
    listeners = optional(list(object({
      port  = number
      proto = optional(string, "HTTP")
      tls = optional(object({
        policy = optional(string, "modern")
      }))
    })), [{ port = 443 }])
  })
  default = {
    name = "api"
  }
}

variable "partial" {
  type = object({
    a = optional(object({ b = optional(string, "deep"), c = optional(string) }), { c = "given" })
    d = optional(string, "dflt")
  })
  default = {
    a = { b = null }
    d = null
  }
}

variable "many" {
  type = map(object({
    size = optional(number, 10)
    tags = optional(map(string))
  }))
  default = {
    x = {}
    y = { size = 5, tags = { k = "v" } }
  }
}

variable "absent" {
  type    = object({ a = optional(string, "x") })
  default = null
}

output "service" {
  value = var.service
}

output "partial" {
  value = var.partial
}

output "many" {
  value = var.many
}

output "absent" {
  value = var.absent == null
}

resource "aws_lb_target_group" "t" {
  name        = var.service.name
  port        = var.service.port
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-1234"
  health_check {
    path     = var.service.health.path
    interval = var.service.health.interval
    matcher  = join(",", var.service.health.codes)
  }
}
