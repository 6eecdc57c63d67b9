# A small web shop, with faults worth seeing.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = local.tags
  }
}

locals {
  name       = "shop-${var.environment}"
  production = var.environment == "prod"
  tags = {
    Application = "shop"
    Environment = var.environment
  }
}

# Two work through the orders and the returns: one module, two instances.
module "worker" {
  source   = "./modules/worker"
  for_each = toset(["orders", "returns"])

  name      = "${local.name}-${each.key}"
  vpc_id    = var.vpc_id
  subnet_id = var.subnet_ids[0]
}
