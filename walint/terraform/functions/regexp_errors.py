"""Why a regular expression gives nothing."""

from __future__ import annotations


class Malformed(Exception):
    """What is no regular expression; the message says why."""


class Unsupported(Exception):
    """A regular expression that Terraform understands and walint does not."""


class TooMuchWork(Exception):
    """An expression, or a text, that it would take too long to go through."""
