"""Names across naming conventions: `kms_key_id`, `KmsKeyId` and `KMSKeyId` are one name once folded."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """A name without case and underscores."""
    return name.replace("_", "").lower()


@lru_cache(maxsize=4096)
def camel(name: str) -> str:
    """A Terraform name in CloudFormation's way of writing, where no schema tells better: `foo_bar` gives `FooBar`."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
