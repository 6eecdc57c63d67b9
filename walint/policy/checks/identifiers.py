"""Identifiers of resources that are written by hand, where a template should refer to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from walint.policy.checks.model import Hit
from walint.policy.checks.texts import HOLE, texts_at
from walint.policy.runtime import Env

_OF_GROUP: Final = {
    "LaunchTemplate.LaunchTemplateId": r"lt-[0-9a-f]+",
    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId": r"lt-[0-9a-f]+",
    "VPCZoneIdentifier": r"subnet-[0-9a-f]+",
    "TargetGroupARNs": r"arn:[^:]*:elasticloadbalancing:[^:]*:\d+:targetgroup/.*",
}


def of_group(env: Env) -> Iterator[Hit]:
    """What an Auto Scaling group names by its id. An input that somebody gives is theirs to keep right."""
    for path, pattern in _OF_GROUP.items():
        for text in texts_at(env.graph, env.resource, path):
            place = text.of.place
            written = place is not None and text.text in place.text()
            if written and HOLE not in text.text and not text.of.references and re.fullmatch(pattern, text.text):
                message = f"Group {env.resource.address} names {text.text}, which nothing here declares."
                yield Hit("fail", message, place, path=path)
