"""Software that an instance installs by itself, where AWS offers the same as a service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from walint.policy.checks.model import Hit
from walint.policy.checks.texts import place_of, readable, texts_at
from walint.policy.runtime import Env

# What is installed, and the services that offer it.
_SERVICES: Final = (
    (r"(?:mysql|mariadb)(?:-?\d[\w.]*)?-(?:community-)?server|mysql-server|mariadb\d*-server", "RDS or Aurora"),
    (r"postgresql(?:-?\d[\w.]*)?(?:-server)?", "RDS or Aurora"),
    (r"mongodb(?:-org)?(?:-server)?", "DocumentDB"),
    (r"redis\d*(?:-server)?|valkey(?:-server)?|memcached", "ElastiCache"),
    (r"rabbitmq(?:-server)?|activemq", "Amazon MQ"),
    (r"kafka|confluent-(?:platform|community)[\w.-]*", "MSK"),
    (r"elasticsearch|opensearch", "OpenSearch Service"),
    (r"cassandra", "Keyspaces"),
)
_INSTALL: Final = (
    r"(?:\b(?:apt|apt-get|aptitude|yum|dnf|zypper|apk|amazon-linux-extras)\b[^\n;&|#]*?\b(?:install|add)\b|"
    r"\bdocker\s+run\b)[^\n;&|#]*?[\s/]"
)
_PATTERNS: Final = tuple(
    (rf"(?m){_INSTALL}(?P<name>{names})(?=[\s:=;&|@\\]|$)", service) for names, service in _SERVICES
)


def self_managed(env: Env) -> Iterator[Hit]:
    """User data that installs a database, cache, broker or search engine, or runs its image."""
    resource = env.resource
    path = "LaunchTemplateData.UserData" if resource.type == "AWS::EC2::LaunchTemplate" else "UserData"
    for text in texts_at(env.graph, resource, path):
        for pattern, service in _PATTERNS:
            match = re.search(pattern, readable(text.text))
            if match is not None:
                name = match["name"]
                at = match.start("name") - match.start()
                place = place_of(text.of, match[0], at, len(name))
                message = f"{resource.address} installs {name}, which {service} offers managed."
                yield Hit("fail", message, place, path=path)
