variable "s" {
  default   = "made-up"
  sensitive = true
}
variable "passing" {
  default   = "e"
  ephemeral = true
}
variable "p" { default = "plain" }
variable "o" {
  default   = { a = "x" }
  sensitive = true
}
locals {
  t    = "pre-${var.s}"
  obj  = { a = var.s, b = "y" }
  list = [var.s]
}
module "m" {
  source = "./m"
  given  = var.s
  other  = var.p
}
resource "aws_ssm_parameter" "marks" {
  name = "marks"
  type = "String"
  value = jsonencode({
    a  = issensitive(var.s)
    b  = issensitive(var.p)
    c  = issensitive("x")
    d  = issensitive(sensitive("x"))
    e  = issensitive(nonsensitive(sensitive("x")))
    f  = issensitive(local.t)
    g  = issensitive(local.obj)
    h  = issensitive(local.list)
    i  = issensitive(var.o.a)
    j  = issensitive(upper(var.s))
    k  = issensitive(length(var.s))
    l  = issensitive(issensitive(var.s))
    m  = issensitive(nonsensitive(var.s) == "made-up" ? "a" : "b")
    n  = issensitive(var.s == "made-up" ? "a" : "b")
    o  = issensitive(path.module)
    p  = issensitive([for x in ["a"] : x])
    q  = issensitive(1 + 2)
    r  = issensitive(var.p == "plain" ? var.s : "b")
    s  = issensitive(var.p == "other" ? var.s : "b")
    y  = module.m.r
    ae = issensitive(null)
    ba = ephemeralasnull(var.passing) == null
    bb = ephemeralasnull(var.p)
    bc = ephemeralasnull("${var.passing}-x") == null
    af = issensitive(!sensitive(true))
    ag = issensitive(<<-EOT
      a ${var.s}
    EOT
    )
  })
}
