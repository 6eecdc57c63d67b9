variable "ingress" {
  type = map(object({
    port        = number
    protocol    = optional(string, "tcp")
    cidr_blocks = optional(list(string), [])
    self        = optional(bool)
  }))
  default = {
    https = { port = 443, cidr_blocks = ["0.0.0.0/0"] }
    dns   = { port = 53, protocol = "udp", self = true }
  }
}

resource "aws_security_group" "g" {
  name        = "sg"
  description = "rules"
}

resource "aws_vpc_security_group_ingress_rule" "r" {
  for_each          = { for k, r in var.ingress : k => r if length(r.cidr_blocks) > 0 }
  security_group_id = aws_security_group.g.id
  from_port         = each.value.port
  to_port           = each.value.port
  ip_protocol       = each.value.protocol
  cidr_ipv4         = one(each.value.cidr_blocks)
}

resource "aws_security_group_rule" "self" {
  for_each          = { for k, r in var.ingress : k => r if coalesce(r.self, false) }
  type              = "ingress"
  security_group_id = aws_security_group.g.id
  from_port         = each.value.port
  to_port           = each.value.port
  protocol          = each.value.protocol
  self              = each.value.self
}

resource "aws_security_group" "attribute" {
  name = "as-attribute"
  ingress = [
    for k, r in var.ingress : {
      from_port        = r.port
      to_port          = r.port
      protocol         = r.protocol
      cidr_blocks      = r.cidr_blocks
      description      = k
      self             = coalesce(r.self, false)
      ipv6_cidr_blocks = null
      prefix_list_ids  = null
      security_groups  = null
    }
  ]
  egress = []
}
