resource "aws_lb" "l" {
  name            = "l"
  internal        = "true"
  security_groups = ["sg-2", "sg-1", "sg-2"]
  subnets         = ["subnet-b", "subnet-a"]
}
resource "aws_security_group_rule" "r" {
  type              = "ingress"
  from_port         = "80"
  to_port           = 81.0
  protocol          = "tcp"
  security_group_id = "sg-1"
  cidr_blocks       = ["10.1.0.0/16", "10.0.0.0/16"]
}
resource "aws_db_subnet_group" "g" {
  name       = "g"
  subnet_ids = ["z", "a", "m"]
}
output "sets" {
  value = [
    length(aws_lb.l.security_groups), join(",", aws_lb.l.subnets), [for s in aws_lb.l.security_groups : s],
    tolist(aws_db_subnet_group.g.subnet_ids)[0], contains(aws_lb.l.subnets, "subnet-a"),
  ]
}
output "typed" {
  value = [jsonencode(aws_security_group_rule.r.from_port), jsonencode(aws_lb.l.internal), aws_security_group_rule.r.cidr_blocks[0], jsonencode(aws_security_group_rule.r.to_port)]
}
output "unset" {
  value = [aws_security_group_rule.r.description, aws_security_group_rule.r.self, aws_lb.l.customer_owned_ipv4_pool]
}
resource "aws_ssm_parameter" "p" {
  name  = "p"
  type  = "String"
  value = jsonencode({ port = aws_security_group_rule.r.from_port, groups = aws_lb.l.security_groups, internal = aws_lb.l.internal })
}
