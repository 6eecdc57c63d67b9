"""Terraform's and OpenTofu's built-in functions."""

from __future__ import annotations

from typing import Final

from walint.terraform.functions import (
    collections,
    conversion,
    dates,
    encoding,
    files,
    formatting,
    hashing,
    lookups,
    network,
    numbers,
    patterns,
    providers,
    replacing,
    sequences,
    sets,
    strings,
)
from walint.terraform.functions.model import Function

FUNCTIONS: Final[dict[str, Function]] = {
    **collections.FUNCTIONS,
    **conversion.FUNCTIONS,
    **dates.FUNCTIONS,
    **encoding.FUNCTIONS,
    **files.FUNCTIONS,
    **formatting.FUNCTIONS,
    **hashing.FUNCTIONS,
    **lookups.FUNCTIONS,
    **network.FUNCTIONS,
    **numbers.FUNCTIONS,
    **patterns.FUNCTIONS,
    **providers.FUNCTIONS,
    **replacing.FUNCTIONS,
    **sequences.FUNCTIONS,
    **sets.FUNCTIONS,
    **strings.FUNCTIONS,
}
"""The functions by name, `try` and `can` aside."""
