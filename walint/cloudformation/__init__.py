"""CloudFormation's front end: a template's text in, a resource graph out."""

from walint.cloudformation.load import load
from walint.cloudformation.nested import called_templates
from walint.cloudformation.template import CloudFormationOptions

__all__ = ["CloudFormationOptions", "called_templates", "load"]
