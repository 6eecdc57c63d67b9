"""What resources of other languages are in CloudFormation's words: tables in data, and the view through them."""

from walint.vocabulary.schema import Schema, Shape, schema
from walint.vocabulary.terraform import identities, terraform_resource

__all__ = ["Schema", "Shape", "identities", "schema", "terraform_resource"]
