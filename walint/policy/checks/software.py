"""Software that an instance installs by itself, where AWS offers the same as a service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from walint.policy.checks.model import Hit
from walint.policy.checks.texts import place_of, readable, texts_at
from walint.policy.runtime import Env

# What is installed, what each of its names has in it, and the services that offer it.
_SERVICES: Final = (
    (
        r"(?:mysql|mariadb)(?:-?\d[\w.]*)?-(?:community-)?server|mysql-server|mariadb\d*-server",
        ("mysql", "mariadb"),
        "RDS or Aurora",
    ),
    (r"postgresql(?:-?\d[\w.]*)?(?:-server)?", ("postgresql",), "RDS or Aurora"),
    (r"mongodb(?:-org)?(?:-server)?", ("mongodb",), "DocumentDB"),
    (
        r"redis\d*(?:-server)?|valkey(?:-server)?|memcached",
        ("redis", "valkey", "memcached"),
        "ElastiCache",
    ),
    (r"rabbitmq(?:-server)?|activemq", ("rabbitmq", "activemq"), "Amazon MQ"),
    (r"kafka|confluent-(?:platform|community)[\w.-]*", ("kafka", "confluent"), "MSK"),
    (r"elasticsearch|opensearch", ("elasticsearch", "opensearch"), "OpenSearch Service"),
    (r"cassandra", ("cassandra",), "Keyspaces"),
)
_INSTALL: Final = (
    r"(?:\b(?:apt|apt-get|aptitude|yum|dnf|zypper|apk|amazon-linux-extras)\b[^\n;&|#]*?\b(?:install|add)\b|"
    r"\bdocker\s+run\b)[^\n;&|#]*?[\s/]"
)


def self_managed(env: Env) -> Iterator[Hit]:
    """User data that installs a database, cache, broker or search engine, or runs its image."""
    resource = env.resource
    path = "LaunchTemplateData.UserData" if resource.type == "AWS::EC2::LaunchTemplate" else "UserData"
    for text in texts_at(env.graph, resource, path):
        said = readable(text.text)
        for names, marks, service in _SERVICES:
            if not any(mark in said for mark in marks):
                continue
            match = re.search(rf"(?m){_INSTALL}(?P<name>{names})(?=[\s:=;&|@\\]|$)", said)
            if match is not None:
                name = match["name"]
                at = match.start("name") - match.start()
                place = place_of(text.of, match[0], at, len(name))
                message = f"{resource.address} installs {name}, which {service} offers managed."
                yield Hit("fail", message, place, path=path)
