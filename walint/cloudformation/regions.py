"""Regions and the partitions that they belong to.

https://docs.aws.amazon.com/general/latest/gr/rande.html
"""

from __future__ import annotations

from typing import Final

# The prefix of a partition's Regions, the partition, and the domain of its services; the first that fits counts.
_PARTITIONS: Final = (
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("", "aws", "amazonaws.com"),
)


def partition_of(region: str) -> str:
    return next(partition for prefix, partition, _ in _PARTITIONS if region.startswith(prefix))


def suffix_of(partition: str) -> str | None:
    """What AWS::URLSuffix is; None for a partition that is not known."""
    return next((suffix for _, name, suffix in _PARTITIONS if name == partition), None)
