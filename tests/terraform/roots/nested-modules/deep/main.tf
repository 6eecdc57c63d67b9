variable "cidr" {}
variable "label" {}
resource "aws_vpc" "v" {
  cidr_block = var.cidr
  tags       = { Name = var.label, Hosts = pow(2, 32 - tonumber(split("/", var.cidr)[1])) }
}
resource "aws_subnet" "s" {
  count      = 3
  vpc_id     = aws_vpc.v.id
  cidr_block = cidrsubnet(aws_vpc.v.cidr_block, 2, count.index)
  tags       = { for k, v in aws_vpc.v.tags : lower(k) => "${v}-${count.index}" }
}
output "cidr" { value = aws_vpc.v.cidr_block }
output "subnets" { value = aws_subnet.s[*].cidr_block }
