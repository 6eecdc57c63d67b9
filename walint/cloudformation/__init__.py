"""CloudFormation's front end: a template's text in, a resource graph out."""

from walint.cloudformation.load import load
from walint.cloudformation.nested import called_templates, may_call
from walint.cloudformation.template import CloudFormationOptions

__all__ = ["CloudFormationOptions", "called_templates", "load", "may_call"]
