"""Terraform's front end: a root module's folder in, a resource graph out."""

from walint.terraform.folders import Disk
from walint.terraform.load import TerraformOptions, load
from walint.terraform.roots import root_modules

__all__ = ["Disk", "TerraformOptions", "load", "root_modules"]
