"""Suppressions: findings that somebody decided not to hear of, in walint's own words or another tool's."""

from walint.policy.suppressions.apply import CommentReader, Ledger, Suppressor
from walint.policy.suppressions.model import Declared, Directive, SuppressionPolicy

__all__ = ["CommentReader", "Declared", "Directive", "Ledger", "SuppressionPolicy", "Suppressor"]
