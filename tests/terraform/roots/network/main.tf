variable "cidr" {
  default = "10.20.0.0/16"
}

locals {
  zones   = ["a", "b", "c"]
  subnets = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 8, i) }
  tiers   = { for pair in setproduct(["public", "private"], local.zones) : "${pair[0]}-${pair[1]}" => pair }
  blocks  = cidrsubnets(var.cidr, 4, 4, 8)
}

resource "aws_vpc" "v" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
}

resource "aws_subnet" "s" {
  for_each          = local.subnets
  vpc_id            = aws_vpc.v.id
  cidr_block        = each.value
  availability_zone = "us-east-1${each.key}"
  tags              = { Tier = local.tiers["public-${each.key}"][0], First = cidrhost(each.value, 1) }
}

resource "aws_subnet" "block" {
  count      = length(local.blocks)
  vpc_id     = aws_vpc.v.id
  cidr_block = local.blocks[count.index]
}

resource "aws_route_table_association" "a" {
  for_each       = aws_subnet.s
  subnet_id      = each.value.id
  route_table_id = "rtb-1"
}

output "network" {
  value = [cidrnetmask(var.cidr), cidrhost(var.cidr, -1), keys(local.tiers), local.blocks]
}

output "vpc_cidr" {
  value = [aws_vpc.v.cidr_block, [for s in aws_subnet.s : s.cidr_block], aws_vpc.v.enable_dns_hostnames]
}
